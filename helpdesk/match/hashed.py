"""A multimap from texts or numbers to row numbers in two flat arrays: twelve bytes an entry."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FEW = 40  # so many texts are found faster one by one than by numpy at once


class HashedRows:
    """Finds rows by the hash of a text, which for a number is itself.

    Different texts may share a hash: who needs certainty compares again.
    """

    __slots__ = ("_bisected", "_hashes", "_rows")

    def __init__(self, hashes: Sequence[int] | NDArray[np.int64], rows: Sequence[int] | NDArray[np.int32]) -> None:
        unsorted = np.asarray(hashes, dtype=np.int64)
        order = np.argsort(unsorted, kind="stable")
        self._hashes = unsorted[order]
        self._rows = np.asarray(rows, dtype=np.int32)[order]
        self._bisected: Sequence[int] = self._hashes.data  # its items are Python integers: faster to bisect

    def rows(self, text: str | int) -> list[int]:
        """The rows stored under this text, in ascending order."""
        wanted = hash(text)
        start = bisect_left(self._bisected, wanted)
        if start == len(self._bisected) or self._bisected[start] != wanted:
            return []
        return list_of(self._rows[start : bisect_right(self._bisected, wanted, start)])

    def count(self, text: str | int) -> int:
        """How many rows are stored under this text."""
        wanted = hash(text)
        start = bisect_left(self._bisected, wanted)
        return bisect_right(self._bisected, wanted, start) - start

    def rows_of_any(self, texts: Sequence[str | int]) -> list[int]:
        """The rows stored under at least one of these texts, each once."""
        if len(texts) <= _FEW:
            return sorted({row for text in texts for row in self.rows(text)})
        wanted = np.fromiter((hash(text) for text in texts), dtype=np.int64, count=len(texts))
        return sorted(set(list_of(self.rows_of_hashes(wanted))))

    def rows_of_hashes(self, wanted: NDArray[np.int64]) -> NDArray[np.int32]:
        """The rows stored under these hashes, in their order."""
        starts = np.searchsorted(self._hashes, wanted)
        found = starts < len(self._hashes)
        found[found] = self._hashes[starts[found]] == wanted[found]
        if not found.any():
            return self._rows[:0]
        starts = starts[found]
        ends = np.searchsorted(self._hashes, wanted[found], side="right")
        return np.concatenate([self._rows[start:end] for start, end in zip(starts, ends, strict=True)])


def list_of(rows: NDArray[np.int32]) -> list[int]:
    """An array of rows as Python integers."""
    numbers: list[int] = rows.tolist()
    return numbers
