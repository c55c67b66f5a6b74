"""Headers that lead a reader astray, and what mail gateways before ours said of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from helpdesk import policy
from helpdesk.read.mime.addresses import parse_addresses
from helpdesk.read.mime.headers import Headers, raw_text
from helpdesk.read.trust.authentication import related
from helpdesk.vocabulary import Address, Defect, DefectKind

_ONCE = ("from", "subject", "date", "message-id", "to", "reply-to", "sender", "content-type")  # RFC 5322, 3.6
_TELLING = frozenset({"from", "subject", "date", "reply-to", "sender", "content-type"})
_OTHER_HANDS = ("sender", "resent-from", "resent-sender", "x-original-from", "x-original-sender")
_LISTS = ("list-id", "list-post")
_UNDERWAY = timedelta(days=60)  # a mail that waits longer was kept, copied or dated at will
_VERDICTS = {  # headers of widespread gateways, and what they say of mail that they distrust
    "x-spam-flag": re.compile(r"\A\s*(?:yes|true)\b", re.I),
    "x-spam-status": re.compile(r"\A\s*(?:yes|true|spam)\b", re.I),
    "x-spam": re.compile(r"\A\s*(?:yes|true|spam)\b", re.I),
    "x-barracuda-spam-flag": re.compile(r"\A\s*yes\b", re.I),
    "x-barracuda-spam-status": re.compile(r"\A\s*yes\b", re.I),
    "x-mailscanner-spamcheck": re.compile(r"\A\s*spam\b", re.I),
    "x-proofpoint-spam-details": re.compile(r"\brule=(?:\w+_)?(?:spam|phish|malware)", re.I),
    "x-ms-exchange-organization-scl": re.compile(r"\A\s*[5-9]\b"),
    "x-forefront-antispam-report": re.compile(r"\bSFV:(?:SPM|SKB|PHSH)|\bCAT:(?:H?SPM|H?PHSH|SPOOF|[DUG]IMP|MALW)"),
}  # fmt: skip


def note_tricks(
    headers: Headers, senders: tuple[Address, ...], *, court: policy.Court, defects: list[Defect]
) -> None:
    """Add what in the headers should make a clerk stop."""
    defects.extend(_repeated(headers))
    defects.extend(_other_hands(headers, senders, court))
    for name, distrusts in _VERDICTS.items():
        if any(distrusts.search(raw_text(value)[:2_000]) for value in headers.all(name)):
            why = f"A mail gateway marked it as spam or fraud ({name.title()})."
            defects.append(Defect(why=why, kind=DefectKind.GATEWAY))


def note_age(sent_at: datetime | None, received_at: datetime | None, defects: list[Defect]) -> None:
    """Add that a mail was dated long before or after it came, as one is that was kept and sent again."""
    if sent_at and received_at and abs(received_at - sent_at) > _UNDERWAY:
        why = f"It is dated {sent_at:%d %B %Y}, but came on {received_at:%d %B %Y}."
        defects.append(Defect(why=why, kind=DefectKind.DECEPTION))


def _repeated(headers: Headers) -> Iterator[Defect]:
    for name in _ONCE:
        values = headers.all(name)
        if len(values) > 1:
            differ = name in _TELLING and len({value.strip() for value in values}) > 1
            kind = DefectKind.DECEPTION if differ else DefectKind.FLAW
            yield Defect(why=f"It has {len(values)} {name.title()} headers.", kind=kind)


def _other_hands(headers: Headers, senders: tuple[Address, ...], court: policy.Court) -> Iterator[Defect]:
    """Who sent it for, or after, the author: a stranger's domain, unless a mailing list or the court passed it on."""
    domains = {sender.address.rpartition("@")[2] for sender in senders} | set(court.own_domains)
    if any(name in headers for name in _LISTS):
        return
    for name in _OTHER_HANDS:
        for value in headers.all(name)[:1]:
            for hand in parse_addresses(raw_text(value), [])[:1]:
                domain = hand.address.rpartition("@")[2]
                if domain and not any(domain == known or related(domain, known) for known in domains):
                    why = f"Its {name.title()} header says that {hand.address} sent it."
                    yield Defect(why=why, kind=DefectKind.DECEPTION)
