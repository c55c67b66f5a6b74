"""Changing a ticket: lock it, check that the page was current, count the version up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import TicketState

_CLOSED = (TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM, TicketState.MERGED, TicketState.ANSWERED)


def locked(session: Session, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None:
        raise NotFoundError(f"There is no ticket #{ticket_id}.")
    return ticket


def current(session: Session, ticket_id: int, version: int) -> Ticket:
    """The ticket, locked, where nobody changed it since the page was shown; else StaleTicketError."""
    ticket = locked(session, ticket_id)
    if ticket.version != version:
        raise StaleTicketError(changed_meanwhile(ticket_id))
    return ticket


def touched(ticket: Ticket, state: TicketState, now: datetime) -> None:
    """Count the version up and enter a state."""
    ticket.version += 1
    ticket.updated_at = now
    ticket.state = state.value
    ticket.closed_at = now if state in _CLOSED else None


def changed_meanwhile(ticket_id: int) -> tuple[str, ...]:
    """The last things that happened to a ticket, a line each, newest first."""
    latest = audit.events(ticket_id=ticket_id, limit=3)
    return tuple(f"{event.kind.replace('_', ' ')} by {event.actor}" for event in latest)
