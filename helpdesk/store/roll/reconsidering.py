"""After an import: a ready ticket whose record is not what it was when that was decided goes before staff again.

So does what would be ready again: a ticket that sleeps, that became part of another, or whose approval is undone.

What was approved already is looked at when its mail leaves, when somebody agrees or performs it, and when its link is
used (``primaries``).
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.changes import PARKED, locked
from helpdesk.store.cases.returning import no_longer_ready
from helpdesk.store.models import FilerRow, Ticket
from helpdesk.vocabulary import FilerStatus, StaffMember, TicketState

_IS_READY = or_(
    Ticket.state == TicketState.READY.value,
    and_(Ticket.state.in_([state.value for state in PARKED]), Ticket.parked_state == TicketState.READY.value),
)


def ready_tickets(session: Session, import_id: int, replaced: Set[str], *, actor: StaffMember, now: datetime) -> None:
    """Look at the tickets of all records that this import changed, those that are ready or would be again, within the
    caller's transaction.

    replaced: the ecf_user_ids of those that have another primary address now, or are known otherwise.
    """
    touched = (
        select(Ticket.id, FilerRow)
        .join(FilerRow, FilerRow.id == Ticket.filer_id)
        .where(_IS_READY, FilerRow.import_id == import_id)
        .order_by(Ticket.id)
        .execution_options(populate_existing=True)
    )
    for number, record in session.execute(touched).all():
        why = _why(record, replaced)
        if why:
            no_longer_ready(locked(session, number), why, now)
            audit.record(session, "record_changed", actor=actor, now=now, ticket_id=number, reason=why)


def _why(record: FilerRow, replaced: Set[str]) -> str:
    if not record.on_roll:
        return "The record has left the roll since this was decided."
    if record.ecf_user_id in replaced:
        return "The record's primary address, or whose record it is, changed since this was decided."
    if record.status != FilerStatus.ACTIVE.value or record.pacer_linked:
        return "The record's standing, or its link to PACER, changed since this was decided."
    return ""
