"""Mail that did not leave, or may have: a person decides whether it is sent again or given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases.changes import locked
from helpdesk.store.cases.returning import look_again, return_to_staff
from helpdesk.store.database import db, transaction
from helpdesk.store.models import OutboxRow, Reset
from helpdesk.store.outgoing import outbox
from helpdesk.store.outgoing.outbox import OutboxView
from helpdesk.vocabulary import OutboxKind, OutboxState, ResetState, StaffMember, TicketState

_IS_TROUBLED = text("outbox.state IN ('failed', 'uncertain')")  # to the letter as the index has it
_TROUBLED = (OutboxState.FAILED.value, OutboxState.UNCERTAIN.value)
_RESTS_ON_A_REPLY = (TicketState.WAITING.value, TicketState.ANSWERED.value)


def troubled(*, limit: int = 200) -> tuple[OutboxView, ...]:
    """Failed and uncertain mail, newest first."""
    rows = db.session.execute(
        select(OutboxRow).where(_IS_TROUBLED).order_by(OutboxRow.id.desc()).limit(limit)
    ).scalars()
    return tuple(outbox.view(row) for row in rows)


def retry(outbox_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Send it again, with the same Message-ID. A reset is checked anew before it leaves, and its link is new."""
    with transaction() as session:
        row = _row(session, outbox_id)
        if row.sent_at is not None and row.kind != OutboxKind.REPLY.value:
            raise NotPossibleError(
                "The primary address sent it back. Give this message up; when the address works, approve again."
            )
        row.state, row.due_at, row.attempts, row.claim = OutboxState.QUEUED.value, now, 0, None
        audit.record(session, "mail_retried", actor=actor, now=now, ticket_id=row.ticket_id, outbox=row.id)


def give_up(outbox_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Do not send it. What rested on it goes back to review: a reset, or a ticket that waits for an answer to it."""
    with transaction() as session:
        row = _row(session, outbox_id, with_ticket=True)
        row.state, row.claim = OutboxState.CANCELLED.value, None
        why = f"A mail of this ticket was given up: {row.last_error or 'no reason is known'}"
        if row.kind == OutboxKind.RESET.value:
            reset = session.get_one(Reset, row.reset_id, with_for_update=True)
            if reset.state == ResetState.OPEN.value:
                return_to_staff(session, reset, why, actor=actor, now=now)
        elif row.kind == OutboxKind.REPLY.value:
            look_again(locked(session, row.ticket_id), _RESTS_ON_A_REPLY, why, now)
        audit.record(session, "mail_cancelled", actor=actor, now=now, ticket_id=row.ticket_id, outbox=row.id)


def _row(session: Session, outbox_id: int, *, with_ticket: bool = False) -> OutboxRow:
    found = session.get(OutboxRow, outbox_id)
    if found is None:
        raise NotFoundError("There is no such message.")
    if with_ticket:
        locked(session, found.ticket_id)
    row = session.get_one(OutboxRow, outbox_id, with_for_update=True, populate_existing=True)
    if row.state not in _TROUBLED:
        raise NotPossibleError("This message is not waiting for a decision any more.")
    return row
