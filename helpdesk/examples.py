"""What people write, by what they want: sentences of the rules from which the weight of every word is learned.

Naive Bayes over the words and pairs of words of a text, learned when the rules are loaded. It needs no file of
weights that nobody can read: whoever finds a mail misread adds a sentence like it to its category.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, pairwise
from math import sqrt
from typing import Any

import numpy as np
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from helpdesk.vocabulary import Category

_Feature = str | tuple[str, str]  # a stem, or two of them that stand side by side

_AN_ADDRESS = "zaddress"
_NUMBER = re.compile(r"\d[\d.,:/-]*")
_WORD = re.compile(r"[a-z0]+|\?")
_SMALL = re.compile(r"(?<![\w@./'-])[a-z][a-z']*(?:-[a-z]+)*(?![\w./-]*@)")
_STEM = 6  # letters of a word that count: "password", "passwords" and "passwort" are one
_DOUBT = 8.0  # sentences' worth of doubt in every share: words of one sentence only must not decide alone
_MOST_WORDS = 600  # of a text; what people want stands near its beginning
_SHORTEST = 8  # words; a text of one or two words gets no more say than this


class Examples:
    """Example sentences by category, and the weights learned from them."""

    __slots__ = ("_index", "_weights", "categories", "sentences", "small_words")

    def __init__(self, sentences: Mapping[Category, tuple[str, ...]]) -> None:
        missing = [category.value for category in Category if not sentences.get(category)]
        if missing:
            raise ValueError(f"no sentence for {', '.join(missing)}")
        self.sentences = dict(sentences)
        self.categories = tuple(self.sentences)
        self.small_words = frozenset(_small_words(chain.from_iterable(self.sentences.values())))
        self._index: dict[_Feature, int] = {}
        self._weights = self._learned()

    def weigh(self, text: str, *, known: float = 0.0) -> dict[Category, float]:
        """How much the words of a text (folded to ASCII) speak for each category; the best has 0, the others less.

        In nats, but damped: words of one text are not independent, so their sum grows with the root of their number.
        Empty when the text has no word that stands in any sentence, or a smaller share of such words than ``known``.
        """
        stems = _stems(text)
        if known and self._known_share(stems) < known:
            return {}
        rows = [row for row in map(self._index.get, _features(stems)) if row is not None]
        if not rows:
            return {}
        totals = np.add.reduce(self._weights.take(rows, axis=0)) / sqrt(max(_SHORTEST, len(stems)))
        return dict(zip(self.categories, (totals - np.maximum.reduce(totals)).tolist(), strict=True))

    def known_share(self, text: str) -> float:
        """The share of a text's words that stand in any sentence; 1 for a text of next to none."""
        return self._known_share(_stems(text))

    def _known_share(self, stems: list[str]) -> float:
        return sum(map(self._index.__contains__, stems)) / len(stems) if len(stems) >= _SHORTEST else 1.0

    def _learned(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        """A row a feature, a column a category: the log of the share of the category's sentences that have it."""
        places = [
            (self._index.setdefault(feature, len(self._index)), column)
            for column, category in enumerate(self.categories)
            for sentence in self.sentences[category]
            for feature in _features(_stems(_without_accents(sentence)))
        ]
        counts = np.zeros((len(self._index), len(self.categories)))
        np.add.at(counts, tuple(np.array(places).T), 1.0)
        numbers = np.array([len(self.sentences[category]) for category in self.categories], dtype=float)
        lengths = counts.sum(axis=0) / numbers
        sizes = numbers * np.sqrt(lengths / lengths.mean())  # who writes at length uses more words, about anything
        expected = _DOUBT * counts.sum(axis=1, keepdims=True) / sizes.sum()
        weights: np.ndarray[Any, np.dtype[np.float32]] = np.log((counts + expected) / (sizes + _DOUBT)).astype("f4")
        return weights

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        sentences = core_schema.tuple_variable_schema(core_schema.str_schema(min_length=1))
        category = core_schema.enum_schema(Category, list(Category), sub_type="str", missing=None)
        return core_schema.no_info_after_validator_function(cls, core_schema.dict_schema(category, sentences))


def _small_words(sentences: Iterable[str]) -> Iterator[str]:
    """The words that are written small somewhere: those of the language, and no names."""
    for sentence in sentences:
        for word in _SMALL.finditer(_without_accents(sentence)):
            yield from (word[0], word[0].replace("'", ""), *word[0].split("-"))


def _without_accents(sentence: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", sentence) if not unicodedata.combining(c))


def _stems(text: str) -> list[str]:
    """The beginnings of its words; every address and every number is the same as any other."""
    pieces = (_AN_ADDRESS if "@" in piece or "://" in piece else piece for piece in text.lower().split())
    plain = _NUMBER.sub("0", " ".join(islice(pieces, _MOST_WORDS))).replace("'", "")
    return [word[:_STEM] for word in _WORD.findall(plain)[:_MOST_WORDS]]


def _features(stems: list[str]) -> Iterable[_Feature]:
    """Stems and pairs of neighbouring stems, each once."""
    return chain(dict.fromkeys(stems), dict.fromkeys(pairwise(stems)))
