"""The fast path says what the long way says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.match.comparing.query import Query
from helpdesk.match.ranking.rank import at_once, rank_by_search
from helpdesk.vocabulary import Filer, Level
from tests.cast import ADA, GRACE
from tests.core import matching_roll as cast
from tests.core.matching_roll import ask, matching, roll


def query(filer: Filer, name: str = "", of: Roll | None = None, **stated: str) -> Query:
    """A filer's own claim, with what is stated otherwise."""
    stated = {"name": name or filer.full_name, "bar_id": filer.bar_id, "email": filer.primary_email} | stated
    return Query(ClaimedIdentity(**stated), of or roll(), matching())


def _names(filer: Filer) -> st.SearchStrategy[str]:
    first, last, middle = filer.first_name, filer.last_name, filer.middle_name
    whole = filer.full_name
    spelt = (whole, whole.upper(), f"{last}, {first}", f"{first} {last}", f"{first[0]}. {last}", f"{last} {first}")
    slips = (f"{first} {last}e", f"{first} X. {last}", f"{first} {last} III", f"{middle} {last}", "Bill Ashdown", "")
    return st.sampled_from((*spelt, *slips))


@given(data=st.data())
@settings(max_examples=250, deadline=None)
def test_whatever_is_answered_at_once_is_what_the_search_finds(data: st.DataObject) -> None:
    filer, other = (data.draw(st.sampled_from(cast.EVERYBODY)) for _ in range(2))
    number = data.draw(st.sampled_from((filer.bar_id, filer.bar_id, f"CA {filer.bar_id}", other.bar_id, "")))
    address = data.draw(st.sampled_from((filer.primary_email, filer.primary_email.upper(), other.primary_email, "")))
    of = roll().with_edits((other,), ()) if data.draw(st.booleans()) else roll()
    asked = query(filer, data.draw(_names(filer)), of, bar_id=number, email=address)
    sole, searched = at_once(asked), rank_by_search(asked)
    ranking = rank(asked.identity, of, matching())
    if sole is None:
        assert ranking == searched
        return
    (found,) = ranking.candidates
    best = searched.candidates[0]
    assert (found.filer, found.evidence, found.bits) == (best.filer, best.evidence, best.bits)
    assert found.probability == pytest.approx(best.probability, abs=1e-5)
    assert all(less.probability < 1e-5 for less in searched.candidates[1:])
    assert ranking.not_on_roll == pytest.approx(searched.not_on_roll, abs=1e-5)


def test_number_address_and_name_of_one_record_need_no_search() -> None:
    assert at_once(query(ADA)) is not None
    assert at_once(query(ADA, "A. Filer")) is not None
    assert at_once(query(ADA, email="docket@filerquill.example")) is not None


@pytest.mark.parametrize(
    "stated",
    [
        {"bar_id": ""},
        {"email": ""},
        {"bar_id": GRACE.bar_id},
        {"email": GRACE.primary_email},
        {"name": "Adda Filer"},
        {"name": "Ada Quill"},
        {"name": "Filer"},
        {"name": "()"},
    ],
)
def test_anything_less_is_searched_for(stated: dict[str, Any]) -> None:
    assert at_once(query(ADA, **stated)) is None


def test_a_suffix_that_contradicts_the_record_is_looked_into() -> None:
    assert at_once(query(cast.FATHER, "Martin Quill, Jr.")) is None
    ranking = ask("Martin Quill, Jr.", cast.FATHER.bar_id, cast.FATHER.primary_email)
    assert [one.filer for one in ranking.candidates[:2]] == [cast.FATHER, cast.SON]
    assert ranking.candidates[0].evidence[0].level is Level.PARTIAL


def test_a_number_or_an_address_that_two_records_have_names_neither_at_once() -> None:
    twin = cast.filer(777, "Ada", "Filer", bar_id=ADA.bar_id)
    assert at_once(query(ADA, of=roll().with_edits((twin,), ()))) is None
    housemate = cast.filer(778, "Ada", "Filer", primary_email=ADA.primary_email)
    assert at_once(query(ADA, of=roll().with_edits((housemate,), ()))) is None


def test_an_address_that_one_record_has_twice_still_names_one_record() -> None:
    twice = replace(ADA, secondary_emails=(ADA.primary_email.upper(), *ADA.secondary_emails))
    assert at_once(query(ADA, of=roll().with_edits((twice,), ()))) is not None
