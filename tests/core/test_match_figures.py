"""The threshold that the matching benchmark fixes: what was seen to be wrong, and what is to be expected."""

from __future__ import annotations

from bench._measures import Answered, threshold_of
from bench._requests import Request
from helpdesk.match import ClaimedIdentity

ADA_MEANT = Request(claim=ClaimedIdentity(name="Ada Filer"), kind="clean", truth="1")


def answered(right: int, wrong: int, score: float) -> Answered:
    return [(("1", score), ADA_MEANT)] * right + [(("2", score), ADA_MEANT)] * wrong


def test_above_the_threshold_at_most_one_in_a_thousand_was_wrong() -> None:
    sure, doubtful, hopeless = answered(998, 0, 0.9), answered(1, 1, 0.8), answered(0, 1, 0.7)
    assert threshold_of([*sure, *doubtful, *hopeless], probabilities=False) == 0.8
    assert threshold_of([*sure[1:], *doubtful, *hopeless], probabilities=False) == 0.9


def test_a_probability_that_promises_less_is_no_threshold_however_lucky_it_was() -> None:
    sure, lucky = answered(1000, 0, 0.9999), answered(1000, 0, 0.99)
    assert threshold_of([*sure, *lucky], probabilities=True) == 0.9999
    assert threshold_of([*sure, *lucky], probabilities=False) == 0.99


def test_where_all_are_wrong_nothing_passes() -> None:
    assert threshold_of(answered(0, 3, 0.9999), probabilities=True) == float("inf")
