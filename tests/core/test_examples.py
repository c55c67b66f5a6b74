"""The weight of words is learned from the sentences of the rules."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import RulesError
from helpdesk.examples import Examples
from helpdesk.rules import Rules, load_rules, rules_from_texts
from helpdesk.understand import understand
from helpdesk.vocabulary import Category
from tests.core.mail import message
from tests.project import PROJECT

SOME = {category: (f"nothing but {category.value.replace('_', ' ')}s",) for category in Category}
TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in (PROJECT / "rules").glob("*.toml")}


def test_a_text_weighs_most_for_the_category_whose_sentences_it_is_like() -> None:
    learned = Examples(SOME | {Category.GENERAL: ("where is the courthouse", "when does the courthouse open")})
    weighed = learned.weigh("Is the courthouse open today?")
    assert max(weighed, key=lambda category: weighed[category]) is Category.GENERAL
    assert weighed[Category.GENERAL] == 0
    assert set(weighed) == set(Category)


def test_words_that_stand_in_no_sentence_weigh_nothing() -> None:
    assert Examples(SOME).weigh("zzyzx qwerty") == {}
    assert Examples(SOME).weigh("") == {}


def test_addresses_numbers_accents_and_capitals_make_no_difference() -> None:
    learned = Examples(SOME | {Category.SPAM: ("Contraseña 123 de a@b.example",)})
    assert learned.weigh("CONTRASENA 98-765 de other.person@firm.example") == learned.weigh("contrasena 1 de x@y.z")


@given(st.text(max_size=300))
def test_no_text_is_a_problem_and_the_best_has_nought(text: str) -> None:
    weighed = Examples(SOME).weigh(text)
    assert not weighed or max(weighed.values()) == 0


def test_what_is_learned_travels_to_the_reading_process(rules: Rules) -> None:
    learned = rules.wording.sentences
    text = "I cannot find where to link my accounts"
    assert pickle.loads(pickle.dumps(learned)).weigh(text) == learned.weigh(text)  # noqa: S301 - our own bytes


def test_a_sentence_added_to_the_rules_changes_how_a_mail_like_it_is_read(rules: Rules) -> None:
    mail = message("The quorble in my docket sheet flickers. Kindly mend the quorble.")
    added = '["The quorble flickers, kindly mend my quorble", "quorble flickers in the docket sheet", '
    before, heading, sentences = TEXTS["wording"].partition("[sentences]")
    wording = before + heading + sentences.replace("registration = [", f"registration = {added}")
    taught = rules_from_texts(TEXTS | {"wording": wording})
    assert understand(mail, rules).category is not Category.REGISTRATION
    assert understand(mail, taught).category is Category.REGISTRATION


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (("\nregistration = [", "\nregistrations = ["), "sentences.registrations", "password_reset"),
        (("[sentences]", "[sentence]"), "sentence", "not a known key"),
        (("sign = 1.0", "sign = 1000"), "sign", "less than or equal to 10"),
    ],
)
def test_wrong_wording_is_refused_with_file_key_and_reason(change: tuple[str, str], key: str, reason: str) -> None:
    with pytest.raises(RulesError) as refused:
        rules_from_texts(TEXTS | {"wording": TEXTS["wording"].replace(*change)})
    assert str(refused.value).startswith(f"wording.toml: {key}")
    assert reason in str(refused.value)


def test_every_category_must_have_a_sentence() -> None:
    with pytest.raises(ValueError, match="no sentence for spam"):
        Examples(SOME | {Category.SPAM: ()})


def test_the_rules_of_the_project_have_sentences_for_every_category() -> None:
    sentences = load_rules(PROJECT / "rules").wording.sentences.sentences
    assert min(len(written) for written in sentences.values()) >= 30
