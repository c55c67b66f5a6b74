"""The shapes of the rules files: what court policy can say, and which values are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import re2
from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic.dataclasses import dataclass
from pydantic_core import core_schema

from helpdesk.errors import RulesError
from helpdesk.vocabulary import Category

if TYPE_CHECKING:
    from helpdesk.rules import Rules

LONGEST_PATTERN = 500  # characters
_STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Pattern:
    """A regular expression of the rules, on RE2: linear time, whatever the text. Letter case is ignored."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        if len(source) > LONGEST_PATTERN:
            raise ValueError(f"pattern is longer than {LONGEST_PATTERN} characters")
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = 8 << 20
        try:
            self._compiled = re2.compile(source, options)
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


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone name such as America/Los_Angeles") from None
    return name


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Court:
    """court.toml: who we are, and the dates and contacts that replies name."""

    name: Text
    short_name: Text  # courts-db style key, "casd"
    system: Text  # "CM/ECF"
    helpdesk_name: Text
    helpdesk_address: Text
    own_addresses: tuple[Text, ...]  # every address that delivers to this mailbox
    own_domains: tuple[Text, ...]  # mail from these claims to be the court
    authserv_ids: tuple[Text, ...]  # names our own mail server signs Authentication-Results with
    phone: Text
    contacts_as_of: date  # the day the contacts were last verified
    timezone: Annotated[str, AfterValidator(_timezone)]
    go_live: datetime  # local; NextGen starts
    password_page: Text
    admissions_address: Text
    pacer_site: Text
    pacer_phone: Text
    pacer_address: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Closure:
    """A day on which nobody works."""

    day: date
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Calendar:
    """calendar.toml: business hours, for every figure that measures people."""

    opens: time
    closes: time
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]  # ISO, Monday = 1
    closures: tuple[Closure, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class OtherCourt:
    """A neighbouring court's helpdesk."""

    name: Text
    contact: Text
    patterns: tuple[Pattern, ...]
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Courts:
    """courts.toml: who answers for the other courts."""

    courts: dict[str, OtherCourt]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class MailLimits:
    """mail.toml: limits and manners of the two doors."""

    largest_message: Annotated[int, Field(ge=100_000)]  # bytes; larger ones become tickets without their body
    fetch_batch: Annotated[int, Field(ge=1, le=1000)]
    poll_seconds: Annotated[int, Field(ge=1, le=3600)]
    undo_seconds: Annotated[int, Field(ge=0, le=600)]  # an approved reset waits this long for "undo"
    link_hours: Annotated[int, Field(ge=1, le=24)]  # life of a one-time link
    replies_per_hour: Annotated[int, Field(ge=1)]  # breaker: beyond this no automatic reply leaves
    attempts: Annotated[int, Field(ge=1, le=100)]  # tries before an outgoing message has failed
    first_retry_minutes: Annotated[float, Field(gt=0)]
    longest_retry_minutes: Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Replies:
    """replies.toml: which template answers which category. An empty name means no automatic reply."""

    missing: Text  # when the message lacks what the court asks for
    reset: Text  # acknowledges a reset request
    several: Text  # acknowledges several filers' requests in one mail
    by_category: dict[Category, str]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Extraction:
    """extraction.toml: words and patterns by which names, Bar IDs and addresses are found."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Categories:
    """categories.toml: words and patterns by which a message's wishes are recognised."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Matching:
    """matching.toml: weights, calibration with its provenance, and the safety gate."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Triage:
    """triage.toml: the ordered rules of the route; the first that applies wins."""


def _every_category_has_a_reply(rules: Rules) -> None:
    missing = [category.value for category in Category if category not in rules.replies.by_category]
    if missing:
        raise RulesError("replies.toml", "by_category", f"has no line for {', '.join(missing)}")


CROSS_CHECKS: tuple[Callable[[Rules], None], ...] = (_every_category_has_a_reply,)
