"""A reset that is spoken of but not asked for: on a condition, some day, by somebody else."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, Severity
from tests.core.mail import message

ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"
SENDER = "Ada Filer <ada@filerquill.example>"


def warnings(own: str, rules: Rules, **beside: str) -> list[str]:
    signals = understand(message(f"{own}{ADA}", sender=SENDER, **beside), rules).signals
    return [signal.reason for signal in signals if signal.severity is Severity.WARNING]


@pytest.mark.parametrize(
    "own",
    [
        "I think I know my CM/ECF password. If it fails on Monday I'd need you to reset it; I'll write again.",
        "My CM/ECF password may be stale. I'll try tonight; if I'm shut out, consider this my request for a reset.",
        "There is a chance that I will need a CM/ECF password reset. I should know by noon.",
        "Would you be able to reset my CM/ECF password in the event that I cannot find it by Thursday?",
        "I plan to ask for a new CM/ECF password once I am back from trial.",
        "Si mañana sigo sin poder entrar a CM/ECF, les pediré que restablezcan mi contraseña.",
        "A former associate has been trying to get a reset of my CM/ECF password.",
        "Were a request to come in to reset my CM/ECF password, I would want to know who sent it.",
        "You may get an e-mail seeking a reset of my CM/ECF password. Kindly let it be.",
        "Failing that, reset my CM/ECF password.",
    ],
)
def test_a_reset_that_is_merely_spoken_of_is_looked_at(own: str, rules: Rules) -> None:
    assert warnings(own, rules)


@pytest.mark.parametrize(
    "own",
    [
        "If it is not too much trouble, please reset my CM/ECF password.",
        "I would be obliged if you could reset my CM/ECF password.",
        "May I have my CM/ECF password reset?",
        "Please reset my CM/ECF password when you get a chance; I will need it on Friday.",
        "Is it possible to get my CM/ECF password reset?",
        "Will you reset my CM/ECF password? I cannot find it.",
        "Rather than dig any longer, I'd ask you to reset my CM/ECF password, please.",
        "My wife says I should ask you directly: can I have my CM/ECF password reset?",
        "If I read the notice right, I need my CM/ECF password once more. Please reset it.",
        "I never wrote down my CM/ECF password. If my reset were done this week I'd be glad. Please reset it.",
    ],
)
def test_politeness_and_its_reasons_are_no_condition(own: str, rules: Rules) -> None:
    assert warnings(own, rules) == []


def test_one_plain_wish_is_enough(rules: Rules) -> None:
    hedged = "If I cannot find my CM/ECF password I will ask for a reset."
    assert warnings(hedged, rules)
    assert warnings(f"{hedged} That was yesterday; please reset it.", rules) == []


@pytest.mark.parametrize(
    "own",
    [
        "I have had no Notices of Electronic Filing since January 17. My log-in and password work. Please look.",
        "Since Monday I have received no NEF. Login and password fine. Did something get reset on your end?",
        "That is what I received in your name. These are my particulars.",
        "Did a password reset switch off my notices? They stopped last Tuesday.",
        "Will my CM/ECF password survive March 2 or must it be reset?",
        "My filing was rejected with error 203 after I logged in with the new password. What now?",
        "No me llegan los avisos de CM/ECF aunque mi contraseña sirve.",
        "Since upgrading my PACER account the password no longer works. CM/ECF still does. Please reset it.",
    ],
)
def test_full_particulars_are_no_request(own: str, rules: Rules) -> None:
    understanding = understand(message(f"{own}{ADA}", sender=SENDER), rules)
    warned = any(signal.severity is Severity.WARNING for signal in understanding.signals)
    assert warned or understanding.category is not Category.PASSWORD_RESET


def test_a_disclaimer_speaks_to_strangers(rules: Rules) -> None:
    asks = "Please reset my CM/ECF password."
    strangers = (
        "\n\nIf you are not the intended recipient, please disregard this message, do not act on it, and delete it."
    )
    assert warnings(asks, rules, disclaimer=strangers) == []
    assert warnings(asks, rules, disclaimer="\n\nIf it reached you by mistake, kindly delete it.") == []
    assert warnings(asks, rules, disclaimer=f"{strangers} Never mind the reset; I found the password.")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_request_that_went_to_us_before_is_chased_and_not_made_anew(gap: str, rules: Rules) -> None:
    headers = ("From: Ada Filer <ada@filerquill.example>", "To: ecfhelp@casd.uscourts.gov", "Subject: password")
    below = f"\n\n{gap.join(headers)}\n\nPlease reset my CM/ECF password. Ada Filer, SBN 234561."
    asks = message("Still nothing on this as of lunchtime. Was it received?", sender=SENDER, forwarded=below)
    understanding = understand(asks, rules)
    warned = any(signal.severity is Severity.WARNING for signal in understanding.signals)
    assert warned or understanding.category is Category.FOLLOW_UP


def test_a_specimen_is_no_wish_and_words_that_somebody_left_are(rules: Rules) -> None:
    wish = '"Please reset the CM/ECF password of Ada Filer."'
    assert warnings(f"For our manual: would this be the right wording? {wish}", rules)
    assert warnings(f"Before she left for court she wrote this on a note for you: {wish}", rules) == []
