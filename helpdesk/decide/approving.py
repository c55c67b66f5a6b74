"""Whether one person may approve a reset, or a second one must agree. Pure: what is known comes in as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from helpdesk.decide.conditions import cooling
from helpdesk.match.channel import channel
from helpdesk.policy.approvals import Approvals
from helpdesk.vocabulary import (
    Authentication,
    ChannelKind,
    Claim,
    Doubt,
    Filer,
    Role,
    Severity,
    Signal,
    SignalName,
    ascii_lower,
)

_ABOUT_THE_SENDER = (SignalName.SENDER_NOT_ON_RECORD, SignalName.SENDER_UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known when somebody approves a reset for one record."""

    filer: Filer  # the record as it is now
    claims: tuple[Claim, ...]  # the requests that may mean this filer
    signals: tuple[Signal, ...]  # of the message, of these requests, and alerts since
    sender_address: str  # '' where From names nobody or several
    authentication: Authentication
    chosen_by_hand: bool = False
    created_by_approver: bool = False
    exceeded: tuple[str, ...] = ()  # limits that are exceeded, a sentence each


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondNeeded:
    """A second person must agree, and why."""

    doubts: tuple[Doubt, ...]
    role: Role  # at least one of the two has it
    say_why: bool


def second_needed(
    found: Circumstances, *, approvals: Approvals, cool_down_days: int, webmail: frozenset[str], now: datetime
) -> SecondNeeded | None:
    """What the rules ask for beyond the approving person, None where one person is enough."""
    holds = set(_doubts(found, cool_down_days, webmail, now))
    asking = [rule for rule in approvals.second if rule.when in holds]
    if not asking:
        return None
    return SecondNeeded(
        doubts=tuple(rule.when for rule in asking),
        role=max((rule.role for rule in asking), key=list(Role).index),
        say_why=any(rule.say_why for rule in asking),
    )


def _doubts(found: Circumstances, cool_down_days: int, webmail: frozenset[str], now: datetime) -> Iterator[Doubt]:
    yield Doubt.ALWAYS
    if cooling(found.filer, cool_down_days, now):
        yield Doubt.CHANGED_RECENTLY
    if _states_another_address(found):
        yield Doubt.EMAIL_DIFFERS
    if _unknown_sender_and_more(found, webmail):
        yield Doubt.UNKNOWN_SENDER
    if any(signal.name is SignalName.OTHER_REQUESTS for signal in found.signals):
        yield Doubt.OTHER_REQUESTS
    if found.chosen_by_hand:
        yield Doubt.CHOSEN_BY_HAND
    if found.created_by_approver:
        yield Doubt.CREATED_BY_APPROVER
    if found.exceeded:
        yield Doubt.OVER_LIMIT


def _states_another_address(found: Circumstances) -> bool:
    """Only the stored letters count: a look-alike of the primary address is another address."""
    primary = ascii_lower(found.filer.primary_email)
    stated = [claim.claimed_email.value for claim in found.claims if claim.claimed_email is not None]
    return any(ascii_lower(address) != primary for address in stated)


def _unknown_sender_and_more(found: Circumstances, webmail: frozenset[str]) -> bool:
    kind = channel(found.sender_address, found.filer, found.authentication, webmail).kind
    odd = [
        signal
        for signal in found.signals
        if signal.severity is Severity.WARNING and signal.name not in _ABOUT_THE_SENDER
    ]
    return kind is ChannelKind.NONE and bool(odd)
