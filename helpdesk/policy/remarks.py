"""The shape of remarks.toml: what the words of a sentence beside a request weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Patterns

MOST_FEATURES = 40_000
CERTAIN = 50.0  # what a doubt weighs that no sentence outweighs
Weight = Annotated[float, Field(ge=-CERTAIN, le=CERTAIN, allow_inf_nan=False)]


def _parsed(lines: object) -> object:
    """From lines of ``feature<TAB>rarity<TAB>weight`` what each feature counts for; a table is one already."""
    return dict(map(_line, enumerate(lines.splitlines(), start=1))) if isinstance(lines, str) else lines


def _line(numbered: tuple[int, str]) -> tuple[str, tuple[float, float]]:
    number, line = numbered
    feature, _, numbers = line.partition("\t")
    try:
        rarity, weight = map(float, numbers.split("\t"))
    except ValueError:
        raise ValueError(f"line {number} is not feature, rarity and weight, parted by tabs") from None
    if not (feature and 0 < rarity <= 50 and -50 <= weight <= 50):
        raise ValueError(f"line {number} names no feature, or its numbers are out of range")
    return feature, (rarity, weight)


def _shared(weights: Mapping[str, tuple[float, float]]) -> Mapping[str, tuple[float, float]]:
    """The same with one pair of numbers for all features that have the same: a third of the memory."""
    alike: dict[tuple[float, float], tuple[float, float]] = {}
    return {feature: alike.setdefault(numbers, numbers) for feature, numbers in weights.items()}


def _persons(groups: object) -> object:
    """From groups of words for the same person, the first word of its group for each; a table is one already."""
    if not isinstance(groups, list):
        return groups
    if not all(isinstance(group, list) and group for group in groups):
        raise ValueError("a person is a list of words")
    words = [word for group in groups for word in group]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} stands for two persons")
    return {word: group[0] for group in groups for word in group}


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Remarks:
    """remarks.toml: how sentences are told that clerks let pass from such as they look at.

    A sentence weighs ``bias`` and the mean of its known features' weights, by their rarity (see
    ``understand/text/weight``). Zero means that it reads as much like the one as like the other.
    """

    holds_from: Weight  # a sentence that weighs this much holds a request by itself
    known: Patterns = Patterns(())  # a sentence in which one of these stands holds nothing by what it weighs
    negations: frozenset[str]  # in small letters: what denies the words behind it
    persons: Annotated[Mapping[str, str], BeforeValidator(_persons)]  # "my" and "mine" tell of the same one as "i"
    bias: Weight
    weights: Annotated[
        Mapping[str, tuple[float, float]],
        Field(max_length=MOST_FEATURES),
        BeforeValidator(_parsed),
        AfterValidator(_shared),
    ]
