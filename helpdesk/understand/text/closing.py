"""Where a letter's own words begin and end: below the letterhead, above the sign-off."""

from __future__ import annotations

import re
from dataclasses import replace

from helpdesk.patterns import Patterns
from helpdesk.understand.text.view import View

_LONGEST_SIGNATURE = 20  # lines
_LETTERHEAD = 6  # lines between "Jane" and what the reader knows to be the signature
_FEW_WORDS = 4
_LONGEST_LETTERHEAD = 1_500  # characters above the salutation
_MOST_LETTERHEAD_LINES = 25
_SALUTATION = re.compile(
    r"^ {0,8}(?:dear|ladies and gentlemen|gentlemen|to whom it may) ", re.IGNORECASE | re.MULTILINE
)
_PAPER = re.compile(r"\b(?:LLP|LLC|APC|PC|P\.C\.|law|counsel\w*|attorneys?|suite|floor|tel\w*|fax)\b|\b\d{5}\b", re.I)
_NO_PAPER = re.compile(r"\bre ?:|\b(?:filer|name|reset|password|please)\b", re.IGNORECASE)
_ONE_WORD = re.compile(r"^[ -]{0,4}([A-Z][a-z]+)[.,]? *$", re.MULTILINE)
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")


def with_closing(text: View, closings: Patterns, names: str) -> View:
    """The same text, its letterhead and signatures known. names: the sender's own, one of which may end it."""
    starts = min(_closing(text.plain, closings), _sign_off(text.plain, names))
    return replace(text, signatures=_from_sign_off(text, starts), letterhead=_letterhead(text.plain))


def _from_sign_off(text: View, starts: int) -> tuple[tuple[int, int], ...]:
    """The signatures that the reader saw, the first from the sign-off above it, or all below that sign-off."""
    if not text.signatures:
        return ((starts, len(text.plain)),) if starts < len(text.plain) else ()
    (first, end), *others = text.signatures
    if starts < first and text.plain[starts:first].strip().count("\n") < _LETTERHEAD:
        return ((starts, end), *others)
    return text.signatures


def _closing(text: str, closings: Patterns) -> int:
    """Where the last closing line ends, when little follows it."""
    ends = [match.end() for match in closings.finditer(text)]
    few = ends and text[ends[-1] :].strip().count("\n") <= _LONGEST_SIGNATURE
    return ends[-1] if few else len(text)


def _letterhead(text: str) -> int:
    """Where the salutation of a letter begins, below what its firm's paper bears; 0 where that is nothing."""
    salutation = _SALUTATION.search(text, 0, _LONGEST_LETTERHEAD)
    above = text[: salutation.start()] if salutation else ""
    few = len(above.split("\n")) <= _MOST_LETTERHEAD_LINES and above.strip().count("\n") > 0
    return len(above) if few and _PAPER.search(above) and not _NO_PAPER.search(above) else 0


def _sign_off(text: str, names: str) -> int:
    """Where a line ends that is nothing but one of the sender's own names ("Jerry"), after some words."""
    for match in _ONE_WORD.finditer(text):
        if match[1] in _CAPITALISED.findall(names) and len(text[: match.start()].split()) > _FEW_WORDS:
            return match.end()
    return len(text)
