"""Requests that are taken back, came true or are asked about again: all data stand there, and no reset is wished."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, SignalName
from tests.core.mail import message

ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"


@pytest.mark.parametrize(
    "own",
    [
        "Disregard my earlier e-mail about the password reset. Got in.",
        "No need for the reset I asked for. Found it in a drawer.",
        "All good now, the reset mail arrived.",
        "We don't need your help with the password after all, thank you.",
        "Sorry to have bothered you, I just remembered the password I was asking you about.",
        "A colleague of yours already helped me by phone, so please drop my e-mail request for a new password.",
        "I reset it myself through the web page. Thanks anyway.",
        "I don't have to file in your court, so don't bother with the password.",
        "Hold off on the reset please, I want to try something first.",
        "I wanted a reset, but not any more.",
        "Just so you know, the reset you sent me last Friday works.",
        "I asked for a password reset on Monday and have heard nothing. Any news?",
        "Did you get my e-mail about the password? No answer so far.",
    ],
)
def test_what_is_taken_back_or_asked_about_again_is_no_new_request(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}", subject="CM/ECF"), rules).category is Category.FOLLOW_UP


@pytest.mark.parametrize(
    "own",
    [
        "Never mind the typo in my first mail; please reset my CM/ECF password.",
        "I thought I had found my password, but no. Please do reset it after all.",
        "I reset it on the web page but it didn't take. Please reset my password.",
        "The reset link you sent expired before I could use it. Please send another.",
        "RESET MY PASSWORD NOW PLEASE.",
        "My colleague's reset came in five minutes, so I hope mine will too: please reset my CM/ECF password.",
        "My other courts are in order, don't bother about those. Please reset my CM/ECF password.",
        "I had asked my nephew, but he couldn't help. Please reset my CM/ECF password.",
    ],
)
def test_who_wishes_for_a_reset_after_all_is_heard(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}", subject="CM/ECF"), rules).category is Category.PASSWORD_RESET


def test_a_password_that_is_only_told_of_is_nothing_routine(rules: Rules) -> None:
    own = "It was a pleasure to hear your talk about the password and the filing system at the bar luncheon."
    understanding = understand(message(f"{own}{ADA}", subject="Password"), rules)
    routine = understanding.category is Category.PASSWORD_RESET and SignalName.NOT_PLAINLY_ASKED not in {
        signal.name for signal in understanding.signals
    }
    assert not routine
