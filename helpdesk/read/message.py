"""The bytes of a mail become a Message."""

from __future__ import annotations

import email
import email.header
import email.utils
import hashlib
import re
from datetime import UTC, datetime
from email.message import Message as Mime

from inscriptis import get_text

from helpdesk import policy
from helpdesk.vocabulary import Address, MachineKind, MachineMail, Message, Section, SectionKind

_QUOTE_STARTS = re.compile(
    r"^(?:>|On .{5,200} wrote:|El .{5,200} escribió:|-{3,} ?Original Message|_{20,}|From: .*\n(?:Sent|Date|To): )",
    re.M,
)
_FORWARD_STARTS = re.compile(r"^(?:-{3,} ?Forwarded message|Begin forwarded message:)", re.M)
_CLOSINGS = re.compile(
    r"^(?:-- ?|(?:best |kind |warm |with warm )?regards|best|sincerely|thanks|thank you(?: very much)?|thx|respectfully"
    r"|very truly yours|saludos|atentamente|gracias|cheers|sent from my .*)[,.!]?[ \t]*$",
    re.M | re.I,
)


def read_message(raw: bytes, *, court: policy.Court) -> Message:
    """Parse the bytes of one mail as IMAP gave them."""
    parsed = email.message_from_bytes(raw)
    text, html = _body(parsed)
    senders = _addresses(parsed, "from")
    subject = _header(parsed, "subject") or ""
    return_path = _header(parsed, "return-path")
    sent_at = _date(_header(parsed, "date"))
    received = _header(parsed, "received")
    key = hashlib.sha256(repr((senders, subject, sent_at, text)).encode("utf-8", "replace")).hexdigest()
    return Message(
        sha256=hashlib.sha256(raw).hexdigest(),
        content_key=key,
        message_id=(_ids(parsed, "message-id") or (None,))[0],
        in_reply_to=_ids(parsed, "in-reply-to"),
        references=_ids(parsed, "references"),
        subject=subject,
        senders=senders,
        reply_to=_addresses(parsed, "reply-to"),
        to=_addresses(parsed, "to"),
        cc=_addresses(parsed, "cc"),
        return_path=return_path.strip("<> ").lower() if return_path is not None else None,
        sent_at=sent_at,
        received_at=_date(received.rpartition(";")[2]) if received else None,
        text=text,
        sections=_sections(text),
        html=html,
        machine=_machine(parsed),
    )


def _header(parsed: Mime, name: str) -> str | None:
    value = parsed.get(name)
    if value is None:
        return None
    return " ".join(str(email.header.make_header(email.header.decode_header(value))).split())


def _ids(parsed: Mime, name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<([^<>\s]+)>", _header(parsed, name) or ""))


def _addresses(parsed: Mime, name: str) -> tuple[Address, ...]:
    pairs = email.utils.getaddresses([str(value)[:8000] for value in parsed.get_all(name, [])])
    return tuple(
        Address(
            display_name=str(email.header.make_header(email.header.decode_header(display))), address=address.lower()
        )
        for display, address in pairs
    )


def _date(written: str | None) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(written or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _body(parsed: Mime) -> tuple[str, str | None]:
    plain, html = "", None
    for part in parsed.walk():
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or part.get_filename():
            continue
        try:
            text = payload.decode(part.get_content_charset("utf-8"), "replace")
        except LookupError:
            text = payload.decode("utf-8", "replace")
        if part.get_content_type() == "text/plain" and not plain.strip():
            plain = text
        elif part.get_content_type() == "text/html" and html is None:
            html = text
    if not plain.strip() and html:
        plain = get_text(html)
    return plain.replace("\r\n", "\n").replace("\xa0", " ").strip(), html


def _sections(text: str) -> tuple[Section, ...]:
    quote = _QUOTE_STARTS.search(text)
    forward = _FORWARD_STARTS.search(text)
    rest = min((found.start() for found in (quote, forward) if found), default=len(text))
    closing = None
    for closing in _CLOSINGS.finditer(text, 0, rest):
        pass
    own = closing.start() if closing else rest
    kind = SectionKind.FORWARDED if forward and forward.start() == rest else SectionKind.QUOTE
    cuts = ((SectionKind.OWN, 0, own), (SectionKind.SIGNATURE, own, rest), (kind, rest, len(text)))
    return tuple(Section(kind=kind, start=start, end=end) for kind, start, end in cuts if start < end)


def _machine(parsed: Mime) -> MachineMail | None:
    if parsed.get_content_type() == "multipart/report":
        return MachineMail(kind=MachineKind.BOUNCE, reason="Content-Type is multipart/report")
    if parsed.get("auto-submitted", "no").lower() != "no":
        return MachineMail(kind=MachineKind.AUTO_REPLY, reason="Auto-Submitted is set")
    if any(part.get_content_type() == "text/calendar" for part in parsed.walk()):
        return MachineMail(kind=MachineKind.CALENDAR, reason="it is a calendar message")
    if "list-unsubscribe" in parsed or parsed.get("precedence", "").lower() in ("bulk", "list", "junk"):
        return MachineMail(kind=MachineKind.LIST, reason="it is list or bulk mail")
    return None
