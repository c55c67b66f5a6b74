"""The same mail again, and another mail under the same Message-ID."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.store.database import ask
from helpdesk.store.models import LedgerEntry
from helpdesk.vocabulary import Delivery, Message

_ledger = LedgerEntry.__table__
_another = _ledger.c.id != bindparam("entry")
_copies = (
    select(_ledger.c.id, _ledger.c.ticket_id)
    .where(
        _ledger.c.content_key == bindparam("content"),
        _another,
        _ledger.c.state.in_([Delivery.TICKETED.value, Delivery.ATTACHED.value]),
    )
    .order_by(_ledger.c.id)
    .limit(1)
)
_others = (
    select(_ledger.c.id)
    .where(
        _ledger.c.message_id == bindparam("message_id"),
        _another,
        _ledger.c.content_key.is_not(None),
        _ledger.c.content_key != bindparam("content"),
    )
    .limit(1)
)
_KNOWN = select(
    _copies.with_only_columns(_ledger.c.id).scalar_subquery().label("copy"),
    _copies.with_only_columns(_ledger.c.ticket_id).scalar_subquery().label("ticket_id"),
    _others.scalar_subquery().label("other_content"),
)
_MADE_UP = "@no-message-id.invalid"  # RFC 2606: nobody's domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Messages that came before, or otherwise beside, this one.

    copy: the one with the same content that became a ticket, or part of one; ticket_id: of that. other_content: one
    with the same Message-ID and other content: at least one of the two is forged or broken.
    """

    copy: int | None
    ticket_id: int | None
    other_content: int | None


def id_of(message: Message) -> str:
    """The message's own id; where it has none, one made of its content, so that copies of it share it."""
    return message.message_id or f"{message.content_key}{_MADE_UP}"


def written_id(ledger_message_id: str | None) -> str | None:
    """The id that stood in the mail itself: the only one that may appear in an answer."""
    return None if ledger_message_id is None or ledger_message_id.endswith(_MADE_UP) else ledger_message_id


def known_of(session: Session, entry: LedgerEntry) -> Known:
    """What the ledger knows of a message's content and Message-ID, asked in one statement."""
    found = ask(session, _KNOWN, entry=entry.id, content=entry.content_key, message_id=entry.message_id).one()
    return Known(copy=found.copy, ticket_id=found.ticket_id, other_content=found.other_content)
