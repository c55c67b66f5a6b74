"""A multimap from texts or numbers to row numbers in flat arrays: some thirteen bytes an entry."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_SHELF = 8  # entries on a shelf, on average


class HashedRows:
    """Finds rows by the hash of a text, which for a number is itself.

    Different texts may share a hash: who needs certainty compares again. The entries stand in the order of their
    hashes, on shelves by the leading bits, so that a look-up touches few places of a large array.
    """

    __slots__ = ("_by_hash", "_hashes", "_last", "_least", "_rows", "_shelves", "_shift")

    def __init__(self, hashes: Sequence[int] | NDArray[np.int64], rows: Sequence[int] | NDArray[np.int32]) -> None:
        unsorted = np.asarray(hashes, dtype=np.int64)
        order = np.argsort(unsorted, kind="stable")
        self._by_hash = unsorted[order]
        # Memory views hand out Python integers, which are faster than numpy's one by one.
        self._hashes = self._by_hash.data
        self._rows = np.asarray(rows, dtype=np.int32)[order].data
        self._least = self._hashes[0] if len(order) else 0
        spread = self._hashes[-1] - self._least if len(order) else 0
        self._shift = max(0, spread.bit_length() - (len(order) // _SHELF).bit_length())
        self._last = spread >> self._shift
        # A difference of two hashes may take 64 bits and no sign.
        shelves = (self._by_hash - self._least).view(np.uint64) >> np.uint64(self._shift)
        self._shelves = shelves.searchsorted(np.arange(self._last + 2, dtype=np.uint64)).astype(np.int32).data

    def _entries(self, text: str | int) -> tuple[int, int]:
        """The places of a text's entries: from here up to there."""
        wanted = hash(text)
        shelf = (wanted - self._least) >> self._shift
        if not 0 <= shelf <= self._last:
            return 0, 0
        start, end = self._shelves[shelf], self._shelves[shelf + 1]
        start = bisect_left(self._hashes, wanted, start, end)
        return start, bisect_right(self._hashes, wanted, start, end)

    def rows(self, text: str | int) -> list[int]:
        """The rows stored under this text, in the order in which they were given."""
        start, end = self._entries(text)
        return self._rows[start:end].tolist() if end > start else []

    def count(self, text: str | int) -> int:
        """How many rows are stored under this text."""
        start, end = self._entries(text)
        return end - start

    def count_between(self, low: int, high: int) -> int:
        """How many rows are stored under numbers from the low one up to and without the high one."""
        return bisect_left(self._hashes, high) - bisect_left(self._hashes, low)

    def rows_of_any(self, texts: Iterable[str | int]) -> list[int]:
        """The rows stored under at least one of these texts, each once."""
        found: set[int] = set()
        for text in texts:
            start, end = self._entries(text)
            if end > start:
                found.update(self._rows[start:end])
        return sorted(found)

    def rows_of_numbers(self, numbers: Collection[int]) -> list[int]:
        """The rows stored under any of very many numbers, most of which nobody has."""
        if not self._hashes:
            return []
        wanted = np.fromiter(numbers, dtype=np.int64, count=len(numbers))
        places = self._by_hash.searchsorted(wanted)
        starts: list[int] = places[self._by_hash.take(places, mode="clip") == wanted].tolist()
        hashes, found = self._hashes, list[int]()
        for start in starts:
            number, end = hashes[start], start + 1
            while end < len(hashes) and hashes[end] == number:
                end += 1
            found += self._rows[start:end]
        return found
