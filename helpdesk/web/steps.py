"""What the forms of a ticket carry, and where one goes after an action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from flask import abort, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.store import queue
from helpdesk.web.access import member
from helpdesk.web.account import advance_on
from helpdesk.web.clock import now
from helpdesk.web.words import view_name


def number(field: str) -> int:
    """A whole number of the form; 400 for anything else."""
    written = request.form.get(field, "").strip().removeprefix("#")
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        abort(400)
    return int(written)


def version() -> int:
    """The version of the ticket that the page showed."""
    return number("version")


def view() -> str:
    """The list that the ticket was opened from, '' for none."""
    written = request.form.get("view", "")
    return written if queue.known(written) else ""


def stay(ticket_id: int) -> Response:
    """The ticket's own page."""
    return redirect(url_for("tickets.page", ticket_id=ticket_id, view=view() or None), code=303)


def onward(ticket_id: int) -> Response:
    """To the next ticket of the view, back to the list, or, opened from nowhere, stay."""
    opened_from = view()
    if not opened_from:
        return stay(ticket_id)
    following = queue.next_in(opened_from, actor=member(), besides=ticket_id) if advance_on() else None
    if following is not None:
        return redirect(url_for("tickets.page", ticket_id=following, view=opened_from), code=303)
    if advance_on():
        flash(f"That was the last one in {view_name(opened_from)}.", "done")
    return redirect(url_for("queue.page", view=opened_from), code=303)


def view_or_home() -> str:
    """The address of the list that the page belonged to, else of the queue."""
    opened_from = view()
    return url_for("queue.page", view=opened_from) if opened_from else url_for("queue.home")


def undo_window() -> timedelta:
    """How long an action can be taken back."""
    return timedelta(seconds=desk().rules.mail.undo_seconds)


def can_be_taken_back(ticket_id: int, said: str) -> None:
    """Say what was done, on this page and the next ones, with a button that takes it back while it can be."""
    _remember(now(), said, {"ticket": ticket_id, "version": version() + 1})


def several_can_be_taken_back(some: Mapping[int, int], said: str, *, since: datetime) -> None:
    """The same for several tickets, number → version: one button takes all of them back."""
    numbers = sorted(some)
    steps = (here - before for before, here in pairwise((0, *numbers)))  # short, so that hundreds fit into a cookie
    written = (f"{step}.{some[ticket_id]}" for step, ticket_id in zip(steps, numbers, strict=True))
    _remember(since, said, {"several": " ".join(written)})


def several_to_take_back() -> dict[int, int]:
    """Number → version of the tickets that this browser can take back together; it can do so once."""
    held = session.pop("back", None)
    written = held.get("several", "") if isinstance(held, dict) else ""
    pairs = [pair.partition(".") for pair in written.split()]
    numbers = accumulate(int(step) for step, _, _ in pairs)
    return dict(zip(numbers, (int(version) for _, _, version in pairs), strict=True))


def back_bar() -> dict[str, object] | None:
    """What this browser did last and can still take back."""
    held = session.get("back")
    if not isinstance(held, dict):
        return None
    until = datetime.fromisoformat(held["until"])
    left = int((until - now()).total_seconds())
    if left <= 0:
        session.pop("back", None)
        return None
    return held | {"until": until, "seconds": left, "number": len(held.get("several", "").split())}


def _remember(since: datetime, said: str, what: dict[str, object]) -> None:
    """In the cookie, which is signed."""
    session["back"] = {"until": (since + undo_window()).isoformat(), "said": said} | what
