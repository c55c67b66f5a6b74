"""One line of a list of tickets: all that the queue and the search show of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from helpdesk.store.database import ask, db
from helpdesk.store.models import FilerRow, Staff, Ticket
from helpdesk.vocabulary import Arrival, Category, Level, Route, SignalName, TicketState

_LINES = (
    select(
        *(Ticket.id, Ticket.version, Ticket.subject, Ticket.sender_name, Ticket.sender_address, Ticket.received_at),
        *(Ticket.updated_at, Ticket.arrived_by, Ticket.state, Ticket.route, Ticket.category, Ticket.urgent),
        Ticket.snoozed_until,
        *(Ticket.summary, FilerRow.ecf_user_id.label("filer"), Staff.name.label("assigned")),
    )
    .outerjoin(FilerRow, FilerRow.id == Ticket.filer_id)
    .outerjoin(Staff, Staff.id == Ticket.assigned_to)
    .where(Ticket.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue."""

    id: int
    version: int
    subject: str
    sender_name: str
    sender_address: str
    received_at: datetime
    updated_at: datetime
    arrived_by: Arrival
    state: TicketState
    route: Route
    category: Category
    urgent: bool
    snoozed_until: datetime | None
    name: str  # of the proposed record, else as claimed
    bar_id: str
    filer: str | None  # ecf_user_id of the record on the ticket
    requests: int
    candidates: int
    levels: dict[str, Level]  # by field name
    probability: float | None
    reasons: tuple[str, ...]
    warnings: int
    warned: tuple[SignalName, ...]  # what they are, where the reasons do not say it
    assigned_to: str | None  # the person's name


def rows_of(ids: Sequence[int]) -> tuple[QueueRow, ...]:
    """The lines of these tickets, in this order."""
    if not ids:
        return ()
    lines = {line.id: _row(line) for line in ask(db.session(), _LINES, ids=list(ids))}
    return tuple(lines[ticket_id] for ticket_id in ids if ticket_id in lines)


def _row(ticket: Row[Any]) -> QueueRow:
    summary: dict[str, Any] = ticket.summary
    return QueueRow(
        id=ticket.id,
        version=ticket.version,
        subject=ticket.subject,
        sender_name=ticket.sender_name,
        sender_address=ticket.sender_address,
        received_at=ticket.received_at,
        updated_at=ticket.updated_at,
        arrived_by=Arrival(ticket.arrived_by),
        state=TicketState(ticket.state),
        route=Route(ticket.route),
        category=Category(ticket.category),
        urgent=ticket.urgent,
        snoozed_until=ticket.snoozed_until,
        name=summary.get("name", ""),
        bar_id=summary.get("bar_id", ""),
        filer=ticket.filer,
        requests=summary.get("requests", 0),
        candidates=summary.get("candidates", 0),
        levels={field: Level(level) for field, level in summary.get("levels", {}).items()},
        probability=summary.get("probability"),
        reasons=tuple(summary.get("reasons", ())),
        warnings=summary.get("warnings", 0),
        warned=tuple(SignalName(name) for name in summary.get("warned", ())),
        assigned_to=ticket.assigned,
    )
