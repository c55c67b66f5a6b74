"""What a message wants: its category, everything else it asks, how urgent it is, and which words say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpdesk.patterns import Patterns
from helpdesk.policy import Courts
from helpdesk.policy_reading import Categories, Password, Sign, Wording
from helpdesk.understand.sentences import sentences
from helpdesk.understand.wording import MACHINES, is_bait, is_near, likeliest
from helpdesk.vocabulary import Category, MachineKind, Message

_MOST_SENTENCES = 200
_LONGEST_THANKS = 240  # characters
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
    poses: bool,
) -> Wishes:
    """What the sender's own ``words`` (subject, empty line, text; folded) ask for.

    gives_bar_id: tells whether a Bar ID is stated; asked only where it matters.
    poses: an outsider presents itself as a court.
    """
    weighed = {category: _weight(words, signs) for category, signs in rules.signs.items()}
    said = {category: quoted for category, (weight, quoted) in weighed.items() if weight >= rules.enough}
    if poses and rules.bait.search(words):
        said[Category.SPAM] = "presents itself as a court or PACER, and asks for a login or a click"
    court = _other_court(words, courts)
    asked = sentences(words, _MOST_SENTENCES)
    system_unclear = _is_unclear(words, asked, rules.password)
    _passwords(words, asked, rules, courts, said, system_unclear=system_unclear)
    if not said and _may_mean_a_reset(message, words, asked, rules.password) and gives_bar_id():
        said[Category.PASSWORD_RESET] = (
            "states a Bar ID, as the court asks for a reset, and speaks of a password or notice"
        )
    thanks_only = _is_thanks(words, rules, answers=_answers(message)) and not gives_bar_id()
    signs = {category: weight for category, (weight, _) in weighed.items()}
    if _is_a_robots(message) and is_bait(words, signs, wording):
        said.setdefault(Category.SPAM, "its words are most like those of advertising and bait")
    _settle(message, said, thanks_only=thanks_only, gives_bar_id=gives_bar_id)
    wants = tuple(category for category in rules.order if category in said)
    settled = Category.AUTOMATIC if message.machine is not None else wants[0] if wants else None
    wordless = _is_wordless(message, words, rules.scanned, wants_nothing=not wants)
    if wordless:
        wants = (Category.GENERAL,)
        said[Category.GENERAL] = "next to no words: a person looks at it"
    elif message.machine is None and not thanks_only:
        possible = set(Category) - ({Category.PASSWORD_RESET} if _ours_works(words, asked, rules.password) else set())
        if settled in _ABOUT_A_FILER and _names_password(words, rules.password) and gives_bar_id():
            possible.discard(Category.FOLLOW_UP)  # who asks for an answer only has given the number before
        best, why = likeliest(_without_settled(words, asked, rules.password), signs, settled, wording, possible)
        if why:
            said.setdefault(best, why)
        wants = (best, *(category for category in wants if category is not best))
    contested = (
        settled if settled is not None and settled is not wants[0] and is_near(settled, words, wording) else None
    )
    urgent = wants[0] not in MACHINES and bool(rules.urgent.search(words)) and not rules.not_urgent.search(words)
    return Wishes(
        wants=wants,
        said=said,
        court=court if Category.OTHER_COURT in wants else None,
        urgent=urgent,
        thanks_only=thanks_only,
        language=_language(words, rules),
        is_understood=not wordless
        and (bool(said) or (bool(words.strip()) and wording.sentences.known_share(words) >= wording.known)),
        system_unclear=system_unclear,
        settled=settled,
        contested=contested,
    )


def _is_wordless(message: Message, words: str, scanned: Patterns, *, wants_nothing: bool) -> bool:
    """Whether what is meant stands in an attachment or nowhere: a copier's mail, "ecf" over a lost picture."""
    subject, _, text = words.partition("\n\n")
    if message.attachments and scanned.search(words) and not _PERSON.search(text):
        return True
    return (
        wants_nothing and not text.strip() and (bool(message.attachments) or len(subject.split()) < _TELLING_SUBJECT)
    )


