"""The shapes of court.toml and courts.toml: who we are, and who answers for the other courts."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Pattern, Text
from helpdesk.sieve import FirstOf


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
