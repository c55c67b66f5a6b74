"""The shapes of the rules files: what court policy can say, and which values are refused."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Pattern, Patterns, Probability, Text, Words
from helpdesk.policy_approvals import Approvals, Limits, PasswordAgain, RosterGuard, SecondRule
from helpdesk.policy_matching import Matching
from helpdesk.policy_reading import Categories, Doubts, Extraction, Wording
from helpdesk.policy_triage import Condition, Triage, TriageRule
from helpdesk.sieve import FirstOf
from helpdesk.vocabulary import Category

__all__ = [
    "Approvals",
    "Calendar",
    "Categories",
    "Closure",
    "Condition",
    "Court",
    "Courts",
    "Doubts",
    "Extraction",
    "FinerReply",
    "Limits",
    "MailLimits",
    "Matching",
    "OtherCourt",
    "PasswordAgain",
    "Pattern",
    "Patterns",
    "Probability",
    "Replies",
    "RosterGuard",
    "SecondRule",
    "Text",
    "Triage",
    "TriageRule",
    "Wording",
    "Words",
]


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone name such as America/Los_Angeles") from None
    return name


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        raise ValueError("is local time of the court: write it without Z or an offset")
    return moment


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
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
    go_live: Annotated[datetime, AfterValidator(_local)]  # NextGen starts
    password_page: Text
    admissions_address: Text
    pacer_site: Text
    pacer_phone: Text
    pacer_address: Text
    notices: tuple[Text, ...] = ()  # sentences of our own notices: pasted into a mail, they are nobody's request

    def is_live(self, moment: datetime) -> bool:
        """Whether the new system was in use at this moment. moment: aware."""
        return moment.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None) >= self.go_live


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Closure:
    """A day on which nobody works."""

    day: date
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Calendar:
    """calendar.toml: business hours, for every figure that measures people."""

    opens: time
    closes: time
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]  # ISO, Monday = 1
    closures: tuple[Closure, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OtherCourt:
    """A neighbouring court's helpdesk."""

    name: Text
    contact: Text
    patterns: tuple[Pattern, ...]
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Courts:
    """courts.toml: who answers for the other courts."""

    courts: dict[str, OtherCourt]
    named: FirstOf[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = FirstOf((key, pattern) for key, court in self.courts.items() for pattern in court.patterns)
        object.__setattr__(self, "named", named)


Days = Annotated[int, Field(ge=1, le=36_500)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Keep:
    """mail.toml, [keep]: how long mail is kept here after its ticket was finished; its mailbox keeps it anyhow."""

    original_days: Days  # as it came, with all attachments
    text_days: Days


def _text_last(keep: Keep) -> Keep:
    if keep.original_days > keep.text_days:
        raise ValueError("original_days is more than text_days, but the original holds the text, too")
    return keep


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MailLimits:
    """mail.toml: limits and manners of the two doors."""

    largest_message: Annotated[int, Field(ge=100_000)]  # bytes; larger ones become tickets without their body
    fetch_batch: Annotated[int, Field(ge=1, le=1000)]
    poll_seconds: Annotated[int, Field(ge=1, le=3600)]
    undo_seconds: Annotated[int, Field(ge=0, le=600)]  # an approved reset waits this long for "undo"
    link_hours: Annotated[int, Field(ge=1, le=24)]  # life of a one-time link
    replies_per_hour: Annotated[int, Field(ge=1)]  # breaker: beyond this no automatic reply leaves
    domain_minute: Annotated[int, Field(ge=1)]  # messages to one domain within a minute
    attempts: Annotated[int, Field(ge=1, le=100)]  # tries before an outgoing message has failed
    first_retry_minutes: Annotated[float, Field(gt=0)]
    longest_retry_minutes: Annotated[float, Field(gt=0)]
    keep: Annotated[Keep, AfterValidator(_text_last)] | None = None  # None: all of it; deleting must be asked for


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