def _without_settled(words: str, asked: list[str], password: Password) -> str:
    """Without the sentences that say of a password that it is not the matter: they would count as if it were."""
    left = [sentence for sentence in asked if not password.settled.search(sentence)]
    return " ".join(left) if left and len(left) < len(asked) else words


def _weight(words: str, signs: tuple[Sign, ...]) -> tuple[int, str]:
    matches = [(sign.weight, sign.patterns.search(words)) for sign in signs]
    said = next((_quoted(match[0]) for weight, match in matches if match and weight > 0), "")
    return sum(weight for weight, match in matches if match), said


def _quoted(words: str) -> str:
    return f'"{" ".join(words.split())[:120]}"'


def _other_court(words: str, courts: Courts) -> str | None:
    return next((key for key, court in courts.courts.items() if any(p.search(words) for p in court.patterns)), None)


def _passwords(
    words: str,
    asked: list[str],
    rules: Categories,
    courts: Courts,
    said: dict[Category, str],
    *,
    system_unclear: bool,
) -> None:
    """Adds whose password, if any, is in trouble, sentence by sentence."""
    password = rules.password
    knows_login = password.not_login.search(words)
    if knows_login:
        said.pop(Category.FORGOT_LOGIN, None)
    linking = Category.PACER_LINK in said or Category.PACER_ACCOUNT in said
    only_pacer = not system_unclear and _only_pacers(words, asked, password)
    for sentence in asked:
        if not _in_trouble(sentence, password, linking=linking):
            continue
        if password.elsewhere.search(sentence) and not password.here.search(sentence):
            said.setdefault(Category.OTHER_COURT, _quoted(sentence.strip()))
            continue
        if Category.OTHER_COURT in said and (_other_court(sentence, courts) or password.there.search(sentence)):
            continue
        category = Category.PASSWORD_RESET if system_unclear else _whose(sentence, password, only_pacer=only_pacer)
        said.setdefault(category, _quoted(sentence.strip()))
    if only_pacer or said.keys() & _NOT_BARE - {Category.PACER_LINK}:
        return
    # Beside a link that fails, only a plain "reset it" is about the password that stands in the way.
    linking_only = Category.PACER_LINK in said
    if linking_only and not password.words.search(words):
        return
    for sentence in asked:
        bare = (password.plain_reset if linking_only else password.bare).search(sentence)
        if bare and not password.settled.search(sentence):
            said.setdefault(Category.PASSWORD_RESET, _quoted(bare[0]))


def _ours_works(words: str, asked: list[str], password: Password) -> bool:
    """Whether our password is only spoken of as one that works, and PACER's is the matter."""
    return bool(password.works.search(words)) and _only_pacers(words, asked, password)


def _only_pacers(words: str, asked: list[str], password: Password) -> bool:
    """Whether PACER's password alone is in trouble: ours is not spoken of, or only as one that works."""
    words = password.not_pacer.without(words)
    if not password.pacer.search(words):
        return False
    works = [bool(password.works.search(sentence)) for sentence in asked]
    if not any(works):
        return not password.ours.search(words)
    troubled = [sentence for sentence, fine in zip(asked, works, strict=True) if not fine]
    return not any(password.ours.search(s) and not password.pacer.search(s) for s in troubled) and any(
        password.pacer.search(sentence) for sentence in troubled
    )


def _is_unclear(words: str, asked: list[str], password: Password) -> bool:
    """Whether the sender doubts which of the two passwords is meant; to name CM/ECF's elsewhere settles it."""
    doubts = [sentence for sentence in asked if password.pacer.search(words) and password.unclear.search(sentence)]
    return (
        bool(doubts)
        and not password.pacers_own.search(words)
        and not any(password.ours_own.search(sentence) for sentence in asked if sentence not in doubts)
    )


