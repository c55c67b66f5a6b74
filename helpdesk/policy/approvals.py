"""The shape of approvals.toml: who may approve a reset, how often, and what a roster may change at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT
from helpdesk.vocabulary import Doubt, Role, Sensitive

Count = Annotated[int, Field(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SecondRule:
    """A second person must agree where this holds."""

    when: Doubt
    role: Role = Role.CLERK  # at least one of the two people has it
    say_why: bool = False  # the first one must write down why a reset is right all the same


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Limits:
    """How much is usual. More than this raises a signal and slows down."""

    filer_day: Count  # requests for one filer within 24 hours
    sender_day: Count  # filers that one sender asks for within 24 hours
    domain_hour: Count  # requests from one domain within an hour; public mail providers are not counted
    all_hour: Count  # requests in all within an hour
    approvals_hour: Count  # approvals of one member of staff within an hour
    other_senders_days: Annotated[int, Field(ge=1, le=366)]  # so long, another sender for the same filer is an alarm


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RosterGuard:
    """Which roster waits for a second person before it is applied."""

    addresses: Count  # more changed primary addresses than this …
    share: Annotated[float, Field(gt=0, le=1)]  # … or more than this share of the roll
    alone: Annotated[int, Field(ge=0, le=100)]  # so many are never held up, whatever share they are


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PasswordAgain:
    """Before what the password is asked for once more. Rules that do not say ask as the shipped ones do."""

    minutes: Annotated[int, Field(ge=1, le=600)] = 15  # unless it was given within this time
    before: tuple[Sensitive, ...] = (
        Sensitive.AGREE,
        Sensitive.APPROVE_SEVERAL,
        Sensitive.ROSTER,
        Sensitive.STAFF,
    )


def _each_once(rules: tuple[SecondRule, ...]) -> tuple[SecondRule, ...]:
    doubts = [rule.when for rule in rules]
    twice = next((doubt for doubt in doubts if doubts.count(doubt) > 1), None)
    if twice is not None:
        raise ValueError(f"names {twice.value!r} twice")
    return rules


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Approvals:
    """approvals.toml."""

    approval_hours: Annotated[int, Field(ge=1, le=168)]  # an approval that has not left by then is void
    one_request_hours: Annotated[int, Field(ge=1, le=168)]  # requests for one filer within this time are one
    second: Annotated[tuple[SecondRule, ...], AfterValidator(_each_once)]
    limits: Limits
    roster: RosterGuard
    password_again: PasswordAgain = PasswordAgain()
