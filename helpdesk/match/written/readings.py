"""Claimed names, read in every way that makes sense."""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from helpdesk.match.written.letters import fold
from helpdesk.match.written.names import SUFFIXES, Name, Order, joined, parts_of

LONGEST_NAME = 200  # characters looked at
_SEPARATORS = str.maketrans("._-", "   ")
_SHORTEST_IN_ADDRESS = 4  # letters a surname must have to be seen in an address


class Written(NamedTuple):
    """A claimed name in folded words, without titles, brackets and suffix, as its commas divide it."""

    segments: list[list[str]]
    suffix: str

    def natural(self) -> Name | None:
        """The reading that everybody would choose; None when no name is left."""
        segments = self.segments
        if not segments:
            return None
        if len(segments) > 1:
            return _name(segments[0], segments[1], self.suffix, Order.STATED)
        return _natural(segments[0], self.suffix)

    def others(self) -> Iterator[Name]:
        """Every other sensible reading."""
        for words in self.segments[:1]:
            if len(self.segments) == 1:
                yield from _unnatural(words, self.suffix)
            elif len(words) > 1:  # "Ada Filer, Filer & Partners"
                yield _natural(words, self.suffix)
                yield from _unnatural(words, self.suffix)


def written(text: str, titles: frozenset[str]) -> Written:
    """A claimed name, ready to be read."""
    segments: list[list[str]] = []
    suffix = ""
    for segment in _without_brackets(text[:LONGEST_NAME]).split(","):
        words = _without_titles(fold(segment), titles).split()
        if words and words[-1] in SUFFIXES and (segments or len(words) > 1):
            suffix = SUFFIXES[words.pop()]
        if words:
            segments.append(words)
    return Written(segments, suffix)


def _natural(words: list[str], suffix: str) -> Name:
    return _name(words[-1:], words[:-1], suffix, Order.STATED)


def _unnatural(words: list[str], suffix: str) -> Iterator[Name]:
    for size in (2, 3):
        if len(words) > size:
            yield _name(words[-size:], words[:-size], suffix, Order.DOUBLE)
    if len(words) > 1:
        yield _name(words[:1], words[1:], suffix, Order.SWAPPED)
    if len(words) == 3:
        yield _name(words[:2], words[2:], suffix, Order.SWAPPED)


def _name(surname: list[str], given: list[str], suffix: str, order: Order) -> Name:
    first, *middle = " ".join(given).replace("-", " ").split() or [""]
    if len(surname) == 1 and "-" not in surname[0]:
        return Name(surname[0], (), first, tuple(middle), suffix, order)
    words = " ".join(surname)
    return Name(joined(words), parts_of(words), first, tuple(middle), suffix, order)


def name_in_address(local: str, name: Name) -> Name | None:
    """The claimed name with the other surname that its address shows: sarah.former@ or sformer@ for Sarah Newly."""
    letters = local.translate(_SEPARATORS).strip(string.digits + " ")
    first, _, last = letters.partition(" ")
    for given, surname in ((first, last), (last, first)) if last else _without_given(letters, name):
        if given in (name.given, name.given[:1]) and len(surname) >= _SHORTEST_IN_ADDRESS and surname.isalpha():
            return None if surname == name.surname else name._replace(surname=surname, parts=(), order=Order.ADDRESS)
    return None


def _without_given(letters: str, name: Name) -> Iterator[tuple[str, str]]:
    for given in (name.given, name.given[:1]):
        if given and letters.startswith(given):
            yield given, letters[len(given) :]


def _without_brackets(text: str) -> str:
    """Without "(she/her)" and the like."""
    while (start := text.find("(")) >= 0:
        end = text.find(")", start)
        text = text[:start] + " " + (text[end + 1 :] if end > 0 else "")
    return text


def _without_titles(words: str, titles: frozenset[str]) -> str:
    phrases, edges = _titles(titles)
    while words:
        first, _, _ = words.partition(" ")
        _, _, last = words.rpartition(" ")
        if first not in edges and last not in edges:
            break
        before = words
        for title in phrases:
            words = "" if words == title else words.removeprefix(title + " ").removesuffix(" " + title)
        if words == before:
            break
    return words


@lru_cache(maxsize=4)
def _titles(titles: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The longest titles first, and the words at which a title begins or ends."""
    phrases = tuple(sorted(titles, key=lambda title: (-len(title), title)))
    return phrases, frozenset(word for title in phrases for word in (title.split()[0], title.split()[-1]))
