"""The calibration learns from people's judgement, and never opens the gate by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.match import ClaimedIdentity
from helpdesk.match.calibration import calibrated, expected_error, fitted
from helpdesk.match.ranking.refit import Judged, held_at, refit
from helpdesk.policy.matching import Calibration
from helpdesk.vocabulary import Filer
from tests.core.matching_roll import CROWD, NAMESAKES, matching, roll

GATE = 0.9


def table(*knots: tuple[float, float]) -> Calibration:
    return replace(matching().calibration, knots=knots)


def judged(meant: Filer, *, known: bool = True) -> Judged:
    """A filer's own request, or a namesake's of whom the roll has no record."""
    claim = ClaimedIdentity(name=meant.full_name, bar_id=meant.bar_id, email=meant.primary_email)
    stranger = ClaimedIdentity(name=meant.full_name, email="else@where.example")
    return Judged(claim=claim, filer=meant.ecf_user_id) if known else Judged(claim=stranger, filer=None)


def test_judged_requests_become_a_table_with_its_figures_before_and_after() -> None:
    requests = [judged(one, known=number % 3 > 0) for number, one in enumerate((*CROWD, *NAMESAKES))]
    found = refit(requests, roll(), matching(), gate=GATE)
    assert found.requests == len(requests)
    assert found.wrong == sum(one.filer is None for one in requests)
    assert found.before.knots == len(matching().calibration.knots)
    assert found.after.knots == len(found.knots)
    assert found.after.error < found.before.error
    assert found.after.wrong_past_gate == 0


@pytest.mark.parametrize("few", [0, 1, 2])
def test_even_the_fewest_requests_give_a_table(few: int) -> None:
    found = refit([judged(one) for one in CROWD[:few]], roll(), matching(), gate=GATE)
    assert len(replace(matching().calibration, knots=found.knots).knots) >= 2


def test_decisions_that_are_all_agreement_do_not_open_the_gate() -> None:
    in_force = table((-5.0, 0.01), (10.0, 0.8), (12.0, 0.99))
    generous = fitted([(step / 100, True) for step in range(-500, 1500)])
    assert calibrated(0.0, table(*generous)) > GATE
    held = table(*held_at(GATE, generous, in_force))
    assert calibrated(0.0, held) < GATE
    assert calibrated(14.0, held) >= GATE


def test_decisions_that_find_mistakes_may_close_the_gate() -> None:
    strict = ((-5.0, 0.01), (20.0, 0.95))
    assert held_at(GATE, strict, table((-5.0, 0.01), (5.0, 0.95))) == strict


def test_a_gate_that_nothing_passed_stays_shut() -> None:
    held = held_at(GATE, ((0.0, 0.5), (3.0, 0.99)), table((0.0, 0.1), (3.0, 0.7)))
    assert all(probability < GATE for _, probability in held)


KNOTS = st.lists(
    st.tuples(st.floats(-30, 30), st.floats(0.001, 0.999)), min_size=2, max_size=8, unique_by=lambda knot: knot[0]
).map(lambda knots: tuple(zip(sorted(odds for odds, _ in knots), sorted(p for _, p in knots), strict=True)))


@given(fresh=KNOTS, in_force=KNOTS, gate=st.floats(0.05, 0.999))
@settings(max_examples=150, deadline=None)
def test_whatever_is_learnt_nothing_passes_the_gate_that_did_not_pass_before(
    fresh: tuple[tuple[float, float], ...], in_force: tuple[tuple[float, float], ...], gate: float
) -> None:
    held = table(*held_at(gate, fresh, table(*in_force)))
    for odds in (*(step / 2 for step in range(-64, 65)), *(knot[0] for knot in (*fresh, *in_force))):
        if calibrated(odds, held) >= gate:
            assert calibrated(odds + 1e-6, table(*in_force)) >= gate


def test_the_calibration_error_is_the_mean_distance_between_said_and_seen() -> None:
    assert expected_error([(0.95, True)] * 19 + [(0.95, False)]) == pytest.approx(0)
    assert expected_error([(0.9, True), (0.9, False), (0.1, False), (0.1, False)]) == pytest.approx(0.25)
    assert expected_error([]) == 0
