"""Words that decide what a mail is about, with a slip of the finger in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.understand.text.spelling import as_meant
from helpdesk.vocabulary import Category, Severity
from tests.core.mail import message


@pytest.mark.parametrize(
    "asks",
    [
        "Please reset my paassword.",
        "Please reeset my ECF password",
        "I need a new passwrod for e-filing",
        "I forgott my passwordd",
        "PLEASE RSET MY PASSWWORD",
        "Need new pasword for electronic filing. Old one quit working.",
    ],
)
def test_a_reset_is_asked_for_also_where_a_finger_slipped(asks: str, rules: Rules) -> None:
    found = understand(message(f"{asks}\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"), rules)
    assert found.category is Category.PASSWORD_RESET
    assert not any(signal.severity is Severity.WARNING for signal in found.signals)


def test_words_of_their_own_stay_what_they_are(rules: Rules) -> None:
    words = "I resent it with the rest, and forget the logic of your logins."
    assert as_meant(words, rules.categories.spelling) == words


@given(words=st.lists(st.sampled_from(["password", "the", "Ada", "rset", "Passwrd", "2020", "…"])))
def test_what_is_right_stays_as_it_is_written(words: list[str], rules: Rules) -> None:
    slips = {"rset": "reset", "Passwrd": "password"}
    meant = as_meant(" ".join(words), rules.categories.spelling)
    assert meant == " ".join(slips.get(word, word) for word in words)
