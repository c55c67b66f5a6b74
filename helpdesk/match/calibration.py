"""From the scorer's odds to probabilities that hold: a monotone table, fitted on labelled requests."""

from __future__ import annotations

from bisect import bisect_right
from math import exp2, log2

from helpdesk.policy_matching import Calibration

FARTHEST = 40.0  # log2 odds; beyond this floats say nothing more


def log2_odds(probability: float) -> float:
    """Odds of a probability as a power of two, within ±FARTHEST."""
    if probability <= 0:
        return -FARTHEST
    if probability >= 1:
        return FARTHEST
    return max(-FARTHEST, min(FARTHEST, log2(probability / (1 - probability))))


def calibrated(odds: float, calibration: Calibration) -> float:
    """The probability that log2 odds of a match really mean; linear in log2 odds between the table's knots."""
    knots = calibration.knots
    right = bisect_right(knots, odds, key=lambda knot: knot[0])
    if right == 0:
        return min(knots[0][1], exp2(odds))
    if right == len(knots):
        return knots[-1][1]
    (low, low_probability), (high, high_probability) = knots[right - 1], knots[right]
    share = (odds - low) / (high - low)
    start, end = log2_odds(low_probability), log2_odds(high_probability)
    return 1 / (1 + exp2(-(start + share * (end - start))))
