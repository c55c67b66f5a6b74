"""Changing a ticket: lock it, check that the page was current, count the version up.

Whoever changes a ticket and what belongs to it (outgoing mail, then a reset, then its link) locks them in this order:
so nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import Change, NotFoundError, NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import TicketState

RESET_ON_ITS_WAY = (TicketState.APPROVED, TicketState.HELD, TicketState.QUEUED)
_CLOSED = (TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM, TicketState.MERGED, TicketState.ANSWERED)
PARKED = (TicketState.SNOOZED, TicketState.MERGED, *RESET_ON_ITS_WAY)  # with where it stood before

_LATEST, _TOLD = 20, 5  # events looked at, changes told


def locked(session: Session, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None:
        raise NotFoundError(f"There is no ticket #{ticket_id}.")
    return ticket


def locked_all(session: Session, ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """Those tickets, locked with one statement, by their numbers."""
    if not (numbers := set(ticket_ids)):
        return {}
    wanted = select(Ticket).where(Ticket.id.in_(numbers)).order_by(Ticket.id).with_for_update()
    tickets = session.execute(wanted.execution_options(populate_existing=True)).scalars()
    return {ticket.id: ticket for ticket in tickets}


def current(session: Session, ticket_id: int, version: int) -> Ticket:
    """The ticket, locked, where nobody changed it since the page was shown; else StaleTicketError."""
    ticket = locked(session, ticket_id)
    if ticket.version != version:
        raise StaleTicketError(changed_since(ticket_id, version))
    return ticket


def touched(ticket: Ticket, state: TicketState, now: datetime) -> None:
    """Count the version up and enter a state."""
    ticket.version += 1
    ticket.updated_at = now
    ticket.state = state.value
    ticket.closed_at = now if state in _CLOSED else None
    if state not in PARKED:
        ticket.parked_state = ticket.snoozed_until = ticket.merged_into = None
    elif state in RESET_ON_ITS_WAY:
        ticket.snoozed_until = None


def workable(ticket: Ticket) -> None:
    """Refuse what must not happen while a reset is on its way, or to a ticket that is part of another."""
    if ticket.state in RESET_ON_ITS_WAY:
        raise NotPossibleError("A reset is on its way. Undo it first.")
    if ticket.state == TicketState.MERGED.value:
        raise NotPossibleError(f"This ticket is part of #{ticket.merged_into}. Work there, or unmerge it first.")


def changed_since(ticket_id: int, version: int) -> tuple[Change, ...]:
    """What happened to a ticket after it had this version, newest first; never empty."""
    latest = audit.events(ticket_id=ticket_id, limit=_LATEST)
    fresh = [event for event in latest if event.details.get("version", 0) > version]
    return tuple(
        Change(what=event.kind.replace("_", " "), who=event.actor, when=event.at)
        for event in (fresh or latest[:1])[:_TOLD]
    ) or (Change(what="it was changed"),)
