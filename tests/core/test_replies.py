"""Which letter answers a message: by its own words and its own date, and never where a machine could answer back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpdesk.decide.replies import reply_to
from helpdesk.letters import Letters, automatic_writer, lacking
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import (
    Address,
    Authentication,
    Category,
    Claim,
    MachineKind,
    MachineMail,
    Missing,
    Stated,
    Understanding,
    Verdict,
)
from tests.cast import ADAS_REQUEST, NOW
from tests.core.mail import message
from tests.project import PROJECT

LETTERS = Letters(PROJECT / "templates" / "mail")
BEFORE, AFTER = datetime(2020, 2, 3, 18, tzinfo=UTC), datetime(2020, 3, 3, 18, tzinfo=UTC)
NAMED = Claim(name=Stated(value="Ada Filer", written="Ada Filer", span=None))
NUMBERED = Claim(bar_id=Stated(value="234561", written="234561", span=None))


def answer(rules: Rules, body: str, *, live: bool = False, **more: object) -> str | None:
    """The letter that a mail with these words gets."""
    mail = message(body, **more)  # type: ignore[arg-type]
    return reply_to(mail, understand(mail, rules), rules.replies, live=live)


@pytest.mark.parametrize(
    ("body", "letter"),
    [
        ("Our whole firm shares one PACER account. Is that all right for NextGen?", "shared_account"),
        ("Can our six attorneys keep using a single PACER login?", "shared_account"),
        ("How do I upgrade my PACER account?", "pacer_account"),
        ("I forgot my PACER password.", "pacer_account"),
        (f"{ADAS_REQUEST}\nI can no longer open my old e-mail, so please hurry.", "deadlock"),
        (f"{ADAS_REQUEST}\nMy former firm's mailbox has been closed.", "deadlock"),
        (f"{ADAS_REQUEST}\nI never received the e-mail of your web page.", "acknowledge"),
        (f"{ADAS_REQUEST}\nMy old password does not work any more.", "acknowledge"),
        ("Please reset my CM/ECF password. My old mailbox is closed.", "ask"),
    ],
)
def test_the_senders_own_words_choose_the_letter(rules: Rules, body: str, letter: str) -> None:
    assert answer(rules, body) == letter


def test_words_that_were_quoted_choose_nothing(rules: Rules) -> None:
    quoted = "Shared firm accounts can no longer be used. Our firm shares one PACER account."
    assert answer(rules, "How do I upgrade my PACER account?", quote=quoted) == "pacer_account"


def test_trouble_with_linking_is_only_trouble_once_linking_is_possible(rules: Rules) -> None:
    body = "Linking my PACER account to CM/ECF fails: it says invalid login."
    assert answer(rules, body, live=False) == "pacer_link"
    assert answer(rules, body, live=True) == "linking_error"


@pytest.mark.parametrize(
    ("times", "live"),
    [
        ({"received_at": BEFORE}, False),
        ({"received_at": AFTER}, True),
        ({"received_at": BEFORE, "sent_at": AFTER}, False),  # our own server's clock, not the sender's
        ({"sent_at": BEFORE}, False),
        ({"sent_at": AFTER}, True),
        ({"sent_at": datetime(2031, 1, 1, tzinfo=UTC)}, True),  # nothing is later than the present
        ({}, True),
    ],
)
def test_a_messages_own_clock_decides_between_before_and_after_go_live(
    rules: Rules, times: dict[str, datetime], live: bool
) -> None:
    mail = message("How do I link my PACER account?", **times)  # type: ignore[arg-type]
    write = automatic_writer(LETTERS, rules, AFTER)
    body = write("pacer_link", 1, "", mail, understand(mail, rules)).body
    assert ("This is how you link" in body) is live


def test_a_machine_gets_no_reply_whatever_it_says(rules: Rules) -> None:
    """Cases 16 and 17."""
    persons = understand(message(ADAS_REQUEST), rules)
    for kind in MachineKind:
        mail = message(ADAS_REQUEST, machine=MachineMail(kind=kind, reason="A header says so."))
        for understanding in (understand(mail, rules), persons):
            assert reply_to(mail, understanding, rules.replies, live=False) is None, kind


@pytest.mark.parametrize(
    ("verdict", "letter"),
    [
        (Verdict.FAIL, None),
        (Verdict.NONE, "acknowledge"),
        (Verdict.PASS, "acknowledge"),
        (Verdict.UNVERIFIED, "acknowledge"),
    ],
)
def test_a_forged_sender_gets_no_reply(rules: Rules, verdict: Verdict, letter: str | None) -> None:
    """Case 21: a reply would go to whoever was posed as."""
    assert answer(rules, ADAS_REQUEST, authentication=Authentication(verdict=verdict)) == letter


@pytest.mark.parametrize("addresses", [(), ("",), ("ada@filerquill.example", "mallory@elsewhere.example")])
def test_no_sender_or_several_get_no_reply(rules: Rules, addresses: tuple[str, ...]) -> None:
    """Case 25."""
    senders = tuple(Address(display_name="Ada Filer", address=address) for address in addresses)
    mail = replace(message(ADAS_REQUEST), senders=senders)
    assert reply_to(mail, understand(mail, rules), rules.replies, live=False) is None


@pytest.mark.parametrize("category", [Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP])
def test_spam_machines_and_chasers_get_no_reply(rules: Rules, category: Category) -> None:
    understanding = Understanding(category=category, wants=(category,), why="")
    assert reply_to(message("x"), understanding, rules.replies, live=True) is None


def test_what_at_least_one_filer_lacks_is_asked_for_once() -> None:
    def found(*claims: Claim, missing: tuple[Missing, ...] = ()) -> tuple[Missing, ...]:
        return lacking(claims, missing)

    assert found(NAMED, NUMBERED) == (Missing.NAME, Missing.BAR_ID)
    assert found(NAMED) == (Missing.BAR_ID,)
    assert found(Claim(name=NAMED.name, says_no_bar_id=True)) == ()
    assert found(Claim(name=NAMED.name, bar_id=NUMBERED.bar_id), missing=(Missing.SYSTEM,)) == (Missing.SYSTEM,)


def test_several_filers_get_one_letter(rules: Rules) -> None:
    body = (
        "Please reset the CM/ECF passwords of these attorneys:\n\n"
        "Ada Quill Filer, SBN 234561\nGrace Hopkinson, SBN 301122\n"
    )
    mail = message(body, sender="Tess Vale <tess@filerquill.example>")
    understanding = understand(mail, rules)
    assert len(understanding.claims) == 2
    assert reply_to(mail, understanding, rules.replies, live=False) == "acknowledge_several"
    letter = automatic_writer(LETTERS, rules, NOW)("acknowledge_several", 1, "", mail, understanding)
    for told in ("Ada", "Grace", "234561", "301122", "filerquill"):
        assert told not in letter.body
