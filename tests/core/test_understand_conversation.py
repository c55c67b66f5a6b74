"""Answers: what a few words mean depends on the mail that they answer, and only where they give something."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, Severity, Understanding
from tests.core.mail import message
from tests.core.raw_mail import plain

ADA = "Ada Filer <ada@filerquill.example>"
ASKED_BACK = "On Jan 9, 2020, ECF Help wrote:\n> Happy to reset it. What is your California bar number?\n"
ASKED_FOR_ELSE = "On Jan 9, 2020, ECF Help wrote:\n> To note your new firm we need your bar number, please.\n"
OWN_REQUEST = "From: Ada Filer\nSent: Wednesday, January 8, 2020 5:51 PM\n\nPlease reset my CM/ECF password.\n"
ASKS = "Please reset my CM/ECF password."
PARTICULARS = "Ada Filer\nSBN 234561\nada@filerquill.example\n"
HOURS = "On Jan 9, 2020, ECF Help wrote:\n> The counter is open from nine to four.\n"


def read(own: str, below: str, rules: Rules, *, subject: str = "Re: your message") -> Understanding:
    return understand(message(own, quote=f"\n\n{below}", subject=subject, sender=ADA), rules)


@pytest.mark.parametrize("below", [ASKED_BACK, OWN_REQUEST, f"{ASKED_BACK}\n{OWN_REQUEST}"])
@pytest.mark.parametrize(
    "own",
    [
        "Of course. 234561.",
        "SBN 234561",
        "Sure, it's 234561, thank you for getting back to me so fast.",
        "Ada Filer, 234561, ada@filerquill.example",
        "Use 234561 please, the other was a slip. All else stays as it was.",
    ],
)
def test_a_number_given_in_answer_to_a_mail_about_a_reset_asks_for_it(own: str, below: str, rules: Rules) -> None:
    read_ = read(own, below, rules)
    assert read_.category is Category.PASSWORD_RESET
    assert [claim.bar_id and claim.bar_id.value for claim in read_.claims] == ["234561"]


@pytest.mark.parametrize(
    "own",
    [
        "Thank you!",
        "Is the counter open on Friday, too? My number is 234561.",
        "We would rather have the docket sheet of the Vega matter, as the copy that came by post last week lacks its"
        " second page and the clerk who took our call could not find it either, so please mail us one. 234561.",
    ],
)
def test_an_answer_that_gives_nothing_or_says_something_else_asks_for_no_reset(own: str, rules: Rules) -> None:
    assert read(own, ASKED_BACK, rules).category is not Category.PASSWORD_RESET


@pytest.mark.parametrize("below", [HOURS, ASKED_FOR_ELSE])
def test_a_number_in_answer_to_anything_else_asks_for_no_reset(below: str, rules: Rules) -> None:
    assert read("Of course. 234561.", below, rules).category is not Category.PASSWORD_RESET


@pytest.mark.parametrize("own", ["The same for Bo Roe please.", "Could you do the same for me? Ada Filer"])
def test_the_same_again_asks_for_what_the_mail_below_asked(own: str, rules: Rules) -> None:
    below = "From: ECF Help\n\nA new CM/ECF password was issued. Please reset my password, you wrote.\n"
    assert read(own, below, rules).category is Category.PASSWORD_RESET


@pytest.mark.parametrize(
    "own",
    [
        "Scratch that, I found it. No reset needed.",
        "Never mind, it was on the old list.",
        "Please disregard my last e-mail. All is well here.",
        "Ya lo encontré.",
    ],
)
def test_the_subject_of_an_answer_is_no_wish_when_its_words_take_it_back(own: str, rules: Rules) -> None:
    read_ = read(own, OWN_REQUEST, rules, subject="Re: CM/ECF password reset")
    assert read_.category is Category.FOLLOW_UP
    assert not read_.claims


@pytest.mark.parametrize("own", ["... myself, on your web page, and it worked. Nothing to do there."])
def test_a_reset_that_is_done_already_is_not_routine(own: str, rules: Rules) -> None:
    own = f"{own}\n\nAda Filer / 234561 / ada@filerquill.example"
    signals = understand(message(own, subject="reset my password", sender=ADA), rules).signals
    assert any(signal.severity is Severity.WARNING for signal in signals)


@pytest.mark.parametrize(
    "also",
    [
        "I was wondering if you could do it today.",
        "How long does it usually take?",
        "Any thoughts on how soon it can be done?",
        "I would be grateful if my password were reset before the change.",
        "Unless I am mistaken you have all you need below.",
        "Two of us here reset ours on the page without trouble.",
        "I know that you can't send it to me.",
        "Docketing gets copies of the notices, but please do not send the password there.",
        "My grandson Tyler set up the computer.",
        "A declaration can be provided promptly.",
        "The notices came after all, so nothing needed there.",
        "I would take it as a kindness.",
        "Of the two accounts to be linked I have only the one.",
        "UNAUTHORIZED INTERCEPTION, REVIEW OR USE IS PROHIBITED.",
    ],
)
def test_politeness_raises_no_doubt(also: str, rules: Rules) -> None:
    own = f"Please reset my CM/ECF password. {also}\n\nAda Filer\nSBN 234561\nada@filerquill.example"
    signals = understand(message(own, subject="Request", sender=ADA), rules).signals
    assert [signal.reason for signal in signals if signal.severity is Severity.WARNING] == []


@pytest.mark.parametrize("written", ["From: Ada Filer", "From: Ada Filer <ada@filerquill.example>"])
def test_to_send_ones_own_mail_again_is_to_ask_once_more(written: str, rules: Rules) -> None:
    below = (
        f"{written}\nSent: Friday, January 24, 2020 4:45 PM\nTo: ecfhlep@casd.uscourts.gov\n\n{ASKS}\n{PARTICULARS}"
    )
    forwarded = "My first one went astray, here it is again. Nothing has changed since Friday.\n\n"
    read_ = understand(message(forwarded, forwarded=below, subject="once more", sender=ADA), rules)
    assert read_.category is Category.PASSWORD_RESET
    assert [claim.filer_is_sender for claim in read_.claims] == [True]
    assert not any(signal.severity is Severity.WARNING for signal in read_.signals)


IN_PLACE = """On 1/15/2020 11:02 AM, ECF Help wrote:
> To reset it we need the filer's full name,

