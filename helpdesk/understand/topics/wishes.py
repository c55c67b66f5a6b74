"""What a message wants: its category, everything else it asks, how urgent it is, and which words say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache, partial

from helpdesk.policy.reading import Categories, Password, Wording
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.steps import Steps
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.quoting import other_court, quoted
from helpdesk.understand.text.sentences import sentences
from helpdesk.understand.topics.conversation import (
    about_a_reset,
    answers_about_a_reset,
    is_answer,
    lacks_what_an_item_says,
)
from helpdesk.understand.topics.elsewhere import without_background
from helpdesk.understand.topics.possible import Given, Plain, may_be
from helpdesk.understand.topics.signs import weighed
from helpdesk.understand.topics.thanks import is_thanks, wish_stands_elsewhere
from helpdesk.understand.topics.trouble import (
    any_asks_for_reset,
    asks_about_passwords,
    asks_for_reset,
    asks_outright,
    looks_back,
    may_mean_a_reset,
    without_settled,
)
from helpdesk.understand.topics.whose import add_passwords, is_unclear
from helpdesk.understand.topics.wording import MACHINES, Likeness, is_bait, is_near, likeliest
from helpdesk.understand.topics.wordless import asks_by_its_subject, is_scan, is_wordless, matter_of_its_subject
from helpdesk.vocabulary import RESETS, Category, MachineKind, MachineMail, Message


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
    own = without_background(own, rules.categories.password)
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
    signs = _with_looking_back(weighed(own.all, categories), own, categories)
    weights = {category: weight for category, (weight, _) in signs.items()}
    said, system_unclear = _said_by_signs(own, signs, rules, given)
    own, answers = _read_as_answer(message, own, categories, said, given)
    thanks_only = not answers and _is_thanks_only(message, own, categories, said, given)
    if _may_be_bait(message) and is_bait(own.all, weights, rules.wording):
        said.setdefault(Category.SPAM, "its words are most like those of advertising and bait")
    persons = not thanks_only and _may_be_a_persons(message, own, said, categories, given)
    machine = None if persons else message.machine
    outright = asks_outright(own, categories.password)
    # In an answer a number below the words is their signature's.
    gives_number = given.bar_id_in_words if is_answer(message) else given.bar_id
    _settle(machine, said, thanks_only=thanks_only, outright=outright, gives_number=gives_number)
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
        ours = any(password.ours.search(s) or password.ours_own.search(s) for s in asking)
        pacers = all(password.pacer.search(s) for s in asking)
        return Category.PACER_ACCOUNT if pacers and not ours else None
    if password.words.search(own.text) or password.login_words.search(own.text):
        return None
    weights = weighed(own.text, rules)
    matters = (matter for matter in rules.order if matter not in _NO_MATTER)
    return next((matter for matter in matters if weights.get(matter, (0, ""))[0] >= rules.enough), None)


def _is_urgent(own: OwnWords, rules: Categories) -> bool:
    if not rules.urgent.search(own.all) or rules.not_urgent.search(own.all):
        return False
    return rules.urgent.search(rules.sounds_urgent.without(own.all)) is not None


def _read_as_answer(
    message: Message, own: OwnWords, rules: Categories, said: dict[Category, str], given: Given
) -> tuple[OwnWords, bool]:
    """The own words, without a subject that is not theirs, and whether they answer a mail about a reset.

    Takes back what the subject alone asks for, and adds a reset that no words ask for, only what they answer.
    """
    if is_answer(message) and _only_subject_follows_up(said, own, rules):
        del said[Category.FOLLOW_UP]
    borrowed = is_answer(message) and _only_subject_asks(said, own, rules.password)
    if borrowed:
        del said[Category.PASSWORD_RESET]
    unsaid = not said or (is_answer(message) and not _signs_say(own.text, rules))
    is_solved = unsaid and rules.solved.search(own.text) is not None
    if is_solved and is_answer(message):
        said.clear()
        said[Category.FOLLOW_UP] = "all is well, it says"
    answers = unsaid and not is_solved and _adds_unspoken_reset(message, own, rules.password, said, given)
    return own.without_subject() if borrowed and not answers else own, answers


def _signs_say(words: str, rules: Categories) -> bool:
    """Whether signs in these words come to any category, or ask for a reset."""
    return any(weight >= rules.enough for weight, _ in weighed(words, rules).values()) or any_asks_for_reset(
        words, rules.password
    )


def _adds_unspoken_reset(
    message: Message, own: OwnWords, password: Password, said: dict[Category, str], given: Given
) -> bool:
    """Adds a reset that no words ask for, only what they answer. Whether it is the answer to a mail about one."""
    if answers_about_a_reset(message, own.text, password, given.particulars, given.all_particulars):
        said.clear()  # by the subject alone
        said[Category.PASSWORD_RESET] = "answers a mail about a reset"
        return True
    if said:
        return False
    if lacks_what_an_item_says(message, own.text, password) and given.bar_id():
        said[Category.PASSWORD_RESET] = "says to lack what an item of the notice below is about, the password"
        return True
    if may_mean_a_reset(message, own, password) and given.bar_id():
        said[Category.PASSWORD_RESET] = (
            "states a Bar ID, as the court asks for a reset, and speaks of a password or notice"
        )
    return False


def _only_subject_asks(said: Mapping[Category, str], own: OwnWords, password: Password) -> bool:
    """Whether the subject alone speaks of a reset; in an answer it is the subject of the mail that is answered."""
    if Category.PASSWORD_RESET not in said or not own.text.strip():
        return False
    return not any_asks_for_reset(own.text, password)


def _only_subject_follows_up(said: Mapping[Category, str], own: OwnWords, rules: Categories) -> bool:
    """Whether the subject, that of the mail that is answered, is all that makes a follow-up of a wish for a reset."""
    if Category.FOLLOW_UP not in said or not any_asks_for_reset(own.text, rules.password):
        return False
    if any(looks_back(sentence, rules.password) for sentence in own.sentences):
        return False
    return weighed(own.text, rules).get(Category.FOLLOW_UP, (0, ""))[0] < rules.enough


def _has_known_words(words: str, wording: Wording) -> bool:
    return bool(words.strip()) and wording.sentences.known_share(words) >= wording.known


# What a mail that states a Bar ID seldom is, when it says something else besides.
_NOT_OF_A_FILER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)


def _may_be_bait(message: Message) -> bool:
    """Whether a robot sent it, or somebody who calls himself a mail server."""
    return message.machine is not None and message.machine.kind in (MachineKind.NOTIFICATION, MachineKind.BOUNCE)


# Robots' notices and lists come that way, and so do advertising and bait.
_BULK = (MachineKind.LIST, MachineKind.NOTIFICATION)
_MAY_BE_SPAM = (*_BULK, MachineKind.BOUNCE)
# Who asks for a reset may be or do all that, too.
_NO_MATTER = (*RESETS, *MACHINES, Category.FOLLOW_UP, Category.GENERAL)
# Of these no standard answer and no reset comes.
_NOTHING_ASKED = (*MACHINES, Category.FOLLOW_UP, Category.GENERAL)


def _may_be_a_persons(
    message: Message, own: OwnWords, said: Mapping[Category, str], rules: Categories, given: Given
) -> bool:
    """Whether a mail with a machine's marks holds a person's wish, together with who is meant.

    Who is meant stands in the scan where somebody typed the subject at a copier that sends from such an address.
    """
    if message.machine is None or not message.machine.may_be_a_persons:
        return False
    if said.keys() & set(RESETS):
        over_a_scan = message.attachments and (not own.text.strip() or is_scan(message, own, rules))
        return given.somebody() or bool(over_a_scan and asks_by_its_subject(own, rules))
    bulk, asks = message.machine.kind in _BULK, bool(said.keys() - set(_NOTHING_ASKED))
    if bulk:
        return given.bar_id() if asks else given.all_particulars()
    return asks and given.somebody()


def _settle(
    machine: MachineMail | None,
    said: dict[Category, str],
    *,
    thanks_only: bool,
    outright: bool,
    gives_number: Callable[[], bool],
) -> None:
    """Machines, thanks and chasers overrule what their words would otherwise ask."""
    if outright and len(said) > 1:
        said.pop(Category.AUTOMATIC, None)  # no machine asks for a reset outright
    if machine is not None:
        bulk = said.get(Category.SPAM) if machine.kind in _MAY_BE_SPAM else None
        said.clear()
        said[Category.SPAM if bulk else Category.AUTOMATIC] = bulk or machine.reason
    elif thanks_only:
        said.clear()
        said[Category.FOLLOW_UP] = "thanks, and asks for nothing"
    elif said.keys() & set(_NOT_OF_A_FILER) and gives_number():
        for category in _NOT_OF_A_FILER:
            if len(said) > 1:
                said.pop(category, None)
    elif Category.FOLLOW_UP in said and not said.keys() & set(MACHINES):
        chased = said[Category.FOLLOW_UP]
        said.clear()
        said[Category.FOLLOW_UP] = chased


def _language(words: str, rules: Categories) -> str:
    tokens = re.findall(r"[a-z]+", words.lower())
    spanish = sum(map(rules.spanish.__contains__, tokens))
    return "es" if spanish >= 3 and spanish * 5 >= len(tokens) else "en"
