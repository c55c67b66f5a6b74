"""What every rules file is built from: checked texts, words, probabilities and linear-time patterns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import core_schema
from re2._re2 import RE2

LONGEST_PATTERN = 2_000  # characters, the words that it names spelled out
_ANYWHERE = RE2.Anchor.UNANCHORED
_NOWHERE = (-1, -1)
_NOTHING = r"[^\x00-\x{10FFFF}]"  # no character is one of these
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Probability = Annotated[float, Field(ge=0, le=1)]


class _Expression:
    """What is searched for in a text, compiled.

    re2 looks at bytes. For a str its Python side counts characters and bytes up and down at every call, which takes
    longer than the search; in ASCII, to which texts are folded before they are searched, both are the same. There
    the engine is asked without that side: most texts are short and match nothing, so what stands around a search
    counts for more than the search.
    """

    __slots__ = ("_captures", "_expression", "_match", "_unicode")

    def __init__(self, expression: str, *, captures: bool = False) -> None:
        engine = RE2(expression.encode(), options(captures=captures))
        if not engine.ok():
            raise re2.error(engine.error())
        self._expression = expression
        self._captures = captures
        self._match = engine.Match
        self._unicode: Any = None  # compiled when it is first needed, which for most never happens

    def search(self, text: str) -> Found | None:
        """The first match, or None."""
        if not text.isascii():
            return next(self._in_unicode(text), None)
        spans = self._match(_ANYWHERE, text.encode(), 0, len(text))
        return Found(text, spans) if spans[0] != _NOWHERE else None

    def finditer(self, text: str) -> Iterator[Found]:
        """All matches from left to right, without overlaps."""
        if not text.isascii():
            return self._in_unicode(text)
        encoded = text.encode()
        first = self._match(_ANYWHERE, encoded, 0, len(encoded))
        return self._from(first, text, encoded) if first[0] != _NOWHERE else iter(())

    def _from(self, spans: Sequence[tuple[int, int]], text: str, encoded: bytes) -> Iterator[Found]:
        position, end = 0, len(encoded)
        while spans[0] != _NOWHERE:
            yield Found(text, spans)
            behind = spans[0][1]
            position = behind if behind > position else position + 1  # nothing is found twice in one place
            if position > end:
                return
            spans = self._match(_ANYWHERE, encoded, position, end)

    def _in_unicode(self, text: str) -> Iterator[Found]:
        if self._unicode is None:
            self._unicode = re2.compile(self._expression, options(captures=self._captures))
        groups = range(self._unicode.groups + 1)
        return (Found(text, [match.span(group) for group in groups]) for match in self._unicode.finditer(text))


class Pattern(_Expression):
    """A regular expression of the rules, on RE2: linear time, whatever the text. Letter case is ignored."""

    __slots__ = ("source",)

    def __init__(self, source: str) -> None:
        if len(source) > LONGEST_PATTERN:
            raise ValueError(f"pattern is longer than {LONGEST_PATTERN} characters")
        try:
            super().__init__(source)
        except re2.error as error:
            detail = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
            raise ValueError(f"pattern {source!r} is not accepted: {detail}") from None
        self.source = source

    def __reduce__(self) -> tuple[type[Pattern], tuple[str]]:
        """How it is carried into a reading process: it is compiled anew there."""
        return type(self), (self.source,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1))


class Patterns(_Expression):
    """Several patterns looked for in one scan; an empty list matches nothing."""

    __slots__ = ("sources",)

    captures = False  # groups only group: without capturing, re2 is faster

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = tuple(Pattern(source).source for source in sources)
        super().__init__(self.joined if sources else _NOTHING, captures=self.captures)

    def __reduce__(self) -> tuple[type[Patterns], tuple[tuple[str, ...]]]:
        """How they are carried into a reading process: they are compiled anew there."""
        return type(self), (self.sources,)

    @property
    def joined(self) -> str:
        """All of them as one expression."""
        return "|".join(f"(?:{source})" for source in self.sources)

    def without(self, text: str) -> str:
        """The text with a space in place of every match."""
        kept, position = [], 0
        for found in self.finditer(text):
            kept.append(text[position : found.start()])
            position = found.end()
        return " ".join((*kept, text[position:]))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        several = core_schema.tuple_variable_schema(core_schema.str_schema(min_length=1))
        return core_schema.no_info_after_validator_function(cls, several)


class CapturingPatterns(Patterns):
    """Patterns of which a group tells what was looked for."""

    __slots__ = ()

    captures = True


class Found:
    """A match: the part of ``re.Match`` that is needed. Group 0 is the whole of it."""

    __slots__ = ("_spans", "_text")

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._spans = spans

    def span(self, group: int = 0) -> tuple[int, int]:
        """Where it starts and ends; (-1, -1) for a group that took no part."""
        return self._spans[group]

    def start(self, group: int = 0) -> int:
        """Where it starts."""
        return self._spans[group][0]

    def end(self, group: int = 0) -> int:
        """Where it ends."""
        return self._spans[group][1]

    def __getitem__(self, group: int) -> str:
        start, end = self._spans[group]
        return self._text[start:end]

    def groups(self) -> tuple[str | None, ...]:
        """What each group matched, None for one that took no part."""
        return tuple(None if span == _NOWHERE else self._text[slice(*span)] for span in self._spans[1:])


def options(*, captures: bool = False) -> re2.Options:
    """How all patterns are compiled."""
    chosen = re2.Options()
    chosen.never_capture = not captures
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.max_mem = 16 << 20  # bytes a pattern may take: what it has learned of texts is dropped when they are full
    return chosen


def _lower_words(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


Words = Annotated[frozenset[Text], AfterValidator(_lower_words)]  # compared in lower case, without accents
