"""Everything on its way out: rows in the same transaction as the ticket, claimed by compare-and-set."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit
from helpdesk.store.cases.returning import without_addresses
from helpdesk.store.database import ask, db, transaction
from helpdesk.store.models import OutboxRow, Reset, Ticket
from helpdesk.store.seals import seal
from helpdesk.vocabulary import (
    SYSTEM,
    OutboxKind,
    OutboxState,
)

STALE = timedelta(minutes=10)  # a claim older than this belongs to a worker that died
REPLIES = "replies"  # the breaker over all automatic ones
_DUE = (OutboxState.QUEUED.value, OutboxState.DEFERRED.value)
# To the letter as their indexes have it: else each look would read all mail that ever left.
_IS_DUE = text("outbox.state IN ('queued', 'deferred')")
_IS_BEING_SENT = text("outbox.state = 'sending'")
_NEXT_DUE = select(func.min(OutboxRow.due_at)).where(_IS_DUE, OutboxRow.held_since.is_(None))
_OURS = (OutboxRow.id, OutboxRow.kind, OutboxRow.claim, OutboxRow.attempts, OutboxRow.ticket_id, OutboxRow.reset_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that this worker alone may send; ``claim`` proves it."""

    id: int
    kind: OutboxKind
    claim: str
    attempts: int  # including this one
    ticket_id: int
    reset_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """An outgoing message for staff. ``to`` is 'the primary address' where the row holds none."""

    id: int
    ticket_id: int
    kind: OutboxKind
    state: OutboxState
    template: str
    to: str
    subject: str
    body: str
    queued_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str
    held: bool  # until a supervisor lets it go


def subject_tag(ticket: Ticket) -> str:
    """The tag in our subjects, ``[ECF 812-1a2b3c4d]``: short, and not to be guessed from the number."""
    return tag(ticket.id, ticket.thread_token)


def tag(ticket_id: int, thread_token: str) -> str:
    """The subject tag of a ticket with this number and token."""
    return f"[ECF {ticket_id}-{seal('subject tag', thread_token)[:8]}]"


def tag_of(ticket_id: int) -> str:
    """The subject tag of a ticket by its number."""
    return subject_tag(db.session.get_one(Ticket, ticket_id))


def queue_to_primary(
    session: Session,
    reset: Reset,
    kind: OutboxKind,
    *,
    template: str,
    court: policy.Court,
    due_at: datetime,
    now: datetime,
) -> None:
    """Put a reset's mail into the outbox. There is no parameter, and no column, for an address."""
    session.add(
        OutboxRow(
            kind=kind.value,
            ticket_id=reset.ticket_id,
            reset_id=reset.id,
            template=template,
            message_id=new_message_id(court),
            dedupe_key=f"{kind.value}:{reset.id}",
            queued_at=now,
            due_at=due_at,
        )
    )


def new_message_id(court: policy.Court) -> str:
    """An unguessable Message-ID at the court's domain; an answer that refers to it has seen our mail."""
    return f"<{secrets.token_hex(16)}@{court.helpdesk_address.rpartition('@')[2]}>"


