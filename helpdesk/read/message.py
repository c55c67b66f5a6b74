"""The bytes of a mail become a Message."""

from __future__ import annotations

import hashlib
from functools import partial

from helpdesk import policy
from helpdesk.errors import UnreadableMessageError
from helpdesk.read.addresses import addresses
from helpdesk.read.authentication import authenticate
from helpdesk.read.body import read_body, walk
from helpdesk.read.dates import parse_date
from helpdesk.read.doubtful import note_doubtful
from helpdesk.read.headers import Headers, header_text
from helpdesk.read.identity import content_key, message_id, message_ids
from helpdesk.read.limits import DEFAULT_LIMITS, Limits
from helpdesk.read.machine import Evidence, find_machine, returned_path
from helpdesk.read.mime import parse_parts
from helpdesk.read.notices import notice_shingles
from helpdesk.read.returned import returned_mail
from helpdesk.read.sections import cut_sections
from helpdesk.read.tricks import note_age, note_tricks
from helpdesk.read.versions import note_versions
from helpdesk.vocabulary import Address, Defect, MachineKind, MachineMail, Message, Section, SectionKind

_OWN = (SectionKind.OWN,)
_SENDERS_OWN = (SectionKind.OWN, SectionKind.SIGNATURE)


def read_message(raw: bytes, *, court: policy.Court, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Parse the bytes of one mail as IMAP gave them.

    Raises UnreadableMessageError when a limit is exceeded or nothing can be read; never anything else.
    """
    if len(raw) > limits.message_bytes:
        raise UnreadableMessageError(f"It is larger than {limits.message_bytes // 1_000_000} MB.")
    if not raw.strip():
        raise UnreadableMessageError("It is empty.")
    defects: list[Defect] = []
    root = parse_parts(raw, limits=limits, defects=defects)
    headers = root.headers
    body = read_body(root, limits=limits, defects=defects)
    senders = addresses(headers, "from", limits=limits, defects=defects)
    note_tricks(headers, senders, court=court, defects=defects)
    subject = _line(headers, "subject", defects)
    sent_at = parse_date(_line(headers, "date", defects), "Date", defects)
    received_at = parse_date(_line(headers, "received", defects).rpartition(";")[2], "Received", defects)
    note_age(sent_at, received_at, defects)
    answered = message_ids(headers, "in-reply-to")
    text = body.text
    cut = partial(
        cut_sections,
        subject=subject,
        answers=bool(answered),
        senders=senders,
        notices=notice_shingles(court.notices),
    )
    sections = cut(text, mails=body.forwarded)
    own_words, senders_own = _words_of(text, sections, _OWN), _words_of(text, sections, _SENDERS_OWN)
    for version in body.versions:
        said = _words_of(version, cut(version, mails=[]), _OWN)
        note_versions(own_words, text, said, version, defects)
    note_doubtful(body.doubtful, senders_own, defects)
    own_id = message_id(headers, defects)
    return_path = returned_path(headers)
    authentication = authenticate(headers, senders, court)
    parts = tuple(walk(root))
    to, cc = (_addresses(headers, name, limits, defects) for name in ("to", "cc"))
    machine = find_machine(
        Evidence(
            headers=headers,
            parts=parts,
            senders=senders,
            recipients=(*to, *cc),
            subject=subject,
            own_words=own_words,
            return_path=return_path,
            authentication=authentication,
            court=court,
        )
    )
    return Message(
        sha256=hashlib.sha256(raw).hexdigest(),
        content_key=content_key(
            headers, senders=senders, subject=subject, sent_at=sent_at, text=text, digests=body.digests
        ),
        message_id=own_id,
        in_reply_to=answered,
        references=message_ids(headers, "references"),
        subject=subject,
        senders=senders,
        reply_to=_addresses(headers, "reply-to", limits, defects),
        to=to,
        cc=cc,
        return_path=return_path,
        sent_at=sent_at,
        received_at=received_at,
        text=text,
        sections=sections,
        html=body.html,
        hidden_text=body.hidden,
        attachments=tuple(body.attachments),
        machine=machine,
        returned=returned_mail(parts, text, limits=limits) if _is_bounce(machine) else None,
        authentication=authentication,
        defects=tuple(dict.fromkeys(defects)),
    )


def _words_of(text: str, sections: tuple[Section, ...], kinds: tuple[SectionKind, ...]) -> str:
    return "\n".join(text[section.start : section.end] for section in sections if section.kind in kinds)


def _is_bounce(machine: MachineMail | None) -> bool:
    return machine is not None and machine.kind is MachineKind.BOUNCE


def _addresses(headers: Headers, name: str, limits: Limits, defects: list[Defect]) -> tuple[Address, ...]:
    return addresses(headers, name, limits=limits, defects=defects)


def _line(headers: Headers, name: str, defects: list[Defect]) -> str:
    """The first header of this name as people see it."""
    values = headers.all(name)
    return header_text(values[0], defects) if values else ""
