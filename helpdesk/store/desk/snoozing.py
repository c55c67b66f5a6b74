"""Tickets that sleep until a day and an hour, and the worker's call that wakes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases.changes import current, locked, touched, workable
from helpdesk.store.database import db, transaction
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import SYSTEM, StaffMember, TicketState

LONGEST = timedelta(days=366)
_AT_ONCE = 100  # tickets woken a round
_WAKEFUL = (TicketState.READY.value, TicketState.REVIEW.value, TicketState.WAITING.value)


def snooze(ticket_id: int, until: datetime, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Put an open ticket aside until a time; snoozing it again changes the time."""
    if not now < until <= now + LONGEST:
        raise NotPossibleError("Choose a time that is still to come and at most a year away.")
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        if ticket.state not in (*_WAKEFUL, TicketState.SNOOZED.value):
            raise NotPossibleError("Only an open ticket can be snoozed.")
        was = ticket.state
        if was != TicketState.SNOOZED.value:
            ticket.parked_state = was
        ticket.snoozed_until = until
        touched(ticket, TicketState.SNOOZED, now)
        till = until.isoformat(timespec="seconds")
        audit.record(session, "snoozed", actor=actor, now=now, ticket_id=ticket.id, until=till, was=was)


def wake(ticket_id: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Take a ticket back to work before its time."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        if ticket.state != TicketState.SNOOZED.value:
            raise NotPossibleError("This ticket is not snoozed.")
        _wake(ticket, now)
        audit.record(session, "woken", actor=actor, now=now, ticket_id=ticket.id)


def wake_due(*, now: datetime) -> int:
    """Wake what is due; how many tickets that were. Any number of workers may call it."""
    sleeping = select(Ticket.id).where(Ticket.state == TicketState.SNOOZED.value, Ticket.snoozed_until <= now)
    due = db.session.execute(sleeping.order_by(Ticket.snoozed_until).limit(_AT_ONCE)).scalars().all()
    return sum(_wake_if_due(ticket_id, now) for ticket_id in due)


def _wake_if_due(ticket_id: int, now: datetime) -> bool:
    with transaction() as session:
        ticket = locked(session, ticket_id)
        until = ticket.snoozed_until
        if ticket.state != TicketState.SNOOZED.value or until is None or until > now:
            return False
        _wake(ticket, now)
        audit.record(session, "woken", actor=SYSTEM, now=now, ticket_id=ticket.id)
        return True


def _wake(ticket: Ticket, now: datetime) -> None:
    """Back to where it stood. What waited for the requester is looked at: that is what it was snoozed for."""
    ready = ticket.parked_state == TicketState.READY.value
    touched(ticket, TicketState.READY if ready else TicketState.REVIEW, now)
