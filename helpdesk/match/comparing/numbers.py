"""A claimed Bar ID against recorded ones, in bits."""

from __future__ import annotations

from enum import StrEnum
from math import log2, sqrt

from helpdesk.match.comparing.query import Query
from helpdesk.match.written.bar_ids import BarId
from helpdesk.slips import is_slip
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
    return BarAgreement.SLIP if is_slip(claimed.number, recorded.number) else BarAgreement.OTHER


def bar_bits(query: Query, agreement: BarAgreement) -> float:
    """The weight of an agreement; chance is one number of those from which the roll's own are drawn."""
    bits = query.number_bits.get(agreement)
    if bits is None:
        bits = query.number_bits[agreement] = log2(_odds(query, agreement))
    return bits


def _odds(query: Query, agreement: BarAgreement) -> float:
    """How many times likelier a true claim agrees like this than a stranger's does."""
    shares = query.matching.bar_id
    if agreement is BarAgreement.UNSAID:
        return shares.left_out / shares.strangers_silent
    if agreement is BarAgreement.NEITHER:
        return (1 - shares.unrecorded) / shares.strangers_silent
    if agreement is BarAgreement.UNRECORDED:
        return shares.unrecorded / (1 - shares.strangers_silent)
    return (1 - shares.left_out) / (1 - shares.strangers_silent) * _odds_of_number(query, agreement)


def _odds_of_number(query: Query, agreement: BarAgreement) -> float:
    """The same of numbers that are stated and recorded.

    A number that many records have ("999999" for those who have none) says as much less.
    """
    if agreement is BarAgreement.OTHER or query.bar_id is None:
        return query.matching.bar_id.other
    shares, chance = query.matching.bar_id, query.chances.number(query.bar_id.key)
    if agreement is BarAgreement.SAME:
        return shares.same / (chance + shares.borrowed * query.number_holders / query.chances.size)
    if agreement is BarAgreement.SLIP:
        by_slip = shares.slip / (_ONE_EDIT * len(query.bar_id.number))
        borrowed = shares.borrowed / query.chances.size * by_slip  # who borrows a number may miswrite it, too
        return by_slip / (chance + borrowed)
    return shares.other_state / sqrt(chance)