def _may_mean_a_reset(message: Message, words: str, asked: list[str], password: Password) -> bool:
    """Whether a message that names a Bar ID but no wish can only be an answer to the court's notice."""
    subject, _, text = words.partition("\n\n")
    answers = bool(message.in_reply_to) or subject.lower().startswith(("re:", "fw:", "rv:")) or not subject.strip()
    speaks = any(
        password.words.search(sentence) and _MINE.search(sentence) and not password.settled.search(sentence)
        for sentence in asked
    )
    return speaks or (answers and (bool(password.given.search(text)) or _hardly_says_anything(text, password)))


def _names_password(words: str, password: Password) -> bool:
    """Whether the text, not merely the subject that it answers, speaks of a password."""
    return bool(password.words.search(words.partition("\n\n")[2]))


def _hardly_says_anything(text: str, password: Password) -> bool:
    """Whether a text is nothing but particulars: hardly a small word that is not one of those around them."""
    small = [word for word in _SMALL_WORD.findall(text[:2_000]) if word not in password.around]
    return len(small) <= 1 and "?" not in text


_ABOUT_A_FILER = (Category.PASSWORD_RESET, Category.FORGOT_LOGIN)
# What a mail that states a Bar ID seldom is, when it says something else besides.
_NOT_OF_A_FILER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)
_SMALL_WORD = re.compile(r"\b[a-z]{2,}\b(?![@.-])")
_PERSON = re.compile(r"\b(?:i|i'm|my|me|we|our|you|please|yo|mi|usted(?:es)?)\b|\?", re.IGNORECASE)
_MINE = re.compile(r"\b(?:my|mine|our|mi|mis)\b", re.IGNORECASE)
_NOT_BARE = {Category.OTHER_COURT, Category.FORGOT_LOGIN, Category.PACER_LINK, Category.PACER_ACCOUNT, Category.SPAM}


def _is_a_robots(message: Message) -> bool:
    return message.machine is not None and message.machine.kind is MachineKind.NOTIFICATION


# Robots' notices and lists come that way, and so do advertising and bait.
_BULK = (MachineKind.LIST, MachineKind.NOTIFICATION)


def _in_trouble(sentence: str, password: Password, *, linking: bool) -> bool:
    if password.settled.search(sentence):
        return False
    if not password.failures.search(sentence):
        sentence = password.pages.without(sentence)
    if not password.words.search(sentence):
        return False
    return bool(password.troubles.search(sentence)) or (not linking and bool(password.failures.search(sentence)))


def _whose(sentence: str, password: Password, *, only_pacer: bool) -> Category:
    if not password.pacer.search(sentence):
        return Category.PACER_ACCOUNT if only_pacer else Category.PASSWORD_RESET
    ours = password.ours_own.search(sentence) or (
        password.ours.search(sentence) and not password.pacers_own.search(sentence)
    )
    return Category.PASSWORD_RESET if ours else Category.PACER_ACCOUNT


def _answers(message: Message) -> bool:
    return bool(message.in_reply_to) or message.subject.lower().startswith("re:")


def _is_thanks(words: str, rules: Categories, *, answers: bool) -> bool:
    body = " ".join(words.partition("\n\n")[2].split())
    said = [bool(rules.thanks.search(part)) for part in sentences(body, _MOST_SENTENCES) if part.strip()]
    if len(body) > _LONGEST_THANKS or not any(said):
        return False
    subject = words.partition("\n\n")[0].strip()
    if not answers and not (all(said) and (not subject or rules.thanks.search(subject))):
        return False  # nothing was asked before, so it may be asking now
    return not rules.not_thanks.search(rules.thanks_all_the_same.without(body))


def _settle(
    message: Message, said: dict[Category, str], *, thanks_only: bool, gives_bar_id: Callable[[], bool]
) -> None:
    """Machines, thanks and chasers overrule what their words would otherwise ask."""
    if message.machine is not None:
        bulk = said.get(Category.SPAM) if message.machine.kind in _BULK else None
        said.clear()
        said[Category.SPAM if bulk else Category.AUTOMATIC] = bulk or message.machine.reason
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
    spanish = sum(token in rules.spanish for token in tokens)
    return "es" if spanish >= 3 and spanish * 5 >= len(tokens) else "en"
