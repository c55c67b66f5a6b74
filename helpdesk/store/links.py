"""One-time links: 256-bit tokens of which only hashes are kept. Looking consumes nothing; using one ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit, outbox, resets, roster
from helpdesk.store.changes import locked, touched
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, Reset, ResetLink
from helpdesk.store.primaries import hindrance, unchanged_primary
from helpdesk.store.seals import new_token, token_hash
from helpdesk.vocabulary import SYSTEM, Filer, OutboxKind, ResetState, TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedLink:
    """A link that was just used up, and whose password is to be set."""

    reset_id: int
    filer: Filer


def make(session: Session, reset: Reset, *, hours: int, now: datetime) -> str:
    """A fresh token for a reset, within the caller's transaction. It voids all earlier links of the filer."""
    token = new_token()
    session.execute(
        update(ResetLink)
        .where(ResetLink.filer_id == reset.filer_id, ResetLink.voided_at.is_(None), ResetLink.used_at.is_(None))
        .values(voided_at=now)
    )
    session.add(
        ResetLink(
            token_hash=token_hash(token),
            reset_id=reset.id,
            filer_id=reset.filer_id,
            made_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def is_usable(token: str, *, now: datetime) -> bool:
    """Whether the link could be used now. Mail scanners fetch links, so this changes nothing."""
    row = db.session.get(ResetLink, token_hash(token))
    return row is not None and _usable(row, now)


def use(token: str, set_password: Callable[[Filer], str], *, court: policy.Court, now: datetime) -> str | None:
    """Consume the link, then have the court's program set a password; returns it to be shown once.

    None for a wrong, used, voided or expired token alike. The link is spent before the program runs, so that two
    presses can never set two passwords; if the program fails (ConnectorError), the reset goes back to staff.
    """
    spent = _spend(token, court, now)
    if spent is None:
        return None
    try:
        password = set_password(spent.filer)
    except Exception:
        with transaction() as session:
            reset = session.get_one(Reset, spent.reset_id)
            why = "The court's reset program failed; the filer's link is spent. Approve again once it works."
            resets.return_to_staff(session, reset, why, actor=SYSTEM, now=now)
        raise
    _finish(spent.reset_id, court, now)
    return password


def _usable(row: ResetLink, now: datetime) -> bool:
    return row.used_at is None and row.voided_at is None and now < row.expires_at


def _spend(token: str, court: policy.Court, now: datetime) -> UsedLink | None:
    with transaction() as session:
        row = session.execute(
            select(ResetLink).where(ResetLink.token_hash == token_hash(token)).with_for_update()
        ).scalar_one_or_none()
        if row is None or not _usable(row, now):
            return None
        reset = session.get_one(Reset, row.reset_id)
        record = session.get_one(FilerRow, row.filer_id)
        filer = roster.filer_of(record)
        if hindrance(filer, court) or not unchanged_primary(reset, record):
            row.voided_at = now
            resets.return_to_staff(
                session, reset, "The record changed before the link was used.", actor=SYSTEM, now=now
            )
            return None
        row.used_at = now
        audit.record(session, "link_used", actor=SYSTEM, now=now, ticket_id=reset.ticket_id, reset=reset.id)
        return UsedLink(reset_id=reset.id, filer=filer)


def _finish(reset_id: int, court: policy.Court, now: datetime) -> None:
    with transaction() as session:
        reset = session.get_one(Reset, reset_id)
        reset.state, reset.finished_at = ResetState.DONE.value, now
        outbox.queue_to_primary(
            session, reset, OutboxKind.NOTICE, template="reset_done", court=court, due_at=now, now=now
        )
        touched(locked(session, reset.ticket_id), TicketState.CLOSED, now)
        audit.record(session, "reset_performed", actor=SYSTEM, now=now, ticket_id=reset.ticket_id, reset=reset.id)
