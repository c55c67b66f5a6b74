"""A mail, parsed."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def ascii_lower(text: str) -> str:
    """ASCII letters in lower case, as in addresses. ``str.lower`` would make a plain k of the Kelvin sign."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


class Place(StrEnum):
    """Which text a span points into."""

    TEXT = "text"  # Message.text
    SUBJECT = "subject"  # Message.subject
    SENDER = "sender"  # the From header as "Display Name <address>", see Message.sender_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text shown to staff: ``text[start:end]`` of its place."""

    place: Place
    start: int
    end: int


class SectionKind(StrEnum):
    """Whose words a stretch of the text is."""

    OWN = "own"  # what the sender wrote this time
    SIGNATURE = "signature"  # the sender's own block below their words
    QUOTE = "quote"  # history: earlier mail of the same conversation
    FORWARDED = "forwarded"  # another person's mail, passed on
    NOTICE = "notice"  # a court notice pasted or quoted
    DISCLAIMER = "disclaimer"  # confidentiality boilerplate, mail-scanner banners


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of Message.text. Sections are in order, do not overlap and cover the whole text."""

    kind: SectionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox of a header. ``address`` is as written but in ASCII lower case; '' when there was none."""

    display_name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is not the text. Its bytes stay in the raw message; ``index`` finds them again."""

    index: int  # position in a depth-first walk of the MIME tree
    file_name: str  # safe to show; never to be used as a path
    declared_type: str
    true_type: str  # from the first bytes, "application/octet-stream" when unknown
    size: int  # decoded bytes


class Verdict(StrEnum):
    """What our own mail server found about the sender's domain (Authentication-Results)."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"  # checked, the domain publishes nothing
    UNVERIFIED = "unverified"  # no trustworthy header


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """Sender authentication, from the one header our own server wrote."""

    verdict: Verdict = Verdict.UNVERIFIED
    aligned: bool = False  # a passing mechanism covers the From domain itself
    detail: str = ""  # "dkim=pass (firm.example), dmarc=pass", for staff


class MachineKind(StrEnum):
    """Why a message counts as sent by a machine."""

    AUTO_REPLY = "auto_reply"  # out of office and other RFC 3834 auto-submitted mail
    BOUNCE = "bounce"  # delivery status, null return path
    RECEIPT = "receipt"  # read receipt (MDN)
    CALENDAR = "calendar"
    LIST = "list"  # mailing list or bulk mail
    OWN = "own"  # our own message come back
    NOTIFICATION = "notification"  # other robots: ticket systems, CM/ECF's own notices


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMail:
    """A machine sent this. ``reason`` is one sentence for staff, naming the header it rests on.

    It is never answered by itself. may_be_a_persons: people write through lists, mailers and web forms too, and quote
    what machines say; in its own words somebody asks for something, so that staff may have to see it.
    """

    kind: MachineKind
    reason: str
    may_be_a_persons: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """What a bounce says about the message it returns. Anybody can write one: it is a hint, never a proof."""

    message_ids: tuple[str, ...]  # of the returned message, without angle brackets
    recipients: tuple[str, ...] = ()  # addresses that it did not reach, in lower case
    status: str = ""  # "5.1.1"
    why: str = ""  # the other server's words
    permanent: bool = True  # False: it is only late so far


class DefectKind(StrEnum):
    """What a defect means to those who decide on the mail."""

    FLAW = "flaw"  # programs blunder: nothing a clerk must know
    DECEPTION = "deception"  # built so that a reader takes it for something else
    VERSIONS = "versions"  # says one thing in this version and another in that
    UNREAD = "unread"  # holds words that were not read
    GATEWAY = "gateway"  # a mail gateway before ours distrusted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something wrong with a mail, in one plain sentence."""

    why: str
    kind: DefectKind = DefectKind.FLAW


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail, parsed. Nothing in it is trusted; missing headers are empty, never invented."""

    sha256: str  # of the raw bytes, hex
    content_key: str  # hash of what people see (sender, subject, date, body); equal for re-delivered copies
    message_id: str | None  # without angle brackets; None when missing or malformed
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    senders: tuple[Address, ...] = ()  # From; zero or several are legal and suspicious
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    return_path: str | None = None  # '' for the null path, None when there is no header
    sent_at: datetime | None = None  # Date
    received_at: datetime | None = None  # newest Received
    text: str = ""  # the whole text as shown to staff
    sections: tuple[Section, ...] = ()
    html: str | None = None  # the HTML body as sent, hostile, for the sandboxed view only
    hidden_text: str = ""  # text the sender's HTML hides from view; evidence of tricks, never a claim
    attachments: tuple[Attachment, ...] = ()
    machine: MachineMail | None = None
    returned: ReturnedMail | None = None  # of bounces
    authentication: Authentication = field(default_factory=Authentication)
    defects: tuple[Defect, ...] = ()  # what was wrong with it

    @property
    def sender(self) -> Address | None:
        """The sender, where exactly one is named with an address."""
        return self.senders[0] if len(self.senders) == 1 and self.senders[0].address else None

    @property
    def sender_line(self) -> str:
        """From as shown to staff, ``Display Name <address>``; spans with Place.SENDER point into it."""
        return ", ".join(
            f"{a.display_name} <{a.address}>" if a.display_name and a.address else a.display_name or a.address
            for a in self.senders
        )

    def words(self, *kinds: SectionKind) -> str:
        """The text of the sections of these kinds, joined by newlines."""
        return "\n".join(self.text[s.start : s.end] for s in self.sections if s.kind in kinds)

    def clock(self, now: datetime) -> datetime:
        """When it was written, as far as it tells: received, else sent, never later than ``now``."""
        return min(self.received_at or self.sent_at or now, now)
