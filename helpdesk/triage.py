"""A message's whole way through the core: read, understand, match, decide. Pure; for poller and command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from helpdesk.decide import RecordContext, decide
from helpdesk.decide.decision import DecidingRules
from helpdesk.match import Roll, rank
from helpdesk.read import read_message
from helpdesk.understand import understand, understand_all
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.vocabulary import Decision, Message, Ranking, Understanding

T = TypeVar("T")
TOGETHER = 32  # messages are read in step, which takes half the time; more of them gain nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A message, read and understood."""

    message: Message
    understanding: Understanding


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


def read_alone(raw: bytes, rules: ReadingRules) -> ReadMail:
    """Read and understand one message. UnreadableMessageError for what is none."""
    message = read_message(raw, court=rules.court)
    return ReadMail(message=message, understanding=understand(message, rules))


def read_together(raws: Sequence[bytes], rules: ReadingRules, alone: Callable[[bytes], T]) -> Iterator[ReadMail | T]:
    """What becomes of each, in order. Where anything goes wrong with one of them, ``alone`` reads each by itself."""
    yield from _all_in_step(raws, rules) or map(alone, raws)


def _all_in_step(raws: Sequence[bytes], rules: ReadingRules) -> list[ReadMail]:
    """None of them, unless all go well and they are several."""
    if len(raws) > 1:
        with suppress(Exception):
            messages = [read_message(raw, court=rules.court) for raw in raws]
            understood = understand_all(messages, rules)
            return [ReadMail(message=m, understanding=u) for m, u in zip(messages, understood, strict=True)]
    return []


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
