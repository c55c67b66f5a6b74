"""The calibration fitted anew on requests that people have judged, beside the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from helpdesk import policy
from helpdesk.match.calibration import UNCALIBRATED, calibrated, expected_error, fitted, log2_odds
from helpdesk.match.identity import ClaimedIdentity
from helpdesk.match.ranking.rank import rank
from helpdesk.match.roll.memory import Roll
from helpdesk.policy.matching import Calibration, Knots
from helpdesk.vocabulary import Claim

_BELOW = 1e-6  # so far below the gate a held probability stays
Outcomes = tuple[tuple[float, bool], ...]
"""One request's candidates, best first: log2 odds before calibration, and whether this filer was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim and whom it meant by people's judgement: an ecf_user_id, None for nobody on the roll."""

    claim: Claim | ClaimedIdentity
    filer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How well a table's probabilities hold for the best candidates of the judged requests."""

    knots: int
    error: float  # expected calibration error
    past_gate: int  # best candidates at least as probable as the gate asks
    wrong_past_gate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """A new table and its figures, ``after`` measured on requests that its fitting did not see."""

    knots: Knots
    requests: int
    wrong: int  # requests whose best candidate was not meant
    before: Scale
    after: Scale
    held: bool  # the outcomes alone would have let more through the gate than the table in force does


def refit(judged: Iterable[Judged], roll: Roll, matching: policy.Matching, *, gate: float) -> Refit:
    """Fit on all judged requests. ``gate``: the probability triage asks for; nothing passes it more easily after."""
    outcomes = [outcomes_of(one, roll, matching) for one in judged]
    free = _fit(outcomes)
    knots = held_at(gate, free, matching.calibration)
    halves = outcomes[::2], outcomes[1::2]
    crosswise = []
    for seen, unseen in (halves, halves[::-1]):
        table = replace(matching.calibration, knots=held_at(gate, _fit(seen), matching.calibration))
        crosswise += _best(unseen, table)
    before = _best(outcomes, matching.calibration)
    return Refit(
        knots=knots,
        requests=len(outcomes),
        wrong=sum(not right for _, right in before),
        before=_scale(matching.calibration.knots, before, gate),
        after=_scale(knots, crosswise, gate),
        held=knots != free,
    )


def outcomes_of(judged: Judged, roll: Roll, matching: policy.Matching) -> Outcomes:
    """Rank a judged claim anew, without any calibration."""
    plain = replace(matching, calibration=replace(matching.calibration, knots=UNCALIBRATED), look_alike_limit=1.0)
    return tuple(
        (log2_odds(candidate.probability), candidate.filer.ecf_user_id == judged.filer)
        for candidate in rank(judged.claim, roll, plain).candidates
    )


def held_at(gate: float, knots: Knots, before: Calibration) -> Knots:
    """These knots, lowered where they would let odds through the gate that do not pass it now."""
    passing = _first_odds_at(gate, before)
    if passing is None:
        return tuple((odds, min(probability, gate - _BELOW)) for odds, probability in knots)
    if calibrated(passing - _BELOW, replace(before, knots=knots)) < gate:
        return knots
    lowered = [(odds, min(probability, gate - _BELOW)) for odds, probability in knots if odds < passing]
    above = [knot for knot in knots if knot[0] > passing] or [(passing + 1, knots[-1][1])]
    return (*lowered, (passing, gate - _BELOW), *above)


def _first_odds_at(gate: float, calibration: Calibration) -> float | None:
    """The lowest log2 odds that pass the gate, None when none do."""
    low, high = calibration.knots[0][0] - 1.0, calibration.knots[-1][0] + 1.0
    if calibrated(high, calibration) < gate:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if calibrated(middle, calibration) >= gate else (middle, high)
    return high


def _fit(outcomes: Sequence[Outcomes]) -> Knots:
    return fitted(pair for one in outcomes for pair in one)


def _best(outcomes: Sequence[Outcomes], table: Calibration) -> list[tuple[float, bool]]:
    """Probability and rightness of each request's best candidate; 0 where there is none."""
    return [(calibrated(one[0][0], table), one[0][1]) if one else (0.0, False) for one in outcomes]


def _scale(knots: Knots, best: Sequence[tuple[float, bool]], gate: float) -> Scale:
    past = [right for probability, right in best if probability >= gate]
    return Scale(
        knots=len(knots), error=expected_error(best), past_gate=len(past), wrong_past_gate=len(past) - sum(past)
    )
