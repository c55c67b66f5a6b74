"""A request that staff took down becomes a Message and an Understanding, so that it goes the way of a mail."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.understanding import missing_in, understand
from helpdesk.vocabulary import (
    RESETS,
    Address,
    Arrival,
    Category,
    Claim,
    Entry,
    Message,
    Place,
    Section,
    SectionKind,
    Signal,
    SignalName,
    Span,
    Stated,
    Understanding,
    ascii_lower,
)

SUBJECTS = {
    Arrival.MAIL: "Request",
    Arrival.PHONE: "Request by telephone",
    Arrival.WALK_IN: "Request at the counter",
    Arrival.LETTER: "Request by letter",
}
_TOO = (Category.EMAIL_CHANGE,)  # what changes the decision when it is wanted besides
# Signals about how a mail was sent, and about claims found by reading: neither says anything of an entry.
_OF_MAIL_ALONE = (SignalName.SENDER_UNCLEAR, SignalName.OTHER_BAR_ID, SignalName.WHO_UNCLEAR)


def take_down(entry: Entry, rules: ReadingRules, *, taken_by: str, now: datetime) -> tuple[Message, Understanding]:
    """The entry as a message whose claims are exactly what was entered. taken_by: a login. now: aware, UTC."""
    text, spans = _written(entry)
    said = Span(place=Place.TEXT, start=len(text), end=len(text) + len(entry.said.strip()))
    text += entry.said.strip()
    address = ascii_lower(entry.claimed_email.strip())
    speaker = _tidy(entry.asked_by or entry.name)
    identity = hashlib.sha256("\0".join((text, taken_by, now.isoformat())).encode()).hexdigest()
    message = Message(
        sha256=identity,
        content_key=identity,
        message_id=None,
        subject=SUBJECTS[entry.arrival],
        senders=(Address(display_name=speaker, address=address),) if speaker or address else (),
        sent_at=now,
        received_at=now,
        text=text,
        sections=(Section(kind=SectionKind.OWN, start=0, end=len(text)),),
    )
    read = _understood(message, said, rules)
    claims = (_claim(entry, spans),) if entry.category in RESETS else ()
    understanding = replace(
        read,
        category=entry.category,
        wants=(entry.category, *(want for want in read.wants if want in _TOO and want is not entry.category)),
        why=f"{entry.category.value}: entered by {taken_by}",
        urgent=entry.urgent,
        claims=claims,
        missing=missing_in(claims),
        signals=tuple(_moved(signal, said.start) for signal in read.signals if signal.name not in _OF_MAIL_ALONE),
        passwords=tuple(_shifted(span, said.start) for span in read.passwords),
        court=read.court if entry.category is Category.OTHER_COURT else None,
        thanks_only=False,
    )
    return message, understanding


def _understood(message: Message, said: Span, rules: ReadingRules) -> Understanding:
    """What the free words say; the fields say themselves what they are, and are not read."""
    words = message.text[said.start : said.end]
    alone = replace(message, text=words, sections=(Section(kind=SectionKind.OWN, start=0, end=len(words)),))
    return understand(alone, rules) if words else Understanding(category=Category.GENERAL, wants=(), why="")


def _moved(signal: Signal, by: int) -> Signal:
    return replace(signal, span=_shifted(signal.span, by)) if signal.span else signal


def _shifted(span: Span, by: int) -> Span:
    if span.place is not Place.TEXT:
        return span
    return replace(span, start=span.start + by, end=span.end + by)


def _written(entry: Entry) -> tuple[str, dict[str, Span]]:
    """The entry as text, and where each value stands in it."""
    lines = (
        ("name", "Name", _tidy(entry.name)),
        ("bar_id", "Bar ID", _tidy(f"{entry.bar_state} {entry.bar_id}")),
        ("", "Bar ID", "none, they say" if entry.says_no_bar_id else ""),
        ("claimed_email", "E-mail", _tidy(entry.claimed_email)),
        ("", "Asked by", _tidy(entry.asked_by)),
    )
    text, spans = "", {}
    for key, label, value in lines:
        if value:
            text += f"{label}: "
            spans[key] = Span(place=Place.TEXT, start=len(text), end=len(text) + len(value))
            text += f"{value}\n"
    return f"{text}\n" if text else "", spans


def _claim(entry: Entry, spans: dict[str, Span]) -> Claim:
    address = ascii_lower(entry.claimed_email.strip())
    number = "".join(char for char in entry.bar_id if char.isalnum())
    return Claim(
        name=_stated(_tidy(entry.name), entry.name, spans.get("name")),
        bar_id=_stated(number, entry.bar_id, spans.get("bar_id")),
        bar_state=entry.bar_state.strip().upper() or None,
        claimed_email=_stated(address, entry.claimed_email, spans.get("claimed_email")),
        says_no_bar_id=entry.says_no_bar_id,
        filer_is_sender=not entry.asked_by.strip(),
    )


def _stated(value: str, written: str, span: Span | None) -> Stated | None:
    return Stated(value=value, written=written.strip(), span=span) if value else None


def _tidy(text: str) -> str:
    return " ".join(text.split())
