"""E-mail addresses in a text, in all the ways people write them, and whose they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from helpdesk.policy.reading import AddressReading
from helpdesk.understand.filers.shared_domain import of_shared_domain
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Stated

_MOST = 60  # addresses of one message that are looked at
_NEARBY = 60  # characters before an address that can say whose it is

_PLAIN = re.compile(
    r"(?<![\w+%-])(?<!\w\.)"
    r"(?!(?:the|an?|my|our|your|his|her|their|this|that|any|old|new|same|former|name|initials?|both|all|each) @)"
    r"(?P<local>[A-Za-z0-9](?:[\w+%'-]|\.(?!\.)){0,63}) ?@{1,2} ?"
    r"(?P<domain>[A-Za-z0-9-]{1,63}(?:[.,]{1,2}[A-Za-z0-9-]{1,63}){1,4}"
    r"|[A-Za-z0-9-]{1,63}(?: ?\. ?| )(?:com|net|org|edu|gov|law|us|example)\b)"
)
_SPELLED = re.compile(
    r"(?<![\w.@-])(?P<local>(?:[b-hj-z] ){0,2}[A-Za-z0-9][\w+-]{0,40}"  # "J Lee at", but not "I work at"
    r"(?: ?[(\[]? ?(?:\.|\bdot\b|\bunderscore\b|\bdash\b|\bhyphen\b|\bpunto\b) ?[)\]]? ?[\w+-]{1,40}){0,3})"
    r" {0,2}(?:[(\[{<] ?(?:at|arroba|@) ?[)\]}>]| at | arroba |_at_) {0,2}"
    r"(?P<domain>[A-Za-z0-9-]{1,40}(?: [A-Za-z0-9-]{1,20}){0,2}?"
    r"(?:(?: ?[(\[{<] ?(?:dot|punto|\.) ?[)\]}>] ?| dot | punto |\.)"
    r"(?!(?:and|or|in|is|of|the|on|to|y|o)\b)[A-Za-z0-9-]{1,40}){1,3})",  # not "I looked at every dot and letter"
    re.IGNORECASE,
)
_AT = re.compile("@")
_REPEATED = re.compile(r" ?[<(\[](?:mailto:)?|>? ?(?:[,;/&]|and|or|y|o) ?<?")
_LISTED = re.compile(r">? ?(?:[,;/&]|and|or|y|o) ?<?")
_SPELLED_AT = re.compile(r"[(\[{<] ?(?:at|arroba|@)|[ _](?:at|arroba)[ _]", re.IGNORECASE)
_DOT = re.compile(r" ?[(\[{<]? ?(?:\bdot\b|\bpunto\b|\.) ?[)\]}>]? ?", re.IGNORECASE)
_STOPS = re.compile(r"[., ]+")
_SIGNS = (("underscore", "_"), ("dash", "-"), ("hyphen", "-"))


class Said(StrEnum):
    """What the words beside an address say about it."""

    PRIMARY = "primary"
    NEW = "new"
    PLAIN = "plain"
    OTHER = "other"  # someone else's, or only for contact
    OLD = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAddress:
    """An address in a text."""

    stated: Stated
    start: int
    end: int
    said: Said
    in_signature: bool


def find_addresses(view: View, reading: AddressReading) -> tuple[FoundAddress, ...]:
    """All addresses of ``view`` but the court's and PACER's, from the top."""
    spans: dict[int, tuple[int, int, str]] = {}
    taken: list[tuple[int, int]] = []
    for at, pattern, tidy in ((_AT, _PLAIN, _tidied), (_SPELLED_AT, _SPELLED, _unspelled)):
        matches = (match for line in _lines_with(at, view) for match in pattern.finditer(view.plain, *line))
        for match in islice(matches, _MOST):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            start, end, address = tidy(match)
            if address:
                spans[start] = (start, end, address)
                taken.append((start, end))
    spans |= {start: (start, end, address) for start, end, address in of_shared_domain(view)}
    found: list[FoundAddress] = []
    for start, end, address in (spans[key] for key in sorted(spans)):
        if not is_ours(address, reading):
            said = _said_of_those_before(view, start, address, found) or _said(view, start, end, reading)
            stated, signed = view.stated(address, start, end), view.in_signature(start)
            found.append(FoundAddress(stated=stated, start=start, end=end, said=said, in_signature=signed))
    return tuple(found)


def _said_of_those_before(view: View, start: int, address: str, before: Sequence[FoundAddress]) -> Said | None:
    """What is said of a list of addresses that are not to be used, of which this is not the first.

    Or of an address that a mail program repeats behind itself, as a link.
    """
    if not before or before[-1].said not in (Said.OTHER, Said.OLD):
        return None
    joined = _REPEATED if address == before[-1].stated.value else _LISTED
    return before[-1].said if joined.fullmatch(view.plain, before[-1].end, start) else None


def _lines_with(at: re.Pattern[str], view: View) -> Iterator[tuple[int, int]]:
    """The lines on which an address can stand: it fits on one, and has its "at"."""
    position = 0
    while match := at.search(view.plain, position):
        start, position = view.line(match.start())
        yield start, position


def is_ours(address: str, reading: AddressReading) -> bool:
    """Whether an address is the court's or PACER's."""
    return f".{address.rpartition('@')[2]}".endswith(reading.our_endings)


def _tidied(match: re.Match[str]) -> tuple[int, int, str]:
    head, _, _ = match["domain"].partition(",")
    written = head if "." in head else match["domain"]  # "jane@firm.example,John": a comma is seldom a dot
    written = written.rstrip("., -")
    local = match["local"].strip("'")
    start = match.start("local") + (len(match["local"]) - len(match["local"].lstrip("'")))
    return start, match.start("domain") + len(written), f"{local}@{_STOPS.sub('.', written)}".lower()


def _unspelled(match: re.Match[str]) -> tuple[int, int, str]:
    local = match["local"]
    for word, sign in _SIGNS:
        local = re.sub(rf" ?\b{word}\b ?", sign, local, flags=re.IGNORECASE)
    local = _DOT.sub(".", local).replace(" ", "")
    domain = _DOT.sub(".", match["domain"]).replace(" ", "").rstrip(".")
    explicit = re.search(r"[(\[{<@_]|\bdot\b|\bpunto\b|arroba", match[0], re.IGNORECASE)
    if not explicit or "." not in domain:
        return match.start(), match.end(), ""  # "works at firm.example" is no address
    return match.start(), match.start("domain") + len(match["domain"].rstrip()), f"{local}@{domain}".lower()


def _said(view: View, start: int, end: int, reading: AddressReading) -> Said:
    before = _before(view, start)
    after = view.plain[end : end + _NEARBY].split("\n", 1)[0]
    is_old = reading.old.search(before) and not reading.anothers_was.search(before)
    if is_old or reading.old_after.search(after):
        return Said.OLD
    if reading.primary.search(before) or reading.primary_after.search(after):
        return Said.PRIMARY
    if reading.others.search(before) or reading.others_after.search(after):
        return Said.OTHER
    if reading.new.search(before):
        return Said.NEW
    return Said.PLAIN


def _before(view: View, start: int) -> str:
    """The words right before an address: this line's, not reaching over an earlier address or sentence."""
    line_start, _ = view.line(start)
    text = view.plain[max(line_start, start - _NEARBY * 2) : start]
    for mark in (". ", "; ", "? ", "! "):
        text = text.rpartition(mark)[2]
    _, at, tail = text.rpartition("@")
    return f"@{tail}" if at else text
