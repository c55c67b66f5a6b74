"""One message's whole way through the core: understand, match, decide. Pure; for the poller and the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from helpdesk.decide import RecordContext, decide
from helpdesk.decide.decision import DecidingRules
from helpdesk.match import Roll, rank
from helpdesk.understand import understand
from helpdesk.understand.understanding import ReadingRules
from helpdesk.vocabulary import Decision, Message, Ranking, Understanding


class TriageRules(ReadingRules, DecidingRules, Protocol):
    """All policy that triage rests on; ``helpdesk.rules.Rules`` is one."""


def triage(
    message: Message, roll: Roll, rules: TriageRules, now: datetime, context: RecordContext | None = None
) -> tuple[Understanding, Decision]:
    """What a message says and where it goes. now: aware, UTC."""
    understanding = understand(message, rules)
    return understanding, place(message, understanding, roll, rules, now, context)


def place(
    message: Message,
    understanding: Understanding,
    roll: Roll,
    rules: DecidingRules,
    now: datetime,
    context: RecordContext | None = None,
) -> Decision:
    """Where a message goes that is understood already. now: aware, UTC."""
    return decide(
        message,
        understanding,
        weigh(understanding, roll, rules),
        rules=rules,
        now=now,
        context=context or RecordContext(),
        roll_version=roll.version,
    )


def weigh(understanding: Understanding, roll: Roll, rules: DecidingRules) -> tuple[Ranking, ...]:
    """For each claim, the records it may mean."""
    return tuple(rank(claim, roll, rules.matching) for claim in understanding.claims)
