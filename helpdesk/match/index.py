"""One immutable index over records: packed records, name columns, and where to find what."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpdesk.match.addresses import address_parts
from helpdesk.match.bar_ids import bar_id_of
from helpdesk.match.hashed import HashedRows
from helpdesk.match.letters import fold
from helpdesk.match.name_pairs import NamePairs
from helpdesk.match.names import Name, joined, parts_of, recorded_name, suffix_of
from helpdesk.match.records import Records, packed
from helpdesk.match.vocabulary import NameWords
from helpdesk.vocabulary import Filer

_GIVEN_BITS = 32


class Index:
    """Everything the matcher looks up about a set of records, by row number."""

    __slots__ = (
        *("_columns", "_pairs", "_texts", "bar_ids", "domains", "givens", "ids", "locals"),
        *("primaries", "records", "secondaries", "surnames"),
    )

    def __init__(self, filers: Iterable[Filer]) -> None:
        building = _Building()
        for filer in filers:
            building.add(filer)
        self.records = Records(building.packed)
        self._texts = tuple(building.texts)
        self._columns = tuple(memoryview(column) for column in building.columns)
        self.ids = building.ids.index()
        self.bar_ids = building.bar_ids.index()
        self.primaries = building.primaries.index()
        self.secondaries = building.secondaries.index()
        self.locals = building.locals.index()
        self.domains = building.domains.index()
        self.surnames, self.givens, self._pairs = building.names()

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

    def first(self, row: int) -> str:
        """The recorded first name, folded."""
        return self._texts[self._columns[1][row]]

    def middle(self, row: int) -> str:
        """The recorded middle name, folded."""
        return self._texts[self._columns[2][row]]

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


class _Hashes:
    """Hashes and rows on their way into a HashedRows."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._rows = array("i")

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, text: str | int, row: int) -> None:
        self._hashes.append(hash(text))
        self._rows.append(row)

    def index(self) -> HashedRows:
        return HashedRows(np.frombuffer(self._hashes, np.int64), np.frombuffer(self._rows, np.int32))


class _Texts(dict[str, int]):
    """Numbers texts in order of appearance."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Folded(dict[str, str]):
    """Folds each spelling once."""

    def __missing__(self, text: str) -> str:
        folded = self[text] = fold(text)
        return folded


class _Building:
    """Collects rows; each method adds one aspect of a record."""

    def __init__(self) -> None:
        self.packed: list[bytes] = []
        self.texts = _Texts()
        self.columns = tuple(array("i") for _ in range(4))
        self.ids, self.bar_ids = _Hashes(), _Hashes()
        self.primaries, self.secondaries, self.locals, self.domains = _Hashes(), _Hashes(), _Hashes(), _Hashes()
        self._folded = _Folded()
        self._surname_keys: dict[str, tuple[int, ...]] = {}
        self._surnames, self._givens = _Texts(), _Texts()
        self._first_counts = array("i")
        self._given_keys: dict[tuple[str, str], tuple[int, ...]] = {}
        self._pairs, self._pair_rows = array("q"), array("i")

    def add(self, filer: Filer) -> None:
        row = len(self.packed)
        self.packed.append(packed(filer))
        self.ids.add(filer.ecf_user_id, row)
        self._add_name(filer, row)
        if filer.bar_id and (bar_id := bar_id_of(filer.bar_id)):
            self.bar_ids.add(bar_id.key, row)
        self._add_addresses(filer, row)

    def _add_name(self, filer: Filer, row: int) -> None:
        folded = self._folded
        last, first, middle = folded[filer.last_name], folded[filer.first_name], folded[filer.middle_name]
        suffix = suffix_of(filer.suffix) if filer.suffix else ""
        for column, text in zip(self.columns, (last, first, middle, suffix)):  # noqa: B905, both have four
            column.append(self.texts[text])
        surnames = self._surname_keys.get(last)
        if surnames is None:
            keys = dict.fromkeys((joined(last), *parts_of(last)))
            surnames = self._surname_keys[last] = tuple(self._surnames[key] for key in keys)
        givens = self._given_keys.get((first, middle))
        if givens is None:
            given, *others = f"{first} {middle}".replace("-", " ").split() or [""]
            others = [other for other in others if len(other) > 1]
            givens = self._given_keys[first, middle] = tuple(
                self._givens[word] for word in dict.fromkeys((given, *others))
            )
        self._first_counts.append(givens[0])
        for surname in surnames:
            for given_id in givens:
                self._pairs.append((surname << _GIVEN_BITS) | given_id)
                self._pair_rows.append(row)

    def _add_addresses(self, filer: Filer, row: int) -> None:
        primary = address_parts(filer.primary_email)
        if primary is None:
            return
        whole, local, domain = primary
        self.primaries.add(whole, row)
        self.locals.add(local, row)
        self.domains.add(domain, row)
        for text in filer.secondary_emails:
            secondary = address_parts(text)
            if secondary is not None:
                self.secondaries.add(secondary[0], row)
                if secondary[1] != local:
                    self.locals.add(secondary[1], row)

    def names(self) -> tuple[NameWords, NameWords, NamePairs]:
        """The two vocabularies, and the rows of each pair of surname and given name."""
        pairs = np.frombuffer(self._pairs, np.int64)
        surnames, givens = pairs >> _GIVEN_BITS, pairs & ((1 << _GIVEN_BITS) - 1)
        rows = np.frombuffer(self._pair_rows, np.int32)
        once = np.unique((rows.astype(np.int64) << _GIVEN_BITS) | surnames)
        row_surnames = once & ((1 << _GIVEN_BITS) - 1)
        surname_words, surname_places = _vocabulary(self._surnames, row_surnames)
        given_words, given_places = _vocabulary(self._givens, np.frombuffer(self._first_counts, np.int32))
        placed = NamePairs(surname_places[surnames], given_places[givens], rows, len(surname_words.words))
        return surname_words, given_words, placed


def _vocabulary(texts: _Texts, occurrences: NDArray[Any]) -> tuple[NameWords, NDArray[np.int64]]:
    """The vocabulary, and each text's place in it by its number of appearance."""
    counts = np.bincount(occurrences, minlength=len(texts))
    words = NameWords(dict(zip(texts, counts.tolist(), strict=True)))
    places = np.fromiter((words.id(text) for text in texts), np.int64, count=len(texts))
    return words, places
