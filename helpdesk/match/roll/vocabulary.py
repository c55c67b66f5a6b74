"""The words of the roll's names: far fewer than filers, so fuzzy search happens here and not over records.

Words one slip apart are found by what both become without one letter each (M. Mor and A. Fraenkel, A Hash Code Method
for Detecting and Correcting Spelling Errors, 1982), words that sound alike by L. Philips' double metaphone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np

from helpdesk.match.roll.hashed import HashedRows
from helpdesk.match.written.likeness import (
    SHORTEST_LIKE,
    Likeness,
    likeness_in_writing,
    near_in_writing,
    scanned_key,
    sound_keys,
    written_keys,
)
from helpdesk.short_forms import nicknames

_AT_ONCE = 500  # words whose keys are put down together
_REMEMBERED = 2000  # common names are asked for again and again


class NameWords:
    """A vocabulary in alphabetical order with how often each word occurs. A word's id is its place in that order."""

    __slots__ = ("_counts", "_counts_before", "_ids", "_keys", "alike", "count_beginning", "count_of_forms", "words")

    def __init__(self, counts: dict[str, int]) -> None:
        self.words: Sequence[str] = sorted(counts)
        self._counts = array("i", [counts[word] for word in self.words])
        self._counts_before = array("q", accumulate(self._counts, initial=0))
        self.alike: Callable[[str], Mapping[str, Likeness]] = lru_cache(_REMEMBERED)(self._alike)
        """The words of the roll that look or sound like one, itself included where it occurs."""
        self.count_of_forms: Callable[[str], int] = lru_cache(_REMEMBERED)(self._count_of_forms)
        """How many times a given name, its short forms or what it is short for occur on the roll."""
        self.count_beginning: Callable[[str], int] = lru_cache(_REMEMBERED)(self._count_beginning)
        """How many times words that begin with a letter occur on the roll."""
        self._ids = {word: index for index, word in enumerate(self.words)}
        self._keys = _keys_of(self.words)

    def id(self, word: str) -> int | None:
        """The word's id, None when nobody on the roll has it."""
        return self._ids.get(word)

    def count(self, word: str) -> int:
        """How many times the word occurs on the roll."""
        index = self._ids.get(word)
        return 0 if index is None else self._counts[index]

    def _alike(self, word: str) -> Mapping[str, Likeness]:
        found: dict[str, Likeness] = {}
        if len(word) >= SHORTEST_LIKE:
            found = dict.fromkeys(near_in_writing(word, self._under(sound_keys(word))), Likeness.SOUND)
            found |= dict.fromkeys(self._under([scanned_key(word)]), Likeness.SLIP)
        for other in self._under(written_keys(word)):
            how = likeness_in_writing(word, other)
            if how < found.get(other, Likeness.OTHER):
                found[other] = how
        return found

    def _under(self, keys: Iterable[str]) -> list[str]:
        """The words that share one of these keys."""
        words = self.words
        return [words[place] for place in self._keys.rows_of_any(keys)]

    def beginning_with(self, start: str) -> tuple[int, int]:
        """The range of ids of the words that begin with this letter."""
        return bisect_left(self.words, start), bisect_left(self.words, start + "\U0010ffff")

    def _count_of_forms(self, given: str) -> int:
        return sum(map(self.count, {given, *nicknames(given)}))

    def _count_beginning(self, start: str) -> int:
        first, end = self.beginning_with(start)
        return self._counts_before[end] - self._counts_before[first]


def _keys_of(words: Sequence[str]) -> HashedRows:
    """Every key under which a word is sought, with its id."""
    hashes, lengths = array("q"), list[int]()
    for start in range(0, len(words), _AT_ONCE):
        keys = [(*written_keys(w), scanned_key(w), *sound_keys(w)) for w in words[start : start + _AT_ONCE]]
        hashes.fromlist([hash(key) for one in keys for key in one])
        lengths += map(len, keys)
    ids = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return HashedRows(np.frombuffer(hashes, np.int64), ids)