def claim(*, now: datetime, limit: int = 20) -> tuple[Claimed, ...]:
    """Take due rows for sending. Whoever changes a row from due to sending owns it; nobody else sends it."""
    with transaction() as session:
        due = (
            select(OutboxRow.id)
            .where(_IS_DUE, OutboxRow.due_at <= now, OutboxRow.held_since.is_(None))
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(due), OutboxRow.state.in_(_DUE))
            .values(
                state=OutboxState.SENDING.value,
                claim=secrets.token_hex(8),
                claimed_at=now,
                attempts=OutboxRow.attempts + 1,
            )
            .returning(*_OURS)
        ).all()
    return tuple(
        Claimed(
            id=row.id,
            kind=OutboxKind(row.kind),
            claim=row.claim or "",
            attempts=row.attempts,
            ticket_id=row.ticket_id,
            reset_id=row.reset_id,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def deferred(row: Claimed, reason: str, *, limits: policy.MailLimits, jitter: float, now: datetime) -> OutboxState:
    """Try again later, or give up after the last attempt. ``jitter`` is 0 to 1. Returns the new state."""
    if row.attempts >= limits.attempts:
        return _settle(row, OutboxState.FAILED, f"Given up after {row.attempts} attempts: {reason}", now=now)
    minutes = min(limits.first_retry_minutes * 2 ** (row.attempts - 1), limits.longest_retry_minutes)
    due_at = now + timedelta(minutes=minutes * (1 + jitter / 4))
    return _settle(row, OutboxState.DEFERRED, reason, due_at=due_at, now=now)


def postponed(row: Claimed, until: datetime) -> None:
    """Too much goes to one domain just now: the row waits its turn, and that is no attempt."""
    with transaction() as session:
        mine = owned(session, row)
        if mine is not None:
            mine.state, mine.due_at, mine.claim = OutboxState.DEFERRED.value, until, None
            mine.attempts -= 1


def failed(row: Claimed, reason: str, *, now: datetime) -> OutboxState:
    """The server refused it for good; staff decide."""
    return _settle(row, OutboxState.FAILED, reason, now=now)


def uncertain(row: Claimed, reason: str, *, now: datetime) -> OutboxState:
    """The server may have taken it. The same Message-ID makes a second copy harmless; staff decide."""
    return _settle(row, OutboxState.UNCERTAIN, reason, now=now)


def _settle(
    row: Claimed, state: OutboxState, reason: str, *, now: datetime, due_at: datetime | None = None
) -> OutboxState:
    with transaction() as session:
        mine = owned(session, row)
        if mine is None:
            return state
        if mine.kind != OutboxKind.REPLY.value:
            reason = without_addresses(reason)  # the row cannot hold one
        mine.state, mine.last_error, mine.claim = state.value, reason, None
        if due_at is not None:
            mine.due_at = due_at
        audit.record(
            session,
            f"mail_{state.value}",
            actor=SYSTEM,
            now=now,
            ticket_id=row.ticket_id,
            outbox=row.id,
            reason=reason,
        )
    return state


def owned(session: Session, row: Claimed) -> OutboxRow | None:
    """The row, locked, where this worker's claim still stands."""
    return session.execute(
        select(OutboxRow)
        .where(OutboxRow.id == row.id, OutboxRow.claim == row.claim, OutboxRow.state == OutboxState.SENDING.value)
        .with_for_update()
    ).scalar_one_or_none()


def recover_stale(*, now: datetime) -> int:
    """Rows of a worker that died: replies are due again, resets and notices go before staff. Returns how many."""
    left_behind = _IS_BEING_SENT, OutboxRow.claimed_at < now - STALE
    if db.session.execute(select(OutboxRow.id).where(*left_behind).limit(1)).first() is None:
        return 0  # nearly always: nobody's writing waits for this look
    with transaction() as session:
        stale = (
            session.execute(select(OutboxRow).where(*left_behind).with_for_update(skip_locked=True)).scalars().all()
        )
        for row in stale:
            reply = row.kind == OutboxKind.REPLY.value
            row.state = (OutboxState.DEFERRED if reply else OutboxState.UNCERTAIN).value
            row.claim, row.due_at = None, now
            row.last_error = "The worker stopped while sending; the server may have taken it."
            audit.record(session, "mail_interrupted", actor=SYSTEM, now=now, ticket_id=row.ticket_id, outbox=row.id)
        return len(stale)


def next_due() -> datetime | None:
    """When the next row is due, None when nothing waits."""
    due: datetime | None = ask(db.session(), _NEXT_DUE).scalar_one_or_none()
    return due


def of_ticket(ticket_id: int) -> tuple[OutboxView, ...]:
    """All mail that left, or will leave, for a ticket."""
    rows = db.session.execute(
        select(OutboxRow).where(OutboxRow.ticket_id == ticket_id).order_by(OutboxRow.id)
    ).scalars()
    return tuple(view(row) for row in rows)


def arrived(session: Session, reset_id: int, now: datetime) -> None:
    """The link of a reset's mail was used, so the mail arrived, whatever the server said about it."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.reset_id == reset_id,
            OutboxRow.kind == OutboxKind.RESET.value,
            OutboxRow.state != OutboxState.SENT.value,
        )
        .values(state=OutboxState.SENT.value, sent_at=now, claim=None, last_error=None)
    )


def withdraw(session: Session, reset_id: int) -> bool:
    """Cancel a reset's mail that nobody has begun to send; False when it is too late."""
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.reset_id == reset_id, or_(*[OutboxRow.state == state for state in _DUE]))
        .values(state=OutboxState.CANCELLED.value)
        .returning(OutboxRow.id)
    ).all()
    return bool(done)


def withdraw_reply(session: Session, dedupe_key: str) -> bool:
    """Cancel a reply that nobody has begun to send; False when it is too late."""
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.dedupe_key == dedupe_key, OutboxRow.kind == OutboxKind.REPLY.value)
        .where(OutboxRow.state.in_(_DUE))
        .values(state=OutboxState.CANCELLED.value)
        .returning(OutboxRow.id)
    ).all()
    return bool(done)


def view(row: OutboxRow) -> OutboxView:
    """The row for staff."""
    return OutboxView(
        id=row.id,
        ticket_id=row.ticket_id,
        kind=OutboxKind(row.kind),
        state=OutboxState(row.state),
        template=row.template,
        to=row.to_address or "the primary address on the record",
        subject=row.subject or "",
        body=row.body or "",
        queued_at=row.queued_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        last_error=row.last_error or "",
        held=row.held_since is not None,
    )
