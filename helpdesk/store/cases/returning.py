"""A reset that cannot go on comes back to staff: its links die with it, its ticket says why."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.changes import RESET_ON_ITS_WAY, locked, touched
from helpdesk.store.models import Reset, ResetLink, Ticket
from helpdesk.vocabulary import ResetState, Route, StaffMember, TicketState

LONGEST_WORDS = 500  # characters kept of a person's or a program's words
ON_ITS_WAY = (ResetState.PROPOSED.value, ResetState.OPEN.value, ResetState.TO_DO.value)  # at most one a ticket
_MEANWHILE = "meanwhile"  # in a ticket's summary: something came in while its reset is on its way
_ADDRESS = re.compile(r"\S*@\S*")


def return_to_staff(session: Session, reset: Reset, why: str, *, actor: StaffMember, now: datetime) -> None:
    """Give a reset back for a new decision, within the caller's transaction.

    A later reset of the same ticket that is on its way goes on, and the ticket with it, until that one is undone.
    """
    ticket = locked(session, reset.ticket_id)
    if reset.state in (ResetState.PROPOSED.value, ResetState.OPEN.value):
        was_no_answer(ticket, reset)
    reset.state, reset.finished_at, reset.outcome = ResetState.RETURNED.value, now, without_addresses(why)
    void_links(session, reset.filer_id, now)
    if not is_overtaken(session, reset):
        to_review(ticket, why, now)
    elif ticket.parked_state == TicketState.SENT.value:
        ticket.parked_state = TicketState.REVIEW.value
        ticket.summary = told(ticket, why)
    audit.record(session, "reset_returned", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id, reason=why)


def was_no_answer(ticket: Ticket, reset: Reset) -> None:
    """Nothing has left under this approval, so it does not count as the first answer to a locked ticket."""
    if ticket.answered_at in (reset.approved_at, reset.second_at):
        ticket.answered_at = None


def is_overtaken(session: Session, reset: Reset) -> bool:
    """Whether another reset of the same ticket is on its way: then the ticket stands where that one stands."""
    session.flush()
    other = select(Reset.id).where(
        Reset.ticket_id == reset.ticket_id, Reset.id != reset.id, Reset.state.in_(ON_ITS_WAY)
    )
    return session.execute(other.limit(1)).scalar_one_or_none() is not None


def to_review(ticket: Ticket, why: str, now: datetime) -> None:
    """Put a locked ticket before staff, the reason first among the others."""
    ticket.route = Route.REVIEW.value
    ticket.summary = told(ticket, why)
    leave_way(ticket, TicketState.REVIEW, now)


def no_longer_ready(ticket: Ticket, why: str, now: datetime) -> None:
    """Wherever a locked ticket stands, and wherever it would come back to, it is not ready. ``why`` is told first."""
    ready = TicketState.READY.value
    ticket.summary = told(ticket, why)
    ticket.version += 1
    ticket.updated_at = now
    if ticket.state == ready:
        ticket.state = TicketState.REVIEW.value
    if ticket.parked_state == ready:
        ticket.parked_state = TicketState.REVIEW.value
    if ticket.route == Route.READY.value:
        ticket.route = Route.REVIEW.value


def look_again(ticket: Ticket, rests_on: Collection[str], why: str, now: datetime) -> bool:
    """Put a locked ticket before staff where it stands in one of these states, or stood there when its reset was
    approved. Whether it did."""
    if ticket.state in rests_on:
        to_review(ticket, why, now)
        return True
    if ticket.state in RESET_ON_ITS_WAY and ticket.parked_state in rests_on:
        came_in_meanwhile(ticket, why)
        return True
    return False


def came_in_meanwhile(ticket: Ticket, why: str) -> None:
    """A locked ticket whose reset is on its way must be looked at, whatever becomes of that: ``why``."""
    ticket.summary = {**told(ticket, why), _MEANWHILE: True}


def leave_way(ticket: Ticket, state: TicketState, now: datetime) -> None:
    """A locked ticket's reset is not on its way any more: it enters this state, or review where something came in."""
    if ticket.summary.get(_MEANWHILE):
        ticket.route, state = Route.REVIEW.value, TicketState.REVIEW
        ticket.summary = {key: value for key, value in ticket.summary.items() if key != _MEANWHILE}
    touched(ticket, state, now)


def close_performed(ticket: Ticket, now: datetime) -> None:
    """A locked ticket whose reset was performed is done with, unless staff have it before them for something else."""
    if ticket.state == TicketState.SENT.value:
        touched(ticket, TicketState.CLOSED, now)
    elif ticket.parked_state == TicketState.SENT.value:
        ticket.parked_state = TicketState.CLOSED.value


def told(ticket: Ticket, why: str) -> dict[str, Any]:
    """What the queue shows of a ticket, with one more reason to look at it."""
    return {**ticket.summary, "reasons": [why, *ticket.summary.get("reasons", [])]}


def void_links(session: Session, filer_id: int, now: datetime) -> None:
    """No link that was sent to this filer works any more."""
    session.execute(
        update(ResetLink)
        .where(ResetLink.filer_id == filer_id, ResetLink.voided_at.is_(None), ResetLink.used_at.is_(None))
        .values(voided_at=now)
    )


def without_addresses(text: str) -> str:
    """Words for a reset's row, which holds no address."""
    return " ".join(_ADDRESS.sub("(an address)", text[: 2 * LONGEST_WORDS]).split())[:LONGEST_WORDS]
