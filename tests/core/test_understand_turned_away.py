"""Nobody is turned away for what their words sound like: a short mail of a person is not taken for a machine's."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, Understanding
from tests.core.mail import message

TURNED_AWAY = (Category.AUTOMATIC, Category.SPAM)


def _is_turned_away(understanding: Understanding) -> bool:
    return understanding.category in TURNED_AWAY or understanding.thanks_only


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        ("password reset", "Ada Filer\n234561\nthis e-mail address is the primary"),
        ("Password Reset Request", "Ada Filer\nNumber: 234561\nThis was sent from the registered e-mail."),
        ("new password", "message received. number 234561. this mailbox is monitored by me only."),
        ("please", "I have limited access to e-mail this week so kindly reset the password now. 234561"),
        ("request", "I am away until the 3rd. SBN 234561. New password, please."),
    ],
)
def test_whoever_asks_for_a_reset_and_gives_a_number_is_heard(subject: str, own: str, rules: Rules) -> None:
    understanding = understand(message(own, subject=subject), rules)
    assert understanding.category is Category.PASSWORD_RESET
    assert [claim.bar_id.value for claim in understanding.claims if claim.bar_id] == ["234561"]


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        ("hi", "got your message"),
        ("out sick", "I am out of the office with the flu and have a filing due, can I get an extension?"),
        ("Your mailbox is full", "NEFs to my secretary bounce, your server says her mailbox is full. It is not."),
        ("Click link", "when I click the link in your e-mail it says verify your account, is that right?"),
        ("list", "We are certified interpreters. To which office does one apply for being put on the roster?"),
    ],
)
def test_a_persons_other_matters_are_no_machines(subject: str, own: str, rules: Rules) -> None:
    assert not _is_turned_away(understand(message(own, subject=subject), rules))


@pytest.mark.parametrize("own", ["got your message", "NEFs to my secretary bounce. Her mailbox is not full."])
def test_where_words_and_signs_disagree_whether_a_machine_writes_a_person_looks(own: str, rules: Rules) -> None:
    assert not understand(message(own, subject="Your mailbox is full"), rules).is_understood


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        ("Re: NextGen", "I'm trekking until the 14th and off the grid. Tom (ext. 4) can help in the meantime."),
        ("", "Gracias por su mensaje. Si olvidó la contraseña, use el enlace. Favor de no responder a este correo."),
        ("reset page", "I found that your reset page loads slowly. I fix such issues for $99, shall I begin?"),
        ("Candidate", "I represent a senior secretary, a great fit with your team. May I send her resume?"),
    ],
)
def test_what_a_machine_or_a_seller_writes_is_still_not_answered(subject: str, own: str, rules: Rules) -> None:
    assert _is_turned_away(understand(message(own, subject=subject), rules))


@pytest.mark.parametrize("own", ["Resolved.", "Thx. All good now.", "Fixed on our end."])
def test_who_says_that_all_is_well_gives_no_number_for_a_reset(own: str, rules: Rules) -> None:
    answer = message(
        f"{own}\n\nAda Filer\nSBN 234561",
        subject="RE: CM/ECF password",
        quote="> Please reset my CM/ECF password.",
        in_reply_to=("a@b.example",),
    )
    assert understand(answer, rules).category is Category.FOLLOW_UP
