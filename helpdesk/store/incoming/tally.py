"""Where every message is: what was taken in, what waits, and when each mailbox was last read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from helpdesk.store.database import ask, db
from helpdesk.store.incoming.ledger import BY_HAND, STORED
from helpdesk.store.models import LedgerEntry, Mailbox
from helpdesk.vocabulary import Delivery

_MAILBOXES = (
    select(
        *(Mailbox.id, Mailbox.name, Mailbox.polled_at, Mailbox.error, Mailbox.server_messages, Mailbox.messages),
        select(func.count()).select_from(LedgerEntry).where(STORED).scalar_subquery().label("waiting"),
    )
    .where(Mailbox.name != BY_HAND)
    .order_by(Mailbox.name)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """One mailbox's last contact with its server."""

    name: str
    polled_at: datetime | None
    error: str | None
    server_messages: int | None
    messages: int = 0  # all of it that was ever taken in


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a page shows of the mailboxes at every look, read from counts that are kept as mail comes in."""

    mailboxes: tuple[MailboxState, ...]
    total: int  # all messages ever taken from the servers
    waiting: int  # taken in, but not understood yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Where every message is. ``stored`` counts those still waiting to be understood."""

    counts: dict[Delivery, int]
    mailboxes: tuple[MailboxState, ...]

    @property
    def total(self) -> int:
        """All messages ever taken from the server."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """Messages taken in that have not become a ticket, an attachment, ignored or quarantined yet."""
        return self.counts[Delivery.STORED]


def accounting() -> Accounting:
    """Where every message of the mailboxes is; requests that staff entered are not among them."""
    mailboxes = ask(db.session(), _MAILBOXES).all()
    counted = (
        select(LedgerEntry.state, func.count())
        .where(LedgerEntry.mailbox_id.in_([row.id for row in mailboxes]))
        .group_by(LedgerEntry.state)
    )
    found = dict(db.session.execute(counted).all())
    return Accounting(
        counts={state: found.get(state.value, 0) for state in Delivery},
        mailboxes=tuple(_state(row) for row in mailboxes),
    )


def seconds_behind(*, now: datetime) -> int:
    """How long the oldest message without a place has waited since it was taken in, besides those that come back from
    quarantine: they are tried when nothing else waits."""
    waiting = select(LedgerEntry.stored_at).where(STORED, LedgerEntry.tries == 0)
    oldest = db.session.execute(waiting.order_by(LedgerEntry.id).limit(1)).scalar_one_or_none()
    return max(int((now - oldest).total_seconds()), 0) if oldest else 0


def glance() -> Glance:
    """The mailboxes at a glance, without counting the ledger."""
    rows = ask(db.session(), _MAILBOXES).all()
    return Glance(
        mailboxes=tuple(_state(row) for row in rows),
        total=sum(row.messages for row in rows),
        waiting=rows[0].waiting if rows else 0,
    )


def _state(row: Row[Any]) -> MailboxState:
    return MailboxState(
        name=row.name,
        polled_at=row.polled_at,
        error=row.error,
        server_messages=row.server_messages,
        messages=row.messages,
    )
