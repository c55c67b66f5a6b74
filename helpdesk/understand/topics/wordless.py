"""Mail whose own words say next to nothing: what is meant stands in a scan, behind a seal, or nowhere."""

from __future__ import annotations

import re

from helpdesk.policy.reading import Categories
from helpdesk.understand.text.own_words import OwnWords
from helpdesk.understand.topics.signs import matter_of
from helpdesk.understand.topics.trouble import any_asks_for_reset
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.vocabulary import Category, Message, SectionKind

_FEW_WORDS = 25
_TELLING_SUBJECT = 3  # words; fewer over an empty text say nothing of what is wanted
_PERSON = re.compile(r"\b(?:i|i'm|my|me|we|our|yo|mi|usted(?:es)?)\b|\?", re.IGNORECASE)
_NO_MATTER = (*MACHINES, Category.FOLLOW_UP, Category.GENERAL)


def is_wordless(message: Message, own: OwnWords, rules: Categories, *, wants_nothing: bool) -> bool:
    """Whether what is meant stands in an attachment or nowhere: a copier's mail, "ecf" over a lost picture."""
    if is_scan(message, own, rules) or _is_sealed(own, rules):
        return True
    if not wants_nothing:
        return False
    if _merely_shows(message, own, rules):
        return True
    if own.text.strip():
        return (bool(message.attachments) or _answers(message)) and _merely_points(own, rules)
    return bool(message.attachments) or len(own.subject.split()) < _TELLING_SUBJECT


def _answers(message: Message) -> bool:
    """Whether a mail stands below, into which answers may be written in a colour that no text shows."""
    return any(section.kind is SectionKind.QUOTE for section in message.sections)


def _merely_points(own: OwnWords, rules: Categories) -> bool:
    """Whether a few words say no more than that something is attached, or stands below."""
    return len(own.text.split()) <= _FEW_WORDS and "?" not in own.text and bool(rules.points_below.search(own.text))


def _merely_shows(message: Message, own: OwnWords, rules: Categories) -> bool:
    """ "What does this mean, and how do I get past it?" over the picture of a screen."""
    if not any(part.true_type.startswith("image/") for part in message.attachments):
        return False
    names_matter = rules.password.words.search(own.text) or rules.password.ours.search(own.text)
    few = 0 < len(own.text.split()) <= _FEW_WORDS
    return few and not names_matter and rules.points_at_picture.search(own.text) is not None


def is_scan(message: Message, own: OwnWords, rules: Categories) -> bool:
    """Whether a copier wrote the text over what somebody scanned; its subject may be typed by that person."""
    if not rules.scanned.search(own.all):
        return False
    return not (_PERSON.search(own.text) or any_asks_for_reset(own.text, rules.password))


def asks_by_its_subject(own: OwnWords, rules: Categories) -> bool:
    """Whether the subject asks for a reset of ours by itself."""
    return any_asks_for_reset(own.subject, rules.password) and bool(rules.password.ours.search(own.subject))


def matter_of_its_subject(own: OwnWords, rules: Categories) -> Category:
    """What a mail without words is about, as far as its subject tells."""
    password = rules.password
    matter = matter_of(own.subject, rules, _NO_MATTER)
    if matter is not None:
        return matter
    named = password.words.search(own.subject) and not password.pacer.search(own.subject)
    return Category.PASSWORD_RESET if named or any_asks_for_reset(own.subject, rules.password) else Category.GENERAL


def _is_sealed(own: OwnWords, rules: Categories) -> bool:
    """Whether a gateway wrote the text over a mail of ours that must be opened elsewhere, or it is cipher."""
    if not rules.sealed.search(own.text):
        return False
    return bool(rules.password.ours.search(own.subject) or rules.password.words.search(own.subject))
