"""One immutable index over records: packed records, name columns, and where to find what."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from helpdesk.match.roll.building import Building
from helpdesk.match.roll.name_columns import read_names
from helpdesk.match.written.names import Name, recorded_name
from helpdesk.short_forms import nicknames
from helpdesk.vocabulary import Filer


class Index:
    """Everything the matcher looks up about a set of records, by row number."""

    __slots__ = (
        *("_columns", "_firsts", "_pairs", "_texts", "addresses", "bar_ids", "domains", "givens", "ids", "locals"),
        *("records", "surnames"),
    )

    def __init__(self, filers: Iterable[Filer]) -> None:
        building = Building(filers)
        self.records = building.records
        self._texts = building.texts
        columns = building.columns()
        self._columns = tuple(column.data for column in columns)
        self.surnames, self.givens, self._pairs, self._firsts = read_names(self._texts, *columns[:3])
        self.ids = building.ids.index()
        self.bar_ids = building.bar_ids.index()
        self.addresses = building.primaries.index(then=building.secondaries)
        self.locals = building.locals.index()
        self.domains = building.domains.index()
        nicknames("")  # the list of short forms is read with the roll, not while the first claim waits

    def __len__(self) -> int:
        return len(self.records)

    def name(self, row: int) -> Name:
        """The recorded name, folded."""
        texts = self._texts
        last, first, middle, suffix = self._columns
        return recorded_name(texts[last[row]], texts[first[row]], texts[middle[row]], texts[suffix[row]])

    def name_columns(self, row: int) -> tuple[int, int, int, int]:
        """Equal for records with equal folded names."""
        last, first, middle, suffix = self._columns
        return last[row], first[row], middle[row], suffix[row]

    def first_begins(self, rows: Iterable[int], starts: Iterable[str]) -> list[int]:
        """Those of these rows whose first given name begins with one of these."""
        firsts, ranges = self._firsts, [range(*self.givens.beginning_with(start)) for start in starts]
        return [row for row in rows if any(firsts[row] in one for one in ranges)]

    def middle_begins(self, rows: Collection[int], starts: tuple[str, ...]) -> list[int]:
        """Those of these rows whose middle name begins with one of these."""
        middles, texts = self._columns[2], self._texts
        fitting = {number for number in {middles[row] for row in rows} if texts[number].startswith(starts)}
        return [row for row in rows if middles[row] in fitting]

    def named(self, surnames: Iterable[str], givens: Iterable[str]) -> list[int]:
        """Rows with one of these surnames (or parts) and one of these given (or full middle) names."""
        given_ids = [number for number in map(self.givens.id, givens) if number is not None]
        surname_ids = (number for number in map(self.surnames.id, surnames) if number is not None)
        return self._pairs.rows_of(surname_ids, given_ids) if given_ids else []

    def namesakes(self, surname: str, given: str) -> int:
        """How many rows have this surname (or part) and given (or full middle) name."""
        surname_id, given_id = self.surnames.id(surname), self.givens.id(given)
        if surname_id is None or given_id is None:
            return 0
        return self._pairs.count(surname_id, given_id)

    def surnamed(self, surname: str, start: str = "") -> list[int]:
        """Rows with this surname (or part) and a given name that begins like this."""
        surname_id = self.surnames.id(surname)
        return [] if surname_id is None else self._pairs.rows(surname_id, *self.givens.beginning_with(start))
