"""Ranks the filers a claim may mean."""

from __future__ import annotations

from helpdesk import policy
from helpdesk.match.identity import ClaimedIdentity, identity_of
from helpdesk.match.roll import Roll
from helpdesk.vocabulary import Candidate, Claim, Evidence, Field, Filer, Level, Ranking

MOST_CANDIDATES = 9


def rank(claim: Claim | ClaimedIdentity, roll: Roll, matching: policy.Matching) -> Ranking:
    """The filers this claim may mean, best first, and the probability that none on the roll is meant."""
    identity = identity_of(claim) if isinstance(claim, Claim) else claim
    bar_id = "".join(c for c in identity.bar_id if c.isdigit()).lstrip("0")
    email = identity.email.strip().lower()
    surname = identity.name.partition(",")[0].split()[-1].lower() if identity.name.strip() else ""
    evidence = [(filer, _evidence(identity, filer, bar_id, email)) for filer in roll.near(surname, bar_id, email)]
    scored = sorted(((sum(e.bits for e in found), filer, found) for filer, found in evidence), key=lambda x: -x[0])
    scored = scored[:MOST_CANDIDATES]
    weights = [2.0**bits for bits, _, _ in scored]
    total = sum(weights) + max(len(roll), 1) / 0.8
    candidates = tuple(
        Candidate(filer=filer, probability=weight / total, bits=bits, evidence=found)
        for weight, (bits, filer, found) in zip(weights, scored, strict=True)
    )
    return Ranking(candidates=candidates, not_on_roll=1 - sum(weights) / total, roll_version=roll.version)


def _evidence(identity: ClaimedIdentity, filer: Filer, bar_id: str, email: str) -> tuple[Evidence, ...]:
    return (_name(identity, filer), _bar(identity, filer, bar_id), _email(identity, filer, email))


def _name(identity: ClaimedIdentity, filer: Filer) -> Evidence:
    words = set(identity.name.lower().replace(",", " ").split())
    level, bits = Level.DIFFERENT, -6.0
    if not words:
        level, bits = Level.ABSENT, 0.0
    elif filer.last_name.lower() in words:
        level, bits = (Level.EXACT, 14.0) if filer.first_name.lower() in words else (Level.PARTIAL, 4.0)
    return Evidence(field=Field.NAME, level=level, claimed=identity.name, recorded=filer.full_name, bits=bits)


def _bar(identity: ClaimedIdentity, filer: Filer, bar_id: str) -> Evidence:
    level, bits = Level.DIFFERENT, -6.0
    if not bar_id or not filer.bar_id:
        level, bits = Level.ABSENT, 0.0
    elif bar_id == filer.bar_id.lstrip("0"):
        level, bits = Level.EXACT, 15.0
    return Evidence(field=Field.BAR_ID, level=level, claimed=identity.bar_id, recorded=filer.bar_id, bits=bits)


def _email(identity: ClaimedIdentity, filer: Filer, email: str) -> Evidence:
    level, bits = Level.DIFFERENT, -2.0
    if not email:
        level, bits = Level.ABSENT, 0.0
    elif email == filer.primary_email.lower():
        level, bits = Level.PRIMARY, 15.0
    elif email in (address.lower() for address in filer.secondary_emails):
        level, bits = Level.SECONDARY, 10.0
    return Evidence(field=Field.EMAIL, level=level, claimed=identity.email, recorded=filer.primary_email, bits=bits)
