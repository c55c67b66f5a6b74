"""Words that the patterns of a rules file share under a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpdesk.errors import RulesError
from helpdesk.named_words import with_words
from helpdesk.patterns import Patterns
from helpdesk.rules import load_rules
from tests.rules_folder import rules_folder

BIRDS = {"bird": ["owl", "gulls?"], "gone": ["{bird} left", "flown"]}


def test_a_name_stands_for_any_of_its_words_and_may_stand_in_those_of_another() -> None:
    written = {"words": BIRDS, "says": [r"\bthe {gone}\b"], "deep": [{"x": "{bird}"}], "weight": 3}
    table = with_words("x.toml", written)
    assert table == {
        "says": [r"\bthe (?:(?:owl|gulls?) left|flown)\b"],
        "deep": [{"x": "(?:owl|gulls?)"}],
        "weight": 3,
    }
    assert [found[0] for found in Patterns(tuple(table["says"])).finditer("the gull left, the owl, the flown")] == [
        "the gull left",
        "the flown",
    ]


@pytest.mark.parametrize("source", ["a{2}", "a{0,3}", r"\p{greek}", r"\P{latin}", r"\{bird\}", r"\x{10ffff}"])
def test_what_else_stands_in_braces_is_no_name(source: str) -> None:
    assert with_words("x.toml", {"words": BIRDS, "says": source}) == {"says": source}


def test_a_file_without_such_words_is_left_as_it_is() -> None:
    table = {"words": 0.9, "says": ["{bird}"]}
    assert with_words("x.toml", table) is table


@pytest.mark.parametrize(
    ("words", "key", "reason"),
    [
        ({"bird": ["owl"], "gone": ["{brid} left"]}, "words.gone", "speaks of {brid}"),
        ({"gone": ["{bird} left"], "bird": ["owl"]}, "words.gone", "does not define before it"),
        ({"bird": ["{bird}"]}, "words.bird", "does not define before it"),
        ({"bird": []}, "words.bird", "must be a list of words"),
        ({"bird": ["owl", ""]}, "words.bird", "must be a list of words"),
        ({"bird": "owl"}, "words.bird", "must be a list of words"),
        ({"Bird 1": ["owl"]}, "words.Bird 1", "is no name for words"),
    ],
)
def test_wrong_words_are_refused_with_file_key_and_reason(words: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(RulesError) as caught:
        with_words("x.toml", {"words": words, "says": []})
    assert (caught.value.file, caught.value.key) == ("x.toml", key)
    assert reason in caught.value.reason


def test_a_pattern_that_speaks_of_unknown_words_is_refused_where_it_stands(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path, ("doubts.toml", "says = [", "says = ['{no_such_words}',"))
    with pytest.raises(RulesError) as caught:
        load_rules(folder)
    assert (caught.value.file, caught.value.key) == ("doubts.toml", "doubts.0.says.0")
    assert "{no_such_words}" in caught.value.reason
