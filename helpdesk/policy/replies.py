"""The shape of replies.toml: which letter answers what."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Patterns, Text
from helpdesk.vocabulary import Category


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FinerReply:
    """A letter that fits a message better than its category's: the sender's own words call for it."""

    reply: Text
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    patterns: Patterns
    live: bool | None = None  # only after (true) or before (false) go-live, by the message's own clock


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Replies:
    """replies.toml: which template answers which category. An empty name means no automatic reply."""

    missing: Text  # when the message lacks what the court asks for
    reset: Text  # acknowledges a reset request
    several: Text  # acknowledges several filers' requests in one mail
    needs_staff: tuple[Category, ...]  # answered at once, but a person looks all the same
    by_category: dict[Category, str]
    finer: tuple[FinerReply, ...] = ()  # tried in their order; the first that fits is taken

    def letters(self) -> frozenset[str]:
        """Every letter these rules name."""
        named = {self.missing, self.reset, self.several, *self.by_category.values()}
        return frozenset(named | {finer.reply for finer in self.finer}) - {""}
