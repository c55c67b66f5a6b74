"""The quick look that goes before a search never hides a match from it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.read.contents import body
from helpdesk.read.machines import absence, words
from helpdesk.read.sections import boilerplate
from helpdesk.read.seldom import Seldom

ALL = [
    found
    for module in (absence, body, boilerplate, words)
    for found in vars(module).values()
    if isinstance(found, Seldom)
]
SAYINGS = (
    "I am currently out of the office", "Our offices will be closed", "out of office until", "no longer with",
    "estaré ausente", "fuera de la oficina", "nicht im Büro", "inte på kontoret", "ikke på kontoret",
    "je suis en congé", "estou de férias", "sono in ferie", "zijn niet aanwezig", "в отпуске", "отсутствую", "休暇",
    "부재",
    "This is an automated response", "auto-reply sent", "you'll get this message only once",
    "esta es una respuesta automática", "Please type your reply above this line",
    "Your request (ñandú) has been received: ticket number Ñ-77", "the case has been opened, reference id is: 0٣",
    "Your mail to José is being held", "to have it delivered, click", "prove that you are human",
    "This is the HTML version of a message", "Your mail reader can’t display it", "view this message in your browser",
    "for the intended recipient", "confidentiality/privé notice", "DESTINATARIO",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(SAYINGS) | st.text(max_size=5), min_size=1, max_size=4)


def test_every_pattern_has_a_saying_here_that_it_finds() -> None:
    assert [one.source for one in ALL if not any(one.search(saying) for saying in SAYINGS)] == []
    assert [saying for saying in SAYINGS if not any(one.search(saying) for one in ALL)] == []


@given(TEXTS, st.sampled_from([" ", "", "\n", "\u2019"]))
def test_whatever_the_pattern_itself_finds_is_found(pieces: list[str], between: str) -> None:
    for text in (between.join(pieces), between.join(pieces).swapcase()):
        for seldom in ALL:
            found, expected = seldom.search(text), re.search(seldom.source, text, re.I)
            assert (found and found.span()) == (expected and expected.span())


def test_letters_and_digits_of_other_alphabets_count_as_python_counts_them() -> None:
    numbered = Seldom(r"\bnúmero \w+ \d\b")
    assert numbered.search("el NÚMERO été ٧")
    assert numbered.search("el numero x 7") is None
    assert Seldom("i am ill").search("İ AM ıLL")
    assert numbered.without("un número x 7.") == "un  ."
    assert numbered.without("un número x") == "un número x"


def test_a_pattern_that_the_quick_look_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="perl operator"):
        Seldom(r"(?<!no )reset")
