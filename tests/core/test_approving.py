"""One person is enough for a plain request; each doubt that the rules name asks for a second one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk.decide import Circumstances, SecondNeeded, second_needed
from helpdesk.policy import Approvals, SecondRule
from helpdesk.rules import Rules
from helpdesk.vocabulary import (
    Authentication,
    Claim,
    Doubt,
    Role,
    Severity,
    Signal,
    SignalName,
    Stated,
)
from tests.cast import ADA, MALLORY, NOW

PLAIN = Circumstances(
    filer=ADA,
    claims=(Claim(claimed_email=Stated(value=ADA.primary_email, written=ADA.primary_email, span=None)),),
    signals=(),
    sender_address=ADA.primary_email,
    authentication=Authentication(),
)
STRANGER = Signal(name=SignalName.SENDER_NOT_ON_RECORD, severity=Severity.WARNING, reason="x")
HIDDEN = Signal(name=SignalName.HIDDEN_TEXT, severity=Severity.WARNING, reason="x")
OTHERS = Signal(name=SignalName.OTHER_REQUESTS, severity=Severity.WARNING, reason="x")
YESTERDAY = (NOW - timedelta(days=1)).date()


def stating(address: str) -> tuple[Claim, ...]:
    return (Claim(claimed_email=Stated(value=address, written=address, span=None)),)


def needed(found: Circumstances, rules: Rules, approvals: Approvals | None = None) -> SecondNeeded | None:
    return second_needed(
        found,
        approvals=approvals or rules.approvals,
        cool_down_days=rules.triage.cool_down_days,
        webmail=rules.matching.webmail_domains,
        now=NOW,
    )


def test_one_person_is_enough_for_a_plain_request(rules: Rules) -> None:
    assert needed(PLAIN, rules) is None


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"filer": replace(ADA, email_changed_on=YESTERDAY)}, Doubt.CHANGED_RECENTLY),  # case 5
        ({"filer": replace(ADA, email_changed_on=(NOW + timedelta(days=3)).date())}, Doubt.CHANGED_RECENTLY),
        ({"claims": stating("ada@elsewhere.example")}, Doubt.EMAIL_DIFFERS),  # case 2
        ({"claims": stating(ADA.secondary_emails[0])}, Doubt.EMAIL_DIFFERS),
        ({"claims": stating("аda@filerquill.example")}, Doubt.EMAIL_DIFFERS),  # case 6: a Cyrillic letter
        ({"claims": stating("ｊane@filerquill.example")}, Doubt.EMAIL_DIFFERS),
        ({"sender_address": MALLORY, "signals": (STRANGER, HIDDEN)}, Doubt.UNKNOWN_SENDER),
        ({"sender_address": "", "signals": (HIDDEN,)}, Doubt.UNKNOWN_SENDER),
        ({"created_by_approver": True}, Doubt.CREATED_BY_APPROVER),
        ({"exceeded": ("Too many.",)}, Doubt.OVER_LIMIT),
    ],
)
def test_each_doubt_asks_for_a_second_person(rules: Rules, change: dict[str, object], doubt: Doubt) -> None:
    second = needed(replace(PLAIN, **change), rules)  # type: ignore[arg-type]
    assert second is not None
    assert second.doubts == (doubt,)


@pytest.mark.parametrize(
    "change",
    [
        {"claims": stating("Ada@FilerQuill.example")},  # letter case of ASCII says nothing
        {"claims": (Claim(),)},
        {"sender_address": MALLORY, "signals": (STRANGER,)},  # a stranger alone: a clerk's second look is enough
        {"sender_address": "new@filerquill.example", "signals": (HIDDEN,)},  # a colleague at the same firm
        {"chosen_by_hand": True},
        {"filer": replace(ADA, email_changed_on=(NOW - timedelta(days=31)).date())},
    ],
)
def test_what_the_rules_do_not_name_needs_no_second_person(rules: Rules, change: dict[str, object]) -> None:
    assert needed(replace(PLAIN, **change), rules) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({}, Doubt.ALWAYS),
        ({"chosen_by_hand": True}, Doubt.CHOSEN_BY_HAND),
        ({"signals": (OTHERS,)}, Doubt.OTHER_REQUESTS),
    ],
)
def test_a_court_can_ask_for_two_people_more_often(rules: Rules, change: dict[str, object], doubt: Doubt) -> None:
    stricter = replace(rules.approvals, second=(SecondRule(when=doubt),))
    assert needed(replace(PLAIN, **change), rules, stricter) == SecondNeeded(  # type: ignore[arg-type]
        doubts=(doubt,), role=Role.CLERK, say_why=False
    )


def test_the_strictest_of_several_rules_counts(rules: Rules) -> None:
    second = needed(replace(PLAIN, filer=replace(ADA, email_changed_on=YESTERDAY), claims=stating(MALLORY)), rules)
    assert second == SecondNeeded(
        doubts=(Doubt.CHANGED_RECENTLY, Doubt.EMAIL_DIFFERS), role=Role.SUPERVISOR, say_why=True
    )
