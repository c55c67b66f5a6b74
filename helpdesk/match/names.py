"""Claimed names, read in every way that makes sense; recorded names, ready to compare."""

from __future__ import annotations

import string
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from helpdesk.match.letters import fold

LONGEST_NAME = 200  # characters looked at
_SPELLINGS = {"jr": "jr junior", "sr": "sr senior", "ii": "ii 2nd", "iii": "iii 3rd", "iv": "iv 4th"}
_SUFFIXES = {spelling: suffix for suffix, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_SEPARATORS = str.maketrans("._-", "   ")
_SHORTEST_IN_ADDRESS = 4  # letters a surname must have to be seen in an address
_SHORTEST_PART = 3  # letters a part of a double surname must have to stand alone


class Order(StrEnum):
    """How a claimed name is read."""

    STATED = "stated"  # First Last, or Last, First with its comma
    DOUBLE = "double"  # the last two or three words are one surname
    SWAPPED = "swapped"  # Last First without a comma
    ADDRESS = "address"  # with the surname that stands in the claimed e-mail address


class Name(NamedTuple):
    """A name in folded words. ``surname`` has no separators; ``parts`` are those of a double surname."""

    surname: str
    parts: tuple[str, ...]
    given: str  # the first given name or initial, "" when none is stated
    middle: tuple[str, ...]
    suffix: str
    order: Order = Order.STATED


def joined(words: str) -> str:
    """A surname's words without separators: "de la cruz" and "delacruz" are one."""
    return words.replace(" ", "").replace("-", "")


def parts_of(words: str) -> tuple[str, ...]:
    """The parts of a double surname that can stand alone, () for a simple one."""
    parts = words.replace("-", " ").split()
    return tuple(part for part in parts if len(part) >= _SHORTEST_PART) if len(parts) > 1 else ()


def suffix_of(text: str) -> str:
    """Jr., Sr., II, III or IV in its usual form; any other text is kept folded."""
    folded = fold(text)
    return _SUFFIXES.get(folded, folded)


def readings(text: str, titles: frozenset[str]) -> Iterator[Name]:
    """Every sensible reading of a claimed name, the most natural first; none when no name is left."""
    segments: list[list[str]] = []
    suffix = ""
    for segment in _without_brackets(text[:LONGEST_NAME]).split(","):
        words = _without_titles(fold(segment), titles).split()
        if words and words[-1] in _SUFFIXES and (segments or len(words) > 1):
            suffix = _SUFFIXES[words.pop()]
        if words:
            segments.append(words)
    if len(segments) > 1:
        yield from _comma_readings(segments[0], segments[1], suffix)
    elif segments:
        yield from _plain_readings(segments[0], suffix)


def _comma_readings(surname: list[str], given: list[str], suffix: str) -> Iterator[Name]:
    yield _name(surname, given, suffix, Order.STATED)
    if len(surname) > 1:  # "Ada Filer, Filer & Partners"
        yield from _plain_readings(surname, suffix)


def _plain_readings(words: list[str], suffix: str) -> Iterator[Name]:
    yield _name(words[-1:], words[:-1], suffix, Order.STATED)
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


def recorded_name(last: str, first: str, middle: str, suffix: str) -> Name:
    """A record's name from its folded fields."""
    if last.isalpha() and first.isalpha() and (not middle or middle.isalpha()):  # most are single words
        return Name(last, (), first, (middle,) if middle else (), suffix)
    given, *others = f"{first} {middle}".replace("-", " ").split() or [""]
    return Name(joined(last), parts_of(last), given, tuple(others), suffix)


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


@lru_cache(maxsize=1)
def _nick_namer() -> object:
    from nicknames import NickNamer

    return NickNamer()


@lru_cache(maxsize=20_000)
def nicknames(given: str) -> frozenset[str]:
    """Given names that the same person may use: short for this one, or what this one is short for."""
    namer = _nick_namer()
    return frozenset(namer.nicknames_of(given) | namer.canonicals_of(given))  # type: ignore[attr-defined]
