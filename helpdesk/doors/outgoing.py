"""An outgoing mail as bytes: one recipient, plain text, marked as sent by a machine (RFC 3834)."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_string, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from helpdesk.errors import DeliveryError
from helpdesk.match.written.addresses import is_one_address
from helpdesk.policy import Court
from helpdesk.vocabulary import OutboxKind, OutgoingMail

LOOP_HEADER = "X-Helpdesk-Loop"
_REFERENCES_KEPT = 20
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_LONGEST_LINE = 998
_LONGEST_ENCODED = 76  # RFC 2045 and 2047: a line of quoted-printable or base64, a line with encoded words
_WORDS = ("subject", "from")


class _Form(policy.EmailPolicy):
    """Words that must be encoded are folded as those must be, whatever else only at 998: Python would encode a long
    Message-ID rather than leave it on its line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        words = name.lower() in _WORDS and not value.isascii()
        form = self.clone(max_line_length=_LONGEST_ENCODED) if words else self
        return policy.EmailPolicy.fold_binary(form, name, value)


_FORM = _Form(linesep="\r\n", max_line_length=_LONGEST_LINE, cte_type="7bit")
_ENCODED = _FORM.clone(max_line_length=_LONGEST_ENCODED)


def require_one_address(written: str) -> str:
    """The address itself where it is exactly one, plain and usable as it stands; else a permanent DeliveryError."""
    if not is_one_address(written):
        raise DeliveryError("the recipient is not a single plain e-mail address", permanent=True)
    return written


def as_bytes(mail: OutgoingMail, court: Court, *, now: datetime) -> bytes:
    """The message with CRLF line ends; raises a permanent DeliveryError for what cannot be put into headers."""
    local, _, domain = require_one_address(mail.to).rpartition("@")
    letter = EmailMessage(policy=_FORM if _stands_as_it_is(mail.body) else _ENCODED)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = _required_id(mail.message_id)
    letter["From"] = Address(court.helpdesk_name, addr_spec=court.helpdesk_address)
    letter["To"] = Address(username=local, domain=domain)
    letter["Subject"] = _one_line(mail.subject)
    if mail.in_reply_to and _MESSAGE_ID.fullmatch(mail.in_reply_to):
        letter["In-Reply-To"] = mail.in_reply_to
    references = [written for written in mail.references[-_REFERENCES_KEPT:] if _MESSAGE_ID.fullmatch(written)]
    if references:
        letter["References"] = " ".join(references)
    letter["Auto-Submitted"] = "auto-replied" if mail.kind is OutboxKind.REPLY else "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter[LOOP_HEADER] = court.helpdesk_address
    letter.set_content(mail.body, charset="utf-8")
    raw = letter.as_bytes(policy=_FORM if mail.to.isascii() else _FORM.clone(utf8=True))
    _check(raw, mail.to)
    return raw


def _stands_as_it_is(body: str) -> bool:
    return body.isascii() and max(map(len, body.splitlines()), default=0) <= _LONGEST_LINE


def _check(raw: bytes, to: str) -> None:
    """Read back what will be sent: exactly one To that names this address, and nobody else anywhere."""
    sent = message_from_string(raw.decode("utf-8"), policy=policy.default)
    named = [address.addr_spec for header in sent.get_all("To", []) for address in header.addresses]
    others = [name for name in ("Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc") if name in sent]
    if named != [to] or others or b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b""):
        raise DeliveryError("the message's headers do not name exactly its recipient", permanent=True)


def _required_id(written: str) -> str:
    if not _MESSAGE_ID.fullmatch(written):
        raise DeliveryError("the Message-ID is malformed", permanent=True)
    return written


def _one_line(text: str) -> str:
    """A header value without anything that could start a new line or a terminal sequence."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
