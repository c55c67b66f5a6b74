"""A claimed e-mail address against a record's addresses, in bits."""

from __future__ import annotations

import string
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import OSA

from helpdesk.match.comparing.query import Query
from helpdesk.match.written.addresses import MailAddress, address_of, is_webmail
from helpdesk.match.written.agreement import NameAgreement, Part
from helpdesk.match.written.letters import fold
from helpdesk.match.written.names import joined
from helpdesk.vocabulary import Filer, Level, ascii_lower

_WITHOUT_DIGITS = str.maketrans("", "", string.digits)
_LONG_DOMAIN = 14  # letters, ending included: in these two slips leave a domain recognisable


class AddressAgreement(NamedTuple):
    """How a claimed address agrees with the record's addresses. ``recorded`` is the one it was compared with."""

    level: Level
    recorded: str
    bits: float
    holders: int = 1  # records that have this very address, or domain


def address_bits(query: Query, name: NameAgreement) -> float:
    """The weight of a primary address that agrees."""
    return query.chances.address_stated + log2(query.matching.address.primary / _same_chance(query, name))


def compare_addresses(query: Query, filer: Filer, name: NameAgreement) -> AddressAgreement:
    """The claimed address beside the record's; of a record's addresses the one that agrees best counts."""
    claimed, shares = query.address, query.matching.address
    if claimed is None:
        silent = log2(shares.left_out / shares.strangers_silent)
        return AddressAgreement(Level.ABSENT, filer.primary_email, silent)
    if claimed.whole == ascii_lower(filer.primary_email.strip()):
        return AddressAgreement(Level.PRIMARY, filer.primary_email, address_bits(query, name), query.address_holders)
    primary = address_of(filer.primary_email)
    if primary is None:
        return AddressAgreement(Level.ABSENT, filer.primary_email, 0.0)
    others = [(text, address) for text in filer.secondary_emails if (address := address_of(text))]
    for text, address in others:
        if claimed.whole == address.whole:
            bits = query.chances.address_stated + log2(shares.secondary / _same_chance(query, name))
            return AddressAgreement(Level.SECONDARY, text, bits, query.address_holders)
    return _alike(query, claimed, filer, [(filer.primary_email, primary), *others], name)


def _same_chance(query: Query, name: NameAgreement) -> float:
    """How often a stranger states just this address.

    Where half of the name agrees and the address fits what is claimed, kin, colleagues and coincidence are likelier.
    """
    shares = query.matching.address
    coincidence = shares.coincidence if name.is_part and query.is_address_from_name() else 0.0
    return shares.borrowed * query.address_holders / query.chances.size + coincidence


def _alike(
    query: Query, claimed: MailAddress, filer: Filer, recorded: list[tuple[str, MailAddress]], name: NameAgreement
) -> AddressAgreement:
    shares, stated = query.matching.address, query.chances.address_stated
    for text, address in recorded:
        chance = _slip_chance(query, claimed, address, given_differs=name.given is Part.OTHER)
        if chance:
            return AddressAgreement(Level.CLOSE, text, stated + log2(shares.slip / chance))
    for text, address in recorded:
        if claimed.local == address.local:
            chance = _local_chance(query, claimed, from_name=_shows_name(claimed, filer))
            return AddressAgreement(Level.PARTIAL, text, stated + log2(shares.same_local / chance))
    for text, address in recorded:
        if claimed.domain == address.domain and not is_webmail(claimed.domain, query.matching.webmail_domains):
            holders = query.chances.domain_holders(claimed.domain)
            chance = (holders + 1) / query.chances.size + (shares.kin if name.is_part else 0.0)
            bits = stated + log2(shares.domain / chance)
            return AddressAgreement(Level.DOMAIN, text, bits, holders)
    return AddressAgreement(Level.DIFFERENT, recorded[0][0], query.chances.address_unknown)


def _slip_chance(query: Query, claimed: MailAddress, recorded: MailAddress, *, given_differs: bool) -> float:
    """How often a stranger's address would be so near a recorded one; 0 where it is no slip of the pen.

    jsmith and tsmith at one firm are two people where the given names differ, too.
    """
    shares = query.matching.address
    if claimed.domain == recorded.domain:
        if claimed.local != recorded.local and (given_differs or not _is_slip(claimed.local, recorded.local)):
            return 0.0
        share = (query.chances.domain_holders(claimed.domain) + 1) / query.chances.size
        return _local_chance(query, claimed) * min(1.0, share)
    if claimed.local == recorded.local and not query.chances.domain_holders(claimed.domain):
        most = 1 if min(len(claimed.domain), len(recorded.domain)) < _LONG_DOMAIN else 2
        if OSA.distance(claimed.domain, recorded.domain, score_cutoff=most) <= most:
            return _local_chance(query, claimed) * shares.near_domain
    return 0.0


def _is_slip(claimed: str, recorded: str) -> bool:
    """Whether one part before the @ is a slip of the other; jsmith2 beside jsmith is a namesake's."""
    if claimed.translate(_WITHOUT_DIGITS) == recorded or recorded.translate(_WITHOUT_DIGITS) == claimed:
        return False
    return OSA.distance(claimed, recorded, score_cutoff=1) == 1


def _local_chance(query: Query, claimed: MailAddress, *, from_name: bool = False) -> float:
    """How often a stranger's address agrees before the @: often, where it is made of a name that agrees."""
    if from_name or query.is_address_from_name():
        return query.matching.address.local_from_name
    return query.chances.local(claimed.local)


def _shows_name(claimed: MailAddress, filer: Filer) -> bool:
    """Whether the record's own name stands before the @."""
    surname, given = joined(fold(filer.last_name)), fold(filer.first_name).partition(" ")[0]
    return (len(surname) > 2 and surname in claimed.local) or (len(given) > 2 and given in claimed.local)
