"""Tickets that a clerk should see beside the one at hand: of the same filer, of the same sender, of the same case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from helpdesk.store.database import db
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import Category, TicketState

_MOST = 10  # of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTicket:
    """Another ticket, in one line."""

    id: int
    version: int
    subject: str
    state: TicketState
    category: Category
    sender_address: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Other tickets, newest first in each group; a ticket stands in the first group that it fits."""

    merged_here: tuple[OtherTicket, ...]
    split: tuple[OtherTicket, ...]  # from the same mail
    filer: tuple[OtherTicket, ...]
    sender: tuple[OtherTicket, ...]

    @property
    def to_merge_with(self) -> tuple[OtherTicket, ...]:
        """Those that this ticket could become part of."""
        both = (*self.filer, *self.sender)
        return tuple(other for other in both if other.state not in (TicketState.MERGED, TicketState.SPAM))


def neighbours(ticket: Ticket) -> Neighbours:
    """What is near a ticket."""
    root = ticket.split_from or ticket.id
    groups: list[tuple[OtherTicket, ...]] = []
    seen = {ticket.id}
    for condition in (
        Ticket.merged_into == ticket.id,
        or_(Ticket.split_from == root, Ticket.id == root),
        Ticket.filer_id == ticket.filer_id if ticket.filer_id is not None else None,
        Ticket.sender_address == ticket.sender_address if ticket.sender_address else None,
    ):
        groups.append(_found(condition, seen) if condition is not None else ())
        seen |= {other.id for other in groups[-1]}
    merged_here, split, filer, sender = groups
    return Neighbours(merged_here=merged_here, split=split, filer=filer, sender=sender)


def _found(condition: ColumnElement[bool], seen: set[int]) -> tuple[OtherTicket, ...]:
    rows = db.session.execute(
        select(Ticket).where(condition, Ticket.id.not_in(seen)).order_by(Ticket.id.desc()).limit(_MOST)
    ).scalars()
    return tuple(
        OtherTicket(
            id=row.id,
            version=row.version,
            subject=row.subject,
            state=TicketState(row.state),
            category=Category(row.category),
            sender_address=row.sender_address,
            received_at=row.received_at,
        )
        for row in rows
    )
