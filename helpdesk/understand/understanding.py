"""A Message becomes an Understanding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial

from helpdesk.policy import Extraction
from helpdesk.policy.reading import Password
from helpdesk.understand.caution.doubts import warning
from helpdesk.understand.caution.passwords import passwords_in, without_passwords
from helpdesk.understand.caution.signals import poses_as_court, signals_of
from helpdesk.understand.filers.addresses import find_addresses
from helpdesk.understand.filers.claims import Claims, begin, claims_in
from helpdesk.understand.filers.numbers import find_bar_ids, lone_number, states_bar_id
from helpdesk.understand.filers.passed_on import went_to_us, words_passed_on
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.steps import Steps, in_step
from helpdesk.understand.text.own_words import own_words
from helpdesk.understand.text.sight import Sight, see
from helpdesk.understand.topics.conversation import is_answer
from helpdesk.understand.topics.possible import Given
from helpdesk.understand.topics.trouble import pleads
from helpdesk.understand.topics.wishes import Wishes, wishes_of
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.vocabulary import (
    RESETS,
    Category,
    Claim,
    Message,
    Missing,
    Place,
    SectionKind,
    Severity,
    Signal,
    SignalName,
    Stated,
    Understanding,
)

_NOBODY = Claims(
    claims=(),
    unclaimed=(),
    explained=frozenset(),
    sender_address="",
    passed_on=False,
    asked_before=False,
    asks_for_another=False,
    who_unclear=False,
)


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
    wishes = yield from _wishes(message, sight, sight.words, rules, find_claims)
    by_itself = wishes.settled
    passed = words_passed_on(message, sight, rules.extraction) if by_itself is None else ""
    if passed:
        wishes = yield from _wishes(message, sight, f"{sight.words}\n\n{passed}", rules, find_claims)
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
    passwords = passwords_in(message, rules.extraction.suspicions)
    signals = yield from signals_of(message, sight, said, passwords, rules.court, rules.extraction, rules.doubts)
    asked = sight.words if not (passed or said.passed_on) else f"{sight.words}\n\n{sight.other.plain}"
    in_doubt = [
        *_wish_in_doubt(signals, asked, wishes, rules.categories.password),
        *_answer_in_doubt(sight, wishes, rules.extraction),
    ]
    if asks and by_itself is None and _only_takes_back(message, sight, signals, rules.extraction):
        wishes, claims = replace(wishes, wants=(Category.FOLLOW_UP,), said=_TAKEN_BACK), ()
    understanding = Understanding(
        category=wishes.category,
        wants=wishes.wants,
        why=_why(wishes),
        urgent=wishes.urgent,
        claims=claims,
        particulars=said.claims if may_answer else (),
        missing=missing_in(claims, system_unclear=wishes.system_unclear),
        signals=_with_marks(message, (*in_doubt, *signals), wishes),
        passwords=passwords,
        court=wishes.court,
        thanks_only=wishes.thanks_only,
        language=wishes.language,
        is_understood=wishes.is_understood,
    )
    return without_passwords(understanding, message)


def _wishes(
    message: Message, sight: Sight, words: str, rules: ReadingRules, find_claims: Callable[..., Claims]
) -> Steps[Wishes]:
    def claims() -> tuple[Claim, ...]:
        return find_claims(merely_passed_on=False).claims

    given = Given(
        bar_id=lambda: _gives_bar_id(sight, rules.extraction),
        bar_id_in_words=lambda: _gives_bar_id_in_words(sight, rules.extraction),
        particulars=lambda: _gives_particulars(sight, rules.extraction),
        all_particulars=lambda: _gives_name_and_number(claims(), message),
        somebody=lambda: _names_somebody(claims()),
        poses_as_court=poses_as_court(message, rules.extraction),
    )
    return (yield from wishes_of(message, own_words(words), rules, given))


def _wish_in_doubt(signals: tuple[Signal, ...], words: str, wishes: Wishes, password: Password) -> Iterator[Signal]:
    """A reset by the likeness of its words alone, or by what it gives, is nothing routine.

    That is where signs speak for a matter not far off, and where no sentence asks for it or says what is lost.
    """
    if wishes.category not in RESETS or any(signal.name is SignalName.NOT_PLAINLY_ASKED for signal in signals):
        return
    if wishes.contested is not None and wishes.contested not in RESETS:
        other = wishes.contested.value.replace("_", " ")
        reason = f"Its words are like those of a reset, but there are signs of another matter: {other}."
        yield warning(SignalName.NOT_PLAINLY_ASKED, reason)
    elif wishes.category is Category.PASSWORD_RESET and not (wishes.answers or pleads(own_words(words), password)):
        reason = "Nothing in it plainly asks for a reset, or says that a password is lost or fails."
        yield warning(SignalName.NOT_PLAINLY_ASKED, reason)


def _answer_in_doubt(sight: Sight, wishes: Wishes, rules: Extraction) -> Iterator[Signal]:
    """Who states Bar ID and address, as a reset needs them, gets no answer to what their words are merely like."""
    guessed = wishes.settled is None and wishes.category not in (*RESETS, *MACHINES, Category.FOLLOW_UP)
    if guessed and _gives_bar_id_in_words(sight, rules) and sight.text.once(find_addresses, rules.address):
        reason = "States a Bar ID and an address, as a reset needs them; what is asked is only guessed by its words."
        yield warning(SignalName.NOT_PLAINLY_ASKED, reason)


_BIDS = re.compile(r"\b(?:please|pls|kindly|(?:can|could|would|will) (?:you|someone|somebody))\b", re.IGNORECASE)
_HANDS_ON = re.compile(r"\b(?:take care of|process|handle|action|deal with|attend to) (?:the|this|it|below)\b", re.I)
_TAKEN_BACK = {Category.FOLLOW_UP: "asks for nothing by itself, and takes back what it answers"}


def _only_takes_back(message: Message, sight: Sight, signals: tuple[Signal, ...], rules: Extraction) -> bool:
    """Whether what answers a mail, or passes one on that went to us, says nothing of a reset but that none is due."""
    again = went_to_us(message, rules) and not _BIDS.search(sight.words)
    if not (is_answer(message) or again) or _HANDS_ON.search(sight.words) or _gives_bar_id_in_words(sight, rules):
        return False
    return any(signal.name is SignalName.NOT_PLAINLY_ASKED for signal in signals)


def _with_marks(message: Message, signals: tuple[Signal, ...], wishes: Wishes) -> tuple[Signal, ...]:
    """What a person seems to ask in a machine's mail is not answered, and staff see why."""
    if message.machine is None or wishes.category in MACHINES:
        return signals
    reason = f"{message.machine.reason} So no automatic reply goes out, but a person seems to ask in it."
    return (Signal(name=SignalName.MACHINE_MARKS, severity=Severity.WARNING, reason=reason), *signals)


