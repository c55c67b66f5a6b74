"""Names in folded words, ready to compare, and the short forms of given names."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from helpdesk.match.written.letters import fold
from helpdesk.vocabulary.members import at_hand

_SPELLINGS = {"jr": "jr junior", "sr": "sr senior", "ii": "ii 2nd", "iii": "iii 3rd", "iv": "iv 4th"}
SUFFIXES = {spelling: suffix for suffix, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_SHORTEST_PART = 3  # letters a part of a double surname must have to stand alone


@at_hand
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
    return SUFFIXES.get(folded, folded)


def recorded_name(last: str, first: str, middle: str, suffix: str) -> Name:
    """A record's name from its folded fields."""
    if last.isalpha() and first.isalpha() and (not middle or middle.isalpha()):  # most are single words
        return Name(last, (), first, (middle,) if middle else (), suffix)
    given, *others = f"{first} {middle}".replace("-", " ").split() or [""]
    return Name(joined(last), parts_of(last), given, tuple(others), suffix)
