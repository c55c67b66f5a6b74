"""Whether an automatic reply may go out: one a day to a sender, one a day in a conversation, and a breaker over all.

Whatever a machine answers us, however it changes its address, comes to rest here. When the breaker opens, replies are
held back, not lost, until a supervisor has looked. Nothing here looks at the roll.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.errors import NotPossibleError
from helpdesk.match.addresses import ascii_lower
from helpdesk.store import asking, audit, outbox
from helpdesk.store.database import UtcDateTime, ask, db, transaction
from helpdesk.store.models import Breaker, OutboxRow, Restoration, Ticket
from helpdesk.store.outbox import OutboxView
from helpdesk.vocabulary import SYSTEM, OutboxState, StaffMember

_EVERY = timedelta(days=1)
_WINDOW = timedelta(hours=1)

_OPENED = select(Breaker.opened_at).where(Breaker.name == outbox.REPLIES)
_SO_FAR = select(  # what may speak against an automatic reply, whoever gets it
    Breaker.opened_at,
    exists(select(Restoration.id).where(Restoration.at > bindparam("received"))).label("restored"),
    select(OutboxRow.id)  # the last that may go out within the hour; a backlog is not counted to its end
    .where(
        OutboxRow.automatic,
        OutboxRow.queued_at > bindparam("hour"),
        or_(Breaker.closed_at.is_(None), OutboxRow.queued_at > Breaker.closed_at),
    )
    .offset(bindparam("before"))
    .limit(1)
    .correlate(Breaker)
    .scalar_subquery()
    .label("last"),
).where(Breaker.name == outbox.REPLIES)

# A time that lies far ahead was written by a clock that was wrong; it must not silence a sender for a year.
_TAKE = text(
    "INSERT INTO reply_turn (key, at) VALUES (:key, :now) ON CONFLICT (key) DO UPDATE SET at = excluded.at"
    " WHERE reply_turn.at <= :before OR reply_turn.at >= :after RETURNING key"
).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in ("now", "before", "after")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A new ticket that would be answered of itself. ``letters_of``: the tickets whose letters its mail answers."""

    address: str
    ticket: Ticket
    letters_of: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a reply may go out. ``refused`` says why not, ``held`` that a supervisor decides."""

    refused: str = ""
    held: bool = False


def take(
    session: Session, answering: Answering, court: policy.Court, limits: policy.MailLimits, *, now: datetime
) -> Turn:
    """Take the turn of a sender and a conversation, within the caller's transaction, where it is free."""
    address = ascii_lower(answering.address)
    if address in court.own_addresses or address.rpartition("@")[2] in court.own_domains:
        return Turn(refused="The sender is one of the court's own addresses.")
    session.flush()
    asked = {"received": answering.ticket.received_at, "hour": now - _WINDOW, "before": limits.replies_per_hour - 1}
    so_far = ask(session, _SO_FAR, **asked).one()
    if so_far.restored:
        return Turn(refused="It came in before the database was restored; it may have been answered then.")
    talks = [*answering.letters_of, answering.ticket.id]
    if not all(_free(session, f"conversation:{ticket_id}", now) for ticket_id in talks):
        return Turn(refused="This conversation already got an automatic reply today.")
    if not _free(session, f"sender:{asking.asker(address, forged=False).sender}", now):
        return Turn(refused="This sender already got an automatic reply today.")
    if so_far.opened_at is None and so_far.last is not None:
        _trip(session, limits, now)
    return Turn(held=so_far.opened_at is not None or so_far.last is not None)


def paused() -> datetime | None:
    """Since when automatic replies are held back, None while they go out."""
    since: datetime | None = ask(db.session(), _OPENED).scalar_one_or_none()
    return since


def held(*, limit: int = 200) -> tuple[OutboxView, ...]:
    """The replies that are held back, oldest first."""
    rows = db.session.execute(
        select(OutboxRow).where(OutboxRow.held_since.is_not(None)).order_by(OutboxRow.id).limit(limit)
    ).scalars()
    return tuple(outbox.view(row) for row in rows)


def held_count() -> int:
    """How many replies are held back."""
    return db.session.execute(
        select(func.count()).select_from(OutboxRow).where(OutboxRow.held_since.is_not(None))
    ).scalar_one()


def resume(*, send: bool, actor: StaffMember, now: datetime) -> int:
    """Somebody has looked: automatic replies go out again, counted from now.

    send: what was held back goes out too, else it is dropped. Returns how many that were.
    """
    with transaction() as session:
        breaker = session.get_one(Breaker, outbox.REPLIES, with_for_update=True, populate_existing=True)
        if breaker.opened_at is None:
            raise NotPossibleError("Automatic replies are not paused any more.")
        breaker.opened_at, breaker.closed_at = None, now
        changed = _changed(session, send=send, actor=actor, now=now)
        audit.record(
            session,
            "replies_resumed",
            actor=actor,
            now=now,
            sent=len(changed) if send else 0,
            dropped=0 if send else len(changed),
        )
        return len(changed)


def drop(outbox_id: int, *, actor: StaffMember, now: datetime) -> None:
    """One of the replies that are held back is not sent."""
    with transaction() as session:
        row = session.get(OutboxRow, outbox_id, with_for_update=True)
        if row is None or row.held_since is None:
            raise NotPossibleError("This reply is not held back any more.")
        row.state, row.held_since, row.last_error = OutboxState.CANCELLED.value, None, _dropped_by(actor)
        audit.record(session, "mail_cancelled", actor=actor, now=now, ticket_id=row.ticket_id, outbox=row.id)


def _changed(session: Session, *, send: bool, actor: StaffMember, now: datetime) -> list[int]:
    gone = {"state": OutboxState.CANCELLED.value, "held_since": None, "last_error": _dropped_by(actor)}
    goes = {"held_since": None, "due_at": now}
    return list(
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.held_since.is_not(None))
            .values(goes if send else gone)
            .returning(OutboxRow.id)
        ).scalars()
    )


def _dropped_by(actor: StaffMember) -> str:
    return f"Held back because there were too many automatic replies, and dropped by {actor.login}."


def _trip(session: Session, limits: policy.MailLimits, now: datetime) -> None:
    """Too many replies within an hour: none goes out until somebody has looked."""
    session.get_one(Breaker, outbox.REPLIES).opened_at = now
    session.flush()
    audit.record(session, "replies_paused", actor=SYSTEM, now=now, within_an_hour=limits.replies_per_hour)


def _free(session: Session, key: str, now: datetime) -> bool:
    """Take a turn that nobody had within a day."""
    turn = {"key": key, "now": now, "before": now - _EVERY, "after": now + _EVERY}
    return bool(ask(session, _TAKE, **turn).all())
