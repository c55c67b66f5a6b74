"""Claims that rest on quoted or forwarded mail: whose words count, and what is said there is heard like one's own."""

from __future__ import annotations

import pytest

from helpdesk.match.written.letters import only_looks_alike
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Severity, Understanding
from tests.core.mail import message
from tests.core.raw_mail import plain

EVA = "Eva Lo <eva@filerquill.example>"
ADA = "Ada Filer <ada@filerquill.example>"
SIGNED = "\n\nAda Filer\nCalifornia Bar No. 234561\nada@filerquill.example\n"
THREAD = (
    "Bar ID 234561, ada@filerquill.example.\n\n"
    "> On Wed, Feb 12, 2020 at 9:00 AM ECF Helpdesk <ecfhelp@casd.uscourts.gov> wrote:\n"
    "> What are Bar ID and e-mail?\n>\n"
    ">> On Tue, Feb 11, 2020 at 9:00 AM Eva Lo <eva@filerquill.example> wrote:\n"
    ">> Please reset the CM/ECF password of our attorney Ada Filer. {more}\n"
)


def answer(body: str, rules: Rules, sender: str = ADA) -> Message:
    """An answer to a mail of ours."""
    return plain(body, rules.court, subject="Re: CM/ECF login", **{"from": sender, "in-reply-to": "<a@uscourts.gov>"})


def claimed(found: Understanding) -> list[tuple[str | None, str | None, str | None]]:
    """Name, number and address of each claim."""
    parts = ((claim.name, claim.bar_id, claim.claimed_email) for claim in found.claims)
    return [tuple(part.value if part else None for part in claim) for claim in parts]  # type: ignore[misc]


def warned(found: Understanding) -> bool:
    """Whether anything keeps it from being routine."""
    return any(signal.severity is Severity.WARNING for signal in found.signals)


def test_a_number_alone_is_read_with_the_senders_own_mail_below(rules: Rules) -> None:
    found = understand(answer(THREAD.format(more=""), rules, EVA), rules)
    assert claimed(found) == [("Ada Filer", "234561", "ada@filerquill.example")]
    assert not warned(found)
    assert any("other words are passed on" in signal.reason for signal in found.signals), "a person reads it"


@pytest.mark.parametrize(
    "more",
    ["Do not do it before she calls you.", "Her number may be 234516.", "She now has grace@elsewhere.example."],
)
def test_what_that_mail_says_against_it_is_heard(more: str, rules: Rules) -> None:
    assert warned(understand(answer(THREAD.format(more=more), rules, EVA), rules))


@pytest.mark.parametrize(
    "others",
    [
        "> Is Grace Hop, Bar ID 345678, of your firm the attorney that is meant?\n> Court helpdesk\n",
        ">>> Grace Hop schreef op 10 februari:\n>>> I am Grace Hop, Bar ID 345678.\n",
    ],
)
def test_other_peoples_words_around_it_are_nobodys_claim(others: str, rules: Rules) -> None:
    body = (
        "The e-mail is grace@filerquill.example. Yes, please.\n\n"
        "> On Tue, Feb 11, 2020 at 9:00 AM Ada Filer <ada@filerquill.example> wrote:\n"
        f">> Please reset the CM/ECF password.\n{others}"
    )
    found = understand(answer(body, rules), rules)
    assert not {"Grace Hop", "345678"} & {part for claim in claimed(found) for part in claim}


@pytest.mark.parametrize(
    ("sender", "line"),
    [
        ("<a@filerquill.example>", "On Tue, Feb 11, 2020 at 9:00 AM Ada Filer <ada@filerquill.example> wrote:"),
        ("Ada Filer <a.f@filerquill.example>", "On Tue, Feb 11, 2020 Ada Filer\n> <ada@filerquill.example> wrote:"),
    ],
)
def test_an_address_that_is_only_like_the_senders_is_somebody_elses(sender: str, line: str, rules: Rules) -> None:
    body = (
        "My e-mail is ada@filerquill.example.\n\n"
        f"> {line}\n>> I am Ada Filer, Bar ID 234561. Please reset my CM/ECF password.\n"
    )
    assert all(claim[1] is None for claim in claimed(understand(answer(body, rules, sender), rules)))


def test_a_quoted_mail_is_never_cut_within_a_number(rules: Rules) -> None:
    for padding in range(1_880, 1_920):
        body = (
            "My name is Ada Filer.\n\n> On Tue, Feb 11, 2020 at 9:00 AM Ada Filer <ada@filerquill.example> wrote:\n"
            f">> Please reset my CM/ECF password. {'x' * padding} My California Bar ID is 23456178 and that is it.\n"
        )
        assert {claim[1] for claim in claimed(understand(answer(body, rules), rules))} <= {None, "23456178"}


def test_of_a_chain_of_mails_that_state_numbers_a_person_tells_whose_is_meant(rules: Rules) -> None:
    body = (
        "Please help her with this, she is my attorney.\n\n-----Original Message-----\n"
        "From: Grace Hop <grace@filerquill.example>\nSent: Monday, February 24, 2020 9:14 PM\nTo: Eva Lo\n"
        "Subject: FW: login\n\nCM/ECF says locked out. Grace Hop, Bar ID 345678. It is as with Ada in January.\n\n"
        "-----Original Message-----\nFrom: Ada Filer <ada@filerquill.example>\n"
        "Sent: Monday, January 6, 2020 9:14 PM\nTo: Grace Hop\nSubject: login\n\n"
        "I forgot my CM/ECF password. Please reset it. Ada Filer, Bar ID 234561\n"
    )
    found = understand(plain(body, rules.court, subject="FW: FW: login", **{"from": EVA}), rules)
    assert [claim[1] for claim in claimed(found)] == ["345678"]
    assert warned(found)


