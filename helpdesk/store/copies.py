"""The same mail again, and another mail under the same Message-ID."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.store.models import LedgerEntry
from helpdesk.vocabulary import Delivery, Message

_MADE_UP = "@no-message-id.invalid"  # RFC 2606: nobody's domain


def id_of(message: Message) -> str:
    """The message's own id; where it has none, one made of its content, so that copies of it share it."""
    return message.message_id or f"{message.content_key}{_MADE_UP}"


def written_id(ledger_message_id: str | None) -> str | None:
    """The id that stood in the mail itself: the only one that may appear in an answer."""
    return None if ledger_message_id is None or ledger_message_id.endswith(_MADE_UP) else ledger_message_id


def earlier_copy(session: Session, entry: LedgerEntry) -> LedgerEntry | None:
    """The message with the same content that became a ticket, or part of one."""
    return session.execute(
        select(LedgerEntry)
        .where(
            LedgerEntry.content_key == entry.content_key,
            LedgerEntry.id != entry.id,
            LedgerEntry.state.in_([Delivery.TICKETED.value, Delivery.ATTACHED.value]),
        )
        .order_by(LedgerEntry.id)
        .limit(1)
    ).scalar_one_or_none()


def other_content(session: Session, entry: LedgerEntry) -> int | None:
    """A message with the same Message-ID and other content: at least one of the two is forged or broken."""
    return session.execute(
        select(LedgerEntry.id)
        .where(
            LedgerEntry.message_id == entry.message_id,
            LedgerEntry.id != entry.id,
            LedgerEntry.content_key.is_not(None),
            LedgerEntry.content_key != entry.content_key,
        )
        .limit(1)
    ).scalar_one_or_none()
