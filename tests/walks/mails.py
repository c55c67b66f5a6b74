"""What people and machines write to the desk: friends, strangers, attackers; honest, clumsy and hostile headers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.policy import Court
from helpdesk.read import LOOP_HEADER, read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Understanding
from tests import cast

SENDERS = (
    "Ada Filer <ada@filerquill.example>",
    "Ada Filer <docket@filerquill.example>",
    "Ada Filer <ada.filer@harborlaw.example>",
    "Grace Hopkinson <grace@harborlaw.example>",
    "Tess Vale <tess@filerquill.example>",
    f"Ada Filer <{cast.MALLORY}>",
    "Ada Filer <ada@filerqui11.example>",
    "Ada Filer <аda@filerquill.example>",  # the first letter is Cyrillic
    "ECF Help Desk <ecfhelp@casd.uscourts.gov>",
)
WORDS = (
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
)
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


def _read(sender: int, words: int, headers: int, rules: Rules) -> tuple[bytes, Message, Understanding]:
    raw = cast.mail(WORDS[words], sender=SENDERS[sender], headers=HEADERS[headers])
    message = read_message(raw, court=rules.court)
    return raw, message, understand(message, rules)
