"""Whom staff found to be meant: what the matching can learn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from helpdesk.store import stored
from helpdesk.store.database import db
from helpdesk.store.models import Decision, FilerRow, Reset, Ticket
from helpdesk.vocabulary import Claim, ResetState, TicketState

_STANDS = (ResetState.OPEN.value, ResetState.SENT.value, ResetState.TO_DO.value, ResetState.DONE.value)
_REFUSED = (TicketState.DECLINED.value, TicketState.SPAM.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A claim and the filer it meant by a clerk's judgement: an ecf_user_id, None for nobody."""

    ticket_id: int
    claim: Claim
    filer: str | None


def judgements() -> Iterator[Judgement]:
    """One for each ticket about a single filer that staff have judged, oldest first.

    An approved reset says who was meant, and so does a record that a clerk chose by hand. A ticket that was declined
    or is spam counts as meaning nobody, whatever the reason was: that can only make the matching more careful.
    """
    resets = db.session.execute(
        select(Reset.ticket_id, FilerRow.ecf_user_id)
        .join(FilerRow, FilerRow.id == Reset.filer_id)
        .where(Reset.state.in_(_STANDS))
        .order_by(Reset.id)
    )
    approved = {ticket_id: filer for ticket_id, filer in resets}  # noqa: C416, rows are no plain pairs to mypy
    for ticket_id, state, chosen in _tickets():
        filer = approved.get(ticket_id) or (None if state in _REFUSED else chosen)
        if filer is None and state not in _REFUSED:
            continue
        claim = _single_claim(ticket_id)
        if claim is not None:
            yield Judgement(ticket_id=ticket_id, claim=claim, filer=filer)


def _tickets() -> list[tuple[int, str, str | None]]:
    """Number, state and the record that a clerk chose by hand, of every ticket."""
    rows = db.session.execute(
        select(Ticket.id, Ticket.state, FilerRow.ecf_user_id)
        .outerjoin(FilerRow, (FilerRow.id == Ticket.filer_id) & Ticket.filer_chosen_by.is_not(None))
        .order_by(Ticket.id)
    )
    return [(number, state, chosen) for number, state, chosen in rows]


def _single_claim(ticket_id: int) -> Claim | None:
    """What the newest decision that names a filer was about, None where it was about several or nobody."""
    rows = db.session.execute(
        select(Decision.requests).where(Decision.ticket_id == ticket_id).order_by(Decision.id.desc())
    ).scalars()
    newest: list[Any] = next((found for found in rows if found), [])
    requests = stored.requests.validate_python(newest)
    return requests[0].claim if len(requests) == 1 else None
