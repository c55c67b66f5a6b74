"""What a message wants: its category, everything else it asks, how urgent it is, and which words say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from helpdesk.patterns import Patterns
from helpdesk.policy import Courts
from helpdesk.policy.reading import Categories, Password, Sign, Wording
from helpdesk.understand.conversation import answers_about_a_reset, is_answer
from helpdesk.understand.quoting import other_court, quoted
from helpdesk.understand.sentences import sentences
from helpdesk.understand.thanks import is_thanks
from helpdesk.understand.trouble import (
    add_passwords,
    asks_for_reset,
    is_unclear,
    may_mean_a_reset,
    names_password,
    ours_works,
    speaks_of_here,
    without_settled,
)
from helpdesk.understand.wording import MACHINES, is_bait, is_near, likeliest
from helpdesk.vocabulary import RESETS, Category, MachineKind, MachineMail, Message

_MOST_SENTENCES = 200
_TELLING_SUBJECT = 3  # words; fewer over an empty text say nothing of what is wanted


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

    @property
    def category(self) -> Category:
        return self.wants[0]


def wishes_of(
    message: Message,
    words: str,
    rules: Categories,
    courts: Courts,
    wording: Wording,
    *,
    gives_bar_id: Callable[[], bool],
    gives_particulars: Callable[[], bool],
    names_somebody: Callable[[], bool],
    poses: bool,
) -> Wishes:
    """What the sender's own ``words`` (subject, empty line, text; folded) ask for.

    gives_bar_id: tells whether a Bar ID is stated; asked only where it matters.
    gives_particulars: tells whether a Bar ID or an address stands in the words themselves, not in the signature.
    names_somebody: tells whether the text says who is meant, by Bar ID or name; asked only of machines' mail.
    poses: an outsider presents itself as a court.
    """
    weighed = _weighed(words, rules)
    said = {category: quoted for category, (weight, quoted) in weighed.items() if weight >= rules.enough}
    if poses and rules.bait.search(words):
        said[Category.SPAM] = "presents itself as a court or PACER, and asks for a login or a click"
    court = other_court(words, courts)
    asked = sentences(words, _MOST_SENTENCES)
    system_unclear = is_unclear(words, asked, rules.password)
    add_passwords(words, asked, rules, courts, said, system_unclear=system_unclear)
    answered = is_answer(message) and _only_subject_asks(said, words, rules.password)
    if answered:
        del said[Category.PASSWORD_RESET]
    unsaid = not said or (is_answer(message) and not _signs_say(_text(words), rules))
    answers = unsaid and _adds_unspoken_reset(
        message, words, asked, rules.password, said, gives_bar_id, gives_particulars
    )
    if answered and not answers:
        words = f"\n\n{_text(words)}"
    thanks_only = is_thanks(words, rules, answers=is_answer(message)) and not answers and not gives_bar_id()
    signs = {category: weight for category, (weight, _) in weighed.items()}
    if _is_a_robots(message) and is_bait(words, signs, wording):
        said.setdefault(Category.SPAM, "its words are most like those of advertising and bait")
    asks = not thanks_only and _may_be_a_persons(message, said, gives_bar_id, names_somebody)
    machine = None if asks else message.machine
    _settle(machine, said, thanks_only=thanks_only, gives_bar_id=gives_bar_id)
    wants = tuple(category for category in rules.order if category in said)
    settled = Category.AUTOMATIC if machine is not None else wants[0] if wants else None
    wordless = _is_wordless(message, words, rules.scanned, wants_nothing=not wants)
    if wordless:
        wants = (Category.GENERAL,)
        said[Category.GENERAL] = "next to no words: a person looks at it"
    elif machine is None and not thanks_only:
        possible = set(RESETS) if answers else _possible(said, settled, words, asked, rules.password, gives_bar_id)
        if message.machine is not None:
            possible.discard(Category.AUTOMATIC)  # it is marked so, and asks all the same
        best, why = likeliest(without_settled(words, asked, rules.password), signs, settled, wording, possible)
        if why:
            said.setdefault(best, why)
        wants = (best, *(category for category in wants if category is not best))
    overruled = settled is not None and settled is not wants[0] and is_near(settled, words, wording)
    urgent = wants[0] not in MACHINES and bool(rules.urgent.search(words)) and not rules.not_urgent.search(words)
    return Wishes(
        wants=wants,
        said=said,
        court=court if Category.OTHER_COURT in wants else None,
        urgent=urgent,
        thanks_only=thanks_only,
        language=_language(words, rules),
        is_understood=not wordless and (bool(said) or _has_known_words(words, wording)),
        system_unclear=system_unclear,
        settled=settled,
        contested=settled if overruled else None,
    )


def _signs_say(words: str, rules: Categories) -> bool:
    """Whether signs in these words come to any category, or ask for a reset."""
    return any(weight >= rules.enough for weight, _ in _weighed(words, rules).values()) or any(
        asks_for_reset(sentence, rules.password) for sentence in sentences(words, _MOST_SENTENCES)
    )


def _adds_unspoken_reset(
    message: Message,
    words: str,
    asked: list[str],
    password: Password,
    said: dict[Category, str],
    gives_bar_id: Callable[[], bool],
    gives_particulars: Callable[[], bool],
) -> bool:
    """Adds a reset that no words ask for, only what they answer. Whether it is the answer to a mail about one."""
    if not said and may_mean_a_reset(message, words, asked, password) and gives_bar_id():
        said[Category.PASSWORD_RESET] = (
            "states a Bar ID, as the court asks for a reset, and speaks of a password or notice"
        )
    elif answers_about_a_reset(message, _text(words), password, gives_particulars):
        said.clear()  # by the subject alone
        said[Category.PASSWORD_RESET] = "answers a mail about a reset"
        return True
    return False


def _only_subject_asks(said: Mapping[Category, str], words: str, password: Password) -> bool:
    """Whether the subject alone speaks of a reset; in an answer it is the subject of the mail that is answered."""
    text = _text(words)
    if Category.PASSWORD_RESET not in said or not text.strip():
        return False
    return not any(asks_for_reset(sentence, password) for sentence in sentences(text, _MOST_SENTENCES))


def _text(words: str) -> str:
    """The words without the subject."""
    return words.partition("\n\n")[2]


# Where signs come to these and none speaks of a reset, likeness of words alone makes none of it.
_NOT_A_RESET = (Category.FOLLOW_UP, Category.GENERAL)


def _possible(
    said: Mapping[Category, str],
    settled: Category | None,
    words: str,
    asked: list[str],
    password: Password,
    gives_bar_id: Callable[[], bool],
) -> set[Category]:
    """What the likeness of words may make of a mail, given what it says plainly."""
    possible = set(Category)
    only_theirs = Category.OTHER_COURT in said and not speaks_of_here(asked, password)
    names_login = settled is Category.FORGOT_LOGIN
    if Category.PASSWORD_RESET not in said and (only_theirs or names_login or ours_works(words, asked, password)):
        possible.discard(Category.PASSWORD_RESET)
    if settled in _NOT_A_RESET and Category.PASSWORD_RESET not in said:
        possible.discard(Category.PASSWORD_RESET)
    if settled in RESETS and names_password(words, password) and gives_bar_id():
        possible.discard(Category.FOLLOW_UP)  # who merely asks for an answer has given the number before
    return possible


def _has_known_words(words: str, wording: Wording) -> bool:
    return bool(words.strip()) and wording.sentences.known_share(words) >= wording.known


def _is_wordless(message: Message, words: str, scanned: Patterns, *, wants_nothing: bool) -> bool:
    """Whether what is meant stands in an attachment or nowhere: a copier's mail, "ecf" over a lost picture."""
    subject, _, text = words.partition("\n\n")
    if message.machine is None and message.attachments and scanned.search(words) and not _PERSON.search(text):
        return True
    return (
        wants_nothing and not text.strip() and (bool(message.attachments) or len(subject.split()) < _TELLING_SUBJECT)
    )


