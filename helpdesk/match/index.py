"""One immutable index over records: packed records, name columns, and where to find what."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpdesk.match.addresses import address_parts
from helpdesk.match.bar_ids import key_of
from helpdesk.match.hashed import HashedRows
from helpdesk.match.letters import fold
from helpdesk.match.name_pairs import NamePairs
from helpdesk.match.names import Name, joined, parts_of, recorded_name, suffix_of
from helpdesk.match.records import Records
from helpdesk.match.vocabulary import NameWords
from helpdesk.short_forms import nicknames
from helpdesk.vocabulary import Filer


class Index:
    """Everything the matcher looks up about a set of records, by row number."""

    __slots__ = (
        *("_columns", "_firsts", "_pairs", "_texts", "bar_ids", "domains", "givens", "ids", "locals"),
        *("primaries", "records", "secondaries", "surnames"),
    )

    def __init__(self, filers: Iterable[Filer]) -> None:
        building = _Building()
        for row, filer in enumerate(filers):
            building.add(filer, row)
        self.records = building.records
        self._texts = tuple(building.texts)
        self._columns = tuple(memoryview(column) for column in building.columns)
        self.ids = building.ids.index()
        self.bar_ids = building.bar_ids.index()
        self.primaries = building.primaries.index()
        self.secondaries = building.secondaries.index()
        self.locals = building.locals.index()
        self.domains = building.domains.index()
        self.surnames, self.givens, self._pairs, self._firsts = building.names()
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
        """The finished index. What was collected is given up: at two million records it is memory worth having."""
        hashes, rows = self._hashes, self._rows
        self._hashes, self._rows = array("q"), array("i")
        return HashedRows(np.frombuffer(hashes, np.int64), np.frombuffer(rows, np.int32))


class _Texts(dict[str, int]):
    """Numbers texts in order of appearance."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Surnames(dict[str, tuple[int, tuple[int, ...]]]):
    """By spelling: the number of the folded text, and those of the surname and its parts. Each is read once."""

    def __init__(self, texts: _Texts) -> None:
        self.words = _Texts()
        self._texts = texts

    def __missing__(self, last_name: str) -> tuple[int, tuple[int, ...]]:
        last = fold(last_name)
        keys = (last,) if last.isalpha() else dict.fromkeys((joined(last), *parts_of(last)))
        found = self[last_name] = (self._texts[last], tuple([self.words[key] for key in keys]))
        return found


class _Givens(dict[str, tuple[int, tuple[int, ...]]]):
    """By spelling: the number of the folded text, and those of its words but for initials that stand later."""

    def __init__(self, texts: _Texts, words: _Texts, *, initials_from: int) -> None:
        self._texts = texts
        self._words = words
        self._from = initials_from

    def __missing__(self, names: str) -> tuple[int, tuple[int, ...]]:
        folded = fold(names)
        words = dict.fromkeys(folded.replace("-", " ").split())
        kept = [self._words[word] for place, word in enumerate(words) if place < self._from or len(word) > 1]
        found = self[names] = (self._texts[folded], tuple(kept))
        return found


class _Building:
    """Collects rows; each method adds one aspect of a record."""

    def __init__(self) -> None:
        self.records = Records()
        self.texts = _Texts()
        self.columns = tuple(array("i") for _ in range(4))
        self.ids, self.bar_ids = _Hashes(), _Hashes()
        self.primaries, self.secondaries, self.locals, self.domains = _Hashes(), _Hashes(), _Hashes(), _Hashes()
        self._surnames, self._given_words = _Surnames(self.texts), _Texts()
        self._firsts = _Givens(self.texts, self._given_words, initials_from=1)
        self._middles = _Givens(self.texts, self._given_words, initials_from=0)
        self._firsts_given = array("i")
        self._pair_surnames, self._pair_givens, self._pair_rows = array("i"), array("i"), array("i")

    def add(self, filer: Filer, row: int) -> None:
        self.records.add(filer)
        self.ids.add(filer.ecf_user_id, row)
        self._add_name(filer, row)
        key = key_of(filer.bar_id)
        if key is not None:
            self.bar_ids.add(key, row)
        self._add_addresses(filer, row)

    def _add_name(self, filer: Filer, row: int) -> None:
        last, surnames = self._surnames[filer.last_name]
        first, givens = self._firsts[filer.first_name]
        middle, others = self._middles[filer.middle_name]
        if not givens:  # as recorded_name reads it: the first word of the middle name, or none
            others = self._firsts[filer.middle_name][1] or (self._given_words[""],)
        if others:
            givens += tuple([other for other in others if other not in givens])
        lasts, firsts, middles, suffixes = self.columns
        lasts.append(last)
        firsts.append(first)
        middles.append(middle)
        suffixes.append(self.texts[suffix_of(filer.suffix) if filer.suffix else ""])
        self._firsts_given.append(givens[0])
        for surname in surnames:
            for given in givens:
                self._pair_surnames.append(surname)
                self._pair_givens.append(given)
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

    def names(self) -> tuple[NameWords, NameWords, NamePairs, memoryview[int]]:
        """The two vocabularies, the rows of each pair of surname and given name, each row's first given name."""
        surnames, givens, rows = (
            np.frombuffer(column, np.int32) for column in (self._pair_surnames, self._pair_givens, self._pair_rows)
        )
        once = np.unique((rows.astype(np.int64) << 32) | surnames) & 0xFFFFFFFF
        surname_words, surname_places = _vocabulary(self._surnames.words, once)
        firsts = np.frombuffer(self._firsts_given, np.int32)
        given_words, given_places = _vocabulary(self._given_words, firsts)
        placed = NamePairs(surname_places[surnames], given_places[givens], rows, len(surname_words.words))
        return surname_words, given_words, placed, given_places[firsts].astype(np.int32).data


def _vocabulary(texts: _Texts, occurrences: NDArray[Any]) -> tuple[NameWords, NDArray[np.int64]]:
    """The vocabulary, and each text's place in it by its number of appearance."""
    counts = np.bincount(occurrences, minlength=len(texts))
    words = NameWords(dict(zip(texts, counts.tolist(), strict=True)))
    places = np.fromiter((words.id(text) for text in texts), np.int64, count=len(texts))
    return words, places