def _gives_bar_id(sight: Sight, rules: Extraction) -> bool:
    return any(
        states_bar_id(view, rules.bar_id, rules.name, sight.sender.plain.lower())
        for view in (sight.text, sight.subject)
    )


def _gives_particulars(sight: Sight, rules: Extraction) -> bool:
    """Whether a Bar ID or an address stands in the own words, outside the signature."""
    if rules.bar_id.absent.search(sight.words):  # "I have no number": an answer to the question for it, too
        return True
    return _gives_bar_id_in_words(sight, rules) or any(
        not address.in_signature for address in sight.text.once(find_addresses, rules.address)
    )


def _gives_bar_id_in_words(sight: Sight, rules: Extraction) -> bool:
    bar_ids = find_bar_ids(sight.text, rules.bar_id, rules.name, sight.sender.plain.lower())
    return any(not bar_id.in_signature for bar_id in bar_ids or lone_number(sight.text, rules.bar_id))


def _gives_name_and_number(claims: tuple[Claim, ...], message: Message) -> bool:
    """Whether the own words spell out one filer's name and Bar ID above the signature."""
    return len(claims) == 1 and all(_is_in_own_words(part, message) for part in (claims[0].name, claims[0].bar_id))


def _is_in_own_words(part: Stated | None, message: Message) -> bool:
    if part is None or part.span is None or part.span.place is not Place.TEXT:
        return False
    own = (section for section in message.sections if section.kind is SectionKind.OWN)
    return any(section.start <= part.span.start < section.end for section in own)


def _names_somebody(claims: tuple[Claim, ...]) -> bool:
    """Whether the text says who is meant: by a Bar ID, or by the name of the sender; of others it may merely tell."""
    return any(
        claim.bar_id is not None
        or (
            claim.filer_is_sender
            and claim.name is not None
            and claim.name.span is not None
            and claim.name.span.place is Place.TEXT
        )
        for claim in claims
    )


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
