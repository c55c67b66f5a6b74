"""Passwords that people paste, wherever in a mail they stand: found so that nobody reads them (invariant 8)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from helpdesk.patterns import Found
from helpdesk.policy.reading import Suspicions
from helpdesk.understand.text.view import fold
from helpdesk.vocabulary import Message, Place, Span, Understanding

COVER = "•"
_MOST = 1_000  # passwords of one text that are covered one by one
_PARAGRAPH = re.compile(r"(?:[^\n]++\n?)++")
# Letters, digits and a sign, as in "Seagull!88"; no address.
_MADE_UP = re.compile(
    r"(?<![\w@/.!$%^&*?+=~-])(?=[^\s\d]{0,40}\d)(?=[^\sA-Za-z]{0,40}[A-Za-z])(?=[\w.-]{0,40}[!@$%^&*?+=~_])"
    r"(?!\S{0,64}@[\w-]{1,63}\.\w)[\w!@$%^&*?+=~.-]{6,40}(?![\w@/])"
)

_SIGN = re.compile(r"[!@$%^&*?+=~_]")  # of which it holds one


def passwords_in(message: Message, suspicions: Suspicions) -> tuple[Span, ...]:
    """Every stretch of text and subject that may be a password, quoted and forwarded words included."""
    found = [
        Span(place=place, start=start, end=end)
        for place, shown in ((Place.TEXT, message.text), (Place.SUBJECT, message.subject))
        for start, end in _stretches(fold(shown), suspicions)
    ]
    return tuple(found)


def _stretches(plain: str, suspicions: Suspicions) -> list[tuple[int, int]]:
    found = [_first_group(match) for match in islice(suspicions.pasted_password.finditer(plain), _MOST)]
    for paragraph in _PARAGRAPH.finditer(plain):
        if _SIGN.search(paragraph[0]) and suspicions.password_words.search(paragraph[0]):
            found += [token.span() for token in _MADE_UP.finditer(plain, *paragraph.span())]
    if len(found) >= _MOST:
        found.append((min(start for start, _ in found), len(plain)))  # nobody reads a list of passwords
    return _apart(sorted(found))


def _first_group(match: Found) -> tuple[int, int]:
    group = next(number for number, value in enumerate(match.groups(), start=1) if value is not None)
    return match.span(group)


def _apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that overlap as one."""
    apart: list[tuple[int, int]] = []
    for start, end in stretches:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def covered(text: str, place: Place, passwords: tuple[Span, ...]) -> str:
    """The text of this place with passwords (in order) covered letter by letter, so that offsets stay true."""
    kept, position = [], 0
    for span in (span for span in passwords if span.place is place):
        kept += [text[position : span.start], COVER * (span.end - span.start)]
        position = span.end
    return "".join((*kept, text[position:]))


def without_passwords(understanding: Understanding, message: Message) -> Understanding:
    """The same with passwords covered in the words that it quotes."""
    shown = {Place.TEXT: message.text, Place.SUBJECT: message.subject}
    secrets = {shown[span.place][span.start : span.end] for span in understanding.passwords}
    if not secrets:
        return understanding

    def cover(words: str) -> str:
        for secret in secrets:
            words = words.replace(secret, COVER * len(secret)).replace(fold(secret), COVER * len(secret))
        return words

    return replace(
        understanding,
        why=cover(understanding.why),
        signals=tuple(replace(signal, reason=cover(signal.reason)) for signal in understanding.signals),
    )
