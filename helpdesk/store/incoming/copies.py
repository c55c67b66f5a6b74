"""The same mail again, and another mail under the same Message-ID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Integer, String, select
from sqlalchemy.orm import Session

from helpdesk.store.cases.arriving import Arriving
from helpdesk.store.models import LedgerEntry
from helpdesk.store.together import ROWS, ask_each, each
from helpdesk.vocabulary import Delivery, Message

_ledger = LedgerEntry.__table__
_another = _ledger.c.id != each("entry", Integer)
_copies = (
    select(_ledger.c.id, _ledger.c.ticket_id)
    .where(
        _ledger.c.content_key == each("content", String),
        _another,
        _ledger.c.state.in_([Delivery.TICKETED.value, Delivery.ATTACHED.value]),
    )
    .order_by(_ledger.c.id)
    .limit(1)
)
_others = (
    select(_ledger.c.id)
    .where(
        _ledger.c.message_id == each("message_id", String),
        _another,
        _ledger.c.content_key.is_not(None),
        _ledger.c.content_key != each("content", String),
    )
    .order_by(_ledger.c.id)  # the first of several, as one mail after the other would name it
    .limit(1)
)
_KNOWN = select(
    each("entry", Integer).label("entry"),
    _copies.with_only_columns(_ledger.c.id).scalar_subquery().label("copy"),
    _copies.with_only_columns(_ledger.c.ticket_id).scalar_subquery().label("ticket_id"),
    _others.scalar_subquery().label("other_content"),
).select_from(ROWS)
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


def known_of(session: Session, mails: Iterable[Arriving]) -> dict[int, Known]:
    """What the ledger knows of these messages' contents and Message-IDs, by their numbers in the ledger."""
    rows = [
        {
            "entry": mail.entry.id,
            "content": mail.triaged.message.content_key,
            "message_id": id_of(mail.triaged.message),
        }
        for mail in mails
    ]
    return {
        row.entry: Known(copy=row.copy, ticket_id=row.ticket_id, other_content=row.other_content)
        for row in ask_each(session, _KNOWN, rows)
    }
