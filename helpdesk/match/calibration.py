"""From the scorer's odds to probabilities that hold: a monotone table, fitted on labelled requests.

A. Oron and N. Flournoy, Centered Isotonic Regression, 2017.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from math import exp2, log2

from helpdesk.policy.matching import Calibration, Knots

LEAST_BLOCK = 50  # outcomes behind each knot
UNCALIBRATED: Knots = ((-40.0, 2.0**-40), (40.0, 1 - 2.0**-40))  # odds as they are
FARTHEST = 40.0  # log2 odds; beyond this floats say nothing more


def log2_odds(probability: float) -> float:
    """Odds of a probability as a power of two, within ±FARTHEST."""
    if probability <= 0:
        return -FARTHEST
    if probability >= 1:
        return FARTHEST
    return max(-FARTHEST, min(FARTHEST, log2(probability / (1 - probability))))


class Scale:
    """A calibration ready for use: probabilities that rise evenly in log2 odds between the table's knots."""

    __slots__ = ("_log_odds", "_odds", "_probabilities")

    def __init__(self, calibration: Calibration) -> None:
        self._odds = [odds for odds, _ in calibration.knots]
        self._probabilities = [probability for _, probability in calibration.knots]
        self._log_odds = [log2_odds(probability) for probability in self._probabilities]

    def probability(self, odds: float) -> float:
        """What log2 odds of a match really mean."""
        right = bisect_right(self._odds, odds)
        if right == 0:
            return min(self._probabilities[0], exp2(odds))
        if right == len(self._odds):
            return self._probabilities[-1]
        low, start, end = self._odds[right - 1], self._log_odds[right - 1], self._log_odds[right]
        share = (odds - low) / (self._odds[right] - low)
        return 1 / (1 + exp2(-(start + share * (end - start))))


def calibrated(odds: float, calibration: Calibration) -> float:
    """The probability that log2 odds of a match really mean."""
    return Scale(calibration).probability(odds)


def fitted(outcomes: Iterable[tuple[float, bool]]) -> Knots:
    """A strictly rising table from (log2 odds, whether it was the right record): centred isotonic regression.

    Neighbours that violate the order are pooled; a block's probability, (right + 1/2) / (all + 1), holds at the mean
    of its odds, and between two blocks it rises evenly. So equal probabilities never hide different odds, and no
    finite number of outcomes claims certainty.
    """
    ordered = sorted(outcomes)
    blocks: list[tuple[int, int]] = []  # right, all
    for _, is_right in ordered:
        blocks.append((int(is_right), 1))
        while len(blocks) > 1 and _belong_together(blocks[-2], blocks[-1]):
            (right_before, before), (right_last, last) = blocks[-2:]
            blocks[-2:] = [(right_before + right_last, before + last)]
    knots: list[tuple[float, float]] = []
    start = 0
    for right, count in blocks:
        odds = [odds for odds, _ in ordered[start : start + count]]
        for place, probability in _of_block(odds, right):
            if not knots or (place > knots[-1][0] and probability > knots[-1][1]):
                knots.append((place, probability))
        start += count
    if len(knots) == 1:  # all at the same odds
        knots.append((knots[0][0] + 1, knots[0][1]))
    return tuple(knots) or UNCALIBRATED


def _of_block(odds: Sequence[float], right: int) -> Iterator[tuple[float, float]]:
    """The knots of one block: one at its mean; in a faultless run more, the surer the further inside the run."""
    count = len(odds)
    if right == count:
        yield from _of_run(odds)
    elif not right:
        yield from ((place, round(1 - probability, 9)) for place, probability in reversed([*_of_run(odds[::-1])]))
    else:
        yield _knot(odds, (right + 0.5) / (count + 1))


def _of_run(odds: Sequence[float]) -> Iterator[tuple[float, float]]:
    """A faultless run in stretches, each twice as long as the one before, that share half a mistake evenly."""
    ends = [LEAST_BLOCK]
    while ends[-1] < len(odds):
        ends.append(2 * ends[-1] + LEAST_BLOCK)
    if len(ends) > 1:  # what is left over belongs to the last whole stretch
        ends[-2:] = [len(odds)]
    start = 0
    for end in ends:
        stretch = odds[start:end]
        yield _knot(stretch, 1 - 0.5 / len(ends) / (len(stretch) + 1))
        start = end


def _knot(odds: Sequence[float], probability: float) -> tuple[float, float]:
    return round(sum(odds) / len(odds), 2), float(f"{probability:.6g}")


def _belong_together(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] < LEAST_BLOCK or one[0] * other[1] >= other[0] * one[1]


def expected_error(best: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error of (probability, whether it was right), in bins of equal width."""
    sums = [[0.0, 0.0] for _ in range(bins)]
    for probability, right in best:
        place = sums[min(bins - 1, int(probability * bins))]
        place[0] += probability
        place[1] += right
    return sum(abs(claimed - true) for claimed, true in sums) / max(1, len(best))
