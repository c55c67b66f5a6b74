"""Real tickets to see a letter with: those it answered lately, else the newest ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from helpdesk.store import stored
from helpdesk.store.database import db
from helpdesk.store.models import Decision, OutboxRow, Ticket
from helpdesk.vocabulary import Claim, Missing

_LOOKED_THROUGH = 2_000  # newest decisions; older tickets tell nothing new about a wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a letter about this ticket would be written from."""

    ticket_id: int
    subject: str
    language: str
    received_at: datetime
    claims: tuple[Claim, ...]
    missing: tuple[Missing, ...]


def newest(letter: str, *, limit: int = 3) -> tuple[Sample, ...]:
    """Tickets that got this letter of themselves or from staff, newest first; else the newest of all."""
    sent = select(OutboxRow.ticket_id).where(
        OutboxRow.template == letter, OutboxRow.id > _recent(select(func.max(OutboxRow.id)).scalar_subquery())
    )
    return _samples(Decision.ticket_id.in_(sent), limit) or _samples(Ticket.id.is_not(None), limit)


def _samples(condition: ColumnElement[bool], limit: int) -> tuple[Sample, ...]:
    newest_first = (
        select(func.max(Decision.id))
        .join(Ticket, Ticket.id == Decision.ticket_id)
        .where(condition, Decision.id > _recent(select(func.max(Decision.id)).scalar_subquery()))
        .group_by(Decision.ticket_id)
        .order_by(func.max(Decision.id).desc())
        .limit(limit)
    )
    rows = db.session.execute(
        select(Decision, Ticket)
        .join(Ticket, Ticket.id == Decision.ticket_id)
        .where(Decision.id.in_(newest_first))
        .order_by(Decision.id.desc())
    )
    return tuple(_sample(decision, ticket) for decision, ticket in rows)


def _recent(newest_id: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(newest_id, 0) - _LOOKED_THROUGH


def _sample(decision: Decision, ticket: Ticket) -> Sample:
    return Sample(
        ticket_id=ticket.id,
        subject=ticket.subject,
        language=ticket.language,
        received_at=ticket.received_at,
        claims=tuple(request.claim for request in stored.requests.validate_python(decision.requests)),
        missing=tuple(Missing(item) for item in decision.missing),
    )
