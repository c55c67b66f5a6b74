"""Messages on their way to their place, with what the core made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.vocabulary import Decision, Delivery, Message, Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """One message with what the core made of it."""

    message: Message
    understanding: Understanding
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message's row in the ledger, locked by this transaction."""

    id: int
    sha256: str
    state: Delivery
    ticket_id: int | None
    truncated: bool
    outline: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A message that is about to get its place."""

    entry: Entry
    triaged: Triaged

    @property
    def at(self) -> datetime:
        """When it reached the court."""
        return arrived_at(self.triaged.message, self.entry)


def arrived_at(message: Message, entry: Entry) -> datetime:
    """When a message reached the court: as its mail server says, and never after it was stored here."""
    return min(message.received_at or entry.stored_at, entry.stored_at)
