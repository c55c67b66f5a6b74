"""What a roll's names are looked up by, read from their columns: each text once, however many records have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpdesk.match.roll.name_pairs import NamePairs
from helpdesk.match.roll.vocabulary import NameWords
from helpdesk.match.written.names import joined, parts_of

Column = NDArray[np.int32]
"""For each row the number of a text."""


class Names(NamedTuple):
    """The words of all names, and who has which."""

    surnames: NameWords
    givens: NameWords
    pairs: NamePairs
    firsts: memoryview  # each row's first given name by its id


def read_names(texts: Sequence[str], lasts: Column, firsts: Column, middles: Column) -> Names:
    """Read the folded names of a roll, by the numbers of their texts."""
    surnames, givens = Texts(), Texts()
    of_last = _words(texts, lasts, surnames, _surnames)
    of_first = _words(texts, firsts, givens, _given_names)
    of_middle = _words(texts, middles, givens, _middle_names)
    # Rows and one of their surnames; rows and one of their given names; each surname and all given names of its row.
    rows, surname = of_last.spread(lasts)
    given_rows, given = _each_once(of_first.spread(firsts), of_middle.spread(middles))
    of_row = _Lists(given_rows.searchsorted(np.arange(len(lasts) + 1)), given)
    places, given = of_row.spread(rows)
    first = of_first.numbers[of_first.starts[firsts]]
    surname_words, surname_ids = _vocabulary(surnames, surname)
    given_words, given_ids = _vocabulary(givens, first)
    pairs = NamePairs(surname_ids[surname[places]], given_ids[given], rows[places], len(surname_words.words))
    return Names(surname_words, given_words, pairs, given_ids[first].data)


class Texts(dict[str, int]):
    """Numbers texts in order of appearance."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Lists(NamedTuple):
    """Lists of numbers, one behind the other."""

    starts: NDArray[np.int64]  # where each begins, and where the last one ends
    numbers: NDArray[Any]

    def spread(self, wanted: NDArray[Any]) -> tuple[Column, NDArray[Any]]:
        """The lists with these places: beside each of their numbers the place in ``wanted`` that it is there for."""
        starts = self.starts[wanted]
        lengths = self.starts[wanted + 1] - starts
        places = np.repeat(np.arange(len(wanted), dtype=np.int32), lengths)
        before = np.cumsum(lengths) - lengths
        return places, self.numbers[np.arange(len(places)) + (starts - before)[places]]


def _words(texts: Sequence[str], column: Column, words: Texts, read: Callable[[str], Iterable[str]]) -> _Lists:
    """The numbers of the words of each text in a column, none for other texts."""
    numbers, lengths = list[int](), [0] * len(texts)
    for text in np.bincount(column).nonzero()[0].tolist():
        found = [words[word] for word in read(texts[text])]
        numbers += found
        lengths[text] = len(found)
    return _Lists(np.concatenate([[0], np.cumsum(lengths)]), np.array(numbers, np.int32))


def _surnames(last: str) -> Iterable[str]:
    """A surname and its parts."""
    return (last,) if last.isalpha() else dict.fromkeys((joined(last), *parts_of(last)))


def _given_names(first: str) -> Iterable[str]:
    """The first name or initial, "" where there is none, and further names."""
    first, *others = first.replace("-", " ").split() or [""]
    return dict.fromkeys((first, *(other for other in others if len(other) > 1)))


def _middle_names(middle: str) -> Iterable[str]:
    """Names but no initials."""
    return dict.fromkeys(word for word in middle.replace("-", " ").split() if len(word) > 1)


def _each_once(*spread: tuple[Column, NDArray[Any]]) -> tuple[Column, Column]:
    """Rows and words in the order of rows, each pair once."""
    pairs = np.sort(np.concatenate([rows.astype(np.int64) << 32 | words for rows, words in spread]))
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # np.unique takes several times as long
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def _vocabulary(texts: Texts, occurrences: NDArray[Any]) -> tuple[NameWords, NDArray[np.int32]]:
    """The vocabulary, and each text's id in it by its number of appearance."""
    counts = np.bincount(occurrences, minlength=len(texts))
    words = NameWords(dict(zip(texts, counts.tolist(), strict=True)))
    ids = np.fromiter((words.id(text) for text in texts), np.int32, count=len(texts))
    return words, ids
