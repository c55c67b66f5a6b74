"""The mail of a ticket, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.store import stored
from helpdesk.store.cases import merging
from helpdesk.store.database import ask, db
from helpdesk.store.models import Decision, LedgerEntry, RawMail, ReadMail
from helpdesk.vocabulary import (
    Attachment,
    Authentication,
    Category,
    FilerRequest,
    Missing,
    Reason,
    Route,
    Section,
    Signal,
    SignalName,
)

AT_ONCE = 50  # messages on a page
_DECISIONS_READ = 20  # newest of a ticket
_PASSWORD = SignalName.PASTED_PASSWORD.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """One mail of a ticket, as it was read when it was decided. ``ticket_id``: where it came in."""

    ledger_id: int
    ticket_id: int
    subject: str
    sender_line: str
    received_at: datetime | None
    text: str
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]
    authentication: Authentication
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: tuple[str, ...]
    defects: tuple[str, ...]
    hidden_text: str
    has_html: bool
    covered: bool  # a password in its text was covered; its HTML would show it
    text_forgotten_at: datetime | None  # the rules keep the text no longer
    original_forgotten_at: datetime | None  # nor the bytes, so neither HTML nor attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it was made, with everything it rests on."""

    ledger_id: int
    decided_at: datetime
    route: Route
    category: Category
    wants: tuple[Category, ...]
    why: str
    reasons: tuple[Reason, ...]
    signals: tuple[Signal, ...]
    requests: tuple[FilerRequest, ...]
    missing: tuple[Missing, ...]
    reply: str | None
    rules_digest: str
    roll_version: str

    @property
    def all_signals(self) -> tuple[Signal, ...]:
        """Those of the message and of each request, each once."""
        found = [*self.signals, *(signal for request in self.requests for signal in request.signals)]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some messages of a ticket, oldest first. ``before`` leads to older ones, None where there are none."""

    messages: tuple[ShownMessage, ...]
    before: int | None


def of_ticket(ticket_id: int, *, before: int | None = None) -> Stretch:
    """The newest mail that something was decided about for this ticket, and for what became part of it; or the newest
    below a number. A flood may have made thousands one case."""
    newest = select(Decision.ledger_id).where(Decision.ticket_id.in_(merging.FAMILY)).distinct()
    if before is not None:
        newest = newest.where(Decision.ledger_id < before)
    newest = newest.order_by(Decision.ledger_id.desc()).limit(AT_ONCE + 1)
    found = ask(db.session(), newest, head=ticket_id).scalars().all()
    some = sorted(found[:AT_ONCE])
    return Stretch(messages=_shown(ticket_id, some), before=some[0] if len(found) > AT_ONCE else None)


def one_of(ticket_id: int, ledger_id: int) -> ShownMessage:
    """A message that the ticket's pages show; NotFoundError for any other pair."""
    for message in _shown(ticket_id, [ledger_id]):
        return message
    raise NotFoundError("There is no such message on this ticket.")


def _shown(ticket_id: int, ledger_ids: Sequence[int]) -> tuple[ShownMessage, ...]:
    """Those of these messages that something was decided about for the ticket, or for what became part of it."""
    decisions = select(Decision.ledger_id, Decision.signals).where(
        Decision.ledger_id.in_(ledger_ids), Decision.ticket_id.in_(merging.FAMILY)
    )
    decided = ask(db.session(), decisions, head=ticket_id).all()
    covered = {row.ledger_id for row in decided if any(signal["name"] == _PASSWORD for signal in row.signals)}
    rows = db.session.execute(
        select(ReadMail, RawMail.forgotten_at)
        .join(LedgerEntry, LedgerEntry.id == ReadMail.ledger_id)
        .join(RawMail, RawMail.sha256 == LedgerEntry.sha256)
        .where(ReadMail.ledger_id.in_({row.ledger_id for row in decided}))
        .order_by(ReadMail.ledger_id)
    )
    return tuple(_message(row, forgotten_at, covered=row.ledger_id in covered) for row, forgotten_at in rows)


def newest_mail(session: Session, ticket_id: int) -> ReadMail | None:
    """The newest mail of the ticket itself, without those of merged ones: whoever wrote it gets the answers."""
    decided = select(Decision.ledger_id).where(Decision.ticket_id == ticket_id)
    return session.execute(
        select(ReadMail).where(ReadMail.ledger_id.in_(decided)).order_by(ReadMail.ledger_id.desc()).limit(1)
    ).scalar_one_or_none()


def newest_decision(ticket_id: int) -> StoredDecision:
    """The newest decision that names a filer, else the newest."""
    newest = select(Decision).where(Decision.ticket_id == ticket_id).order_by(Decision.id.desc())
    rows = db.session.execute(newest.limit(_DECISIONS_READ)).scalars().all()
    row = next((row for row in rows if row.requests), rows[0])
    return StoredDecision(
        ledger_id=row.ledger_id,
        decided_at=row.decided_at,
        route=Route(row.route),
        category=Category(row.category),
        wants=tuple(Category(want) for want in row.wants),
        why=row.why,
        reasons=stored.reasons.validate_python(row.reasons),
        signals=stored.signals.validate_python(row.signals),
        requests=stored.requests.validate_python(row.requests),
        missing=tuple(Missing(item) for item in row.missing),
        reply=row.reply,
        rules_digest=row.rules_digest,
        roll_version=row.roll_version,
    )


def _message(row: ReadMail, original_forgotten_at: datetime | None, *, covered: bool) -> ShownMessage:
    headers: dict[str, Any] = row.headers
    return ShownMessage(
        ledger_id=row.ledger_id,
        ticket_id=row.ticket_id,
        subject=row.subject,
        sender_line=row.sender_line,
        received_at=row.received_at,
        text=row.text,
        sections=stored.sections.validate_python(row.sections),
        attachments=stored.attachments.validate_python(row.attachments),
        authentication=stored.authentication.validate_python(headers["authentication"]),
        to=tuple(headers["to"]),
        cc=tuple(headers["cc"]),
        reply_to=tuple(headers["reply_to"]),
        defects=tuple(headers["defects"]),
        hidden_text=headers["hidden_text"],
        has_html=headers.get("has_html", False),
        covered=covered,
        text_forgotten_at=row.forgotten_at,
        original_forgotten_at=original_forgotten_at,
    )
