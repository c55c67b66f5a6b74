"""The shape of matching.toml: how often true claims agree, the calibration with its provenance, the safety limits."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Probability, Text, Words

Share = Annotated[float, Field(gt=0, lt=1)]
Knots = tuple[tuple[float, Share], ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SurnameShares:
    """How often the surname of a true claim agrees in each way; the rest of the scoring comes from the roll."""

    same: Share
    slip: Share  # one letter off, or letters a scanner confuses
    sound: Share
    part: Share  # of a double name: one part of it
    other: Share  # changed by marriage, or wrong


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class GivenShares:
    """How often the given name of a true claim agrees in each way."""

    same: Share
    slip: Share
    sound: Share
    nickname: Share
    initial: Share  # only the initial
    middle: Share  # goes by the middle name
    other: Share


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AsideShares:
    """What people leave out of a name as they please."""

    same: Share  # of true claims that state it where the record has one: the right one
    left_out: Share  # of true claims where the record has one
    unrecorded: Share  # of true claims where the record has none: states one
    strangers: Share  # of strangers: state one


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NameShares:
    """What concerns a name as a whole."""

    both_other: Share  # neither surname nor given name agree, yet the claim is true
    double: Share  # the last two words are one surname
    in_address: Share  # the recorded surname stands only in the claimed e-mail address
    strangers_in_address: Share  # strangers whose address has another surname than they state
    unheard: Share  # strangers with one certain name that nobody on the roll has
    swapped: Share  # surname first, without a comma
    namesakes: Share  # strangers are namesakes of somebody on the roll rather than drawn name by name
    middle: AsideShares
    suffix: AsideShares  # Jr., Sr., II, III


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class BarIdShares:
    """How often the Bar ID of a true claim agrees in each way."""

    same: Share
    slip: Share  # one digit off
    other: Share
    other_state: Share  # same number, other jurisdiction
    left_out: Share  # of true claims where the record has one
    unrecorded: Share  # of true claims where the record has none: stated all the same
    strangers_silent: Share  # of strangers: state none
    borrowed: Share  # of strangers: state a number of somebody on the roll


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AddressShares:
    """How often the address of a true claim agrees in each way, and how often a stranger's does."""

    primary: Share
    secondary: Share
    slip: Share  # one or two letters off
    same_local: Share  # the part before the @ agrees, the domain does not
    domain: Share
    other: Share
    left_out: Share  # of true claims: state none
    strangers_silent: Share  # of strangers: state none
    kin: Share  # strangers with half of a record's name who are at its domain
    coincidence: Share  # strangers with half of a record's name who state just its address
    borrowed: Share  # strangers who state an address of somebody on the roll
    local_from_name: Share  # namesakes whose addresses agree before the @, because both come from the name
    near_domain: Share  # strangers whose domain is a slip away from one that is given


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Calibration:
    """A monotone table from log2 odds to probability, fitted on labelled requests."""

    knots: Annotated[Knots, Field(min_length=2), AfterValidator(lambda knots: _rising(knots))]
    fitted_on: Text  # which requests
    requests: Annotated[int, Field(ge=0)]
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Matching:
    """matching.toml: weights, calibration with its provenance, and the safety limits."""

    webmail_domains: Words  # public domains: sharing one means nothing
    titles: Words  # what stands before or after a name and is no part of it
    on_roll: Share  # requests whose filer is on the roll
    most_candidates: Annotated[int, Field(ge=1, le=20)]
    look_alike_limit: Probability  # with letters that only look alike, no candidate is more probable than this
    surname: SurnameShares
    given: GivenShares
    name: NameShares
    bar_id: BarIdShares
    address: AddressShares
    calibration: Calibration


def _rising(knots: Knots) -> Knots:
    for (odds, probability), (next_odds, next_probability) in pairwise(knots):
        if odds >= next_odds or probability > next_probability:
            raise ValueError(f"must rise: {[odds, probability]} is followed by {[next_odds, next_probability]}")
    return knots
