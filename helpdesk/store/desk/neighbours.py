"""Tickets that a clerk should see beside the one at hand: of the same filer, of the same sender, of the same case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, String, bindparam, literal_column, or_, select, union_all

from helpdesk.store.database import ask, db
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import Category, TicketState

_MOST = 10  # of each kind
_READ = 4 * _MOST  # of each kind, so that enough are left without those of the kinds before
_ROOT = bindparam("root", type_=Integer)
_KINDS: tuple[ColumnElement[bool], ...] = (
    Ticket.merged_into == bindparam("ticket", type_=Integer),
    or_(Ticket.split_from == _ROOT, Ticket.id == _ROOT),
    Ticket.filer_id == bindparam("filer", type_=Integer),
    Ticket.sender_address == bindparam("sender", type_=String),
)


def _of_kind(number: int, condition: ColumnElement[bool]) -> Select[Any]:
    newest = (
        select(
            literal_column(str(number), Integer).label("kind"),
            *(Ticket.id, Ticket.version, Ticket.subject, Ticket.state, Ticket.category, Ticket.sender_address),
            Ticket.received_at,
        )
        .where(condition)
        .order_by(Ticket.id.desc())
        .limit(_READ)
    )
    return select(newest.subquery())


_NEAR = union_all(*(_of_kind(number, condition) for number, condition in enumerate(_KINDS)))


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


def neighbours(ticket: Ticket) -> Neighbours:
    """What is near a ticket."""
    near = {"ticket": ticket.id, "root": ticket.split_from or ticket.id, "filer": ticket.filer_id}
    rows = ask(db.session(), _NEAR, sender=ticket.sender_address or None, **near).all()
    seen = {ticket.id}
    kinds: list[tuple[OtherTicket, ...]] = []
    for kind in range(len(_KINDS)):
        fresh = sorted((row for row in rows if row.kind == kind and row.id not in seen), key=lambda row: -row.id)
        kinds.append(tuple(_other(row) for row in fresh[:_MOST]))
        seen |= {row.id for row in fresh}
    merged_here, split, filer, sender = kinds
    return Neighbours(merged_here=merged_here, split=split, filer=filer, sender=sender)


def _other(row: Row[Any]) -> OtherTicket:
    return OtherTicket(
        id=row.id,
        version=row.version,
        subject=row.subject,
        state=TicketState(row.state),
        category=Category(row.category),
        sender_address=row.sender_address,
        received_at=row.received_at,
    )
