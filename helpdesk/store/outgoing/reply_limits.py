"""Whether an automatic reply may go out: one a day to a sender, one a day in a conversation, and a breaker over all.

Whatever a machine answers us, however it changes its address, comes to rest here. When the breaker opens, replies are
held back, not lost, until a supervisor has looked. Nothing here looks at the roll.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases import asking
from helpdesk.store.database import UtcDateTime, ask, db, transaction
from helpdesk.store.models import Breaker, OutboxRow, ReplyTurn, Restoration
from helpdesk.store.outgoing import outbox
from helpdesk.store.outgoing.outbox import OutboxView
from helpdesk.vocabulary import SYSTEM, OutboxState, StaffMember, ascii_lower

_EVERY = timedelta(days=1)
_WINDOW = timedelta(hours=1)

_OPENED = select(Breaker.opened_at).where(Breaker.name == outbox.REPLIES)
_IS_AUTOMATIC = text("outbox.automatic")  # to the letter as the index has it, so that it is used
_SO_FAR = select(  # what may speak against an automatic reply, whoever gets it
    Breaker.opened_at,
    select(func.max(Restoration.at)).scalar_subquery().label("restored_at"),
    select(func.count())  # a backlog is not counted to its end
    .select_from(
        select(OutboxRow.id)
        .where(
            _IS_AUTOMATIC,
            OutboxRow.queued_at > bindparam("hour"),
            or_(Breaker.closed_at.is_(None), OutboxRow.queued_at > Breaker.closed_at),
        )
        .limit(bindparam("most"))
        .correlate(Breaker)
        .subquery()
    )
    .scalar_subquery()
    .label("replies"),
).where(Breaker.name == outbox.REPLIES)

# A time that lies far ahead was written by a clock that was wrong; it must not silence a sender for a year.
_TAKEN = select(ReplyTurn.key).where(
    ReplyTurn.key.in_(bindparam("keys", expanding=True)),
    ReplyTurn.at > bindparam("since"),
    ReplyTurn.at < bindparam("until"),
)
_TAKE = text(
    "INSERT INTO reply_turn (key, at) VALUES (:key, :at) ON CONFLICT (key) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=UtcDateTime()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A message that would be answered of itself. ``letters_of``: the tickets whose letters it answers."""

    address: str
    received_at: datetime
    letters_of: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a reply may go out. ``refused`` says why not, ``held`` that a supervisor decides."""

    refused: str = ""
    held: bool = False


def take(
    session: Session, answering: Sequence[Answering], court: policy.Court, limits: policy.MailLimits, *, now: datetime
) -> list[Turn]:
    """Take the turns of these senders and conversations, within the caller's transaction, where they are free.

    The breaker is locked: nobody else takes a turn, or is counted, meanwhile.
    """
    if not answering:
        return []
    so_far = ask(session, _SO_FAR, hour=now - _WINDOW, most=limits.replies_per_hour).one()
    is_open, replies, turns = so_far.opened_at is not None, so_far.replies, []
    keys = [key for one in answering for key in (*map(_talk, one.letters_of), _sender(one.address))]
    before = frozenset(ask(session, _TAKEN, keys=keys, since=now - _EVERY, until=now + _EVERY).scalars())
    taken = set(before)
    for one in answering:
        refused = _refused(one, court, so_far.restored_at, taken)
        if not refused and not is_open and replies >= limits.replies_per_hour:
            _trip(session, limits, now)
            is_open = True
        turns.append(Turn(refused=refused, held=is_open and not refused))
        replies += not refused
    _note(session, taken - before, now)
    return turns


def began(session: Session, ticket_ids: Iterable[int], now: datetime) -> None:
    """These new tickets begin with an automatic reply: it is the turn of their conversations."""
    _note(session, {_talk(ticket_id) for ticket_id in ticket_ids}, now)


def _refused(one: Answering, court: policy.Court, restored_at: datetime | None, taken: set[str]) -> str:
    """Why the reply may not go out, '' where its turns were free; they are ``taken`` then."""
    address = ascii_lower(one.address)
    if address in court.own_addresses or address.rpartition("@")[2] in court.own_domains:
        return "The sender is one of the court's own addresses."
    if restored_at is not None and restored_at > one.received_at:
        return "It came in before the database was restored; it may have been answered then."
    if not all(_free(_talk(ticket_id), taken) for ticket_id in one.letters_of):
        return "This conversation already got an automatic reply today."
    if not _free(_sender(one.address), taken):
        return "This sender already got an automatic reply today."
    return ""


def _talk(ticket_id: int) -> str:
    return f"conversation:{ticket_id}"


def _sender(address: str) -> str:
    return f"sender:{asking.asker(address, forged=False).sender}"


def _free(key: str, taken: set[str]) -> bool:
    """Take a turn that nobody had within a day."""
    free = key not in taken
    taken.add(key)
    return free


def _note(session: Session, keys: Collection[str], now: datetime) -> None:
    if keys:
        session.connection().execute(_TAKE, [{"key": key, "at": now} for key in sorted(keys)])


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