def _weighed(words: str, rules: Categories) -> dict[Category, tuple[int, str]]:
    """How much the signs in these words speak for each category of which any may, and the first words that do."""
    sifted = rules.sign_sieve.sift(words)
    return {
        category: _weight(words, left)
        for category, signs in rules.signs.items()
        if (left := [sign for sign in signs if sign.patterns in sifted])
    }


def _weight(words: str, signs: Sequence[Sign]) -> tuple[int, str]:
    matches = [(sign.weight, sign.patterns.search(words)) for sign in signs]
    said = next((quoted(match[0]) for weight, match in matches if match and weight > 0), "")
    return sum(weight for weight, match in matches if match), said


# What a mail that states a Bar ID seldom is, when it says something else besides.
_NOT_OF_A_FILER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)
_PERSON = re.compile(r"\b(?:i|i'm|my|me|we|our|you|please|yo|mi|usted(?:es)?)\b|\?", re.IGNORECASE)


def _is_a_robots(message: Message) -> bool:
    return message.machine is not None and message.machine.kind is MachineKind.NOTIFICATION


# Robots' notices and lists come that way, and so do advertising and bait.
_BULK = (MachineKind.LIST, MachineKind.NOTIFICATION)


# Of these no standard answer and no reset comes.
_NOTHING_ASKED = (*MACHINES, Category.FOLLOW_UP, Category.GENERAL)


def _may_be_a_persons(
    message: Message,
    said: Mapping[Category, str],
    gives_bar_id: Callable[[], bool],
    names_somebody: Callable[[], bool],
) -> bool:
    """Whether a mail with a machine's marks holds a person's wish, together with who is meant."""
    if message.machine is None or not message.machine.may_be_a_persons:
        return False
    if said.keys() & set(RESETS):
        return names_somebody()
    asks = bool(said.keys() - set(_NOTHING_ASKED))
    return asks and (gives_bar_id() if message.machine.kind in _BULK else names_somebody())


def _settle(
    machine: MachineMail | None,
    said: dict[Category, str],
    *,
    thanks_only: bool,
    gives_bar_id: Callable[[], bool],
) -> None:
    """Machines, thanks and chasers overrule what their words would otherwise ask."""
    if machine is not None:
        bulk = said.get(Category.SPAM) if machine.kind in _BULK else None
        said.clear()
        said[Category.SPAM if bulk else Category.AUTOMATIC] = bulk or machine.reason
    elif thanks_only:
        said.clear()
        said[Category.FOLLOW_UP] = "thanks, and asks for nothing"
    elif said.keys() & set(_NOT_OF_A_FILER) and gives_bar_id():
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
