"""The bytes of a mail become a Message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from helpdesk import policy
from helpdesk.errors import UnreadableMessageError
from helpdesk.read.contents.body import Body, read_body, walk
from helpdesk.read.limits import DEFAULT_LIMITS, Limits
from helpdesk.read.machines.evidence import Evidence
from helpdesk.read.machines.machine import find_machine
from helpdesk.read.machines.returned import returned_mail
from helpdesk.read.mime.addresses import addresses, return_path
from helpdesk.read.mime.dates import parse_date
from helpdesk.read.mime.headers import Headers, header_text
from helpdesk.read.mime.identity import content_key, message_id, message_ids
from helpdesk.read.mime.parts import Part, parse_parts
from helpdesk.read.sections.cutting import cut_sections
from helpdesk.read.sections.notices import notice_shingles
from helpdesk.read.sections.versions import note_versions
from helpdesk.read.trust.authentication import authenticate
from helpdesk.read.trust.doubtful import note_doubtful
from helpdesk.read.trust.tricks import note_age, note_tricks
from helpdesk.vocabulary import (
    Address,
    Authentication,
    Defect,
    MachineKind,
    MachineMail,
    Message,
    Section,
    SectionKind,
)

_OWN = (SectionKind.OWN,)
_SENDERS_OWN = (SectionKind.OWN, SectionKind.SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """What the headers say."""

    senders: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    received_at: datetime | None
    answered: tuple[str, ...]  # Message-IDs of the mail that this one answers
    return_path: str | None
    authentication: Authentication


def read_message(raw: bytes, *, court: policy.Court, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Parse the bytes of one mail as IMAP gave them.

    Raises UnreadableMessageError when a limit is exceeded or nothing can be read; never anything else.
    """
    _require_readable(raw, limits)
    defects: list[Defect] = []
    root = parse_parts(raw, limits=limits, defects=defects)
    headers, parts = root.headers, tuple(walk(root))
    body = read_body(root, limits=limits, defects=defects)
    envelope = _envelope(headers, court, limits, defects)
    sections, own_words = _sections(body, envelope, court, defects)
    own_id = message_id(headers, defects)
    machine = find_machine(_evidence(headers, parts, envelope, own_words, court))
    return Message(
        sha256=hashlib.sha256(raw).hexdigest(),
        content_key=content_key(
            headers,
            senders=envelope.senders,
            subject=envelope.subject,
            sent_at=envelope.sent_at,
            text=body.text,
            digests=body.digests,
        ),
        message_id=own_id,
        in_reply_to=envelope.answered,
        references=message_ids(headers, "references"),
        subject=envelope.subject,
        senders=_without_our_own(envelope.senders, court),
        reply_to=addresses(headers, "reply-to", limits=limits, defects=defects),
        to=envelope.to,
        cc=envelope.cc,
        return_path=envelope.return_path,
        sent_at=envelope.sent_at,
        received_at=envelope.received_at,
        text=body.text,
        sections=sections,
        html=body.html,
        hidden_text=body.hidden,
        attachments=tuple(body.attachments),
        machine=machine,
        returned=returned_mail(parts, body.text, limits=limits) if _is_bounce(machine) else None,
        authentication=envelope.authentication,
        defects=tuple(dict.fromkeys(defects)),
    )


def _without_our_own(senders: tuple[Address, ...], court: policy.Court) -> tuple[Address, ...]:
    """Nobody is to write to our own mailbox, in whose name a web form may speak: of it only the words stay."""
    ours = court.helpdesk_address.lower()
    return tuple(
        replace(sender, address="", display_name=sender.display_name or ours) if sender.address == ours else sender
        for sender in senders
    )


def _require_readable(raw: bytes, limits: Limits) -> None:
    if len(raw) > limits.message_bytes:
        raise UnreadableMessageError(f"It is larger than {limits.message_bytes // 1_000_000} MB.")
    if not raw.strip():
        raise UnreadableMessageError("It is empty.")


def _envelope(headers: Headers, court: policy.Court, limits: Limits, defects: list[Defect]) -> _Envelope:
    """The headers, with what is odd about them noted."""
    senders, to, cc = (addresses(headers, name, limits=limits, defects=defects) for name in ("from", "to", "cc"))
    note_tricks(headers, senders, court=court, defects=defects)
    sent_at = parse_date(_line(headers, "date", defects), "Date", defects)
    received_at = parse_date(_line(headers, "received", defects).rpartition(";")[2], "Received", defects)
    note_age(sent_at, received_at, defects)
    return _Envelope(
        senders=senders,
        to=to,
        cc=cc,
        subject=_line(headers, "subject", defects),
        sent_at=sent_at,
        received_at=received_at,
        answered=message_ids(headers, "in-reply-to"),
        return_path=return_path(headers),
        authentication=authenticate(headers, senders, court),
    )


def _evidence(
    headers: Headers, parts: tuple[Part, ...], envelope: _Envelope, own_words: str, court: policy.Court
) -> Evidence:
    """What tells whether a person wrote the mail."""
    return Evidence(
        headers=headers,
        parts=parts,
        senders=envelope.senders,
        recipients=(*envelope.to, *envelope.cc),
        subject=envelope.subject,
        own_words=own_words,
        return_path=envelope.return_path,
        authentication=envelope.authentication,
        court=court,
    )


def _sections(
    body: Body, envelope: _Envelope, court: policy.Court, defects: list[Defect]
) -> tuple[tuple[Section, ...], str]:
    """Whose words stand where, and which are the sender's own.

    Noted is where other versions of the body say something else, and what is doubtful.
    """
    cut = partial(
        cut_sections,
        subject=envelope.subject,
        answers=bool(envelope.answered),
        senders=envelope.senders,
        notices=notice_shingles(court.notices),
    )
    sections = cut(body.text, mails=body.forwarded)
    own_words = _words_of(body.text, sections, _OWN)
    for version in body.versions:
        said = _words_of(version, cut(version, mails=[]), _OWN)
        note_versions(own_words, body.text, said, version, defects)
    note_doubtful(body.doubtful, _words_of(body.text, sections, _SENDERS_OWN), defects)
    return sections, own_words


def _words_of(text: str, sections: tuple[Section, ...], kinds: tuple[SectionKind, ...]) -> str:
    return "\n".join(text[section.start : section.end] for section in sections if section.kind in kinds)


def _is_bounce(machine: MachineMail | None) -> bool:
    return machine is not None and machine.kind is MachineKind.BOUNCE


def _line(headers: Headers, name: str, defects: list[Defect]) -> str:
    """The first header of this name as people see it."""
    values = headers.all(name)
    return header_text(values[0], defects) if values else ""
