"""What this browser did last and can still take back, newest last: kept in its cookie, which is signed.

The bar shows the newest alone, and its key takes that back; then comes what was done before it, while there is time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from flask import g, request, session

from helpdesk.desk import desk
from helpdesk.store.approving import reset_views
from helpdesk.vocabulary import ResetState
from helpdesk.web.clock import now
from helpdesk.web.tickets.steps import version

_KEY = "undo"
_MOST_KEPT = 2_600  # characters, so that all of it fits into a cookie; older deeds are forgotten first

_Deed = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The deed that can be taken back next."""

    deed: str  # names it in the form of the button
    until: datetime
    seconds: int
    said: str = ""
    ticket: int = 0  # what was done to one ticket, which then had this version
    version: int = 0
    number: int = 0  # what was done to several at once
    resets: tuple[int, ...] = ()  # the tickets whose resets were approved
    name: str = ""  # of the filer of the first


def undo_window() -> timedelta:
    """How long an action can be taken back."""
    return timedelta(seconds=desk().rules.mail.undo_seconds)


def can_be_taken_back(ticket_id: int, said: str) -> None:
    """Say what was done, on this page and the next ones, with a button that takes it back while it can be."""
    _remember(now(), {"said": said, "ticket": ticket_id, "version": version() + 1})


def several_can_be_taken_back(some: Mapping[int, int], said: str, *, since: datetime) -> None:
    """The same for several tickets, number → version: one button takes all of them back."""
    numbers = sorted(some)
    steps = (here - before for before, here in pairwise((0, *numbers)))  # short, so that hundreds fit into a cookie
    written = (f"{step}.{some[ticket_id]}" for step, ticket_id in zip(steps, numbers, strict=True))
    _remember(since, {"said": said, "several": " ".join(written)})


def resets_can_be_undone(ticket_ids: Sequence[int]) -> None:
    """The same for approvals, while nothing is sent."""
    _remember(now(), {"resets": list(ticket_ids)})


def several_to_take_back() -> dict[int, int]:
    """Number → version of the tickets that the bar names; they are given once."""
    deed = _taken(lambda one: "several" in one)
    pairs = [pair.partition(".") for pair in deed.get("several", "").split()]
    numbers = accumulate(int(step) for step, _, _ in pairs)
    return dict(zip(numbers, (int(written) for _, _, written in pairs), strict=True))


def resets_to_undo() -> list[int]:
    """The tickets whose approvals the bar names; they are given once."""
    return [int(ticket_id) for ticket_id in _taken(lambda one: "resets" in one).get("resets", ())]


def is_taken_back(ticket_id: int) -> None:
    """What was done last to this one ticket needs no button any more."""
    _taken(lambda one: one.get("ticket") == ticket_id or one.get("resets") == [ticket_id])


def undo_bar() -> Bar | None:
    """What can be taken back next, None where there is nothing. What is too late is forgotten."""
    if "undo_bar" not in g:
        g.undo_bar = _newest()
    bar: Bar | None = g.undo_bar
    return bar


def _newest() -> Bar | None:
    deeds = _deeds()
    while deeds:
        bar = _bar(deeds[-1])
        if bar is not None and bar.seconds > 0:
            return bar
        session[_KEY] = deeds = deeds[:-1]
    session.pop(_KEY, None)
    return None


def _bar(deed: _Deed) -> Bar | None:
    until = datetime.fromisoformat(deed["until"])
    if "resets" not in deed:
        number = len(deed.get("several", "").split())
        return Bar(
            deed=deed["until"],
            until=until,
            seconds=_left(until),
            said=deed["said"],
            ticket=deed.get("ticket", 0),
            version=deed.get("version", 0),
            number=number,
        )
    resets = tuple(deed["resets"])
    made = reset_views.newest(resets[0])
    if made is None or made.state is not ResetState.OPEN:
        return None
    seconds = _left(made.due_at) + 1 if made.due_at > now() else 0
    name = made.filer.full_name
    return Bar(deed=deed["until"], until=made.due_at, seconds=seconds, resets=resets, name=name)


def _left(until: datetime) -> int:
    return int((until - now()).total_seconds())


def _deeds() -> list[_Deed]:
    kept = session.get(_KEY)
    return kept if isinstance(kept, list) else []


def _remember(since: datetime, deed: _Deed) -> None:
    deeds = [*_deeds(), {"until": (since + undo_window()).isoformat()} | deed]
    while len(deeds) > 1 and len(json.dumps(deeds)) > _MOST_KEPT:
        deeds = deeds[1:]
    session[_KEY] = deeds


def _taken(fits: Callable[[_Deed], bool]) -> _Deed:
    """The newest of these deeds, or the very one that the page named, which may have become an older one since."""
    deeds, named = _deeds(), request.form.get("deed", "")
    for place in range(len(deeds) - 1, -1, -1):
        if fits(deeds[place]) and named in ("", deeds[place]["until"]):
            session[_KEY] = deeds[:place] + deeds[place + 1 :]
            return deeds[place]
    return {}
