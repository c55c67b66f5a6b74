"""What every rules file is built from: checked texts, words, probabilities and linear-time patterns."""

from __future__ import annotations

from typing import Annotated, Any

import re2
from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import core_schema

LONGEST_PATTERN = 500  # characters
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Pattern:
    """A regular expression of the rules, on RE2: linear time, whatever the text. Letter case is ignored."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        if len(source) > LONGEST_PATTERN:
            raise ValueError(f"pattern is longer than {LONGEST_PATTERN} characters")
        try:
            self._compiled = _re2(source)
        except re2.error as error:
            detail = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
            raise ValueError(f"pattern {source!r} is not accepted: {detail}") from None
        self.source = source

    def search(self, text: str) -> Any:
        """The first match as an re2 match object (``start``, ``end``, ``group``), or None."""
        return self._compiled.search(text)

    def finditer(self, text: str) -> Any:
        """All matches from left to right."""
        return self._compiled.finditer(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1))


class Patterns:
    """Several patterns looked for in one scan; an empty list matches nothing."""

    __slots__ = ("_compiled", "sources")

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = tuple(Pattern(source).source for source in sources)
        self._compiled = _re2("|".join(f"(?:{source})" for source in self.sources)) if sources else None

    def search(self, text: str) -> Any:
        """The leftmost match of any of them, or None."""
        return self._compiled.search(text) if self._compiled else None

    def finditer(self, text: str) -> Any:
        """All matches from left to right, without overlaps."""
        return self._compiled.finditer(text) if self._compiled else iter(())

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        several = core_schema.tuple_variable_schema(core_schema.str_schema(min_length=1))
        return core_schema.no_info_after_validator_function(cls, several)


def _re2(source: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 64 << 20
    return re2.compile(source, options)


def _lower_words(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


Words = Annotated[frozenset[Text], AfterValidator(_lower_words)]  # compared in lower case, without accents
