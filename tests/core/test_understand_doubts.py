"""Requests that look complete, and what in them must make a person look all the same."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Missing, Severity, SignalName
from tests.core.mail import message

ASKS = "Please reset my CM/ECF password. "
ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"
TESS = "Tess Vale <tess@filerquill.example>"
FOR_ADA = "Please reset the ECF password of Ada Filer, SBN 234561. "


def warned_of(own: str, rules: Rules, *, sender: str = "Ada Filer <ada@filerquill.example>") -> set[SignalName]:
    signals = understand(message(own, sender=sender), rules).signals
    return {signal.name for signal in signals if signal.severity is Severity.WARNING}


@pytest.mark.parametrize(
    "also",
    [
        "",
        "I look forward to hearing from you.",
        "The e-mail from the reset page never came.",
        "It goes to my primary address, I know.",
        "My e-mail has not changed.",
        "I need it before I can link my PACER account.",
        "It worked until last week.",
        "My secretary set it up and has left the firm.",
        "Please let me know when it is done, or call me with any questions.",
    ],
)
def test_a_plain_request_raises_no_doubt(also: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}{also}{ADA}", rules) == set()


@pytest.mark.parametrize(
    "also",
    [
        "The mailbox on the account was shut down in December.",
        "I can no longer get into that inbox.",
        "IT migrated our domain, what you have bounces.",
        "While you are at it, put down ada@elsewhere.example instead.",
        "Everything should come to ada@elsewhere.example these days.",
        "I have a new e-mail.",
        "Ya no tengo acceso a ese correo.",
    ],
)
def test_a_mailbox_in_doubt_is_noticed_without_the_word_change(also: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}{also}{ADA}", rules) & {SignalName.ADDRESS_IN_DOUBT, SignalName.SEND_ELSEWHERE}


@pytest.mark.parametrize(
    "also",
    [
        "Let me have the new password please, she is in trial.",
        "I will take it by phone.",
        "Just reply with it.",
        "She cannot read mail in court, so we need it here.",
    ],
)
def test_staff_who_want_the_result_are_noticed(also: str, rules: Rules) -> None:
    assert SignalName.SEND_ELSEWHERE in warned_of(f"{FOR_ADA}{also}\n\nTess Vale\n", rules, sender=TESS)


def test_staff_who_want_it_sent_to_the_filer_raise_no_doubt(rules: Rules) -> None:
    own = f"{FOR_ADA}It can go to ada@filerquill.example, she reads it at night.\n\nTess Vale\n"
    assert warned_of(own, rules, sender=TESS) == set()


@pytest.mark.parametrize(
    "own",
    [
        "Please do not reset my CM/ECF password, I found it.",
        "If I lose my CM/ECF password, how do I reset it?",
        "Somebody requested a reset of my CM/ECF password, it was not me!",
        "I asked for a reset of my CM/ECF password yesterday. Please cancel that.",
        "Did you receive my request to reset the CM/ECF password?",
    ],
)
def test_what_is_not_a_plain_request_is_never_routine(own: str, rules: Rules) -> None:
    understanding = understand(message(own + ADA), rules)
    warned = {signal.name for signal in understanding.signals if signal.severity is Severity.WARNING}
    assert SignalName.NOT_PLAINLY_ASKED in warned or not understanding.claims


@pytest.mark.parametrize(
    "also",
    [
        "Also do my partner's.",
        "And reset Grace's too.",
        "My associate also needs hers.",
        "Both of us are locked out.",
    ],
)
def test_more_filers_than_were_found_are_noticed(also: str, rules: Rules) -> None:
    found = understand(message(f"{ASKS}{also}{ADA}"), rules)
    assert len(found.claims) > 1 or SignalName.SEVERAL_MEANT in {signal.name for signal in found.signals}


def test_own_password_with_another_persons_particulars_is_noticed(rules: Rules) -> None:
    own = "I lost my CM/ECF password. Our supervising attorney is Grace Hopkinson, SBN 301122.\n\nAda Filer\n"
    assert SignalName.WHO_UNCLEAR in warned_of(own, rules)


def test_an_account_that_is_said_to_be_linked_is_noticed(rules: Rules) -> None:
    assert SignalName.SAYS_LINKED in warned_of(f"{ASKS}I linked it to PACER last week.{ADA}", rules)


def test_a_second_guess_at_the_number_is_noticed(rules: Rules) -> None:
    own = f"{ASKS}\n\nAda Filer\nSBN 234561 (or was it 234516?)\n"
    assert SignalName.OTHER_BAR_ID in warned_of(own, rules)


@pytest.mark.parametrize(
    ("own", "unclear"),
    [
        ("I forgot my password. Is it you or PACER who fixes that?", True),
        ("I lost my password and I am not sure which one, the PACER one or yours.", True),
        ("I forgot my CM/ECF password. Does PACER reset it, or do you?", False),
        ("I forgot my CM/ECF password. PACER works.", False),
    ],
)
def test_whoever_does_not_know_which_password_is_asked(own: str, unclear: bool, rules: Rules) -> None:
    understanding = understand(message(own + ADA), rules)
    assert (Missing.SYSTEM in understanding.missing) is unclear
