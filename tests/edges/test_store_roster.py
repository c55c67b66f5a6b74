"""A roster is compared, then applied as a whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from helpdesk.errors import StaleTicketError
from helpdesk.store import audit
from helpdesk.store.desk import search
from helpdesk.store.roll import imports, roster
from tests.cast import ADA, GRACE, NAMESAKE, NOBODY, NOW
from tests.conftest import put_on_roll

pytestmark = pytest.mark.usefixtures("inside")


def test_what_was_imported_is_the_roll() -> None:
    put_on_roll(ADA, NAMESAKE)
    assert tuple(roster.all_filers()) == (ADA, NAMESAKE)
    assert roster.filer(ADA.ecf_user_id) == ADA


def test_the_comparison_counts_what_is_new_changed_and_gone() -> None:
    put_on_roll(ADA, NAMESAKE)
    found = imports.compare([replace(ADA, firm="New Firm"), GRACE], now=NOW)
    assert [filer.ecf_user_id for filer in found.added] == [GRACE.ecf_user_id]
    assert [filer.firm for filer in found.changed] == ["New Firm"]
    assert found.gone == (NAMESAKE.ecf_user_id,)
    assert found.primary_changed == ()


def test_the_same_roster_twice_changes_nothing() -> None:
    put_on_roll(ADA, NAMESAKE)
    assert imports.compare([NAMESAKE, ADA], now=NOW).nothing


def test_case_5_a_new_primary_address_counts_from_the_day_it_was_first_seen_whatever_the_file_says() -> None:
    put_on_roll(replace(ADA, email_changed_on=date(2019, 3, 1)), GRACE)
    assert roster.filer(ADA.ecf_user_id).email_changed_on == date(2019, 3, 1), "the first roll is taken as it is"
    predated = replace(GRACE, primary_email="g@new.example", email_changed_on=date(2019, 5, 1))
    for _ in range(2):
        put_on_roll(replace(ADA, primary_email="a@new.example"), predated)
        assert roster.filer(ADA.ecf_user_id).email_changed_on == NOW.date()
        assert roster.filer(GRACE.ecf_user_id).email_changed_on == NOW.date()
    assert imports.compare([replace(ADA, primary_email="a@new.example"), predated], now=NOW).nothing


def test_a_slip_in_the_court_s_date_can_be_corrected() -> None:
    put_on_roll(replace(ADA, email_changed_on=date(2200, 1, 1)))
    put_on_roll(replace(ADA, email_changed_on=date(2020, 1, 1)))
    assert roster.filer(ADA.ecf_user_id).email_changed_on == date(2020, 1, 1)


def test_a_filer_who_is_gone_stays_known_but_off_the_roll_and_can_return() -> None:
    put_on_roll(ADA, NAMESAKE)
    put_on_roll(ADA)
    assert tuple(roster.all_filers()) == (ADA,)
    put_on_roll(ADA, NAMESAKE)
    assert set(roster.all_filers()) == {ADA, NAMESAKE}


def test_a_comparison_with_an_older_roll_is_not_applied() -> None:
    first = imports.compare([ADA], now=NOW)
    put_on_roll(GRACE)
    with pytest.raises(StaleTicketError):
        imports.apply(first, file_name="x.csv", sha256="1", actor=NOBODY, now=NOW)
    assert tuple(roster.all_filers()) == (GRACE,)


def test_every_import_has_its_own_version_and_is_on_the_record() -> None:
    assert roster.version() == "0"
    put_on_roll(ADA)
    first = roster.version()
    put_on_roll(ADA, GRACE)
    assert roster.version() != first
    assert [event.kind for event in audit.events()] == ["roster_applied", "roster_applied"]
    assert [view.added for view in imports.newest()] == [1, 1]


def test_percent_signs_in_a_search_are_letters() -> None:
    put_on_roll(ADA, GRACE)
    assert search.people("%") == ()
    assert search.people("filer") == (ADA,)
    assert search.people(GRACE.bar_id) == (GRACE,)
