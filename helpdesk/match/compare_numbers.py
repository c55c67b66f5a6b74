"""A claimed Bar ID against recorded ones, in bits."""

from __future__ import annotations

from enum import StrEnum
from math import log2, sqrt

from rapidfuzz.distance import OSA

from helpdesk.match.bar_ids import BarId
from helpdesk.match.chances import Chances
from helpdesk.match.query import Query
from helpdesk.vocabulary import Level
from helpdesk.vocabulary.members import at_hand

_ONE_EDIT = 24  # numbers one edit from another, per digit


@at_hand
class BarAgreement(StrEnum):
    """How a claimed Bar ID agrees with a recorded one."""

    SAME = "same"
    SLIP = "slip"  # one digit off
    OTHER_STATE = "other state"
    OTHER = "other"
    UNRECORDED = "unrecorded"
    UNSAID = "unsaid"
    NEITHER = "neither"  # none is stated and none recorded


BAR_LEVELS = {
    BarAgreement.SAME: Level.EXACT,
    BarAgreement.SLIP: Level.CLOSE,
    BarAgreement.OTHER_STATE: Level.PARTIAL,
    BarAgreement.OTHER: Level.DIFFERENT,
    BarAgreement.UNRECORDED: Level.ABSENT,
    BarAgreement.UNSAID: Level.ABSENT,
    BarAgreement.NEITHER: Level.ABSENT,
}


def compare_bar_ids(claimed: BarId | None, recorded: BarId | None) -> BarAgreement:
    """How the two agree; jurisdictions count only where both are known."""
    if claimed is None:
        return BarAgreement.NEITHER if recorded is None else BarAgreement.UNSAID
    if recorded is None:
        return BarAgreement.UNRECORDED
    if claimed.number == recorded.number:
        known = claimed.state and recorded.state
        return BarAgreement.OTHER_STATE if known and claimed.state != recorded.state else BarAgreement.SAME
    if min(len(claimed.number), len(recorded.number)) > 2 and OSA.distance(claimed.number, recorded.number) == 1:
        return BarAgreement.SLIP
    return BarAgreement.OTHER


def bar_bits(query: Query, agreement: BarAgreement) -> float:
    """The weight of an agreement: chance is one number in the number space of a jurisdiction."""
    digits = len(query.bar_id.number) if query.bar_id else 0
    holders = query.number_holders if agreement is BarAgreement.SAME else 1
    known = query.chances.number_bits
    bits = known.get((agreement, digits, holders))
    if bits is None:
        bits = known[agreement, digits, holders] = _bar_bits(query.chances, agreement, digits, holders)
    return bits


def _bar_bits(chances: Chances, agreement: BarAgreement, digits: int, holders: int) -> float:
    shares = chances.matching.bar_id
    if agreement is BarAgreement.UNSAID:
        return log2(shares.left_out / shares.strangers_silent)
    if agreement is BarAgreement.NEITHER:
        return log2((1 - shares.unrecorded) / shares.strangers_silent)
    if agreement is BarAgreement.UNRECORDED:
        return log2(shares.unrecorded / (1 - shares.strangers_silent))
    odds = _odds_of_number(chances, agreement, digits, holders)
    return log2((1 - shares.left_out) / (1 - shares.strangers_silent) * odds)


def _odds_of_number(chances: Chances, agreement: BarAgreement, digits: int, holders: int) -> float:
    """How many times likelier a true claim states a number that agrees like this than a stranger's does.

    A number that many records have ("999999" for those who have none) says as much less.
    """
    shares = chances.matching.bar_id
    chance = 1 / max(shares.numbers, 2 * chances.size)  # of hitting one certain number
    if agreement is BarAgreement.SAME:
        return shares.same / (chance + shares.borrowed * holders / chances.size)
    if agreement is BarAgreement.SLIP:
        return shares.slip / (chance * _ONE_EDIT * digits)
    if agreement is BarAgreement.OTHER_STATE:
        return shares.other_state / sqrt(chance)
    return shares.other
