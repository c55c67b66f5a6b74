"""One record with its evidence and its weight."""

from __future__ import annotations

from math import exp2
from typing import NamedTuple

from helpdesk.match.calibration import FARTHEST
from helpdesk.match.comparing.addresses import compare_addresses
from helpdesk.match.comparing.evidence import address_evidence, bar_evidence, name_evidence
from helpdesk.match.comparing.numbers import bar_bits, compare_bar_ids
from helpdesk.match.comparing.query import Query
from helpdesk.match.written.agreement import NameAgreement
from helpdesk.match.written.bar_ids import bar_id_of
from helpdesk.vocabulary import Evidence, Filer


class Scored(NamedTuple):
    """A record with its evidence and its weight against "not on the roll"."""

    filer: Filer
    evidence: tuple[Evidence, Evidence, Evidence]
    bits: float
    weight: float


def score(query: Query, filer: Filer, agreement: NameAgreement) -> Scored:
    """Full evidence for one record; its bits are the sum of the evidence's bits."""
    how = compare_bar_ids(query.bar_id, bar_id_of(filer.bar_id, filer.bar_state))
    name = name_evidence(query, filer, agreement)
    number = bar_evidence(query, filer, how, bar_bits(query, how))
    address = address_evidence(query, compare_addresses(query, filer, agreement))
    bits = name.bits + number.bits + address.bits
    return Scored(filer, (name, number, address), bits, weight_of(bits, query.chances.prior))


def weight_of(bits: float, prior: float) -> float:
    """The weight of so many bits for a record that is meant so often beforehand."""
    return prior * exp2(min(bits, 4 * FARTHEST))
