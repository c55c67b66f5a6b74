"""Ranks the filers a claim may mean, with the explicit hypothesis that none on the roll is meant."""

from __future__ import annotations

from math import log2

from helpdesk import policy
from helpdesk.match.calibration import FARTHEST
from helpdesk.match.comparing.addresses import address_bits
from helpdesk.match.comparing.names import compare_name, compare_stated
from helpdesk.match.comparing.numbers import BarAgreement, bar_bits
from helpdesk.match.comparing.query import Query
from helpdesk.match.identity import ClaimedIdentity, identity_of
from helpdesk.match.ranking.candidates import Found, find
from helpdesk.match.ranking.scoring import Scored, score, weight_of
from helpdesk.match.roll.index import Index
from helpdesk.match.roll.memory import Roll
from helpdesk.match.written.agreement import NameAgreement, Part
from helpdesk.match.written.letters import only_looks_alike
from helpdesk.vocabulary import Candidate, Claim, Level, Ranking

_FIRST_FEW = 2  # the best and the runner-up
_AGREES = (Level.EXACT, Level.CLOSE)
_NO_MATCH = 10.0  # bits behind the best, or behind "not on the roll": so far back a record is not worth showing


def rank(claim: Claim | ClaimedIdentity, roll: Roll, matching: policy.Matching) -> Ranking:
    """The filers this claim may mean, best first, and the probability that none on the roll is meant.

    A claim that states nothing has no candidates. Probabilities of all candidates and ``not_on_roll`` add up to
    at most 1; what is missing from 1 belongs to namesakes too many to list.
    """
    identity = identity_of(claim) if isinstance(claim, Claim) else claim
    query = Query(identity, roll, matching)
    if not (query.natural or query.bar_id or query.address) or not len(roll):
        return Ranking(candidates=(), not_on_roll=1.0, roll_version=roll.version)
    sole = at_once(query)
    return _ranking(query, [sole], 0.0) if sole else rank_by_search(query)


def at_once(query: Query) -> Scored | None:
    """The fast path: the one record that number and address both name, where it has the claimed name, too.

    Nobody else can then be meant: the search would only add namesakes whose chance is next to nothing. A middle name
    or suffix that contradicts the record's is looked into.
    """
    if query.bar_id is None or query.address is None or query.natural is None:
        return None
    if query.by_bar_id != query.by_address or sum(map(len, query.by_bar_id)) != 1:
        return None
    index, row = next(
        (index, rows[0]) for index, rows in zip(query.roll.indexes, query.by_bar_id, strict=True) if rows
    )
    agreement = compare_stated(query, query.natural, index.name(row))
    if agreement.surname is not Part.SAME:
        return None
    sole = score(query, index.records.filer(row), agreement)
    return sole if sole.evidence[0].level in _AGREES else None


def rank_by_search(query: Query) -> Ranking:
    """The long way: everything near enough is compared."""
    scored, unlisted = _scored(query)
    scored.sort(key=lambda one: (-one.bits, one.filer.ecf_user_id))
    return _ranking(query, scored, unlisted)


def _scored(query: Query) -> tuple[list[Scored], float]:
    """The best records with full evidence, and the summed weight of all others that were looked at."""
    near: list[tuple[Found, Index, int, NameAgreement]] = []
    unseen = 0
    for number, index in enumerate(query.roll.indexes):
        found = find(query, number, index)
        unseen += found.unseen
        near += [
            (found, index, row, compare_name(query, index, row, found.agreements))
            for row in found.rows()
            if query.roll.shows(number, row)
        ]
    if len(near) <= min(_FIRST_FEW, query.matching.most_candidates) and not unseen:
        return [score(query, index.records.filer(row), agreement) for _, index, row, agreement in near], 0.0
    rough = [
        (agreement.bits + _rough_bits(query, found, row, agreement), row, index, agreement)
        for found, index, row, agreement in near
    ]
    rough.sort(key=lambda one: (-one[0], one[1]))
    most = _worth_showing(query, [bits for bits, *_ in rough])
    named = next((place for place, one in enumerate(rough) if one[3].is_whole), 0)
    if named >= most > 1:  # whose very name is claimed is shown, too: number and name may be of different people
        rough.insert(most - 1, rough.pop(named))
    scored = [score(query, index.records.filer(row), agreement) for _, row, index, agreement in rough[:most]]
    prior = query.chances.prior
    unlisted = sum([weight_of(bits, prior) for bits, *_ in rough[most:]])
    if unseen:
        unlisted += unseen * weight_of(rough[-1][0], prior)
    return scored, unlisted


def _worth_showing(query: Query, falling_bits: list[float]) -> int:
    """How many of the best to score in full: the first few, and others only while they can matter."""
    most = query.matching.most_candidates
    floor = max(falling_bits[0], query.chances.nobody_bits) - _NO_MATCH
    near = sum([bits > floor for bits in falling_bits[:most]])
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
        bits += address_bits(query, agreement) if row in found.by_address else query.chances.address_unknown
    return bits


def _ranking(query: Query, scored: list[Scored], unlisted: float) -> Ranking:
    """Normalised over all candidates and "not on the roll", then calibrated; the sum never exceeds 1."""
    nobody = 1 - query.matching.on_roll
    others = nobody + unlisted
    probabilities = [_probability(query, one, scored, others) for one in scored]
    listed = sum(probabilities)
    if listed > 1:
        probabilities = [probability / listed for probability in probabilities]
        listed = 1.0
    candidates = [
        Candidate(filer=one.filer, probability=probability, bits=one.bits, evidence=one.evidence)
        for one, probability in zip(scored, probabilities, strict=True)
    ]
    not_on_roll = max(0.0, 1 - listed) * nobody / others
    return Ranking(candidates=tuple(candidates), not_on_roll=not_on_roll, roll_version=query.roll.version)


def _probability(query: Query, one: Scored, scored: list[Scored], others: float) -> float:
    """What the odds of one against all the rest mean. The rest is added up: a difference would lose small weights."""
    rest = others + sum([other.weight for other in scored if other is not one])
    odds = max(-FARTHEST, min(FARTHEST, log2(one.weight / rest)))
    probability = query.chances.scale.probability(odds)
    return min(probability, query.matching.look_alike_limit) if _poses(query, one) else probability


def _poses(query: Query, one: Scored) -> bool:
    """Whether the claim only looks like the record, by letters of other scripts."""
    identity, recorded = query.identity, one.evidence[0].recorded
    if identity.name.isascii() and identity.email.isascii() and recorded.isascii():
        return False
    if identity.name and only_looks_alike(identity.name, recorded):
        return True
    level = one.evidence[2].level
    return not identity.email.isascii() and level not in (Level.PRIMARY, Level.SECONDARY)
