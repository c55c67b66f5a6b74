"""The demo's invented roll."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from random import Random

from helpdesk.doors.roster_csv import read_roster
from helpdesk.service.demo import make_roll

HERE = Path(make_roll.__file__).parent
ROWS = list(csv.DictReader((HERE / "roll.csv").read_text(encoding="utf-8").splitlines()))
CAST = list(csv.DictReader((HERE / "cast.csv").read_text(encoding="utf-8").splitlines()))


def test_the_roster_reader_takes_it_without_a_problem_or_notice() -> None:
    roster = read_roster(HERE / "roll.csv")
    assert (roster.problems, roster.notices) == ((), ())
    assert len(roster.filers) == len(ROWS)


def test_it_holds_more_than_two_thousand_filers_of_every_kind_and_status() -> None:
    assert len(ROWS) >= 2_000
    assert {row["user_type"] for row in ROWS} == {"attorney", "pro_hac_vice", "government", "pro_se"}
    assert {row["status"] for row in ROWS} == {
        "active",
        "inactive",
        "suspended",
        "retired",
        "disbarred",
        "deceased",
    }
    assert {row["pacer_linked"] for row in ROWS} == {"yes", "no", ""}
    assert len({row["bar_state"] for row in ROWS}) >= 8


def test_nobody_in_it_can_be_real() -> None:
    for row in ROWS:
        for address in (row["primary_email"], *filter(None, row["secondary_emails"].split(";"))):
            assert re.fullmatch(r"[a-z0-9._-]+@[a-z0-9.-]+\.example", address), address
        assert re.fullmatch(r"\d{3}-555-01\d\d", row["phone"]), row["phone"]


def test_no_two_records_share_an_id_a_login_a_primary_address_or_a_bar_number() -> None:
    for key in ("ecf_user_id", "login", "primary_email"):
        assert len({row[key] for row in ROWS}) == len(ROWS), key
    numbers = Counter((row["bar_state"], row["bar_id"].lstrip("0")) for row in ROWS if row["bar_id"])
    assert not [number for number, count in numbers.items() if count > 1]


def test_there_are_namesakes_and_parents_with_children() -> None:
    names = Counter((row["first_name"], row["last_name"]) for row in ROWS)
    assert sum(count > 1 for count in names.values()) >= 20
    assert {row["suffix"] for row in ROWS} >= {"Sr.", "Jr."}


def test_it_is_what_its_generator_makes() -> None:
    made = make_roll.invented(Random(make_roll.SEED), taken=CAST)
    assert [*CAST, *made] == ROWS
