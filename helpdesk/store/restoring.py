"""After a backup was put in place: what it knows may be out of date, so nothing of it is sent or used unseen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.database import transaction
from helpdesk.store.models import OutboxRow, ResetLink, Restoration, StaffSession
from helpdesk.vocabulary import OutboxState, StaffMember

_MAY_HAVE_LEFT = (OutboxState.QUEUED.value, OutboxState.SENDING.value, OutboxState.DEFERRED.value)
_WHY = "The database was restored from a backup; this may have been sent after the backup was made."


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was stopped."""

    messages: int  # now wait for a person
    links: int  # are void
    sessions: int  # have ended


def after_restore(*, actor: StaffMember, now: datetime) -> Restored:
    """Void unused links, end sessions, put unsent mail before staff, and answer nothing that came in before now.

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


def _changed(session: Session, statement: object) -> int:
    return len(session.execute(statement).all())  # type: ignore[call-overload]
