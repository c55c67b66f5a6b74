"""Ranks the filers a claim may mean, with the explicit hypothesis that none on the roll is meant."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp2, log2

from helpdesk import policy
from helpdesk.match.bar_ids import bar_id_of
from helpdesk.match.calibration import FARTHEST, calibrated
from helpdesk.match.candidates import Found, find
from helpdesk.match.compare_addresses import address_bits, compare_addresses, unknown_address_bits
from helpdesk.match.compare_names import compare_name
from helpdesk.match.compare_numbers import BarAgreement, bar_bits, compare_bar_ids
from helpdesk.match.evidence import address_evidence, bar_evidence, name_evidence
from helpdesk.match.identity import ClaimedIdentity, identity_of
from helpdesk.match.index import Index
from helpdesk.match.letters import only_looks_alike
from helpdesk.match.name_agreement import NameAgreement
from helpdesk.match.query import Query
from helpdesk.match.roll import Roll
from helpdesk.vocabulary import Candidate, Claim, Evidence, Filer, Level, Ranking

_FIRST_FEW = 2  # the best and the runner-up
_NO_MATCH_FOR_THE_BEST = 10.0  # bits behind the best, beyond which a record is not worth showing


@dataclass(slots=True)
class _Scored:
    """A record with its evidence and its weight against "not on the roll"."""

    filer: Filer
    evidence: tuple[Evidence, ...]
    bits: float
    weight: float


def rank(claim: Claim | ClaimedIdentity, roll: Roll, matching: policy.Matching) -> Ranking:
    """The filers this claim may mean, best first, and the probability that none on the roll is meant.

    A claim that states nothing has no candidates. Probabilities of all candidates and ``not_on_roll`` add up to
    at most 1; what is missing from 1 belongs to namesakes too many to list.
    """
    identity = identity_of(claim) if isinstance(claim, Claim) else claim
    query = Query(identity, roll, matching)
    if not (query.natural or query.bar_id or query.address) or not len(roll):
        return Ranking(candidates=(), not_on_roll=1.0, roll_version=roll.version)
    scored, unlisted = _scored(query)
    scored.sort(key=lambda one: (-one.bits, one.filer.ecf_user_id))
    return _ranking(query, scored, unlisted)


def _scored(query: Query) -> tuple[list[_Scored], float]:
    """The best records with full evidence, and the summed weight of all others that were looked at."""
    near: list[tuple[Found, Index, int, NameAgreement]] = []
    unseen = 0
    for number, index in enumerate(query.roll.indexes):
        found = find(query, index)
        unseen += found.unseen
        near += [
            (found, index, row, compare_name(query, index, row, found.agreements))
            for row in found.rows()
            if query.roll.shows(number, row)
        ]
    if len(near) <= min(_FIRST_FEW, query.matching.most_candidates) and not unseen:
        return [_score(query, index.records.filer(row), agreement) for _, index, row, agreement in near], 0.0
    rough = [
        (agreement.bits + _rough_bits(query, found, row, agreement), row, index, agreement)
        for found, index, row, agreement in near
    ]
    rough.sort(key=lambda one: -one[0])
    most = _worth_showing(query, [bits for bits, *_ in rough])
    scored = [_score(query, index.records.filer(row), agreement) for _, row, index, agreement in rough[:most]]
    prior = query.matching.on_roll / query.size
    unlisted = sum([_weight(bits, prior) for bits, *_ in rough[most:]])
    if unseen:
        unlisted += unseen * _weight(rough[-1][0], prior)
    return scored, unlisted


def _worth_showing(query: Query, falling_bits: list[float]) -> int:
    """How many of the best to score in full: the first few, and others only while they can matter beside the best."""
    most = query.matching.most_candidates
    near = sum(bits > falling_bits[0] - _NO_MATCH_FOR_THE_BEST for bits in falling_bits[:most])
    return max(near, min(_FIRST_FEW, most))


def _rough_bits(query: Query, found: Found, row: int, agreement: NameAgreement) -> float:
    """What number and address weigh as far as the index alone can tell."""
    bits = 0.0
    if query.bar_id:
        how = BarAgreement.OTHER
        if row in found.by_bar_id:
            how = BarAgreement.SAME
        elif row in found.by_slip:
            how = BarAgreement.SLIP
        bits = bar_bits(query, how)
    if query.address:
        bits += address_bits(query, agreement) if row in found.by_address else unknown_address_bits(query)
    return bits


def _score(query: Query, filer: Filer, agreement: NameAgreement) -> _Scored:
    """Full evidence for one record; its bits are the sum of the evidence's bits."""
    recorded = bar_id_of(filer.bar_id, filer.bar_state)
    how = compare_bar_ids(query.bar_id, recorded)
    name = name_evidence(query, filer, agreement)
    addresses = compare_addresses(query, filer, agreement)
    evidence = (name, bar_evidence(query, filer, how, bar_bits(query, how)), address_evidence(query, addresses))
    bits = sum(one.bits for one in evidence)
    return _Scored(filer, evidence, bits, _weight(bits, query.matching.on_roll / query.size))


def _weight(bits: float, prior: float) -> float:
    return prior * exp2(min(bits, 4 * FARTHEST))


def _ranking(query: Query, scored: list[_Scored], unlisted: float) -> Ranking:
    """Normalised over all candidates and "not on the roll", then calibrated; the sum never exceeds 1."""
    nobody = 1 - query.matching.on_roll
    total = nobody + unlisted + sum(one.weight for one in scored)
    probabilities = []
    for one in scored:
        rest = total - one.weight if one.weight < total / 2 else _rest(scored, one, nobody + unlisted)
        odds = log2(one.weight / rest)
        probability = calibrated(max(-FARTHEST, min(FARTHEST, odds)), query.matching.calibration)
        if _poses(query, one):
            probability = min(probability, query.matching.look_alike_limit)
        probabilities.append(probability)
    listed = sum(probabilities)
    if listed > 1:
        probabilities = [probability / listed for probability in probabilities]
        listed = 1.0
    candidates = tuple(
        Candidate(filer=one.filer, probability=probability, bits=one.bits, evidence=one.evidence)
        for one, probability in zip(scored, probabilities, strict=True)
    )
    not_on_roll = max(0.0, 1 - listed) * nobody / (nobody + unlisted)
    return Ranking(candidates=candidates, not_on_roll=not_on_roll, roll_version=query.roll.version)


def _rest(scored: list[_Scored], best: _Scored, others: float) -> float:
    """Everything that speaks against the best, added up without losing small weights beside a large one."""
    return others + sum(one.weight for one in scored if one is not best)


def _poses(query: Query, one: _Scored) -> bool:
    """Whether the claim only looks like the record, by letters of other scripts."""
    identity = query.identity
    if identity.name.isascii() and identity.email.isascii() and one.filer.full_name.isascii():
        return False
    if identity.name and only_looks_alike(identity.name, one.filer.full_name):
        return True
    level = one.evidence[2].level
    return not identity.email.isascii() and level not in (Level.PRIMARY, Level.SECONDARY)
