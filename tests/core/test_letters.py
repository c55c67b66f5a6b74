"""Letters: short, plain, complete, in two languages, and right before and after go-live."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, date, datetime

import pytest

from helpdesk.letters import LetterError, Letters, audience_of, read_as
from helpdesk.letters.facts import Audience
from helpdesk.letters.readability import (
    HIGHEST_GRADE,
    LOWEST_PERSPICUITY,
    MOST_WORDS,
    english_syllables,
    spanish_syllables,
)
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, Letter, Missing
from tests.core.mail import message
from tests.project import PROJECT

LETTERS = Letters(PROJECT / "templates" / "mail")
BEFORE, AFTER = datetime(2020, 1, 15, tzinfo=UTC), datetime(2020, 3, 9, tzinfo=UTC)
LINK = "https://desk.court.example/password-reset/" + "x" * 43
LACKS = [lacks for size in range(len(Missing) + 1) for lacks in itertools.combinations(Missing, size)]


def written(
    rules: Rules,
    name: str,
    language: str = "en",
    now: datetime = BEFORE,
    court: str | None = "cacd",
    missing: tuple[Missing, ...] = (),
) -> Letter:
    if audience_of(name) is Audience.PRIMARY:
        return LETTERS.to_primary(name, language, number=123_456, login="afiler", link=LINK, rules=rules)
    return LETTERS.to_requester(
        name,
        number=123_456,
        tag="[ECF 123456-abcdef01]",
        language=language,
        missing=missing,
        court_asked=court,
        rules=rules,
        now=now,
    )


def every_wording(rules: Rules, name: str, language: str) -> Iterator[Letter]:
    """The letter before and after go-live, about each court and none, whatever is missing."""
    courts = [None, *rules.courts.courts] if name == "other_court" else [None]
    for now, court, missing in itertools.product((BEFORE, AFTER), courts, LACKS):
        yield written(rules, name, language, now, court, missing)


@pytest.mark.parametrize(("name", "language"), itertools.product(LETTERS.names(), ("en", "es")))
def test_every_wording_of_every_letter_is_short_and_easy_to_read(rules: Rules, name: str, language: str) -> None:
    for letter in every_wording(rules, name, language):
        reading = read_as(letter.body, language)
        assert reading.words <= MOST_WORDS
        assert reading.measure <= HIGHEST_GRADE if language == "en" else reading.measure >= LOWEST_PERSPICUITY
        assert 0 < len(letter.subject) < 100
        assert "\n" not in letter.subject
        assert "\n\n\n" not in letter.body
        assert ".." not in letter.body
        assert letter.body.endswith(f"{rules.court.helpdesk_name}\n{rules.court.name}\n")


@pytest.mark.parametrize("name", LETTERS.names())
def test_every_letter_exists_in_both_languages(rules: Rules, name: str) -> None:
    english, spanish = written(rules, name), written(rules, name, "es")
    assert LETTERS.library.languages(name) == ("en", "es")
    assert english.body != spanish.body
    assert english.subject != spanish.subject


def test_a_language_nobody_wrote_is_answered_in_english(rules: Rules) -> None:
    assert written(rules, "general", "fr") == written(rules, "general", "en")


def test_reading_is_measured_as_the_formulas_say() -> None:
    """Ten words, ten syllables, two sentences; and five Spanish words, twelve syllables, one sentence."""
    english = read_as("We have your note and read it. You do well.", "en")
    assert astuple(english) == ("en", 10, pytest.approx(0.39 * 5 + 11.8 * 1.0 - 15.59))
    spanish = read_as("Necesitamos su nombre completo hoy.", "es")
    assert astuple(spanish) == ("es", 5, pytest.approx(206.835 - 62.3 * 12 / 5 - 5))


@pytest.mark.parametrize(
    ("words", "language", "syllables"),
    [
        ("file filed files needed address message account password", "en", [1, 1, 1, 2, 2, 2, 2, 2]),
        ("primary changes linked request mailbox before upgraded", "en", [3, 2, 1, 2, 2, 2, 3]),
        ("people create area filing trying electronic idea", "en", [2, 2, 3, 2, 2, 4, 3]),
        ("handles courts judges allowed registration official previous", "en", [2, 1, 2, 2, 4, 3, 3]),
        ("correo cuenta buzón día contraseña aviso quien", "es", [3, 2, 2, 2, 4, 3, 1]),
        ("bueyes limpio oír tarea guerra yo hoy", "es", [2, 2, 2, 3, 2, 1, 1]),
    ],
)
def test_syllables_are_counted_as_people_speak(words: str, language: str, syllables: list[int]) -> None:
    count = spanish_syllables if language == "es" else english_syllables
    assert {word: count(word) for word in words.split()} == dict(zip(words.split(), syllables, strict=True))


def test_a_long_and_heavy_letter_gets_advice() -> None:
    heavy = "Notwithstanding aforementioned considerations, practitioners necessarily authenticate individually " * 40
    assert len(read_as(heavy, "en").advice) == len(read_as(heavy, "es").advice) == 2
    assert read_as("You are done.", "en").advice == ()


@pytest.mark.parametrize("missing", LACKS, ids=lambda missing: "+".join(missing) or "nothing")
def test_ask_names_exactly_what_is_missing(rules: Rules, missing: tuple[Missing, ...]) -> None:
    signs = {
        "en": {Missing.NAME: "full name", Missing.BAR_ID: "Bar ID", Missing.SYSTEM: "which password"},
        "es": {
            Missing.NAME: "nombre completo",
            Missing.BAR_ID: "número de la barra",
            Missing.SYSTEM: "qué contraseña",
        },
    }
    counted = {"en": ["one more", "two more", "three more"], "es": ["un dato", "dos datos", "tres datos"]}
    for language, words in signs.items():
        letter = written(rules, "ask", language, missing=missing)
        assert {item for item in Missing if words[item] in letter.body} == set(missing)
        if missing:
            assert counted[language][len(missing) - 1] in letter.subject


def test_the_letter_about_several_filers_asks_for_what_at_least_one_of_them_lacks(rules: Rules) -> None:
    asked = written(rules, "acknowledge_several", missing=(Missing.BAR_ID,)).body
    assert "For at least one person" in asked
    assert "Bar ID" in asked
    assert "full name" not in asked
    assert "For at least one person" not in written(rules, "acknowledge_several").body


def test_wordings_change_at_go_live_in_the_courts_own_time(rules: Rules) -> None:
    last_moment = datetime(2020, 3, 2, 7, 59, 59, tzinfo=UTC)
    first_moment = datetime(2020, 3, 2, 8, 0, tzinfo=UTC)
    assert "from March 2, 2020 on" in written(rules, "pacer_link", now=last_moment).body
    assert "desde el 2 de marzo de 2020" in written(rules, "pacer_link", "es", now=last_moment).body
    assert "Utilities" in written(rules, "pacer_link", now=first_moment).body
    for name in ("pacer_link", "pacer_account", "shared_account", "linking_error"):
        before, after = written(rules, name, now=last_moment).body, written(rules, name, now=first_moment).body
        assert ("March 2, 2020" in before, "March 2, 2020" in after) == (True, False)


def test_another_courts_desk_comes_from_the_rules(rules: Rules) -> None:
    for key, other in rules.courts.courts.items():
        for language in ("en", "es"):
            body = written(rules, "other_court", language, court=key).body
            assert other.name in body
            assert other.contact in body
    assert "the court where you file" in written(rules, "other_court", court=None).body


def test_the_link_stands_on_a_line_of_its_own(rules: Rules) -> None:
    for language in ("en", "es"):
        assert LINK in written(rules, "reset_link", language).body.splitlines()


def test_a_link_that_works_for_an_hour_says_so(rules: Rules) -> None:
    for hours, said in ((1, ("for 1 hour.", "durante 1 hora.")), (24, ("for 24 hours.", "durante 24 horas."))):
        brief = replace(rules, mail=replace(rules.mail, link_hours=hours))
        for language, words in zip(("en", "es"), said, strict=True):
            assert words in written(brief, "reset_link", language).body


def test_a_letter_that_does_not_exist_is_an_error(rules: Rules) -> None:
    with pytest.raises(LetterError, match="no letter named 'no_such_letter'"):
        written(rules, "no_such_letter")


def test_the_desks_of_other_courts_are_dated(rules: Rules) -> None:
    assert set(rules.courts.courts) >= {"cacd", "cand", "caed", "casb", "cacb", "ca9"}
    for other in rules.courts.courts.values():
        assert other.as_of >= date(2020, 1, 1)
        assert any(sign in other.contact for sign in ("@", "-", "https://"))


@pytest.mark.parametrize(
    ("body", "court"),
    [
        ("I need a password for the bankruptcy court in the Central District.", "cacb"),
        ("My login for the Central District of California does not work.", "cacd"),
        ("How do I reset my password at the bankruptcy court?", "casb"),
        ("I forgot my password for the Ninth Circuit.", "ca9"),
        ("My Northern District of California password is lost.", "cand"),
    ],
)
def test_a_mail_about_another_court_gets_that_courts_desk(rules: Rules, body: str, court: str) -> None:
    understanding = understand(message(body), rules)
    assert (understanding.category, understanding.court) == (Category.OTHER_COURT, court)