@pytest.mark.parametrize(
    "said",
    [
        "☑ Please reset it.  □ Hold it until I call you, someone has my account",
        "(x) Please reset it. ( ) But send it to evil@elsewhere.example",
        "Please reset it. I now have ada.filer.new@elsewhere.example, yes",
        "Please reset it. I now have ada.filer.new@elsewhere.example - known",
        "My e-mail with you is ada@filerquill.example. Now I use a box elsewhere. Please send it there.",
    ],
)
def test_what_stands_beside_a_request_is_heard_however_it_is_put(said: str, rules: Rules) -> None:
    assert warned(understand(message(f"I forgot my CM/ECF password. {said}{SIGNED}"), rules))


def test_a_colleague_who_is_asked_for_in_a_sentence_of_their_own_is_not_dropped(rules: Rules) -> None:
    body = f"I forgot my CM/ECF password, please reset it. Please do my partner Grace Hop next.{SIGNED}"
    assert "Grace Hop" in {claim[0] for claim in claimed(understand(message(body), rules))}


def test_an_empty_box_takes_no_digit_from_a_number(rules: Rules) -> None:
    body = f"[x] reset my CM/ECF password [ ] {'r' * 28} Bar No. 99234561\n\nAda Filer\nada@filerquill.example\n"
    assert [claim[1] for claim in claimed(understand(message(body), rules))] == ["99234561"]


def test_only_the_subject_that_names_another_address_is_enough_to_look_at_it(rules: Rules) -> None:
    assert warned(
        understand(message(f"Reset my CM/ECF password.{SIGNED}", subject="Please use evil@elsewhere.example"), rules)
    )


def test_a_mail_about_passwords_that_asks_for_nothing_is_no_plain_request(rules: Rules) -> None:
    body = (
        "I have read the notice of the court. In this office every password is kept in a vault. I file as Ada Filer, "
        "Bar ID 234561, in three matters before Judge Roe, and I look forward to the seminar on the new system, "
        "which my whole office is going to attend with pleasure this coming spring.\n\n"
        "> Forgotten passwords are reset upon a message containing your full name and the number of your bar.\n"
    )
    assert warned(understand(answer(body, rules), rules))


def test_a_letter_of_turkish_in_another_place_only_looks_alike() -> None:
    assert only_looks_alike("Denız Yilmaz", "Deniz Yılmaz")


def test_a_number_that_the_own_mail_below_contradicts_goes_to_a_person(rules: Rules) -> None:
    body = (
        "It is 345678.\n\n"
        "> On Wed, Feb 12, 2020 at 9:00 AM ECF Helpdesk <ecfhelp@casd.uscourts.gov> wrote:\n"
        "> What is the Bar ID?\n>\n"
        ">> On Tue, Feb 11, 2020 at 9:00 AM Ada Filer <ada@filerquill.example> wrote:\n"
        ">> Please reset my CM/ECF password. Ada Filer, Bar ID 234561, ada@filerquill.example.\n"
    )
    assert warned(understand(answer(body, rules), rules))


@pytest.mark.parametrize(
    ("words", "endorsed"),
    [("Please see below.", True), ("I agree, thanks.", True), ("Eva wrote this.", False), ("FYI", False)],
)
def test_what_another_drew_up_is_ones_own_wish_only_where_one_makes_it_so(
    words: str, *, endorsed: bool, rules: Rules
) -> None:
    body = (
        f"{words}\n\n-----Original Message-----\nFrom: {EVA}\nSent: Monday, January 6, 2020 9:14 PM\n"
        "To: Ada Filer\nSubject: login\n\n"
        f"Please reset the CM/ECF password.{SIGNED}"
    )
    found = understand(plain(body, rules.court, subject="FW: login", **{"from": ADA}), rules)
    assert warned(found) is not endorsed


def test_an_own_mail_below_is_heard_where_the_answer_needs_nothing_of_it(rules: Rules) -> None:
    body = (
        f"Please reset my CM/ECF password.{SIGNED}\n"
        "> On Wed, Feb 12, 2020 at 9:00 AM ECF Helpdesk <ecfhelp@casd.uscourts.gov> wrote:\n"
        "> What is the Bar ID?\n>\n"
        ">> On Tue, Feb 11, 2020 at 9:00 AM Ada Filer <ada@filerquill.example> wrote:\n"
        ">> I no longer use that address.\n"
    )
    assert warned(understand(answer(body, rules), rules))


def test_what_follows_an_empty_box_behind_its_label_is_heard(rules: Rules) -> None:
    body = f"Please reset my CM/ECF password.\nSend now [ ] Do not send it [x]\n{SIGNED}"
    assert warned(understand(plain(body, rules.court, **{"from": ADA}), rules))


@pytest.mark.parametrize(
    ("said", "wanted"), [("yes", True), ("already done", False), ("on hold until Friday", False), ("no", False)]
)
def test_of_a_table_only_whoever_needs_a_reset_is_asked_for(said: str, *, wanted: bool, rules: Rules) -> None:
    body = (
        "Please reset the CM/ECF passwords of these attorneys:\n\n"
        "Name | Bar ID | E-mail | Reset needed\n"
        "Ada Filer | 234561 | ada@filerquill.example | yes\n"
        f"Grace Hop | 345678 | grace@filerquill.example | {said}\n\nEva Lo\nParalegal\n"
    )
    names = [claim[0] for claim in claimed(understand(plain(body, rules.court, **{"from": EVA}), rules))]
    assert names == (["Ada Filer", "Grace Hop"] if wanted else ["Ada Filer"])
