"""After a backup was put in place: what it knows may be out of date, so nothing of it is sent or used unseen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.returning import return_to_staff
from helpdesk.store.database import transaction
from helpdesk.store.models import OutboxRow, Reset, ResetLink, Restoration, StaffSession
from helpdesk.vocabulary import OutboxState, ResetState, StaffMember

_MAY_HAVE_LEFT = (OutboxState.QUEUED.value, OutboxState.SENDING.value, OutboxState.DEFERRED.value)
_UNFINISHED = (ResetState.PROPOSED.value, ResetState.TO_DO.value)
_AGAIN = "The database was restored from a backup; this reset may have been carried out after the backup was made."
_WHY = "The database was restored from a backup; this may have been sent after the backup was made."


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was stopped."""

    messages: int  # now wait for a person
    approvals: int  # that a person was to agree to, or to perform, are back before staff
    links: int  # are void
    sessions: int  # have ended


def after_restore(*, actor: StaffMember, now: datetime) -> Restored:
    """Void unused links, end sessions, put unsent mail and unfinished approvals before staff, and answer nothing that
    came in before now.

    Mail that came in after the backup is read again from the mailbox; its senders had their answers then.
    """
    with transaction() as session:
        done = Restored(
            messages=_changed(
                session,
                update(OutboxRow)
                .where(OutboxRow.state.in_(_MAY_HAVE_LEFT))
                .values(state=OutboxState.UNCERTAIN.value, claim=None, held_since=None, last_error=_WHY)
                .returning(OutboxRow.id),
            ),
            approvals=_returned(session, actor, now),
            links=_changed(
                session,
                update(ResetLink)
                .where(ResetLink.used_at.is_(None), ResetLink.voided_at.is_(None))
                .values(voided_at=now)
                .returning(ResetLink.token_hash),
            ),
            sessions=_changed(session, delete(StaffSession).returning(StaffSession.token_hash)),
        )
        session.add(Restoration(at=now))
        audit.record(session, "restored", actor=actor, now=now, **asdict(done))
        return done


def _returned(session: Session, actor: StaffMember, now: datetime) -> int:
    """Nobody agrees to, or performs, what may have been agreed to or performed already."""
    unfinished = select(Reset).where(Reset.state.in_(_UNFINISHED)).order_by(Reset.ticket_id)
    found = session.execute(unfinished).scalars().all()
    for reset in found:
        return_to_staff(session, reset, _AGAIN, actor=actor, now=now)
    return len(found)


def _changed(session: Session, statement: object) -> int:
    return len(session.execute(statement).all())  # type: ignore[call-overload]