{name}

> Bar ID

{number}

> and primary e-mail address.

{address}

> Please reply with the missing items.

That should be all of them?
"""


def test_what_a_quoted_line_asks_for_is_the_label_of_the_answer_below_it(rules: Rules) -> None:
    """A short number, a name with a remark and an address in a sentence are nothing by themselves."""
    text = IN_PLACE.format(
        name="Ada B. Filer (Addie to my friends)",
        number="84529, or with a zero in front if your machine is picky",
        address="this one here, ada@filerquill.example. I have had no other since 2003.",
    )
    mail = plain(text, rules.court, subject="Re: your request", in_reply_to="<1@x.example>")
    read_ = understand(mail, rules)
    assert read_.category is Category.PASSWORD_RESET
    (claim,) = read_.claims
    assert claim.name is not None
    assert claim.bar_id is not None
    assert claim.claimed_email is not None
    assert (claim.name.value, claim.bar_id.value) == ("Ada B. Filer", "84529")
    assert claim.claimed_email.value == "ada@filerquill.example"
    assert claim.bar_id.span is not None
    assert mail.text[claim.bar_id.span.start : claim.bar_id.span.end] == "84529"


ANSWERED = "> Please reset my CM/ECF password. Ada Filer, SBN 234561, ada@filerquill.example"


@pytest.mark.parametrize(
    "own",
    [
        'Disregard, it was in my password manager under "Southern" all along. No need to do anything.',
        "My secretary walked in with the index card. Kindly leave my account just as it is and drop the note below.",
    ],
)
def test_an_answer_that_only_takes_back_what_it_answers_is_no_request(own: str, rules: Rules) -> None:
    answer = message(own, subject="Re: my e-file password", quote=ANSWERED, in_reply_to=("a@b.example",), sender=ADA)
    understanding = understand(answer, rules)
    assert understanding.category is Category.FOLLOW_UP
    assert understanding.claims == ()


ASKED_FOR_MORE = "> To reset a CM/ECF password we need the filer's full name and Bar ID. Please reply with them."


@pytest.mark.parametrize("own", ["Sorry about that! 234561", "I have no California number, I am with the Trustee."])
def test_an_answer_to_our_question_is_about_the_reset(own: str, rules: Rules) -> None:
    answer = message(own, subject="Re: Your request", quote=ASKED_FOR_MORE, in_reply_to=("a@b.example",), sender=ADA)
    assert understand(answer, rules).category is Category.PASSWORD_RESET


def test_an_answer_to_a_mail_about_a_reset_gets_no_standard_answer_by_its_words_alone(rules: Rules) -> None:
    own, subject = "I got the mail but the link says expired", "Re: CM/ECF password reset"
    answered = message(own, subject=subject, in_reply_to=("a@b.example",), sender=ADA)
    assert understand(answered, rules).category in (Category.PASSWORD_RESET, Category.FOLLOW_UP)
