"""How long mail is kept here: its original and its text are forgotten some time after its ticket was finished.

All that accounts for it stays: the ledger's row with hash and size, subject and sender, what was decided and why, our
letters, notes, and the record of events. So the mailbox still adds up, and a copy that comes again is known as one.
What waits, is in quarantine or belongs to an open case is never touched; nor is what staff entered by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, not_, or_, select, update
from sqlalchemy.orm import aliased

from helpdesk import policy
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.ledger import BY_HAND
from helpdesk.store.models import Decision, LedgerEntry, Mailbox, RawMail, ReadMail, Ticket
from helpdesk.vocabulary import SYSTEM, Delivery, StaffMember, TicketState

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


def forget(keep: policy.Keep | None, *, now: datetime, actor: StaffMember = SYSTEM) -> Forgotten:
    """Delete what the rules no longer keep, some at a time, and put on record how much that was."""
    originals = texts = 0
    if keep is not None:
        while some := _forget_originals(now - timedelta(days=keep.original_days), actor, now):
            originals += some
        while some := _forget_texts(now - timedelta(days=keep.text_days), actor, now):
            texts += some
    return Forgotten(originals=originals, texts=texts)


def _forget_originals(before: datetime, actor: StaffMember, now: datetime) -> int:
    """Looked for without a lock, so that nobody waits; looked at once more when they are deleted."""
    found = db.session.execute(_originals(before).limit(_AT_ONCE)).scalars().all()
    if not found:
        return 0
    with transaction() as session:
        still = session.execute(_originals(before).where(RawMail.sha256.in_(found))).scalars().all()
        session.execute(update(RawMail).where(RawMail.sha256.in_(still)).values(packed=b"", forgotten_at=now))
        audit.record(session, "originals_forgotten", actor=actor, now=now, messages=len(still))
    return len(still)


def _forget_texts(before: datetime, actor: StaffMember, now: datetime) -> int:
    found = db.session.execute(_texts(before).limit(_AT_ONCE)).scalars().all()
    if not found:
        return 0
    with transaction() as session:
        still = _texts(before).where(ReadMail.ledger_id.in_(found))
        rows = session.execute(select(ReadMail).where(ReadMail.ledger_id.in_(still))).scalars().all()
        for row in rows:
            row.text, row.sections, row.forgotten_at = "", [], now
            row.headers = {**row.headers, "hidden_text": ""}
        audit.record(session, "texts_forgotten", actor=actor, now=now, messages=len(rows))
    return len(rows)


def _originals(before: datetime) -> Select[Any]:
    """Hashes of the bytes that no message needs any more: one mail may lie in several mailboxes."""
    entry = aliased(LedgerEntry)
    needs = select(entry.id).where(entry.sha256 == RawMail.sha256, _is_needed(entry, before)).exists()
    return select(RawMail.sha256).where(RawMail.forgotten_at.is_(None), not_(needs))


def _texts(before: datetime) -> Select[Any]:
    """Ledger numbers of the messages whose text nobody needs any more."""
    entry = aliased(LedgerEntry)
    read = select(ReadMail.ledger_id).join(entry, entry.id == ReadMail.ledger_id)
    return read.where(ReadMail.forgotten_at.is_(None), not_(_is_needed(entry, before)))


def _is_needed(entry: type[LedgerEntry], before: datetime) -> ColumnElement[bool]:
    """Whether a message waits, or anything happened since then to a ticket that shows it."""
    live = _is_live(Ticket, before) | Ticket.id.in_(_parts_of_live(before))
    shown = (
        select(Decision.id).join(Ticket, Ticket.id == Decision.ticket_id).where(Decision.ledger_id == entry.id, live)
    )
    placed = select(Ticket.id).where(Ticket.id == entry.ticket_id, live)
    return or_(
        entry.state.in_(_WAITS),
        entry.settled_at.is_(None),
        entry.settled_at >= before,
        entry.mailbox_id == _ENTERED,
        placed.exists(),
        shown.exists(),
    )


def _is_live(ticket: type[Ticket], before: datetime) -> ColumnElement[bool]:
    return ticket.state.not_in(_FINISHED) | (ticket.updated_at >= before)


def _parts_of_live(before: datetime) -> Select[Any]:
    """Tickets that were merged, over any number of steps, into one that lives."""
    part, whole = aliased(Ticket), aliased(Ticket)
    merged = part.state == TicketState.MERGED.value
    first = select(part.id).join(whole, whole.id == part.merged_into).where(merged, _is_live(whole, before))
    parts = first.cte("parts_of_live", recursive=True)
    further = aliased(Ticket)
    parts = parts.union(
        select(further.id)
        .join(parts, parts.c.id == further.merged_into)
        .where(further.state == TicketState.MERGED.value)
    )
    return select(parts.c.id)


def _count(which: Select[Any]) -> int:
    return db.session.execute(select(func.count()).select_from(which.subquery())).scalar_one()
