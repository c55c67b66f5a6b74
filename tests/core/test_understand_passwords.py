"""Passwords that people paste are covered wherever they stand, and quoted nowhere (invariant 8)."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.understand.caution.passwords import covered
from helpdesk.vocabulary import Message, Place, SignalName
from tests.core.mail import message

ASKS = "Please reset my CM/ECF password. "
ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"


def shown(mail: Message, rules: Rules) -> str:
    """Subject and text as staff see them."""
    passwords = understand(mail, rules).passwords
    return "\n".join((covered(mail.subject, Place.SUBJECT, passwords), covered(mail.text, Place.TEXT, passwords)))


@pytest.mark.parametrize(
    ("said", "secrets"),
    [
        ("My password was Seagull!1988 and it worked at Christmas.", ["Seagull!1988"]),
        (
            "I tried the passwords Spring2019! and Spring2020! and even Sommer_21.",
            ["Spring2019!", "Spring2020!", "Sommer_21"],
        ),
        ("Password: hunter2secret", ["hunter2secret"]),
        ("pw = abc12345; pwd: zyx98765", ["abc12345", "zyx98765"]),
        ('The password I use is "correcthorse".', ["correcthorse"]),
        ("Mi contraseña era Playa_2018.", ["Playa_2018"]),
    ],
)
def test_every_pasted_password_is_covered(said: str, secrets: list[str], rules: Rules) -> None:
    mail = message(f"{ASKS}{said}{ADA}")
    for secret in secrets:
        assert secret not in shown(mail, rules)
    assert len(shown(mail, rules)) == len(mail.subject) + 1 + len(mail.text)


def test_passwords_in_quotes_and_subjects_are_covered_too(rules: Rules) -> None:
    quote = "> On Monday I wrote: my ECF password was Tortoise_88, and before that\n> password: Terrapin77\n"
    mail = message(f"{ASKS}{ADA}", subject="ECF password Turtle!99 rejected", quote=quote)
    for secret in ("Tortoise_88", "Terrapin77", "Turtle!99"):
        assert secret not in shown(mail, rules)
    assert SignalName.PASTED_PASSWORD in {signal.name for signal in understand(mail, rules).signals}


def test_a_password_is_quoted_neither_in_the_reason_nor_in_a_signal(rules: Rules) -> None:
    mail = message("My ECF password Seagull!1988 no longer works, send Seagull!1988 to me instead of her" + ADA)
    understanding = understand(mail, rules)
    quoted = [understanding.why, *(signal.reason for signal in understanding.signals)]
    assert not any("Seagull" in words for words in quoted)


@pytest.mark.parametrize(
    "said",
    [
        "My password is lost. I appear in 3:19-cv-01234-BAS-LL.",
        "The password page says error E-1042 on https://ecf.casd.uscourts.gov/cgi-bin/login.pl?id=7.",
        "The password for a.filer_77@filerquill.example, SBN#234561, is gone.",
        "I paid $48.20 on 01/06/2020 for the password service.",
    ],
)
def test_what_is_no_password_stays_readable(said: str, rules: Rules) -> None:
    mail = message(f"{said}{ADA}")
    assert shown(mail, rules) == f"\n{mail.text}"
