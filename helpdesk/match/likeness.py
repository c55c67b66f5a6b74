"""How alike two words of a name are, and the keys under which a vocabulary finds its look- and sound-alikes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from doublemetaphone import doublemetaphone
from rapidfuzz.distance import OSA, JaroWinkler

_SHORTEST_SLIP = 4  # letters: in shorter words one letter makes another name
_LONG_WORD = 8  # letters: here two slips still leave a word recognisable
_SOUNDS_ALIKE = 0.80  # Jaro-Winkler that words of equal sound must reach in writing
_MOST_SCANNED = 4  # letters by which a scanner's confusion may change a word
_SCANNED = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"), ("8", "b"), ("i", "l"))


class Likeness(IntEnum):
    """How two words agree, from best to worst."""

    SAME = 0
    SLIP = 1  # one letter off, two letters swapped, or letters a scanner confuses
    SOUND = 2  # sounds the same, or two slips in a long word
    OTHER = 3


def skeleton(word: str) -> str:
    """The word as a poor scanner sees it: rn and m, cl and d, 0 and o, 1 and l fall together."""
    for seen, kept in _SCANNED:
        word = word.replace(seen, kept)
    return word


def likeness(one: str, other: str) -> Likeness:
    """How alike two folded words are in writing and in sound."""
    if one == other:
        return Likeness.SAME
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_SLIP - 1:
        return Likeness.OTHER
    distance = OSA.distance(one, other, score_cutoff=_MOST_SCANNED)
    if (distance == 1 and shorter >= _SHORTEST_SLIP) or (
        distance <= _MOST_SCANNED and skeleton(one) == skeleton(other)
    ):
        return Likeness.SLIP
    if shorter < _SHORTEST_SLIP:
        return Likeness.OTHER
    if distance == 2 and shorter >= _LONG_WORD:
        return Likeness.SOUND
    close = JaroWinkler.similarity(one, other, score_cutoff=_SOUNDS_ALIKE) > 0
    return Likeness.SOUND if close and not set(sounds(one)).isdisjoint(sounds(other)) else Likeness.OTHER


@lru_cache(maxsize=20_000)
def sounds(word: str) -> tuple[str, ...]:
    """The word's double metaphone codes; () where it has none."""
    return tuple(code for code in doublemetaphone(word) if code)


def written_keys(word: str) -> Iterator[str]:
    """The word and the word without each of its letters: words one slip apart share one of these."""
    yield word
    if len(word) >= _SHORTEST_SLIP - 1:
        for index in range(len(word)):
            yield word[:index] + word[index + 1 :]


def other_keys(word: str) -> Iterator[str]:
    """Keys of sound and of scanner's confusion, marked so that they never meet the written ones."""
    yield "\1" + skeleton(word)
    for code in doublemetaphone(word):
        if code:
            yield "\2" + code
