"""Letters: short, plain, complete, and without a word about the roll."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime

import pytest

from helpdesk.letters import LetterError, Letters
from helpdesk.rules import Rules
from helpdesk.vocabulary import Letter, Missing
from tests.conftest import PROJECT

LETTERS = Letters(PROJECT / "templates" / "mail")
TO_PRIMARY = ("reset_link", "reset_approved", "reset_done")
TO_REQUESTER = tuple(name for name in LETTERS.names() if name not in TO_PRIMARY)
BEFORE, AFTER = datetime(2020, 1, 15, tzinfo=UTC), datetime(2020, 3, 9, tzinfo=UTC)
MOST_WORDS = 120
HIGHEST_GRADE = 8.9


def written(
    rules: Rules, name: str, language: str = "en", now: datetime = BEFORE, court: str | None = "cacd"
) -> Letter:
    if name in TO_PRIMARY:
        link = "https://desk.court.example/password-reset/" + "x" * 43
        return LETTERS.to_primary(name, language, number=12, link=link, rules=rules)
    return LETTERS.to_requester(
        name,
        number=12,
        tag="[ECF 12-abcdef01]",
        language=language,
        missing=(Missing.NAME, Missing.BAR_ID),
        court_asked=court,
        rules=rules,
        now=now,
    )


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid 1975); names, addresses and numbers are not counted as words."""
    text = re.sub(r"\S+[@/.:]\S+|[\d-]{5,}|CM/ECF|CASD|PACER", "it", text)
    sentences = [part for part in re.split(r"[.!?:]\s|\n\s*\n|\n-", text) if re.search("[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


@pytest.mark.parametrize(
    ("name", "language", "now"), itertools.product(LETTERS.names(), ("en", "es"), (BEFORE, AFTER))
)
def test_every_letter_is_short(rules: Rules, name: str, language: str, now: datetime) -> None:
    letter = written(rules, name, language, now)
    assert 0 < len(letter.subject) < 90
    assert "\n" not in letter.subject
    body = letter.body.rpartition("\n\n")[0]  # without our name below
    assert len(body.split()) <= MOST_WORDS


@pytest.mark.parametrize("name", LETTERS.names())
def test_every_letter_is_easy_to_read(rules: Rules, name: str) -> None:
    body = written(rules, name).body.rpartition("\n\n")[0]
    assert grade(body) <= HIGHEST_GRADE


@pytest.mark.parametrize("name", TO_REQUESTER)
def test_no_letter_to_a_requester_speaks_of_a_record(rules: Rules, name: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "templates/mail" / name).iterdir())
    words = set(re.findall(r"\{[{%].*?[%}]\}", source))
    for word in ("filer.", "candidate", "primary_email", "status", "probability", "link }}"):
        assert not [expression for expression in words if word in expression]


def test_ask_names_exactly_what_is_missing(rules: Rules) -> None:
    def asked(*missing: Missing) -> str:
        letter = LETTERS.to_requester(
            "ask", number=1, tag="", language="en", missing=missing, court_asked=None, rules=rules, now=BEFORE
        )
        return letter.subject + letter.body

    assert "full name" in asked(Missing.NAME)
    assert "Bar ID" not in asked(Missing.NAME)
    assert "Bar ID" in asked(Missing.BAR_ID)
    assert "full name" not in asked(Missing.BAR_ID)
    assert "two more details" in asked(Missing.NAME, Missing.BAR_ID)


def test_the_linking_letter_changes_at_go_live_in_local_time(rules: Rules) -> None:
    assert "March 2, 2020" in written(rules, "pacer_link", now=datetime(2020, 3, 2, 7, 59, tzinfo=UTC)).body
    assert "Utilities" in written(rules, "pacer_link", now=datetime(2020, 3, 2, 8, 0, tzinfo=UTC)).body


def test_another_courts_desk_comes_from_the_rules(rules: Rules) -> None:
    assert "213-894-0242" in written(rules, "other_court", court="cacd").body
    assert "the court where you file" in written(rules, "other_court", court=None).body


def test_the_link_stands_on_a_line_of_its_own(rules: Rules) -> None:
    link = "https://desk.court.example/password-reset/" + "x" * 43
    assert link in written(rules, "reset_link").body.splitlines()


def test_a_letter_that_does_not_exist_is_an_error(rules: Rules) -> None:
    with pytest.raises(LetterError):
        written(rules, "no_such_letter")
