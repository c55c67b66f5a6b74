"""Rolls that no court has, or every court: one record, one name for all, numbers that stand for none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.match import ClaimedIdentity, Roll
from helpdesk.match.comparing.query import Query
from helpdesk.match.ranking.candidates import MOST_ROWS, find
from helpdesk.vocabulary import Level
from tests.cast import ADA, GRACE
from tests.core.matching_roll import CROWD, ask, filer, matching

SURE = 0.9
MANY = 2000
NAMESAKES = tuple(filer(1000 + n, "John", "Carter", primary_email=f"jc{n}@firm{n}.example") for n in range(MANY))
PLACEHOLDER = "999999"  # for those whose number the court does not know
WITHOUT_NUMBER = tuple(replace(one, bar_id=PLACEHOLDER) for one in (*CROWD, *NAMESAKES[:300], ADA))


@pytest.fixture(scope="module")
def namesakes() -> Roll:
    return Roll.build((*CROWD, *NAMESAKES), "namesakes")


@pytest.fixture(scope="module")
def without_number() -> Roll:
    return Roll.build((*WITHOUT_NUMBER, GRACE), "without number")


@pytest.fixture(scope="module")
def alike() -> Roll:
    return Roll.build(
        [replace(one, bar_id=PLACEHOLDER, primary_email="office@firm.example") for one in NAMESAKES], "alike"
    )


def test_on_a_roll_of_one_its_record_is_found_and_a_stranger_is_nobody() -> None:
    alone = Roll.build((ADA,), "one")
    assert ask("Ada Filer", ADA.bar_id, ADA.primary_email, of=alone).candidates[0].probability > SURE
    stranger = ask("Grace Hopkinson", GRACE.bar_id, GRACE.primary_email, of=alone)
    assert stranger.not_on_roll > SURE


def test_two_thousand_namesakes_are_all_improbable_until_a_number_tells_them_apart(namesakes: Roll) -> None:
    in_doubt = ask("John Carter", of=namesakes)
    assert len(in_doubt.candidates) > 1
    assert all(candidate.probability < 0.01 for candidate in in_doubt.candidates)
    meant = NAMESAKES[1234]
    for claim in (
        ("John Carter", meant.bar_id),
        ("J. Carter", meant.bar_id),
        ("John Carter", "", meant.primary_email),
    ):
        assert ask(*claim, of=namesakes).candidates[0].filer == meant
        assert ask(*claim, of=namesakes).candidates[0].probability > SURE


def test_of_two_thousand_namesakes_the_one_with_the_claimed_middle_name_is_looked_at() -> None:
    meant = replace(NAMESAKES[1900], middle_name="Xerxes")
    roll = Roll.build((*NAMESAKES[:1900], meant), "x")
    assert ask("John X. Carter", of=roll).candidates[0].filer == meant


@pytest.mark.parametrize(
    "claim",
    [
        ("John Carter", "", ""),
        ("J. Carter", "", ""),
        ("Carter", "", ""),
        ("Zeb Carter", "", ""),
        ("John Cartet", "777777", "x@y.example"),
        ("", PLACEHOLDER, ""),
        ("John Carter", PLACEHOLDER, "office@firm.example"),
        ("Zeb Quartermain", PLACEHOLDER, "office@firm.example"),
    ],
)
def test_however_many_records_are_alike_only_so_many_are_compared(
    claim: tuple[str, str, str], namesakes: Roll, alike: Roll
) -> None:
    for roll in (alike, namesakes):
        name, number, address = claim
        query = Query(ClaimedIdentity(name=name, bar_id=number, email=address), roll, matching())
        found = find(query, 0, roll.indexes[0])
        assert len(found.rows()) <= 4 * MOST_ROWS
        assert all(candidate.probability < SURE for candidate in ask(*claim, of=roll).candidates)


def test_a_number_that_stands_for_none_names_nobody(without_number: Roll) -> None:
    stranger = ask("Zebulon Quartermain", PLACEHOLDER, of=without_number)
    assert all(candidate.probability < SURE for candidate in stranger.candidates)
    alone = ask("", PLACEHOLDER, of=without_number)
    assert all(candidate.probability < 0.01 for candidate in alone.candidates)
    assert f"shared by {len(WITHOUT_NUMBER)} records" in alone.candidates[0].evidence[1].note


def test_beside_a_name_a_number_says_less_the_more_have_it(without_number: Roll) -> None:
    shared, own = (
        ask("Ada Filer", PLACEHOLDER, of=without_number),
        ask("Grace Hopkinson", GRACE.bar_id, of=without_number),
    )
    assert shared.candidates[0].filer.ecf_user_id == ADA.ecf_user_id
    assert own.candidates[0].evidence[1].bits > shared.candidates[0].evidence[1].bits + 5
    assert "shared" not in own.candidates[0].evidence[1].note


def test_where_all_have_one_surname_the_first_name_must_decide() -> None:
    family = [replace(one, last_name="Filer") for one in CROWD]
    roll = Roll.build((*family, GRACE), "family")
    in_doubt = ask("Flora Filer", of=roll)
    assert in_doubt.candidates[0].filer.first_name == "Flora"
    assert in_doubt.candidates[0].probability < 0.2  # eleven of them
    assert all(candidate.probability < SURE for candidate in ask("Zebulon Filer", of=roll).candidates)
    assert ask("Flora Filer", family[5].bar_id, of=roll).candidates[0].filer == family[5]


@pytest.mark.parametrize("number", ["12345A", "P-12345", "A1234567", "2020/117", "PHV 88-1234", "0012345"])
def test_numbers_with_letters_and_signs_are_found_as_they_are_recorded(number: str) -> None:
    odd = replace(ADA, bar_id=number)
    roll = Roll.build((odd, *CROWD), "odd")
    for written in (number, f"Bar No. {number}", number.lower()):
        ranking = ask("Ada Filer", written, of=roll)
        assert ranking.candidates[0].filer == odd
        assert ranking.candidates[0].evidence[1].level is Level.EXACT, written


def test_records_without_anything_to_go_by_stand_in_nobodys_way() -> None:
    blank = [
        replace(
            *(ADA,), ecf_user_id=str(n), first_name="", last_name="", middle_name="", bar_id="", primary_email="x"
        )
        for n in range(500)
    ]
    roll = Roll.build((*blank, ADA), "blank")
    assert ask("Ada Filer", ADA.bar_id, of=roll).candidates[0].filer == ADA
    assert ask("Zebulon Quartermain", "123", of=roll).not_on_roll > SURE


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Нина", "Шевченко"),
        ("明", "王"),
        ("Ngọc", "Nguyễn"),
        ("Łucja", "Żółć"),
        ("Σοφία", "Παππά"),
        ("محمد", "الحسن"),
        ("Æsa", "Þórsdóttir"),
    ],
)
def test_names_of_every_script_are_found_by_their_own_letters(first: str, last: str) -> None:
    own = filer(1, first, last)
    ranking = ask(f"{first} {last}", own.bar_id, of=Roll.build((own, *CROWD), "x"))
    assert ranking.candidates[0].filer == own
    assert ranking.candidates[0].evidence[0].level in (Level.EXACT, Level.CLOSE)  # one sign may be an initial
    assert ranking.candidates[0].probability > SURE
