"""The roll in memory: what goes in comes out, edits lie over it, and it never changes under a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.match.calibration import UNCALIBRATED, calibrated, fitted, log2_odds
from helpdesk.match.roll.memory import LARGEST_OVERLAY
from helpdesk.vocabulary import Filer, FilerStatus
from tests.cast import ADA, GRACE, NAMESAKE
from tests.core.matching_roll import EVERYBODY, ask, filer, matching, roll

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=";"), max_size=20)


def test_every_record_comes_out_as_it_went_in() -> None:
    assert tuple(roll()) == EVERYBODY
    assert len(roll()) == len(EVERYBODY)
    assert roll().filer(ADA.ecf_user_id) == ADA
    assert roll().filer("nobody") is None


@given(
    names=st.tuples(TEXT, TEXT, TEXT, TEXT),
    secondary=st.lists(TEXT.filter(bool), max_size=3),
    day=st.one_of(st.none(), st.dates()),
    status=st.sampled_from(FilerStatus),
    linked=st.sampled_from([True, False, None]),
)
@settings(max_examples=200, deadline=None)
def test_any_record_survives_packing(
    names: tuple[str, ...], secondary: list[str], day: date | None, status: FilerStatus, linked: bool | None
) -> None:
    last, first, middle, suffix = names
    odd = replace(
        *(ADA,),
        last_name=last,
        first_name=first,
        middle_name=middle,
        suffix=suffix,
        secondary_emails=tuple(secondary),
        admitted_on=day,
        status=status,
        pacer_linked=linked,
    )
    assert tuple(Roll.build((odd, GRACE), "x")) == (odd, GRACE)
    ask(f"{first} {last}", "1", of=Roll.build((odd, GRACE), "x"))


@pytest.mark.parametrize("others", [(), (replace(GRACE, first_name="Gerd"),)])
def test_an_initial_that_everybody_on_the_roll_has_can_be_weighed(others: tuple[Filer, ...]) -> None:
    gus = replace(ADA, first_name="Gus", middle_name="Hal")
    ranking = ask("Gus Gerd Filer", "", of=Roll.build((gus, *others), "x"))
    assert ranking.candidates[0].filer == gus
    assert "other middle name" in ranking.candidates[0].evidence[0].note


_WORDS = st.sampled_from(["G", "Gus", "Gus Hal", "G&0", "g-h", "", "Jr."])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_claim_can_be_weighed_against_any_tiny_roll(data: st.DataObject) -> None:
    words = st.one_of(_WORDS, _WORDS, _WORDS, st.text(max_size=6))
    tiny = [
        replace(
            *(ADA,),
            ecf_user_id=str(number),
            first_name=data.draw(words),
            middle_name=data.draw(words),
            last_name=data.draw(words),
            suffix=data.draw(words),
            bar_id=data.draw(st.sampled_from(["", "1", "CA 12"])),
            primary_email=data.draw(st.sampled_from(["g@g.example", "h@g.example", "nonsense"])),
            secondary_emails=data.draw(st.sampled_from([(), ("g@h.example", "g@i.example")])),
        )
        for number in range(data.draw(st.integers(1, 3)))
    ]
    of = Roll.build(tiny, "x")
    if data.draw(st.booleans()):  # edits leave replaced records behind, which still count among the words
        of = of.with_edits([replace(one, bar_id="2") for one in tiny], [tiny[-1].ecf_user_id])
    name = " ".join(data.draw(st.lists(words, max_size=4)))
    number, address = data.draw(st.sampled_from(["", "1", "13"])), data.draw(st.sampled_from(["", "g@g.example"]))
    ranking = ask(name, number, address, of=of)
    assert all(isfinite(candidate.bits) for candidate in ranking.candidates)
    assert 0 <= ranking.not_on_roll <= 1


def test_edits_lie_over_the_roll_and_leave_the_old_one_alone() -> None:
    moved = replace(ADA, last_name="Married", primary_email="ada@new.example")
    new = filer(990, "Nora", "Newcomer")
    edited = roll().with_edits((moved, new), (GRACE.ecf_user_id,), "test-2")
    assert len(edited) == len(roll())
    assert edited.filer(ADA.ecf_user_id) == moved
    assert edited.filer(GRACE.ecf_user_id) is None
    assert ask("Nora Newcomer", new.bar_id, of=edited).candidates[0].filer == new
    assert ask("Ada Married", ADA.bar_id, of=edited).candidates[0].filer == moved
    assert ask("Grace Hopkinson", GRACE.bar_id, of=edited).not_on_roll > 0.9
    assert ask("Ada Filer", of=edited).roll_version == "test-2"
    assert roll().filer(ADA.ecf_user_id) == ADA
    assert ask("Grace Hopkinson", GRACE.bar_id).candidates[0].filer == GRACE


def test_edits_upon_edits_keep_only_the_newest() -> None:
    first = roll().with_edits((replace(ADA, firm="One"),), ())
    second = first.with_edits((replace(ADA, firm="Two"),), ())
    gone = second.with_edits((), (ADA.ecf_user_id,))
    back = gone.with_edits((ADA,), ())
    assert [(edited.filer(ADA.ecf_user_id) or GRACE).firm for edited in (first, second)] == ["One", "Two"]
    assert gone.filer(ADA.ecf_user_id) is None
    assert len(gone) == len(roll()) - 1
    assert back.filer(ADA.ecf_user_id) == ADA
    assert sorted(one.ecf_user_id for one in back) == sorted(one.ecf_user_id for one in EVERYBODY)
    assert back.version == roll().version


def test_an_edited_roll_answers_like_one_built_anew() -> None:
    moved = replace(NAMESAKE, bar_id="411411")
    edited = roll().with_edits((moved,), (), "x")
    anew = Roll.build((moved if one == NAMESAKE else one for one in EVERYBODY), "x")
    for claim in (("Ada Filer", "", ""), ("Ada Filer", "411411", ""), ("", "", NAMESAKE.primary_email)):
        for one, other in zip(ask(*claim, of=edited).candidates, ask(*claim, of=anew).candidates, strict=True):
            assert one.filer == other.filer
            assert one.probability == pytest.approx(other.probability, abs=0.2)


def test_many_edits_become_a_new_index() -> None:
    many = [filer(2000 + n, "Nora", f"New{n}") for n in range(LARGEST_OVERLAY + 1)]
    edited = roll().with_edits(many, (ADA.ecf_user_id,))
    assert len(edited.indexes) == 1
    assert len(edited) == len(roll()) + len(many) - 1


def test_what_was_asked_before_changes_no_answer() -> None:
    claims = [(one.full_name, one.bar_id, "") for one in EVERYBODY[:20]]
    claims += [
        ("Zebulon Filler", "", ""),
        ("Ada de Filer", "301122", ""),
        ("Hopkinson, G.", "", "ghopkins@x.example"),
    ]
    one, other = Roll.build(EVERYBODY, "x"), Roll.build(EVERYBODY, "x")
    forwards = [ask(*claim, of=one) for claim in claims]
    backwards = [ask(*claim, of=other) for claim in reversed(claims)]
    assert forwards == backwards[::-1] == [ask(*claim, of=one) for claim in claims]


def test_rules_that_change_are_asked_anew() -> None:
    of = Roll.build(EVERYBODY, "x")
    before = ask("Ada Filer", of=of)
    stricter = replace(matching(), on_roll=0.01)
    claim = ClaimedIdentity(name="Ada Filer")
    assert rank(claim, of, stricter).not_on_roll > before.not_on_roll
    assert rank(claim, of, matching()) == before


def test_calibration_is_monotone_and_stays_between_nought_and_one() -> None:
    steps = [calibrated(odds / 4, matching().calibration) for odds in range(-200, 200)]
    assert steps == sorted(steps)
    assert 0 <= steps[0] < 0.001
    assert 0.999 < steps[-1] < 1


@pytest.mark.parametrize("odds", [-40.0, -3.5, 0.0, 2.0, 20.0])
def test_uncalibrated_odds_stay_as_they_are(odds: float) -> None:
    plain = replace(matching().calibration, knots=UNCALIBRATED)
    assert log2_odds(calibrated(odds, plain)) == pytest.approx(odds, abs=1e-3)


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=60, max_size=400))
@settings(max_examples=60, deadline=None)
def test_a_fitted_table_is_accepted_by_the_rules(outcomes: list[tuple[float, bool]]) -> None:
    knots = fitted(outcomes)
    assert list(knots) == sorted(knots)
    assert [probability for _, probability in knots] == sorted(probability for _, probability in knots)
    assert all(0 < probability < 1 for _, probability in knots)


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=300))
@settings(max_examples=60, deadline=None)
def test_a_fitted_table_never_hides_different_odds_behind_one_probability(outcomes: list[tuple[float, bool]]) -> None:
    probabilities = [probability for _, probability in fitted(outcomes)]
    assert all(low < high for low, high in pairwise(probabilities)) or len(set(probabilities)) == 1


def test_calibration_learns_the_share_that_was_right() -> None:
    overconfident = [(10.0 + n / 1000, n % 10 != 0) for n in range(1000)]  # nine of ten
    knots = fitted(overconfident + [(-10.0 - n / 1000, False) for n in range(1000)])
    table = replace(matching().calibration, knots=knots)
    assert calibrated(10.5, table) == pytest.approx(0.9, abs=0.02)
    assert calibrated(-10.5, table) < 0.01
