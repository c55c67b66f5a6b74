"""The fixed set of conditions that triage rules ask: each true or false of a message and one of its requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from helpdesk.policy import Condition, Triage
from helpdesk.vocabulary import (
    RESETS,
    Candidate,
    Category,
    Claim,
    Evidence,
    Field,
    Filer,
    FilerStatus,
    Level,
    Message,
    Missing,
    Ranking,
    Severity,
    Signal,
    SignalName,
    Understanding,
)

_NAME_AGREES = (Level.EXACT, Level.CLOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContext:
    """What only the store knows: how many other senders asked for a filer lately, by ecf_user_id."""

    other_requests: Mapping[str, int] | None = None
    message_id_reused: bool = False
    unreachable: Mapping[str, str] | None = None  # records to whose primary address mail came back: a sentence each

    def requests_for(self, ecf_user_id: str) -> int:
        """How many other senders asked for this filer."""
        return (self.other_requests or {}).get(ecf_user_id, 0)


def of_message(message: Message, understanding: Understanding, signals: tuple[Signal, ...]) -> set[Condition]:
    """What holds of the message itself, whoever the filers are."""
    asked = understanding.category in RESETS
    several = len(understanding.claims) > 1
    holds = {
        Condition.AUTOMATIC: understanding.category is Category.AUTOMATIC,
        Condition.MACHINE_MARKS: message.machine is not None,
        Condition.SPAM: understanding.category is Category.SPAM,
        Condition.THANKS_ONLY: understanding.thanks_only,
        Condition.FOLLOW_UP: understanding.category is Category.FOLLOW_UP,
        Condition.SENDER_UNCLEAR: message.sender is None,
        Condition.NOT_UNDERSTOOD: not understanding.is_understood,
        Condition.ASKS_NO_RESET: not asked,
        Condition.SEVERAL_FILERS: several,
        Condition.EMAIL_CHANGE_TOO: asked and Category.EMAIL_CHANGE in understanding.wants,
        Condition.PASSWORD_UNCLEAR: Missing.SYSTEM in understanding.missing,
        Condition.NAME_MISSING: Missing.NAME in understanding.missing,
        Condition.BAR_ID_MISSING: Missing.BAR_ID in understanding.missing,
        Condition.WARNING: _warns(signals),
    }
    return {condition for condition, true in holds.items() if true}


def of_request(
    claim: Claim, ranking: Ranking, signals: tuple[Signal, ...], triage: Triage, now: datetime
) -> set[Condition]:
    """What holds of one filer's request; ``signals`` are the message's and this record's."""
    best = ranking.candidates[0] if ranking.candidates else None
    found = best is not None and best.probability >= triage.credible
    holds = {
        Condition.NAME_MISSING: claim.name is None,
        Condition.BAR_ID_MISSING: claim.bar_id is None and not claim.says_no_bar_id,
        Condition.SAYS_NO_BAR_ID: claim.says_no_bar_id,
        Condition.NOT_ON_ROLL: not found,
        Condition.NAMESAKES: _namesakes(ranking),
        Condition.WARNING: _warns(signals),
    }
    if best is not None and found:
        holds |= _of_record(best, triage, now)
        holds[Condition.CERTAIN] = _certain(claim, best, triage) and not any(holds[c] for c in _DOUBTS)
    return {condition for condition, true in holds.items() if true}


_DOUBTS = (
    Condition.NAMESAKES,
    Condition.WARNING,
    Condition.NOT_SURE,
    Condition.NOT_ACTIVE,
    Condition.LINKED,
    Condition.LINK_UNKNOWN,
    Condition.NAME_DIFFERS,
    Condition.BAR_ID_DIFFERS,
    Condition.EMAIL_SECONDARY,
    Condition.EMAIL_NOT_PRIMARY,
    Condition.CHANGED_RECENTLY,
)


def _of_record(best: Candidate, triage: Triage, now: datetime) -> dict[Condition, bool]:
    filer = best.filer
    name, bar_id, email = (evidence(best, field).level for field in (Field.NAME, Field.BAR_ID, Field.EMAIL))
    return {
        Condition.NOT_SURE: best.probability < triage.sure,
        Condition.NOT_ACTIVE: filer.status is not FilerStatus.ACTIVE,
        Condition.LINKED: filer.pacer_linked is True,
        Condition.LINK_UNKNOWN: filer.pacer_linked is None,
        Condition.NAME_DIFFERS: name not in (*_NAME_AGREES, Level.ABSENT),
        Condition.BAR_ID_DIFFERS: bar_id not in (Level.EXACT, Level.ABSENT),
        Condition.EMAIL_SECONDARY: email is Level.SECONDARY,
        Condition.EMAIL_NOT_PRIMARY: email not in (Level.PRIMARY, Level.SECONDARY, Level.ABSENT),
        Condition.CHANGED_RECENTLY: changed_recently(best, triage, now),
    }


def changed_recently(candidate: Candidate, triage: Triage, now: datetime) -> bool:
    """Whether the candidate's primary address, or whose record it is, changed within the cool-down."""
    return cooling(candidate.filer, triage.cool_down_days, now)


def cooling(filer: Filer, days: int, now: datetime) -> bool:
    """Whether the record's primary address, or whose it is, changed within so many days (or after ``now``)."""
    changed = filer.email_changed_on
    return changed is not None and (now.date() - changed).days <= days


def evidence(candidate: Candidate, field: Field) -> Evidence:
    """The comparison of one field."""
    return next(found for found in candidate.evidence if found.field is field)


def _certain(claim: Claim, best: Candidate, triage: Triage) -> bool:
    """Name and Bar ID are stated and agree; a stated address is the primary one."""
    return (
        claim.name is not None
        and claim.bar_id is not None
        and evidence(best, Field.NAME).level in _NAME_AGREES
        and evidence(best, Field.BAR_ID).level is Level.EXACT
        and evidence(best, Field.EMAIL).level in (Level.PRIMARY, Level.ABSENT)
        and best.probability >= triage.sure
    )


def _namesakes(ranking: Ranking) -> bool:
    """Whether a second record fits the stated number, or the name alone cannot choose between two.

    Or the number is one record's and the name, to the letter, another's: unless the address is the first one's, too.
    """
    best, *others = ranking.candidates or (None,)
    if best is None:
        return False
    bar_id, name, email = (evidence(best, field).level for field in (Field.BAR_ID, Field.NAME, Field.EMAIL))
    if bar_id is Level.EXACT:
        by_number_alone = name is Level.CLOSE and email is not Level.PRIMARY
        return any(
            (evidence(other, Field.BAR_ID).level is Level.EXACT and evidence(other, Field.NAME).level in _NAME_AGREES)
            or (by_number_alone and evidence(other, Field.NAME).level is Level.EXACT)
            for other in others
        )
    return name in _NAME_AGREES and any(
        evidence(other, Field.NAME).level in _NAME_AGREES and other.probability > best.probability / 20
        for other in others
    )


def _warns(signals: tuple[Signal, ...]) -> bool:
    return any(
        signal.severity is Severity.WARNING and signal.name is not SignalName.SENDER_UNCLEAR for signal in signals
    )
