"""How alike two words of a name are, and the keys under which a vocabulary finds its look- and sound-alikes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from doublemetaphone import doublemetaphone
from rapidfuzz.distance import OSA, JaroWinkler

from helpdesk.vocabulary.members import at_hand

SHORTEST_LIKE = 3  # letters: shorter words are the same or not
_SHORTEST_SLIP = 4  # letters: in shorter words one letter makes another name
_LONG_WORD = 8  # letters: here two slips still leave a word recognisable
_SOUNDS_ALIKE = 0.80  # Jaro-Winkler that words of equal sound must reach in writing
_SCANNED_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"))
_SCANNED = str.maketrans("0158i", "olsbl")


@at_hand
class Likeness(IntEnum):
    """How two words agree, from best to worst."""

    SAME = 0
    SLIP = 1  # one letter off, two letters swapped, or letters a scanner confuses
    SOUND = 2  # sounds the same, or two slips in a long word
    OTHER = 3


_SAME, _SLIP, _SOUND, _OTHER = Likeness  # Python 3.11 finds these ten times faster than an enum's members


def _scanned(word: str) -> str:
    for seen, kept in _SCANNED_PAIRS:
        word = word.replace(seen, kept)
    return word.translate(_SCANNED)


skeleton = lru_cache(maxsize=8192)(_scanned)
"""The word as a poor scanner sees it: rn and m, cl and d, 0 and o, 1 and l fall together."""


def likeness(one: str, other: str) -> Likeness:
    """How alike two folded words are in writing and in sound."""
    if one == other:
        return _SAME
    if min(len(one), len(other)) < SHORTEST_LIKE:
        return _OTHER
    written = likeness_in_writing(one, other)
    if written is _SLIP or skeleton(one) == skeleton(other):
        return _SLIP
    if written is _OTHER and not set(sounds(one)).isdisjoint(sounds(other)) and near_in_writing(one, (other,)):
        return _SOUND
    return written


def likeness_in_writing(one: str, other: str) -> Likeness:
    """How alike two words are by their letters."""
    if one == other:
        return _SAME
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_SLIP:
        return _OTHER
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        return _SLIP
    return _SOUND if distance == 2 and shorter >= _LONG_WORD else _OTHER


def near_in_writing(word: str, others: Iterable[str]) -> list[str]:
    """Of words that sound like one, those that are also near enough in writing."""
    if len(word) < _SHORTEST_SLIP:
        return []
    similarity = JaroWinkler.similarity
    return [other for other in others if len(other) >= _SHORTEST_SLIP and similarity(word, other) >= _SOUNDS_ALIKE]


@lru_cache(maxsize=20_000)
def sounds(word: str) -> tuple[str, ...]:
    """The word's double metaphone codes; () where it has none."""
    return tuple(code for code in doublemetaphone(word) if code)


def written_keys(word: str) -> list[str]:
    """The word and the word without each of its letters: words one slip apart share one of these."""
    if len(word) < SHORTEST_LIKE:
        return [word]
    return [word, *[word[:index] + word[index + 1 :] for index in range(len(word))]]


def scanned_key(word: str) -> str:
    """Equal for words that a scanner confuses; marked so that it never meets a written word."""
    return "\1" + _scanned(word)


def sound_keys(word: str) -> list[str]:
    """Words that sound the same share one of these."""
    return ["\2" + code for code in doublemetaphone(word) if code]
