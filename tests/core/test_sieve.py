"""What is left out by one scan of a text could not have matched; where the scan is of no use, nothing is left out."""

from __future__ import annotations

import pickle
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile import PIECES
from helpdesk.patterns import Pattern, Patterns
from helpdesk.rules import Rules, load_rules
from helpdesk.sieve import FirstOf, Sieve
from tests.project import PROJECT

RULES = load_rules(PROJECT / "rules")  # not a fixture: hypothesis would print it
DOUBTS = tuple(doubt.says for doubt in RULES.doubts.doubts)
SIGNS = tuple(sign.patterns for signs in RULES.categories.signs.values() for sign in signs)
# Words that the patterns themselves are made of, so that some of them match, and more nearly do.
WORDS = sorted({word for many in (*DOUBTS, *SIGNS) for word in re.findall(r"[a-z]{2,}|\d+", many.joined)})
TEXTS = st.lists(
    st.sampled_from(WORDS) | st.sampled_from(PIECES) | st.text(alphabet=string.printable, max_size=5), max_size=40
).map(" ".join)


@given(TEXTS)
def test_no_pattern_that_matches_is_left_out(text: str) -> None:
    for sieve, patterns in ((RULES.doubts.sieve, DOUBTS), (RULES.categories.sign_sieve, SIGNS)):
        left = sieve.sift(text)
        assert [many.sources[0] for many in patterns if many not in left and many.search(text)] == []


@given(TEXTS, st.data())
def test_what_is_left_out_of_a_text_does_not_match_a_part_of_it_either(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    assert RULES.doubts.sieve.sift(part) <= RULES.doubts.sieve.sift(text)


def test_most_patterns_are_left_out_of_an_ordinary_mail(rules: Rules) -> None:
    mail = "ECF login\n\nGood morning, I forgot my password. Please reset it. Ada Filer, SBN 234561"
    assert len(rules.doubts.sieve.sift(mail)) < len(DOUBTS) / 2
    assert len(rules.categories.sign_sieve.sift(mail)) < len(SIGNS) / 2


def test_letter_case_makes_no_difference_and_other_alphabets_leave_all() -> None:
    reset, bill = Patterns(("reset",)), Patterns(("invoice|bill",))
    sieve = Sieve((reset, bill))
    assert sieve.sift("RESET it") == {reset}
    assert sieve.sift("nothing of the kind") == set()
    assert sieve.sift("zqwatchwordqz") == set()
    assert sieve.sift("re\u017fet it, por favor") == {reset, bill}


def test_letters_that_may_be_missing_are_looked_for_with_them_and_without_them() -> None:
    formerly = Patterns((r"\bf/?k/?a\b",))
    sieve = Sieve((formerly,))
    assert sieve.sift("if I ask a friend") == set()
    assert sieve.sift("Roe fka Doe") == sieve.sift("Roe f/k/a Doe") == {formerly}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\x27?s own", "s own"),
        (r"\x{27}?s own", "its own"),
        (r"\Qwhy s?\E", "why s?"),
        (r"[]s?]{4}", "??]]"),
        (r"[[:digit:]s?]{4}", "4?4?"),
        (r"\pL?\p{Lu}?abc", "abc"),
        (r"\101?bcd", "bcd"),
        (r"abc\b?def", "abcdef"),
        (r"(my )?own( key| set)?", "own"),
        (r"abcs??d", "abcd"),
        (r"a[?]?bcd", "abcd"),
    ],
)
def test_what_only_looks_like_a_missing_letter_hides_no_match(source: str, text: str) -> None:
    pattern = Patterns((source,))
    assert pattern.search(text)
    assert Sieve((pattern,)).sift(text) == {pattern}


def test_more_patterns_than_the_scan_has_memory_for_are_all_left() -> None:
    many = [Patterns((f"{number:05d}" * 96,)) for number in range(300)]
    assert Sieve(many).sift("nothing of the kind") == set(many)


def test_it_reaches_another_process_together_with_the_patterns_that_it_sifts(rules: Rules) -> None:
    there: Rules = pickle.loads(pickle.dumps(rules))  # noqa: S301 - of our own making
    signs = {sign.patterns for signs in there.categories.signs.values() for sign in signs}
    left = there.categories.sign_sieve.sift("Please reset my password.")
    assert left < signs
    assert len(left) == len(rules.categories.sign_sieve.sift("Please reset my password."))


def test_an_empty_list_of_patterns_is_in_no_text() -> None:
    assert Sieve((Patterns(()),)).sift("anything") == set()


@pytest.mark.parametrize(("text", "key"), [("a b c", "first"), ("c b", "second"), ("d", None), ("", None)])
def test_of_several_patterns_the_first_of_their_own_order_that_matches_names_the_text(
    text: str, key: str | None
) -> None:
    keyed = [("first", Pattern(r"\ba\b")), ("second", Pattern(r"\bb\b")), ("third", Pattern(r"\bc\b"))]
    assert FirstOf(keyed).key(text) == key
