"""What a slip of the hand makes of a number."""

from __future__ import annotations

from rapidfuzz.distance import OSA

_SHORTEST = 3  # digits; of shorter numbers every other one would be a slip


def is_slip(one: str, other: str) -> bool:
    """Whether two numbers differ by one digit that is another, missing or too many, or by two that changed places."""
    return min(len(one), len(other)) >= _SHORTEST and OSA.distance(one, other, score_cutoff=1) == 1
