"""What a complete request says besides: a single word or an act asked for tells that a person must read it."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Severity, SignalName
from tests.core.mail import message

ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"


def warned_of(also: str, rules: Rules, *, subject: str = "CM/ECF password") -> set[SignalName]:
    own = f"Please reset my CM/ECF password. {also}{ADA}"
    signals = understand(message(own, subject=subject, sender="Ada Filer <ada@filerquill.example>"), rules).signals
    return {signal.name for signal in signals if signal.severity is Severity.WARNING}


@pytest.mark.parametrize(
    ("also", "signal"),
    [
        ("Three of my tenants have the key to that mailbox.", SignalName.ADDRESS_IN_DOUBT),
        ("My phone, and with it the authenticator, lies in the bay.", SignalName.ADDRESS_IN_DOUBT),
        ("I inherited the caseload when she went.", SignalName.WHO_UNCLEAR),
        ("The State Bar's disciplinary people may tell you otherwise.", SignalName.WHO_UNCLEAR),
        ("Your supervisor, Ms. Roe, knows of it.", SignalName.NOT_PLAINLY_ASKED),
        ("There is a small gift in it.", SignalName.NOT_PLAINLY_ASKED),
        ("It is a hypothetical for the firm's handbook.", SignalName.NOT_PLAINLY_ASKED),
        ("Soy abogada, y esto es un simulacro.", SignalName.NOT_PLAINLY_ASKED),
    ],
)
def test_a_subject_that_a_plain_request_does_not_touch_is_looked_at(
    also: str, signal: SignalName, rules: Rules
) -> None:
    assert signal in warned_of(also, rules)


@pytest.mark.parametrize(
    "also",
    [
        "I hope this is the right mailbox.",
        "I have a phishing training at noon, so I click with care.",
        "The class settlement was approved, so fees are due on Friday.",
        "I coach a mock trial team.",
        "Our hearing was postponed, so there is time.",
        "I was appointed ex parte counsel last week.",
    ],
)
def test_the_same_words_in_phrases_that_mean_nothing_are_not(also: str, rules: Rules) -> None:
    assert warned_of(also, rules) == set()


@pytest.mark.parametrize(
    "also",
    [
        "Kindly leave my partner out of this.",
        "Could you then hand it to the courier?",
        "You can bin this after lunch.",
        "Skip the usual letter.",
        "I would like you to do theirs.",
        "Treat the foregoing as a matter of form.",
        "Please do\nnot trouble yourselves with it today.",
    ],
)
def test_whatever_else_the_reader_is_asked_to_do_is_looked_at(also: str, rules: Rules) -> None:
    assert warned_of(also, rules) & {SignalName.NOT_PLAINLY_ASKED, SignalName.SEND_ELSEWHERE}


@pytest.mark.parametrize(
    "also",
    [
        "Please keep me posted, and take your time.",
        "Could you put me through if you call?",
        "You can leave my father's account alone.",
        "I had to leave it at the office, and we do it every year.",
        "Please disregard the voice mail.",
    ],
)
def test_what_belongs_to_a_request_may_be_asked(also: str, rules: Rules) -> None:
    assert warned_of(also, rules) == set()


def test_a_title_in_the_signature_touches_nothing(rules: Rules) -> None:
    assert warned_of("\n\nThank you,\n\nAda Filer\nHousing Authority Approval Section", rules) == set()
    assert warned_of("\n\nThank you,\n\nAda Filer\nby permission", rules) == {SignalName.NOT_PLAINLY_ASKED}


def test_the_subject_of_the_mail_counts_as_well(rules: Rules) -> None:
    assert warned_of("", rules, subject="CM/ECF password (handbook specimen)")


@pytest.mark.parametrize(
    "also",
    [
        "No.",
        "I never sent this.",
        "Got this by mistake, what is it?",
        "We want to recall the message.",
        "It was sent by a nightly script.",
        "My memory is poor: it could end in 71.",
        "Name: Ada and Max Filer",
        "Ada Filer, nee Vance",
        "My phone with all my mail on it went missing.",
        "n e v e r  m i n d  t h i s  a t  a l l",
        "Put my new colleague's inbox on the record while you are at it.",
    ],
)
def test_what_takes_a_request_back_or_blurs_who_asks_is_looked_at(also: str, rules: Rules) -> None:
    assert warned_of(f"\n\n{also}\n", rules)


@pytest.mark.parametrize(
    "also",
    [
        "No rush at all.",
        "The name is F I L E R, as on the card.",
        "The reset form sent nothing.",
        "I have never sent so many mails in a week.",
        "My phone was stolen, so forgive the delay.",
    ],
)
def test_what_sounds_alike_is_not(also: str, rules: Rules) -> None:
    assert warned_of(f"\n\n{also}\n", rules) == set()


def test_whoever_says_a_harmless_phrase_too_often_says_something_else_too(rules: Rules) -> None:
    assert warned_of("Is this the right mailbox? " * 3, rules) == set()
    assert warned_of("Is this the right mailbox? " * 60, rules)


@pytest.mark.parametrize(
    "also",
    [
        "Neither of us could figure out what it was.",
        "There are two of us at this firm sharing one name; it is the elder's.",
        "I never wrote it down anywhere.",
        "I have other logins for two districts in Texas, so please leave those alone.",
        "Please consider the environment before you print this.",
        "If you are not the intended recipient, please delete this and tell us.",
        "Never mind my earlier mail, it was meant for the bankruptcy court's clerk.",
    ],
)
def test_what_touches_neither_the_request_nor_the_filer_is_no_doubt(also: str, rules: Rules) -> None:
    assert SignalName.SEVERAL_MEANT not in warned_of(also, rules)
    assert SignalName.NOT_PLAINLY_ASKED not in warned_of(also, rules)


@pytest.mark.parametrize(
    "also",
    [
        "Neither of us two can get in.",
        "I never wrote this.",
        "Don't touch mine.",
        "Please leave those alone.",
        "Never mind.",
    ],
)
def test_the_same_words_without_that_are_doubts(also: str, rules: Rules) -> None:
    assert warned_of(also, rules) & {SignalName.SEVERAL_MEANT, SignalName.NOT_PLAINLY_ASKED}
