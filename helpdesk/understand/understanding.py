"""A Message becomes an Understanding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial

from helpdesk.understand.caution.passwords import passwords_in, without_passwords
from helpdesk.understand.caution.plainly import only_guessed, only_takes_back
from helpdesk.understand.caution.signals import poses_as_court, signals_of
from helpdesk.understand.filers.claims import Claims, begin, claims_in
from helpdesk.understand.filers.given import (
    gives_bar_id,
    gives_bar_id_in_words,
    gives_name_and_number,
    gives_particulars,
    names_somebody,
)
from helpdesk.understand.filers.passed_on import words_passed_on
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.steps import Steps, in_step
from helpdesk.understand.text.own_words import own_words
from helpdesk.understand.text.sight import Sight, see
from helpdesk.understand.text.spelling import as_meant
from helpdesk.understand.topics.possible import Given
from helpdesk.understand.topics.wishes import Wishes, wishes_of
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.vocabulary import (
    RESETS,
    Category,
    Claim,
    Message,
    Missing,
    Severity,
    Signal,
    SignalName,
    Span,
    Understanding,
)

_NOBODY = Claims(
    claims=(),
    unclaimed=(),
    explained=frozenset(),
    sender_address="",
    passed_on=False,
    several_told_of=False,
    asked_before=False,
    asks_for_another=False,
    who_unclear=False,
)
_TAKEN_BACK = {Category.FOLLOW_UP: "asks for nothing by itself, and takes back what it answers"}


def understand(message: Message, rules: ReadingRules) -> Understanding:
    """What a message wants, whom it names and what a clerk must know about it. Never looks at the roll."""
    return understand_all([message], rules)[0]


def understand_all(messages: Iterable[Message], rules: ReadingRules) -> list[Understanding]:
    """The same of several messages that have nothing to do with each other, in half the time."""
    return in_step(_understood(message, rules) for message in messages)


def _understood(message: Message, rules: ReadingRules) -> Steps[Understanding]:
    extraction, small_words = rules.extraction, rules.wording.sentences.small_words
    sight = see(message, extraction.longest, extraction.sender.closings, small_words)
    search = cache(partial(begin, message, sight, extraction))
    find_claims = cache(partial(claims_in, message, sight, search, extraction))  # what is wanted may depend on them
    yield
    wishes, by_itself, passed = yield from _wanted(message, sight, rules, find_claims)
    asks = wishes.category in RESETS
    may_answer = wishes.category is Category.FOLLOW_UP and not wishes.thanks_only
    said = _NOBODY
    if asks or may_answer:
        yield
        search()
        yield
        said = find_claims(merely_passed_on=bool(passed))
    yield
    claims = said.claims if asks else ()
    passwords = passwords_in(message, extraction.suspicions)
    signals = yield from signals_of(
        message, sight, wishes.category, said, passwords, rules.court, extraction, rules.doubts, rules.remarks
    )
    asked = sight.words if not (passed or said.passed_on) else f"{sight.words}\n\n{sight.other.plain}"
    in_doubt = tuple(only_guessed(sight, asked, wishes, signals, rules))
    if asks and by_itself is None and only_takes_back(message, sight, signals, rules):
        wishes, claims = replace(wishes, wants=(Category.FOLLOW_UP,), said=_TAKEN_BACK), ()
    particulars = said.claims if may_answer else ()
    signals = _with_marks(message, (*in_doubt, *signals), wishes)
    return without_passwords(_told(wishes, claims, particulars, signals, passwords), message)


def _wanted(
    message: Message, sight: Sight, rules: ReadingRules, find_claims: Callable[..., Claims]
) -> Steps[tuple[Wishes, Category | None, str]]:
    """What is wanted, what the own words settle by themselves, and the words of a mail passed on that ask instead."""
    wishes = yield from _wishes(message, sight, sight.words, rules, find_claims)
    by_itself = wishes.settled
    passed = words_passed_on(message, sight, rules.extraction) if by_itself is None else ""
    if passed:
        wishes = yield from _wishes(message, sight, f"{sight.words}\n\n{passed}", rules, find_claims)
    return wishes, by_itself, passed


def _told(
    wishes: Wishes,
    claims: tuple[Claim, ...],
    particulars: tuple[Claim, ...],
    signals: tuple[Signal, ...],
    passwords: tuple[Span, ...],
) -> Understanding:
    return Understanding(
        category=wishes.category,
        wants=wishes.wants,
        why=_why(wishes),
        urgent=wishes.urgent,
        claims=claims,
        particulars=particulars,
        missing=missing_in(claims, system_unclear=wishes.system_unclear),
        signals=signals,
        passwords=passwords,
        court=wishes.court,
        thanks_only=wishes.thanks_only,
        language=wishes.language,
        is_understood=wishes.is_understood,
    )


def _wishes(
    message: Message, sight: Sight, words: str, rules: ReadingRules, find_claims: Callable[..., Claims]
) -> Steps[Wishes]:
    def claims() -> tuple[Claim, ...]:
        return find_claims(merely_passed_on=False).claims

    given = Given(
        bar_id=lambda: gives_bar_id(sight, rules.extraction),
        bar_id_in_words=lambda: gives_bar_id_in_words(sight, rules.extraction),
        particulars=lambda: gives_particulars(sight, rules.extraction),
        all_particulars=lambda: gives_name_and_number(claims(), message),
        somebody=lambda: names_somebody(claims()),
        poses_as_court=poses_as_court(message, rules.extraction),
    )
    return (yield from wishes_of(message, own_words(as_meant(words, rules.categories.spelling)), rules, given))


def _with_marks(message: Message, signals: tuple[Signal, ...], wishes: Wishes) -> tuple[Signal, ...]:
    """What a person seems to ask in a machine's mail is not answered, and staff see why."""
    if message.machine is None or wishes.category in MACHINES:
        return signals
    reason = f"{message.machine.reason} So no automatic reply goes out, but a person seems to ask in it."
    return (Signal(name=SignalName.MACHINE_MARKS, severity=Severity.WARNING, reason=reason), *signals)


def _why(wishes: Wishes) -> str:
    said = wishes.said.get(wishes.category)
    return f"{wishes.category.value}: {said}" if said else "nothing in it points at anything the helpdesk handles"


def missing_in(claims: tuple[Claim, ...], *, system_unclear: bool = False) -> tuple[Missing, ...]:
    """What every claim lacks, and what password is meant."""
    missing = []
    if claims and all(claim.name is None for claim in claims):
        missing.append(Missing.NAME)
    if claims and all(claim.bar_id is None and not claim.says_no_bar_id for claim in claims):
        missing.append(Missing.BAR_ID)
    if claims and system_unclear:
        missing.append(Missing.SYSTEM)
    return tuple(missing)
