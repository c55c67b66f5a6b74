"""Which rows have which pair of surname and given name, by the ids of the words: eight bytes a pair."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SCANNED = 4  # a surname with so many rows for each wanted given name is read through; beyond, names are looked up


class NamePairs:
    """Rows by surname, and within a surname by given name."""

    __slots__ = ("_givens", "_rows", "_starts")

    def __init__(self, surnames: NDArray[Any], givens: NDArray[Any], rows: NDArray[Any], how_many: int) -> None:
        order = np.lexsort((givens, surnames))
        starts = np.concatenate([[0], np.cumsum(np.bincount(surnames, minlength=how_many))])
        # Memory views hand out Python integers, which are faster than numpy's one by one.
        self._starts = starts.astype(np.int32).data
        self._givens = givens[order].astype(np.int32).data
        self._rows = rows[order].astype(np.int32).data

    def rows(self, surname: int, first: int, end: int) -> list[int]:
        """The rows with this surname and a given name in this range of ids."""
        start, stop = self._starts[surname], self._starts[surname + 1]
        low = bisect_left(self._givens, first, start, stop)
        return self._rows[low : bisect_left(self._givens, end, low, stop)].tolist()

    def count(self, surname: int, given: int) -> int:
        """How many rows have this pair."""
        start, stop = self._starts[surname], self._starts[surname + 1]
        low = bisect_left(self._givens, given, start, stop)
        return bisect_left(self._givens, given + 1, low, stop) - low

    def rows_of(self, surnames: Iterable[int], givens: Collection[int]) -> list[int]:
        """The rows with one of these surnames and one of these given names, in their order."""
        column, wanted = self._givens, set(givens)
        most = _SCANNED * len(wanted)
        found: list[int] = []
        for surname in surnames:
            start, stop = self._starts[surname], self._starts[surname + 1]
            if stop - start > most:
                for given in givens:
                    low = bisect_left(column, given, start, stop)
                    if low < stop and column[low] == given:
                        found += self._rows[low : bisect_right(column, given, low, stop)]
            else:
                found += [self._rows[place] for place in range(start, stop) if column[place] in wanted]
        return found
