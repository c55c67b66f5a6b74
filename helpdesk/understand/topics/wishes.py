"""What a message wants: its category, everything else it asks, how urgent it is, and which words say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cache, partial

from helpdesk.policy.reading import Categories, Wording
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.steps import Steps
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.quoting import other_court, quoted
from helpdesk.understand.text.sentences import sentences
from helpdesk.understand.topics.answering import read_as_answer
from helpdesk.understand.topics.asides import without_asides
from helpdesk.understand.topics.conversation import about_a_reset
from helpdesk.understand.topics.elsewhere import without_background
from helpdesk.understand.topics.overruling import may_be_a_persons, may_be_bait, settle
from helpdesk.understand.topics.possible import Given, Plain, may_be
from helpdesk.understand.topics.signs import matter_of, weighed
from helpdesk.understand.topics.thanks import is_thanks, wish_stands_elsewhere
from helpdesk.understand.topics.trouble import (
    asks_about_passwords,
    asks_for_reset,
    asks_outright,
    looks_back,
    without_settled,
)
from helpdesk.understand.topics.whose import add_passwords, is_unclear
from helpdesk.understand.topics.wording import MACHINES, Likeness, is_bait, is_near, likeliest
from helpdesk.understand.topics.wordless import is_wordless, matter_of_its_subject
from helpdesk.vocabulary import RESETS, Category, MachineMail, Message

# Who asks for a reset may be or do all that, too.
_NO_MATTER = (*RESETS, *MACHINES, Category.FOLLOW_UP, Category.GENERAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Everything a message asks for, the category first, each with the words that say so."""

    wants: tuple[Category, ...]
    said: Mapping[Category, str]
    court: str | None
    urgent: bool
    thanks_only: bool
    language: str
    is_understood: bool  # False: words and signs say next to nothing; it may be blank or in any language
    system_unclear: bool  # a password, but it may be CM/ECF's or PACER's
    settled: Category | None  # what the signs come to; None: only the likeness of its words says anything
    contested: Category | None  # what the signs come to, where the words say something else and not by far
    answers: bool  # it answers a mail about a reset, which asks for what it gives

    @property
    def category(self) -> Category:
        return self.wants[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _BySigns:
    """What the signs in a message come to, before anybody asks what its words are like."""

    own: OwnWords  # without a subject that is not the sender's
    weights: Mapping[Category, int]
    hinted: Set[Category]  # for which any sign speaks, however little
    said: Mapping[Category, str]
    wants: tuple[Category, ...]
    system_unclear: bool
    answers: bool
    thanks_only: bool
    outright: bool
    machine: MachineMail | None

    @property
    def settled(self) -> Category | None:
        if self.machine is not None:
            return Category.AUTOMATIC
        return self.wants[0] if self.wants else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _InAll:
    """What a message wants by signs and words together."""

    wants: tuple[Category, ...]
    said: Mapping[Category, str]
    is_understood: bool


def wishes_of(message: Message, own: OwnWords, rules: ReadingRules, given: Given) -> Steps[Wishes]:
    """What the sender's own words ask for: first by signs, then by what they are most like."""
    own = without_background(own, rules.categories.password, rules.remarks)
    first = _by_signs(message, own, rules, given)
    yield
    found = _by_words(message, first, rules, given)
    return Wishes(
        wants=found.wants,
        said=found.said,
        court=other_court(own.all, rules.courts) if Category.OTHER_COURT in found.wants else None,
        urgent=found.wants[0] not in MACHINES and _is_urgent(first.own, rules.categories),
        thanks_only=first.thanks_only,
        language=_language(first.own.all, rules.categories),
        is_understood=found.is_understood,
        system_unclear=first.system_unclear,
        settled=first.settled,
        contested=_contested(found.wants[0], first.settled, first.own, rules),
        answers=first.answers,
    )


def _by_signs(message: Message, own: OwnWords, rules: ReadingRules, given: Given) -> _BySigns:
    categories = rules.categories
    outright = asks_outright(own, categories.password)
    signs = weighed(without_asides(own, categories.password, rules.remarks) if outright else own.all, categories)
    signs = _with_looking_back(signs, own, categories)
    weights = {category: weight for category, (weight, _) in signs.items()}
    said, system_unclear = _said_by_signs(own, signs, rules, given)
    own, answers = read_as_answer(message, own, categories, said, given)
    thanks_only = not answers and _is_thanks_only(message, own, categories, said, given)
    if may_be_bait(message) and is_bait(own.all, weights, rules.wording):
        said.setdefault(Category.SPAM, "its words are most like those of advertising and bait")
    persons = not thanks_only and may_be_a_persons(message, own, said, categories, given)
    machine = None if persons else message.machine
    # In an answer a number below the words is their signature's.
    gives_number = given.bar_id_in_words if is_answer(message) else given.bar_id
    settle(machine, said, thanks_only=thanks_only, outright=outright, gives_number=gives_number)
    return _BySigns(
        own=own,
        weights=weights,
        hinted={category for category, (_, quoted) in signs.items() if quoted},
        said=said,
        wants=tuple(category for category in categories.order if category in said),
        system_unclear=system_unclear,
        answers=answers,
        thanks_only=thanks_only,
        outright=outright,
        machine=machine,
    )


def _by_words(message: Message, first: _BySigns, rules: ReadingRules, given: Given) -> _InAll:
    """What the words are most like, where there are any and it is neither a machine's mail nor thanks alone."""
    own, said, wants, categories = first.own, first.said, first.wants, rules.categories
    persons = first.machine is None
    if persons and is_wordless(message, own, categories, wants_nothing=not wants):
        matter = matter_of_its_subject(own, categories)
        told = {**said, matter: "next to no words: a person looks at it"}
        return _InAll(wants=(matter,), said=told, is_understood=False)
    torn = False
    if persons and not first.thanks_only:
        plain = Plain(
            message=message,
            said=said,
            settled=first.settled,
            hinted=first.hinted,
            answers_reset=cache(partial(about_a_reset, message, categories.password)),
            outright=first.outright,
            own=own,
            password=categories.password,
            given=given,
        )
        likeness = _likeness(plain, first.weights, rules.wording, answers=first.answers)
        best, torn = likeness.category, likeness.is_torn
        if likeness.why:
            said = {best: likeness.why, **said}
        wants = (best, *(category for category in wants if category is not best))
    known = bool(said) or _has_known_words(own.all, rules.wording)
    return _InAll(wants=wants, said=said, is_understood=known and not torn)


def _likeness(plain: Plain, weights: Mapping[Category, int], wording: Wording, *, answers: bool) -> Likeness:
    """What the words are most like, of what they may be. Torn they are not where something else decides."""
    possible = RESETS.__contains__ if answers else partial(may_be, plain=plain)
    found = likeliest(without_settled(plain.own, plain.password), weights, plain.settled, wording, possible)
    if found.is_torn and (answers or (found.category in RESETS and plain.given.bar_id())):
        return replace(found, is_torn=False)
    return found


def _with_looking_back(
    signs: dict[Category, tuple[int, str]], own: OwnWords, rules: Categories
) -> dict[Category, tuple[int, str]]:
    """The signs, with a sentence that takes a request back or asks what became of it as one for a follow-up."""
    sentence = next((sentence for sentence in own.sentences if looks_back(sentence, rules.password)), None)
    if sentence is None:
        return signs
    weight, found = signs.get(Category.FOLLOW_UP, (0, ""))
    return {**signs, Category.FOLLOW_UP: (weight + rules.enough, found or quoted(sentence.strip()))}


def _said_by_signs(
    own: OwnWords, signs: Mapping[Category, tuple[int, str]], rules: ReadingRules, given: Given
) -> tuple[dict[Category, str], bool]:
    """What the signs come to, and whether a password is meant that may be CM/ECF's or PACER's."""
    categories = rules.categories
    said = {category: found for category, (weight, found) in signs.items() if weight >= categories.enough}
    if given.poses_as_court and categories.bait.search(own.all):
        said[Category.SPAM] = "presents itself as a court or PACER, and asks for a login or a click"
    system_unclear = is_unclear(own.all, own.sentences, categories.password)
    add_passwords(own.all, own.sentences, categories, rules.courts, said, system_unclear=system_unclear)
    question = asks_about_passwords(own.sentences, categories.password)
    if question is not None and not said:
        said[Category.GENERAL] = quoted(question.strip())
    return said, system_unclear


def _is_thanks_only(
    message: Message, own: OwnWords, rules: Categories, said: Mapping[Category, str], given: Given
) -> bool:
    """Whether a mail thanks, and states no Bar ID that would say who asks for something."""
    answers = is_answer(message)  # its subject is that of the mail below
    signed_thanks = answers and not said.keys() - {Category.FOLLOW_UP}  # a number below them is their signature's
    states_bar_id = given.bar_id_in_words if signed_thanks else given.bar_id
    if not is_thanks(own, rules, answers=answers) or states_bar_id():
        return False
    return not wish_stands_elsewhere(message, own, rules)


def _contested(category: Category, settled: Category | None, own: OwnWords, rules: ReadingRules) -> Category | None:
    """What the signs come to where the words say something else and not by far; else what stands below a subject."""
    if settled is not None and settled is not category and is_near(settled, own.all, rules.wording):
        return settled
    return _below_the_subject(category, own, rules.categories)


def _below_the_subject(category: Category, own: OwnWords, rules: Categories) -> Category | None:
    """What the text is about where our reset stands in the subject alone: "Password reset", above lost notices."""
    password = rules.password
    if category is not Category.PASSWORD_RESET or not own.subject.strip():
        return None
    asking = [s for s in sentences(own.text, MOST_SENTENCES) if asks_for_reset(s, password)]
    if asking:
        ours = any(password.ours.search(s) or password.ours_own.search(s) or password.here.search(s) for s in asking)
        pacers = all(password.pacer.search(password.not_pacer.without(s)) for s in asking)
        return Category.PACER_ACCOUNT if pacers and not ours else None
    if password.words.search(own.text) or password.login_words.search(own.text):
        return None
    matter = matter_of(own.text, rules, _NO_MATTER)
    if matter is Category.PACER_LINK and password.ours_own.search(own.subject):
        return None  # linking takes the old password
    return matter


def _is_urgent(own: OwnWords, rules: Categories) -> bool:
    if not rules.urgent.search(own.all) or rules.not_urgent.search(own.all):
        return False
    return rules.urgent.search(rules.sounds_urgent.without(own.all)) is not None


def _has_known_words(words: str, wording: Wording) -> bool:
    return bool(words.strip()) and wording.sentences.known_share(words) >= wording.known


def _language(words: str, rules: Categories) -> str:
    tokens = re.findall(r"[a-z]+", words.lower())
    spanish = sum(map(rules.spanish.__contains__, tokens))
    return "es" if spanish >= 3 and spanish * 5 >= len(tokens) else "en"
