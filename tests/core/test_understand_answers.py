"""An answer to our question, read together with the request that it completes."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import completed, understand
from helpdesk.vocabulary import Asked, Category, Missing, Place, Severity, Signal, SignalName, Span, Understanding
from tests.core.mail import message

NO_NUMBER = "Please reset my CM/ECF password. My name is Ada Filer."
NO_NAME = "Please reset my CM/ECF password. My bar number is 234561."


def asked(body: str, rules: Rules, *signals: Signal) -> Asked:
    """The request of a first mail."""
    first = understand(message(body, sender="ada@filerquill.example"), rules)
    return Asked(
        category=first.category,
        wants=first.wants,
        claim=first.claims[0],
        missing=first.missing,
        signals=(*first.signals, *signals),
    )


def answer(body: str, rules: Rules, sender: str = "ada@filerquill.example") -> Understanding:
    return understand(message(body, subject="Re: We need one more detail", sender=sender), rules)


@pytest.mark.parametrize(
    "body",
    [
        "My bar number is 234561.",
        "Sorry! Bar ID 234561\n\nAda",
        "SBN 234561",
        "Bar number: 234561. Please reset my password.",
    ],
)
def test_the_number_that_was_asked_for_completes_the_request(body: str, rules: Rules) -> None:
    whole = completed(asked(NO_NUMBER, rules), answer(body, rules))
    (claim,) = whole.claims
    assert (whole.category, whole.missing) == (Category.PASSWORD_RESET, ())
    assert claim.name is not None
    assert claim.bar_id is not None
    assert (claim.name.value, claim.bar_id.value) == ("Ada Filer", "234561")
    assert claim.name.span is None, "it stands in the earlier mail"


def test_a_secretary_who_answers_does_not_become_the_filer(rules: Rules) -> None:
    body = "Her bar number is 234561.\n\nTina Lowe\nLegal secretary"
    (claim,) = completed(asked(NO_NUMBER, rules), answer(body, rules, "Tina Lowe <tina@filerquill.example>")).claims
    assert claim.name is not None
    assert claim.name.value == "Ada Filer"


def test_a_corrected_number_replaces_the_earlier_one(rules: Rules) -> None:
    before = asked("Please reset my CM/ECF password. Ada Filer, bar number 234516.", rules)
    (claim,) = completed(before, answer("I mistyped: my bar number is 234561.", rules)).claims
    assert claim.bar_id is not None
    assert claim.bar_id.value == "234561"


def test_what_spoke_against_the_first_mail_still_does(rules: Rules) -> None:
    warning = Signal(
        name=SignalName.REPLY_TO_ELSEWHERE,
        severity=Severity.WARNING,
        reason="Answers would go elsewhere.",
        span=Span(place=Place.TEXT, start=0, end=3),
    )
    whole = completed(asked(NO_NUMBER, rules, warning), answer("My bar number is 234561.", rules))
    kept = [signal for signal in whole.signals if signal.name is SignalName.REPLY_TO_ELSEWHERE]
    assert [(signal.severity, signal.span) for signal in kept] == [(Severity.WARNING, None)]


def test_a_wish_for_another_address_is_not_lost_in_the_answer(rules: Rules) -> None:
    body = "My bar number is 234561. Also, please change my e-mail address to ada@newfirm.example."
    whole = completed(asked(NO_NUMBER, rules), answer(body, rules))
    assert whole.category is Category.EMAIL_CHANGE or Category.EMAIL_CHANGE in whole.wants


@pytest.mark.parametrize("body", ["Thank you so much!", "Any news?", "How do I file a motion under seal in CM/ECF?"])
def test_what_answers_nothing_stays_what_it_is(body: str, rules: Rules) -> None:
    said = answer(body, rules)
    assert completed(asked(NO_NUMBER, rules), said) == said


def test_an_answer_with_two_peoples_numbers_is_left_to_people(rules: Rules) -> None:
    body = "Reset passwords for Ada Filer, bar 234561, and Grace Hopkinson, bar 301122, please."
    said = answer(body, rules)
    assert completed(asked(NO_NUMBER, rules), said) == said
    assert Missing.BAR_ID in asked(NO_NUMBER, rules).missing
