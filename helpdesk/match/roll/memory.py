"""The roll in memory: immutable and versioned; swapped whole after an import, patched for single edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from helpdesk import policy
from helpdesk.match.roll.chances import Chances
from helpdesk.match.roll.index import Index
from helpdesk.vocabulary import Filer

LARGEST_OVERLAY = 2000  # edited records; more are folded into a new index


class Roll:
    """All filers, ready for matching. Never changes, so many threads may read it while a new one is built."""

    __slots__ = ("_chances", "_hidden", "_size", "indexes", "version")

    def __init__(self, indexes: tuple[Index, ...], hidden: frozenset[int], version: str) -> None:
        self.indexes = indexes  # the roll itself and, where there are edits, a small overlay
        self._hidden = hidden  # rows of the first index that were edited or removed
        self.version = version
        self._size = sum(map(len, indexes)) - len(hidden)
        self._chances: Chances | None = None

    @classmethod
    def build(cls, filers: Iterable[Filer], version: str) -> Self:
        """A roll of these filers; ``version`` names the state of the roster it was built from.

        Where an ecf_user_id occurs twice, both records are kept: the roster's reader refuses such rows.
        """
        return cls((Index(filers),), frozenset(), version)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Filer]:
        for number, index in enumerate(self.indexes):
            for row in range(len(index)):
                if self.shows(number, row):
                    yield index.records.filer(row)

    def shows(self, number: int, row: int) -> bool:
        """Whether this row of this index is still what the roll says."""
        return number > 0 or row not in self._hidden

    def filer(self, ecf_user_id: str) -> Filer | None:
        """The record with this id, None when nobody on the roll has it."""
        for number, index in enumerate(self.indexes):
            for row in index.ids.rows(ecf_user_id):
                filer = index.records.filer(row)
                if filer.ecf_user_id == ecf_user_id and self.shows(number, row):
                    return filer
        return None

    def with_edits(self, changed: Iterable[Filer], removed: Iterable[str], version: str | None = None) -> Roll:
        """This roll with single records added, replaced or removed, under a new version where one is named."""
        base = self.indexes[0]
        overlay = {filer.ecf_user_id: filer for index in self.indexes[1:] for filer in index.records}
        edits = {filer.ecf_user_id: filer for filer in changed}
        gone = set(removed)
        overlay = {key: filer for key, filer in (overlay | edits).items() if key not in gone}
        hidden = set(self._hidden)
        for key in gone | edits.keys():
            hidden.update(row for row in base.ids.rows(key) if base.records.filer(row).ecf_user_id == key)
        indexes = (base, Index(overlay.values())) if overlay else (base,)
        roll = Roll(indexes, frozenset(hidden), self.version if version is None else version)
        return Roll.build(roll, roll.version) if len(overlay) > LARGEST_OVERLAY else roll

    def addressed(self, address: str) -> list[list[int]]:
        """The rows of each index with this address, in ASCII lower case; those first whose primary one it is."""
        return self._shown([index.addresses.rows(address) for index in self.indexes])

    def numbered(self, key: str | int) -> list[list[int]]:
        """The rows of each index with this Bar ID, as ``BarId.key`` has it."""
        return self._shown([index.bar_ids.rows(key) for index in self.indexes])

    def _shown(self, found: list[list[int]]) -> list[list[int]]:
        """Rows of each index without those that an edit replaced."""
        if self._hidden:
            found[0] = [row for row in found[0] if row not in self._hidden]
        return found

    def chances(self, matching: policy.Matching) -> Chances:
        """What the roll's frequencies say under these rules; remembered for the rules that were last asked for."""
        chances = self._chances
        if chances is None or chances.matching is not matching:
            chances = self._chances = Chances(self.indexes, self._size, matching)
        return chances
