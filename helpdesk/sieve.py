"""Many patterns over one text: a single search tells which of them are worth a search of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

import re2

from helpdesk.patterns import Pattern, Patterns, options

# A letter or word that may be missing, "e-?mail"; before it what must not be looked into: an escape, a class.
_MAY_BE_MISSING = re.compile(
    r"\\(?:Q.*?(?:\\E|$)|x\{.*?\}|x..|[pP]\{.*?\}|[pP].|[0-7]{1,3}|.)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|(?P<letters>[\w /'-]|\((?:\?:)?[\w |'-]+\))\?(?!\?)",
    re.DOTALL,
)
_WATCHWORD = b"\nzqwatchwordqz"  # put behind every text: a scan that does not find it has given up

Key = TypeVar("Key")


class Sieve:
    """Leaves out the patterns that cannot match a text, because it lacks letters that each match must hold.

    re2 knows these letters of every pattern, and looks for those of all patterns at once. What is left may match or
    not; what is left out cannot. Wherever the scan is of no use, all are left: for texts that are not ASCII, for
    more patterns than it has memory for, and where it gives up.
    """

    __slots__ = ("_all", "_filter", "_patterns")

    def __init__(self, patterns: Iterable[Patterns]) -> None:
        self._patterns = tuple(pattern for pattern in patterns if pattern.sources)
        self._all = frozenset(self._patterns)
        self._filter = _filter_of([*(pattern.joined for pattern in self._patterns), _WATCHWORD.decode()])

    def __reduce__(self) -> tuple[type[Sieve], tuple[tuple[Patterns, ...]]]:
        """How it is carried into a reading process: re2's filter cannot be, so it is made anew there."""
        return Sieve, (self._patterns,)

    def sift(self, text: str) -> frozenset[Patterns]:
        """Those that may match somewhere in the text, and perhaps in a part of it; no other can."""
        if self._filter is None or not text.isascii():
            return self._all
        left = self._filter.Match(text.encode() + _WATCHWORD, potential=True)
        if not left or left[-1] != len(self._patterns):
            return self._all
        return frozenset([self._patterns[number] for number in left[:-1]])


def _filter_of(sources: list[str]) -> re2.Filter | None:
    sieve = re2.Filter()
    try:
        for source in sources:
            sieve.Add(_spelled_out(source).encode(), options())
        sieve.Compile()
    except re2.error:
        return None
    return sieve


def _spelled_out(source: str) -> str:
    """The same with a choice in place of letters that may be missing.

    Of "e-?mail" re2 knows no more than "mail", and of "f/?k/?a" nothing at all, for it looks for no single letters.
    Where both ways to write it are spelled out, it looks for either.
    """
    return _MAY_BE_MISSING.sub(lambda found: f"(?:{found['letters']}|)" if found["letters"] else found[0], source)


class FirstOf(Generic[Key]):
    """Patterns by key of which a text seldom matches any: where none does, one search tells so."""

    __slots__ = ("_any", "_keyed")

    def __init__(self, keyed: Iterable[tuple[Key, Pattern]]) -> None:
        self._keyed = tuple(keyed)
        self._any = Patterns(tuple(pattern.source for _, pattern in self._keyed))

    def key(self, text: str) -> Key | None:
        """The key of the first, in their own order, that the text matches anywhere; None where it matches none."""
        if not self._any.search(text):
            return None
        return next((key for key, pattern in self._keyed if pattern.search(text)), None)
