"""Tickets that are one case: one goes on, the others point at it, and any of them can be taken out again.

Nothing is moved. A merged ticket keeps its mail, notes and decisions; the page of the ticket that goes on shows them
with its own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Integer, Select, bindparam, not_, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases.changes import current, locked, locked_all, touched, workable
from helpdesk.store.database import ask, transaction
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import StaffMember, TicketState


def _whole_family() -> Select[int]:
    """Numbers of the ticket ``head`` and of all that were merged into it."""
    head = bindparam("head", type_=Integer)
    whole = select(Ticket.id, Ticket.id.label("head")).where(Ticket.id == head).cte("family", recursive=True)
    whole = whole.union(select(Ticket.id, whole.c.head).where(Ticket.merged_into == whole.c.id))
    return select(whole.c.id)


FAMILY = _whole_family()


def merge(ticket_id: int, into: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Make a ticket part of another one, which goes on."""
    if ticket_id == into:
        raise NotPossibleError("A ticket cannot be merged into itself. Enter the number of the other one.")
    with transaction() as session:
        _lock_in_order(session, ticket_id, into)
        ticket, other = current(session, ticket_id, version), _target(session, into)
        workable(ticket)
        if other.state == TicketState.MERGED.value:
            raise NotPossibleError(f"#{into} is itself part of #{other.merged_into}. Merge into that one.")
        if other.state == TicketState.SPAM.value:
            raise NotPossibleError(f"#{into} is spam. Reopen it first if it is not.")
        was = ticket.state
        ticket.parked_state, ticket.merged_into, ticket.folded = was, other.id, False
        touched(ticket, TicketState.MERGED, now)
        _changed(other, now)
        other.urgent = other.urgent or ticket.urgent
        audit.record(session, "merged", actor=actor, now=now, ticket_id=ticket.id, into=other.id, was=was)
        audit.record(session, "merged_here", actor=actor, now=now, ticket_id=other.id, ticket=ticket.id)


def unmerge(ticket_id: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Take a ticket out again; it stands where it stood before."""
    with transaction() as session:
        found = locked(session, ticket_id)
        if found.state != TicketState.MERGED.value or found.merged_into is None:
            raise NotPossibleError("This ticket is not merged.")
        _lock_in_order(session, ticket_id, found.merged_into)
        ticket = current(session, ticket_id, version)
        other = locked(session, found.merged_into)
        touched(ticket, TicketState(ticket.parked_state or TicketState.REVIEW), now)
        _changed(other, now)
        audit.record(session, "unmerged", actor=actor, now=now, ticket_id=ticket.id, out_of=other.id)
        audit.record(session, "unmerged_here", actor=actor, now=now, ticket_id=other.id, ticket=ticket.id)


def family(session: Session, ticket_id: int) -> tuple[int, ...]:
    """The ticket and all that were merged into it, over any number of steps; the ticket first."""
    members = ask(session, FAMILY, head=ticket_id).scalars()
    return ticket_id, *sorted(member for member in members if member != ticket_id)


def by_hand(session: Session, ticket: Ticket) -> tuple[int, ...]:
    """The ticket and all that staff made one case with it. What became one by itself stays apart here."""
    top = ticket
    while top.state == TicketState.MERGED.value and top.merged_into is not None and not top.folded:
        top = session.get_one(Ticket, top.merged_into)
    whole = select(Ticket.id).where(Ticket.id == top.id).cte("by_hand", recursive=True)
    parts = select(Ticket.id).where(Ticket.merged_into == whole.c.id, not_(Ticket.folded))
    return tuple(session.execute(select(whole.union(parts).c.id)).scalars())


def head(session: Session, ticket: Ticket) -> Ticket:
    """The ticket that goes on for this one: itself, or what it was merged into, over any number of steps."""
    while (into := _goes_on_in(ticket)) is not None:
        ticket = session.get_one(Ticket, into)
    return ticket


def locked_head(session: Session, ticket: Ticket) -> Ticket:
    """The ticket that goes on for this one, locked: staff may be at work on it."""
    return locked_heads(session, [ticket.id])[ticket.id]


def locked_heads(session: Session, ticket_ids: Collection[int]) -> dict[int, Ticket]:
    """For each of these tickets the one that goes on for it, locked."""
    heads = locked_all(session, ticket_ids)
    while merged := {number: into for number, ticket in heads.items() if (into := _goes_on_in(ticket)) is not None}:
        further = locked_all(session, merged.values())
        heads |= {number: further[into] for number, into in merged.items()}
    return heads


def _goes_on_in(ticket: Ticket) -> int | None:
    return ticket.merged_into if ticket.state == TicketState.MERGED.value else None


def _target(session: Session, into: int) -> Ticket:
    try:
        return locked(session, into)
    except NotFoundError:
        raise NotPossibleError(f"There is no ticket #{into} to merge into.") from None


def _lock_in_order(session: Session, *ticket_ids: int) -> None:
    """Two clerks merging two tickets into each other must not wait for one another for ever."""
    for ticket_id in sorted(ticket_ids):
        session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)


def _changed(ticket: Ticket, now: datetime) -> None:
    """A page that shows the ticket as it was may not act; where it stands stays."""
    ticket.version += 1
    ticket.updated_at = now
