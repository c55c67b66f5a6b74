"""Questions about passwords: whoever asks how things are wants an answer, not a reset."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category
from tests.core.mail import message

ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"


@pytest.mark.parametrize(
    "own",
    [
        "How long does a password reset take? I may need one next week.",
        "Can my paralegal request a password reset for me, or must I do it myself?",
        "Are you still resetting passwords over the phone?",
        "Does changing my CM/ECF password now break the autologin of my docketing software?",
        "If I ask for a password reset, does it go to my primary e-mail or can it go to a secondary one?",
        "Our attorneys ask whether they can keep their CM/ECF passwords after the upgrade.",
        "Could you tell me when my CM/ECF password was last reset?",
        "Mine works, please do NOT reset it. Does the old password stop working after the upgrade?",
    ],
)
def test_a_question_about_passwords_asks_for_no_reset(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}", subject="Question"), rules).category is not Category.PASSWORD_RESET


@pytest.mark.parametrize(
    "own",
    [
        "Is it possible to have my password reset? I've forgotten it.",
        "Can I still get my CM/ECF password reset before March 2?",
        "Do you handle password resets? I need one.",
        "How long will it take to reset my password? I need it for a filing next week, so please do it now.",
        "Am I right that I write to you for a password reset? If so, please reset mine.",
    ],
)
def test_a_wish_put_as_a_question_is_a_wish(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}", subject="Question"), rules).category is Category.PASSWORD_RESET
