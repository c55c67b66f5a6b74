"""Letters that only look alike, twins and hostile records: never certain, never a crash (security cases 6 to 9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from helpdesk.match import Roll, channel
from helpdesk.match.written.addresses import address_of
from helpdesk.match.written.bar_ids import bar_id_of, one_edit_away
from helpdesk.match.written.letters import fold, only_looks_alike
from helpdesk.match.written.names import Name
from helpdesk.match.written.readings import written
from helpdesk.vocabulary import Authentication, ChannelKind, Level, Verdict, ascii_lower
from tests.cast import ADA, GRACE, MALLORY
from tests.core.matching_roll import JOSE, ask, best, matching

AGREES = (Level.EXACT, Level.CLOSE)
SURE = 0.9


@pytest.mark.parametrize(
    "name",
    [
        "Аda Filer",  # Cyrillic А
        "Ada Fіler",  # Ukrainian і
        "Αda Filer",  # Greek Alpha
        "Ａｄａ Ｆｉｌｅｒ",  # full width
        "𝐀𝐝𝐚 Filer",  # mathematical bold
        "Ada\u200b Filer",  # zero width space
        "Ada \u202eFiler",  # right-to-left override
        "Ada Fi\u00adler",  # soft hyphen
        "Ada Filer\u0000",
        "Аda Filеr",  # several
    ],
)
def test_a_name_that_only_looks_right_is_shown_but_never_certain(name: str) -> None:
    """Case 7."""
    ranking = ask(name, ADA.bar_id, ADA.primary_email)
    assert ranking.candidates[0].filer == ADA
    if name.isascii():
        return
    assert ranking.candidates[0].evidence[0].level not in AGREES
    assert all(candidate.probability < SURE for candidate in ranking.candidates)
    assert "look alike" in ranking.candidates[0].evidence[0].note


@pytest.mark.parametrize(
    "address",
    [
        "аda@filerquill.example",  # Cyrillic а
        "ada@fіlerquill.example",
        "ada@filerquill.exаmple",
        "ａda@filerquill.example",
        "ada@filerqui\u217c\u217c.example",  # small roman numeral fifty
        "ada@filerquill\u3002example",  # ideographic full stop
        "ada@f\u0131lerquill.example",  # dotless i
        "ada\u200b@filerquill.example",
    ],
)
def test_a_twin_of_the_stored_address_is_another_address(address: str) -> None:
    """Case 6."""
    ranking = ask("Ada Filer", ADA.bar_id, address)
    assert ranking.candidates[0].filer == ADA
    assert ranking.candidates[0].evidence[2].level not in (Level.PRIMARY, Level.SECONDARY)
    assert all(candidate.probability < SURE for candidate in ranking.candidates)


def test_the_kelvin_sign_is_no_k() -> None:
    keen = replace(GRACE, primary_email="kay@keen.example")
    ranking = ask("Grace Hopkinson", GRACE.bar_id, "\u212aay@keen.example", of=Roll.build((keen, ADA), "x"))
    assert ranking.candidates[0].evidence[2].level is not Level.PRIMARY
    assert ascii_lower("\u212aAY") == "\u212aay"


def test_accents_are_no_trick() -> None:
    assert best("Jose Nunez", JOSE.bar_id).evidence[0].level is Level.EXACT
    assert best("José Núñez", JOSE.bar_id).evidence[0].level is Level.EXACT
    assert best("Jose\u0301 Nu\u0301n\u0303ez", JOSE.bar_id).evidence[0].level is Level.EXACT


def test_a_name_in_its_own_script_agrees_with_itself() -> None:
    olga = replace(GRACE, last_name="Петрова", first_name="Ольга")
    ranking = ask("Ольга Петрова", olga.bar_id, of=Roll.build((olga, ADA), "x"))
    assert ranking.candidates[0].evidence[0].level is Level.EXACT


def test_a_hostile_record_with_look_alike_letters_is_not_the_plain_name() -> None:
    twin = replace(
        ADA, ecf_user_id="666", first_name="Аda", primary_email=MALLORY, bar_id="999001", secondary_emails=()
    )
    ranking = ask("Ada Filer", "999001", MALLORY, of=Roll.build((twin, GRACE), "x"))
    assert ranking.candidates[0].evidence[0].level not in AGREES
    assert ranking.candidates[0].probability < SURE


def test_short_names_do_not_swallow_long_ones() -> None:
    small = (replace(GRACE, first_name="Olivia", last_name="Liang"), replace(ADA, first_name="Wei", last_name="Li"))
    ranking = ask("Mei Li", "", of=Roll.build(small, "x"))
    assert all(candidate.evidence[0].level not in AGREES for candidate in ranking.candidates)


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 100_000, "(" * 5000, "- " * 3000, ", " * 3000, "Jr. " * 500, "a-" * 2000),
        *("\ud800", "a\ud800b Filer", "👩‍⚖️ Ada Filer"),
    ],
)
def test_absurd_claims_are_answered(text: str) -> None:
    ask(text, text, text)


def test_foreign_digits_are_digits_only_to_the_eye() -> None:
    assert bar_id_of("٣٠١١٢٢") != bar_id_of("301122")


@pytest.mark.parametrize(
    ("text", "number", "state"),
    [
        ("123456", "123456", ""),
        ("0000123456", "123456", ""),
        ("CA 123456", "123456", "CA"),
        ("CA123456", "123456", "CA"),
        ("123456CA", "123456", "CA"),
        ("123456 (ca)", "123456", "CA"),
        ("CA SBN #123456", "123456", "CA"),
        ("State Bar No. 123456 (California)", "123456", ""),
        ("N.Y. Bar 4455667", "4455667", ""),
        ("Bar ID 123456", "123456", ""),  # not Idaho
        ("12-3456", "123456", ""),
        ("123456, NY 4455667", "123456", ""),  # the first of two
        ("l2345O", "123450", ""),
        ("CA l90338", "190338", "CA"),
        ("IL12345", "12345", "IL"),
        ("12345IL", "12345", "IL"),  # not 1234511
        ("12345A", "12345A", ""),
        ("\uff11\uff12\uff13\uff14", "1234", ""),  # full width
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: str, state: str) -> None:
    found = bar_id_of(text)
    assert found is not None
    assert (found.number, found.state) == (number, state)


@pytest.mark.parametrize("text", ["", "none", "N/A", "pending", "I don't know", "#", "\ud800"])
def test_words_without_a_digit_are_no_number(text: str) -> None:
    assert bar_id_of(text) is None


def test_every_edit_of_a_number_is_one_edit_away() -> None:
    near = one_edit_away("123")
    assert {124, 12, 13, 23, 1234, 1123, 213, 132, 1230, 923} <= near
    assert 123 not in near
    assert not one_edit_away("1" * 40)
    assert not one_edit_away("12A45")


@given(number=st.integers(1, 10**14 - 1), place=st.integers(0, 13), digit=st.sampled_from("0123456789"))
@settings(max_examples=200, deadline=None)
def test_one_edit_away_is_every_edit_and_nothing_else(number: int, place: int, digit: str) -> None:
    text = str(number)
    near = one_edit_away(text)
    head, tail = text[:place], text[place:]
    edits = {head + digit + tail, head + tail[1:], head + digit + tail[1:], head + tail[:2][::-1] + tail[2:]}
    assert {int(edit) for edit in edits if edit} - {number, 0} <= near | ({int(text + digit)} if not tail else set())
    for other in near:
        padded = (str(other).zfill(width) for width in range(len(text) + 2))
        assert any(OSA.distance(text, edit) == 1 for edit in padded)


def test_names_are_read_in_every_sensible_way() -> None:
    titles = matching().titles
    stated = written("Dr. Ada Quill Filer, Jr., Esq.", titles)
    assert stated.natural() == Name("filer", (), "ada", ("quill",), "jr")
    assert {"quillfiler", "ada"} <= {reading.surname for reading in stated.others()}
    assert written("Filer, Ada", titles).natural() == Name("filer", (), "ada", (), "")
    assert written("Christian Judge", titles).natural() == Name("judge", (), "christian", (), "")
    nobody = written("Esq.", titles)
    assert nobody.natural() is None
    assert not [*nobody.others()]


def test_folding_keeps_hyphens_inside_words_only() -> None:
    assert fold("  Garcia-López -- O'Neil ") == "garcia-lopez oneil"
    assert not only_looks_alike("Garcia–López", "Garcia-Lopez")
    assert not only_looks_alike("Deniz Yılmaz", "Deniz Yılmaz"), "a letter of Turkish, as on the roll"
    assert only_looks_alike("Ada Fıler", "Ada Filer")


def test_an_address_is_one_or_none() -> None:
    assert address_of("no address") is None
    assert address_of("@x.example") is None
    assert address_of("Ada+ECF@Filer.example") == address_of("ada+ecf@filer.EXAMPLE")


PASSED = Authentication(verdict=Verdict.PASS, aligned=True)


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("ada@filerquill.example", ChannelKind.PRIMARY),
        ("ADA@FilerQuill.example", ChannelKind.PRIMARY),
        ("docket@filerquill.example", ChannelKind.SECONDARY),
        ("colleague@filerquill.example", ChannelKind.FIRM),
        ("ada@filerquill.example.evil.example", ChannelKind.NONE),
        ("ada@mail.filerquill.example", ChannelKind.NONE),
        ("аda@filerquill.example", ChannelKind.FIRM),  # Cyrillic: a stranger at the same domain
        ("ada@filerquіll.example", ChannelKind.NONE),
        (MALLORY, ChannelKind.NONE),
        ("", ChannelKind.NONE),
    ],
)
def test_the_channel_is_a_question_of_stored_letters(sender: str, kind: ChannelKind) -> None:
    found = channel(sender, ADA, PASSED, matching().webmail_domains)
    assert found.kind is kind
    assert found.authenticated


def test_a_public_webmail_domain_joins_nobody() -> None:
    at_home = replace(ADA, primary_email="ada.filer@gmail.com")
    assert channel("mallory@gmail.com", at_home, PASSED, matching().webmail_domains).kind is ChannelKind.NONE


@pytest.mark.parametrize(
    "weak",
    [Authentication(), Authentication(verdict=Verdict.PASS), Authentication(verdict=Verdict.FAIL, aligned=True)],
)
def test_an_unauthenticated_sender_is_on_the_channel_but_says_so(weak: Authentication) -> None:
    found = channel(ADA.primary_email, ADA, weak, matching().webmail_domains)
    assert found.kind is ChannelKind.PRIMARY
    assert not found.authenticated
