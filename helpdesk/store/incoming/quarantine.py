"""Mail that could not be read, or that we failed on: set aside with its bytes, seen by staff, tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import LedgerEntry, RawMail
from helpdesk.vocabulary import SYSTEM, Delivery, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedMail:
    """A message that could not be read, for staff."""

    ledger_id: int
    reason: str
    size: int
    stored_at: datetime
    tries: int


def set_aside(ledger_id: int, reason: str, *, now: datetime) -> Delivery:
    """Set a message aside that has no place yet; its bytes stay for staff. A second copy of what is held, byte for
    byte, is ignored. Returns where the message is."""
    with transaction() as session:
        entry = session.get_one(LedgerEntry, ledger_id)
        if entry.state != Delivery.STORED.value:
            return Delivery(entry.state)
        twin = _held_copy(session, entry)
        delivery = Delivery.QUARANTINED if twin is None else Delivery.IGNORED
        if twin is None:
            entry.tries += 1
        else:
            reason = f"The same mail as message {twin}, which is in quarantine."
        entry.state, entry.reason, entry.settled_at = delivery.value, reason, now
        audit.record(session, delivery.value, actor=SYSTEM, now=now, ledger=ledger_id, reason=reason)
        return delivery


def _held_copy(session: Session, entry: LedgerEntry) -> int | None:
    copies = select(LedgerEntry.id).where(
        LedgerEntry.sha256 == entry.sha256,
        LedgerEntry.id != entry.id,
        LedgerEntry.state == Delivery.QUARANTINED.value,
    )
    return session.execute(copies.limit(1)).scalar_one_or_none()


def requeue(ledger_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Give a message another try."""
    with transaction() as session:
        entry = session.get(LedgerEntry, ledger_id)
        if entry is None:
            raise NotFoundError("There is no such message.")
        if entry.state != Delivery.QUARANTINED.value:
            raise NotPossibleError("This message is not in quarantine any more.")
        entry.state, entry.reason, entry.settled_at = Delivery.STORED.value, None, None
        audit.record(session, "requeued", actor=actor, now=now, ledger=ledger_id)


def requeue_all(*, actor: StaffMember, now: datetime) -> int:
    """Give all of them another try, after an upgrade for instance; how many they are."""
    with transaction() as session:
        ids = session.execute(
            update(LedgerEntry)
            .where(LedgerEntry.state == Delivery.QUARANTINED.value)
            .values(state=Delivery.STORED.value, reason=None, settled_at=None)
            .returning(LedgerEntry.id)
        ).scalars()
        found = sorted(ids)
        if found:
            told = {"messages": len(found), "first": found[0], "last": found[-1]}
            audit.record(session, "requeued_all", actor=actor, now=now, **told)
    return len(found)


def held(*, limit: int = 200) -> tuple[QuarantinedMail, ...]:
    """Messages in quarantine, newest first."""
    rows = db.session.execute(
        select(LedgerEntry.id, LedgerEntry.reason, LedgerEntry.stored_at, LedgerEntry.tries, RawMail.size)
        .join(RawMail, RawMail.sha256 == LedgerEntry.sha256)
        .where(LedgerEntry.state == Delivery.QUARANTINED.value)
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    )
    return tuple(
        QuarantinedMail(
            ledger_id=row.id, reason=row.reason or "", size=row.size, stored_at=row.stored_at, tries=row.tries
        )
        for row in rows
    )
