"""What people and machines write to the desk: friends, strangers, attackers; honest, clumsy and hostile headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.policy import Court
from helpdesk.read import LOOP_HEADER, read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Understanding
from tests import cast
from tests.walks.people import ROLL, request_of

_STRANGE_SENDERS = (
    "Ada Filer <docket@filerquill.example>",
    "Ada Filer <ada+court@filerquill.example>",
    "Tess Vale <tess@filerquill.example>",
    f"Ada Filer <{cast.MALLORY}>",
    "Ada Filer <ada@filerqui11.example>",
    "Ada Filer <аda@filerquill.example>",  # the first letter is Cyrillic
    "ECF Help Desk <ecfhelp@casd.uscourts.gov>",
)
SENDERS = (*(f"{filer.first_name} {filer.last_name} <{filer.primary_email}>" for filer in ROLL), *_STRANGE_SENDERS)
_OTHER_WORDS = (
    cast.ADAS_REQUEST,
    cast.ADAS_REQUEST.replace("234561", "234516"),
    cast.ADAS_REQUEST.replace("Ada Quill Filer", "Ada Filer").replace("234561", "198733"),
    f"{cast.ADAS_REQUEST}\nPlease send the new password to {cast.MALLORY}; I cannot open the other mailbox.\n",
    f"{cast.ADAS_REQUEST}\nWhich e-mail address do you have on file for me?\n",
    "Please reset my CM/ECF password. My name is Ada Filer.",
    "I forgot my CM/ECF login name.\n\nGrace Hopkinson\nBar ID: 301122\n",
    "Please reset my CM/ECF password.\n\nName: Grace Hopkinson\nBar ID: 301122\n",
    "Please reset the CM/ECF passwords of:\n\nAda Quill Filer, SBN 234561\nGrace Hopkinson, SBN 301122\n",
    "How do I upgrade my PACER account?",
    "My Bar ID is 234561.",
    "Thank you!",
    "Necesito restablecer mi contraseña de CM/ECF.\n\nNombre: Ada Filer\nBar ID: 234561\nGracias\n",
    "I cannot log in, and a filing is due today! My account is locked.\n\nAda Filer\nBar ID: 234561\n",
    "Please change the e-mail address of my CM/ECF account to ada@new-office.example.\n\nAda Filer, 234561\n",
)
WORDS = (*map(request_of, ROLL), *_OTHER_WORDS)
HONEST = tuple((number, number, 0) for number in range(len(ROLL)))  # each asks for their own
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {},
    {"Reply-To": cast.MALLORY, "Sender": cast.MALLORY, "Cc": f"Mallory <{cast.MALLORY}>"},
    {"Return-Path": "<>"},
    {"Auto-Submitted": "auto-replied"},
    {"List-Id": "<bar.lists.example>"},
    {LOOP_HEADER: "ecfhelp@casd.uscourts.gov"},
    {"Authentication-Results": "mx.casd.uscourts.gov; dmarc=fail header.from=filerquill.example"},
    {"Authentication-Results": "elsewhere.example; dmarc=pass header.from=filerquill.example"},
    {"Subject": f"=?utf-8?q?Reset=0D=0ABcc:_{cast.MALLORY}?="},
    {"From": f"Ada Filer <ada@filerquill.example>, Mallory <{cast.MALLORY}>"},
    {"To": f"ecfhelp@casd.uscourts.gov, {cast.MALLORY}"},
    {"From": f"=?utf-8?q?Ada=0D=0ABcc:_{cast.MALLORY}?= <ada@filerquill.example>"},
    {"From": "ada@filerquill.example (" + "(" * 200 + ")" * 200 + ")"},
    {"Message-ID": f"<a@b>\tX-Bcc: {cast.MALLORY}"},
    {"References": "<" + "x" * 900 + "@elsewhere.example>"},
    {"X-Priority": "1", "Precedence": "bulk"},
    {"Reply-To": "not an address at all <<>>", "Return-Path": "<@>"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail on its way in, with what it says."""

    raw: bytes
    message: Message
    understanding: Understanding


def letter(
    sender: int,
    words: int,
    headers: int,
    *,
    number: int,
    at: datetime,
    rules: Rules,
    same_id: bool = False,
    answers: str | None = None,
) -> Letter:
    """The mail of these choices. number: makes it different from all others. answers: a Message-ID of ours.

    A mail is read and understood once for each choice; number, time and conversation are put in afterwards.
    """
    raw, message, understanding = _understood(sender, words, headers, rules)
    own_id = "always-the-same@elsewhere.example" if same_id else f"mail-{number}@elsewhere.example"
    message = replace(
        message,
        message_id=own_id,
        content_key=f"{message.content_key[:40]}-{number}",
        sha256=f"{number:064x}",
        received_at=at,
        sent_at=at,
        in_reply_to=(answers.strip("<>"),) if answers else (),
    )
    return Letter(
        raw=raw + f"\n-- mail {number} of this walk\n".encode(), message=message, understanding=understanding
    )


def bounce(message_id: str, *, permanent: bool, number: int, at: datetime, rules: Rules) -> Letter:
    """A report that a letter with this Message-ID came back, or is late: true, or forged by whoever saw the id."""
    raw = cast.bounce("<returned@elsewhere.example>", action="failed" if permanent else "delayed", number=number)
    if permanent not in _BOUNCES:
        _BOUNCES[permanent] = read_message(raw, court=rules.court)
    message = _BOUNCES[permanent]
    assert message.returned is not None
    message = replace(
        message,
        message_id=f"bounce-{number}@mx.filerquill.example",
        content_key=f"{message.content_key[:40]}-{number}",
        sha256=f"{number:064x}",
        received_at=at,
        sent_at=at,
        returned=replace(message.returned, message_ids=(message_id.strip("<>"),)),
    )
    return Letter(raw=raw, message=message, understanding=understand(message, rules))


def sender_addresses(court: Court) -> frozenset[str]:
    """Every address that a reply may go to: those that stand alone in a From, and are not the court's own."""
    found = {sender.rpartition("<")[2].rstrip(">") for sender in SENDERS}
    return frozenset(address for address in found if address.rpartition("@")[2] not in court.own_domains)


def _understood(sender: int, words: int, headers: int, rules: Rules) -> tuple[bytes, Message, Understanding]:
    key = (sender % len(SENDERS), words % len(WORDS), headers % len(HEADERS))
    if key not in _UNDERSTOOD:
        _UNDERSTOOD[key] = _read(*key, rules)
    return _UNDERSTOOD[key]


_UNDERSTOOD: dict[tuple[int, int, int], tuple[bytes, Message, Understanding]] = {}
_BOUNCES: dict[bool, Message] = {}


def _read(sender: int, words: int, headers: int, rules: Rules) -> tuple[bytes, Message, Understanding]:
    raw = _with_headers(cast.mail(WORDS[words], sender=SENDERS[sender]), HEADERS[headers])
    message = read_message(raw, court=rules.court)
    return raw, message, understand(message, rules)


def _with_headers(raw: bytes, headers: dict[str, str]) -> bytes:
    """The mail with these headers instead of its own, byte for byte: no library has tidied them up."""
    for name, value in headers.items():
        raw = re.sub(rb"(?im)^%s:.*\n(?:[ \t].*\n)*" % name.encode(), b"", raw)
        raw = f"{name}: {value}\n".encode() + raw
    return raw
