"""A multimap from texts or numbers to row numbers in two flat arrays: twelve bytes an entry."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray


class HashedRows:
    """Finds rows by the hash of a text, which for a number is itself.

    Different texts may share a hash: who needs certainty compares again.
    """

    __slots__ = ("_bisected", "_hashes", "_listed", "_rows")

    def __init__(self, hashes: Sequence[int] | NDArray[np.int64], rows: Sequence[int] | NDArray[np.int32]) -> None:
        unsorted = np.asarray(hashes, dtype=np.int64)
        order = np.argsort(unsorted, kind="stable")
        self._hashes = unsorted[order]
        self._rows = np.asarray(rows, dtype=np.int32)[order]
        # Memory views hand out Python integers, which are faster than numpy's one by one.
        self._bisected, self._listed = self._hashes.data, self._rows.data

    def rows(self, text: str | int) -> list[int]:
        """The rows stored under this text, in ascending order."""
        wanted, hashes = hash(text), self._bisected
        start = bisect_left(hashes, wanted)
        if start == len(hashes) or hashes[start] != wanted:
            return []
        if start + 1 == len(hashes) or hashes[start + 1] != wanted:  # most have but one row
            return [self._listed[start]]
        return self._listed[start : bisect_right(hashes, wanted, start)].tolist()

    def count(self, text: str | int) -> int:
        """How many rows are stored under this text."""
        wanted = hash(text)
        start = bisect_left(self._bisected, wanted)
        return bisect_right(self._bisected, wanted, start) - start

    def rows_of_any(self, texts: Sequence[str | int]) -> list[int]:
        """The rows stored under at least one of these texts, each once."""
        return sorted({row for text in texts for row in self.rows(text)})

    def rows_of_numbers(self, numbers: Collection[int]) -> NDArray[np.int32]:
        """The rows stored under these numbers, each number's in ascending order."""
        wanted = np.fromiter(numbers, dtype=np.int64, count=len(numbers))
        starts = self._hashes.searchsorted(wanted)
        counts = self._hashes.searchsorted(wanted, side="right") - starts
        ends = counts.cumsum()
        places = (starts - ends + counts).repeat(counts) + np.arange(ends[-1] if len(ends) else 0)
        found: NDArray[np.int32] = self._rows[places]
        return found


def list_of(rows: NDArray[np.int32]) -> list[int]:
    """An array of rows as Python integers."""
    numbers: list[int] = rows.tolist()
    return numbers
