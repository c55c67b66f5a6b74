"""What staff see of a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from helpdesk.errors import NotFoundError
from helpdesk.store import audit
from helpdesk.store.approving import reset_views
from helpdesk.store.cases import alerts, merging, messages
from helpdesk.store.cases.messages import ShownMessage, StoredDecision
from helpdesk.store.database import ask, db
from helpdesk.store.desk.neighbours import Neighbours, neighbours
from helpdesk.store.models import FilerRow, Mention, Note, Staff, Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.store.people.staff import member
from helpdesk.store.roll import roster
from helpdesk.vocabulary import Arrival, Category, Filer, Route, Signal, StaffMember, TicketState

_Assigned, _Creator = aliased(Staff), aliased(Staff)
_TICKET = (
    select(Ticket, FilerRow, _Assigned, _Creator)
    .outerjoin(FilerRow, FilerRow.id == Ticket.filer_id)
    .outerjoin(_Assigned, _Assigned.id == Ticket.assigned_to)
    .outerjoin(_Creator, _Creator.id == Ticket.created_by)
    .where(Ticket.id == bindparam("ticket"))
    .execution_options(populate_existing=True)
)
_NOTES = (
    select(Note.id, Note.ticket_id, Note.written_at, Note.text, Staff.name, Mention.staff_id.label("mentioned"))
    .join(Staff, Staff.id == Note.staff_id)
    .outerjoin(Mention, and_(Mention.note_id == Note.id, Mention.seen_at.is_(None)))
    .where(Note.ticket_id.in_(merging.FAMILY))
    .order_by(Note.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A colleague's note. ``ticket_id``: where it was written, this ticket or one that became part of it."""

    id: int
    ticket_id: int
    author: str
    written_at: datetime
    text: str
    unseen_by: frozenset[int]  # staff who are named in it and have not said that they saw it


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """Everything on the ticket page. ``decision`` is the newest one that names a filer, else the newest."""

    id: int
    version: int
    state: TicketState
    route: Route
    category: Category
    urgent: bool
    subject: str
    sender_name: str
    sender_address: str
    language: str
    received_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    messages: tuple[ShownMessage, ...]  # the newest, or some that are older
    older: int | None  # leads to those before them, None where there are none
    decision: StoredDecision
    alerts: tuple[Signal, ...]  # warnings since the decision
    chosen: Filer | None  # the record as it is now
    chosen_by_staff: bool
    reset: reset_views.ResetView | None
    notes: tuple[NoteView, ...]
    history: tuple[audit.EventView, ...]
    mail: tuple[outbox.OutboxView, ...]
    assigned_to: StaffMember | None
    arrived_by: Arrival
    created_by: StaffMember | None  # who entered it by hand
    snoozed_until: datetime | None
    merged_into: int | None
    split_from: int | None
    neighbours: Neighbours


def view(ticket_id: int, *, older: int | None = None) -> TicketView:
    """The ticket with everything that belongs to it. older: of its messages those below this number."""
    found = db.session.execute(_TICKET, {"ticket": ticket_id}).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no ticket #{ticket_id}.")
    ticket, record, assigned, created = found
    shown = messages.of_ticket(ticket_id, before=older)
    return TicketView(
        id=ticket.id,
        version=ticket.version,
        state=TicketState(ticket.state),
        route=Route(ticket.route),
        category=Category(ticket.category),
        urgent=ticket.urgent,
        subject=ticket.subject,
        sender_name=ticket.sender_name,
        sender_address=ticket.sender_address,
        language=ticket.language,
        received_at=ticket.received_at,
        answered_at=ticket.answered_at,
        closed_at=ticket.closed_at,
        messages=shown.messages,
        older=shown.before,
        decision=messages.newest_decision(ticket_id),
        alerts=alerts.of_ticket(db.session(), ticket_id),
        chosen=roster.filer_of(record) if record else None,
        chosen_by_staff=ticket.filer_chosen_by is not None,
        reset=reset_views.newest(ticket_id),
        notes=_notes(ticket_id),
        history=audit.events(ticket_id=ticket_id),
        mail=outbox.of_ticket(ticket_id),
        assigned_to=member(assigned) if assigned else None,
        arrived_by=Arrival(ticket.arrived_by),
        created_by=member(created) if created else None,
        snoozed_until=ticket.snoozed_until,
        merged_into=ticket.merged_into,
        split_from=ticket.split_from,
        neighbours=neighbours(ticket),
    )


def _notes(ticket_id: int) -> tuple[NoteView, ...]:
    rows = ask(db.session(), _NOTES, head=ticket_id).all()
    return tuple(
        NoteView(
            id=row.id,
            ticket_id=row.ticket_id,
            author=row.name,
            written_at=row.written_at,
            text=row.text,
            unseen_by=frozenset(one.mentioned for one in rows if one.id == row.id and one.mentioned is not None),
        )
        for row in {row.id: row for row in rows}.values()
    )
