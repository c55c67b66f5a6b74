"""A claimed Bar ID and a claimed address against recorded ones, in bits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import log2, sqrt

from rapidfuzz.distance import OSA

from helpdesk.match.addresses import MailAddress, address_of, is_webmail
from helpdesk.match.bar_ids import BarId
from helpdesk.match.query import Query
from helpdesk.vocabulary import Filer, Level

_ONE_EDIT = 24  # numbers one edit from another, per digit
_LONG_DOMAIN = 14  # letters, ending included: in these two slips leave a domain recognisable


class BarAgreement(Enum):
    """How a claimed Bar ID agrees with a recorded one."""

    SAME = auto()
    SLIP = auto()  # one digit off
    OTHER_STATE = auto()
    OTHER = auto()
    UNRECORDED = auto()
    UNSAID = auto()
    NEITHER = auto()  # none is stated and none recorded


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
    shares = query.matching.bar_id
    if agreement is BarAgreement.UNSAID:
        return log2(shares.left_out / shares.strangers_silent)
    if agreement is BarAgreement.NEITHER:
        return log2((1 - shares.unrecorded) / shares.strangers_silent)
    if agreement is BarAgreement.UNRECORDED:
        return log2(shares.unrecorded / (1 - shares.strangers_silent))
    return log2((1 - shares.left_out) / (1 - shares.strangers_silent) * _odds_of_number(query, agreement))


def _odds_of_number(query: Query, agreement: BarAgreement) -> float:
    """How many times likelier a true claim states a number that agrees like this than a stranger's does."""
    shares = query.matching.bar_id
    chance = 1 / max(shares.numbers, 2 * query.size)  # of hitting one certain number
    if agreement is BarAgreement.SAME:
        return shares.same / (chance + shares.borrowed / query.size)
    if agreement is BarAgreement.SLIP:
        digits = len(query.bar_id.number) if query.bar_id else 1
        return shares.slip / (chance * _ONE_EDIT * digits)
    if agreement is BarAgreement.OTHER_STATE:
        return shares.other_state / sqrt(chance)
    return shares.other


def address_bits(query: Query) -> float:
    """The weight of a primary address that agrees: chance is a stranger who uses one of the roll's addresses."""
    shares = query.matching.address
    holders = query.holders(query.address.whole) if query.address else 1
    return log2(shares.primary * query.size / (shares.borrowed * holders))


@dataclass(frozen=True, slots=True)
class AddressAgreement:
    """How a claimed address agrees with the record's addresses. ``recorded`` is the one it was compared with."""

    level: Level
    recorded: str
    bits: float
    holders: int = 1  # records that have this very address, or domain


def compare_addresses(query: Query, filer: Filer, *, given_differs: bool) -> AddressAgreement:
    """The claimed address beside the record's; of a record's addresses the one that agrees best counts."""
    claimed, primary = query.address, address_of(filer.primary_email)
    if claimed is None or primary is None:
        return AddressAgreement(Level.ABSENT, filer.primary_email, 0.0)
    shares = query.matching.address
    if claimed.whole == primary.whole:
        return AddressAgreement(Level.PRIMARY, filer.primary_email, address_bits(query), query.holders(claimed.whole))
    others = [(text, address) for text in filer.secondary_emails if (address := address_of(text))]
    for text, address in others:
        if claimed.whole == address.whole:
            holders = query.holders(claimed.whole)
            bits = log2(shares.secondary * query.size / (shares.borrowed * holders))
            return AddressAgreement(Level.SECONDARY, text, bits, holders)
    return _alike(query, claimed, [(filer.primary_email, primary), *others], given_differs=given_differs)


def _alike(
    query: Query, claimed: MailAddress, recorded: list[tuple[str, MailAddress]], *, given_differs: bool
) -> AddressAgreement:
    shares = query.matching.address
    for text, address in recorded:
        chance = _slip_chance(query, claimed, address, given_differs=given_differs)
        if chance:
            return AddressAgreement(Level.CLOSE, text, log2(shares.slip / chance))
    for text, address in recorded:
        if claimed.local == address.local:
            return AddressAgreement(Level.PARTIAL, text, log2(shares.same_local / _local_chance(query, claimed)))
    for text, address in recorded:
        if claimed.domain == address.domain and not is_webmail(claimed.domain, query.matching.webmail_domains):
            holders = query.domain_holders(claimed.domain)
            return AddressAgreement(Level.DOMAIN, text, log2(shares.domain * query.size / (holders + 1)), holders)
    return AddressAgreement(Level.DIFFERENT, recorded[0][0], log2(shares.other))


def _slip_chance(query: Query, claimed: MailAddress, recorded: MailAddress, *, given_differs: bool) -> float:
    """How often a stranger's address would be so near a recorded one; 0 where it is no slip of the pen.

    jsmith and tsmith at one firm are two people where the given names differ, too.
    """
    shares = query.matching.address
    if claimed.domain == recorded.domain:
        if claimed.local != recorded.local and (given_differs or OSA.distance(claimed.local, recorded.local) > 1):
            return 0.0
        share = (query.domain_holders(claimed.domain) + 1) / query.size
        return _local_chance(query, claimed) * min(1.0, share)
    if claimed.local == recorded.local:
        most = 1 if min(len(claimed.domain), len(recorded.domain)) < _LONG_DOMAIN else 2
        if OSA.distance(claimed.domain, recorded.domain, score_cutoff=most) <= most:
            return _local_chance(query, claimed) * shares.near_domain
    return 0.0


def _local_chance(query: Query, claimed: MailAddress) -> float:
    """How often a stranger's address agrees before the @: often, where it is made of the name they claim."""
    return query.matching.address.local_from_name if query.address_from_name else query.local_share(claimed.local)
