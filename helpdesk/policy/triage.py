"""The shape of triage.toml: ordered rules over a fixed set of conditions; there is no expression language."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Probability, Text
from helpdesk.vocabulary import Route


class Condition(StrEnum):
    """What a triage rule can ask. Each is true or false of a message and, where it asks one, a request."""

    AUTOMATIC = "automatic"
    MACHINE_MARKS = "machine_marks"
    SPAM = "spam"
    THANKS_ONLY = "thanks_only"
    FOLLOW_UP = "follow_up"
    SENDER_UNCLEAR = "sender_unclear"
    NOT_UNDERSTOOD = "not_understood"
    ASKS_NO_RESET = "asks_no_reset"
    SEVERAL_FILERS = "several_filers"
    EMAIL_CHANGE_TOO = "email_change_too"
    NAME_MISSING = "name_missing"
    BAR_ID_MISSING = "bar_id_missing"
    PASSWORD_UNCLEAR = "password_unclear"
    SAYS_NO_BAR_ID = "says_no_bar_id"
    WARNING = "warning"
    NOT_ON_ROLL = "not_on_roll"
    NOT_SURE = "not_sure"
    NAMESAKES = "namesakes"
    NOT_ACTIVE = "not_active"
    LINKED = "linked"
    LINK_UNKNOWN = "link_unknown"
    NAME_DIFFERS = "name_differs"
    BAR_ID_DIFFERS = "bar_id_differs"
    EMAIL_SECONDARY = "email_secondary"
    EMAIL_NOT_PRIMARY = "email_not_primary"
    CHANGED_RECENTLY = "changed_recently"
    CERTAIN = "certain"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TriageRule:
    """One line of triage.toml: where a message goes when all of ``when`` and none of ``unless`` hold."""

    reason: Text  # key into reasons
    route: Route
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Triage:
    """triage.toml: the ordered rules of the route; the first that applies wins, the last is staff review."""

    sure: Probability  # below this a candidate is not "the" filer
    credible: Probability  # below this no filer is proposed
    cool_down_days: Annotated[int, Field(ge=0, le=365)]
    rules: Annotated[tuple[TriageRule, ...], Field(min_length=1, max_length=200)]
    reasons: dict[Text, Text]  # a sentence for staff, by key
