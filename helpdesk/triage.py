"""One message's whole way through the core: understand, match, decide. Pure; for the poller and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpdesk.decide import RecordContext, decide
from helpdesk.decide.decision import DecidingRules
from helpdesk.match import Roll, rank
from helpdesk.understand import understand
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.vocabulary import Decision, Message, Ranking, Understanding


class TriageRules(ReadingRules, DecidingRules, Protocol):
    """All policy that triage rests on; ``helpdesk.rules.Rules`` is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A message that is understood, and the records that its claims may mean."""

    message: Message
    understanding: Understanding
    rankings: tuple[Ranking, ...]
    roll_version: str

    @property
    def tops(self) -> tuple[str, ...]:
        """The likeliest record of each claim (by ecf_user_id), each once."""
        found = (ranking.candidates[0].filer.ecf_user_id for ranking in self.rankings if ranking.candidates)
        return tuple(dict.fromkeys(found))


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
    return decided(weigh(message, understanding, roll, rules), rules, now, context or RecordContext())


def weigh(message: Message, understanding: Understanding, roll: Roll, rules: DecidingRules) -> Weighed:
    """For each claim, the records it may mean."""
    rankings = tuple(rank(claim, roll, rules.matching) for claim in understanding.claims)
    return Weighed(message=message, understanding=understanding, rankings=rankings, roll_version=roll.version)


def decided(weighed: Weighed, rules: DecidingRules, now: datetime, context: RecordContext) -> Decision:
    """Where a message goes whose claims are weighed. now: aware, UTC."""
    return decide(
        weighed.message,
        weighed.understanding,
        weighed.rankings,
        rules=rules,
        now=now,
        context=context,
        roll_version=weighed.roll_version,
    )
