"""How long mail is kept here: its original and its text are forgotten some time after its ticket was finished.

All that accounts for it stays: the ledger's row with hash and size, subject and sender, what was decided and why, our
letters, notes, and the record of events. So the mailbox still adds up, and a copy that comes again is known as one.
What waits, is in quarantine or belongs to an open case is never touched; nor is what staff entered by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, func, not_, select, update
from sqlalchemy.orm import Session, aliased

from helpdesk import policy
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.incoming.ledger import BY_HAND
from helpdesk.store.models import Decision, LedgerEntry, Mailbox, RawMail, ReadMail, Ticket
from helpdesk.vocabulary import SYSTEM, Delivery, StaffMember, TicketState

_LOOKED_UP = 10_000  # messages that are looked for at a time
_AT_ONCE = 200  # messages of one transaction: nobody waits long for it
_WAITS = (Delivery.STORED.value, Delivery.QUARANTINED.value)
_FINISHED = tuple(
    state.value
    for state in (
        TicketState.ANSWERED,
        TicketState.SENT,
        TicketState.CLOSED,
        TicketState.DECLINED,
        TicketState.SPAM,
        TicketState.MERGED,
    )
)
_ENTERED = select(Mailbox.id).where(Mailbox.name == BY_HAND).scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many messages' originals (with all attachments) and texts were deleted here, or would be."""

    originals: int = 0
    texts: int = 0

    def __bool__(self) -> bool:
        return bool(self.originals or self.texts)


def due(keep: policy.Keep | None, *, now: datetime) -> Forgotten:
    """What the rules would have forgotten now. None: they do not speak of it, so everything stays."""
    if keep is None:
        return Forgotten()
    return Forgotten(
        originals=_count(_originals(now - timedelta(days=keep.original_days))),
        texts=_count(_texts(now - timedelta(days=keep.text_days))),
    )


def forget(
    keep: policy.Keep | None, *, now: datetime, actor: StaffMember = SYSTEM, most: int = sys.maxsize
) -> Forgotten:
    """Delete what the rules no longer keep, some at a time, and put on record how much that was.

    most: no more originals, and no more texts, than that; the rest is for the next time.
    """
    if keep is None:
        return Forgotten()
    originals = _originals(now - timedelta(days=keep.original_days))
    texts = _texts(now - timedelta(days=keep.text_days))
    return Forgotten(
        originals=_some_at_a_time(originals, most, lambda found: _delete_originals(originals, found, actor, now)),
        texts=_some_at_a_time(texts, most, lambda found: _delete_texts(texts, found, actor, now)),
    )


def _some_at_a_time(which: Select[Any], most: int, delete: Callable[[Sequence[Any]], int]) -> int:
    """They are looked for without a lock, so that nobody waits, and looked at once more when they are deleted."""
    gone, some = 0, 1
    while some and (found := db.session.execute(which.limit(min(_LOOKED_UP, most - gone))).scalars().all()):
        some = sum(delete(found[first : first + _AT_ONCE]) for first in range(0, len(found), _AT_ONCE))
        gone += some
    return gone


def _delete_originals(which: Select[Any], found: Sequence[str], actor: StaffMember, now: datetime) -> int:
    with transaction() as session:
        # Whoever stores a copy meanwhile (ledger.store_batch) holds these rows, or waits and stores the bytes anew.
        session.execute(select(RawMail.sha256).where(RawMail.sha256.in_(found)).with_for_update())
        still = session.execute(which.where(RawMail.sha256.in_(found))).scalars().all()
        session.execute(update(RawMail).where(RawMail.sha256.in_(still)).values(packed=b"", forgotten_at=now))
        _record(session, "originals_forgotten", len(still), actor, now)
    return len(still)


def _delete_texts(which: Select[Any], found: Sequence[int], actor: StaffMember, now: datetime) -> int:
    with transaction() as session:
        still = session.execute(which.where(ReadMail.ledger_id.in_(found))).scalars().all()
        rows = session.execute(select(ReadMail).where(ReadMail.ledger_id.in_(still))).scalars().all()
        for row in rows:
            row.text, row.sections, row.forgotten_at = "", [], now
            row.headers = {**row.headers, "hidden_text": ""}
        _record(session, "texts_forgotten", len(rows), actor, now)
    return len(rows)


def _record(session: Session, kind: str, messages: int, actor: StaffMember, now: datetime) -> None:
    if messages:
        audit.record(session, kind, actor=actor, now=now, messages=messages)


def _originals(before: datetime) -> Select[Any]:
    """Hashes of the bytes that no message needs any more: one mail may lie in several mailboxes."""
    needed = [not_(which.where(LedgerEntry.sha256 == RawMail.sha256).exists()) for which in _needed(before)]
    return select(RawMail.sha256).where(RawMail.forgotten_at.is_(None), *needed)


def _texts(before: datetime) -> Select[Any]:
    """Ledger numbers of the messages whose text nobody needs any more."""
    needed = [not_(which.where(LedgerEntry.id == ReadMail.ledger_id).exists()) for which in _needed(before)]
    return select(ReadMail.ledger_id).where(ReadMail.forgotten_at.is_(None), *needed)


def _needed(before: datetime) -> Iterator[Select[Any]]:
    """Which messages wait, or belong to something that lives: one question for each reason, for databases look up
    "none of these" quickly, and "not (this or that)" row by row."""
    entries, parts = select(LedgerEntry.id), _parts_of_live(before)
    of_ticket = entries.join(Ticket, Ticket.id == LedgerEntry.ticket_id)
    decided = entries.join(Decision, Decision.ledger_id == LedgerEntry.id)
    yield entries.where(LedgerEntry.state.in_(_WAITS))
    yield entries.where(LedgerEntry.settled_at.is_(None))
    yield entries.where(LedgerEntry.settled_at >= before)
    yield entries.where(LedgerEntry.mailbox_id == _ENTERED)
    for state in (_is_unfinished, _is_recent):
        yield of_ticket.where(state(Ticket, before))
        yield decided.join(Ticket, Ticket.id == Decision.ticket_id).where(state(Ticket, before))
    yield entries.join(parts, parts.c.id == LedgerEntry.ticket_id)
    yield decided.join(parts, parts.c.id == Decision.ticket_id)


def _is_unfinished(ticket: type[Ticket], _before: datetime) -> ColumnElement[bool]:
    return ticket.state.not_in(_FINISHED)


def _is_recent(ticket: type[Ticket], before: datetime) -> ColumnElement[bool]:
    return ticket.updated_at >= before


def _parts_of_live(before: datetime) -> CTE:
    """Tickets that were merged, over any number of steps, into one that lives."""
    part, whole, further = aliased(Ticket), aliased(Ticket), aliased(Ticket)
    lives = _is_unfinished(whole, before) | _is_recent(whole, before)
    first = select(part.id).join(whole, whole.id == part.merged_into)
    parts = first.where(part.state == TicketState.MERGED.value, lives).cte("parts_of_live", recursive=True)
    rest = select(further.id).join(parts, parts.c.id == further.merged_into)
    return parts.union(rest.where(further.state == TicketState.MERGED.value))


def _count(which: Select[Any]) -> int:
    return db.session.execute(select(func.count()).select_from(which.subquery())).scalar_one()
