"""Thanks alone: a mail that asks for nothing."""

from __future__ import annotations

import re
from itertools import pairwise

from helpdesk.policy.reading import Categories
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.sentences import sentences
from helpdesk.understand.topics.trouble import any_asks_for_reset
from helpdesk.vocabulary import Message, SectionKind

_LONGEST_THANKS = 240  # characters
_BEGINNING = 4_000  # characters of the conversation below that are looked at
# What programs add to a mail without being asked.
_ADDED = re.compile(r"(?:image|audio|video)/|text/(?:x-)?(?:vcard|directory|calendar)|.*signature\Z|.*ms-tnef\Z")
_AUTHOR = re.compile(r"^[ >*]*(?:from|von|de)\*? ?:|\b(?:wrote|escribi[oó]) ?:", re.IGNORECASE | re.MULTILINE)
_POLITE = re.compile(r"\b(?:anything|something|questions?|else|further|more help|how are)\b", re.IGNORECASE)
_WITH_US = re.compile(r"uscourts|\b(?:cm/?)?ecf ?help|\bhelp ?desk\b|\bclerk|\bcourt staff\b", re.IGNORECASE)


def is_thanks(own: OwnWords, rules: Categories, *, answers: bool) -> bool:
    """Whether the words are thanks and nothing else. answers: they answer a mail, so that less must be said."""
    body = " ".join(own.text.split())
    if len(body) > _LONGEST_THANKS:
        return False
    parts = [part for part in sentences(body, MOST_SENTENCES) if part.strip()]
    if answers:
        thanks = any(map(rules.thanks.search, parts)) and not any(_tells_more(part, rules) for part in parts)
    else:  # nothing was asked before, so anything else may be asking now
        subject = own.subject.strip()
        thanks = bool(parts) and all(map(rules.thanks.search, [*parts, subject] if subject else parts))
    if not thanks:
        return False
    return not rules.not_thanks.search(rules.thanks_all_the_same.without(body))


def _tells_more(sentence: str, rules: Categories) -> bool:
    """Whether a sentence without thanks is about a thing of the desk: "It went to my old mailbox"."""
    return bool(rules.matters.search(sentence)) and not rules.thanks.search(sentence)


def wish_stands_elsewhere(message: Message, own: OwnWords, rules: Categories) -> bool:
    """Whether thanks go before what is wanted: below, in a document, or in what others wrote to one another.

    A conversation in which nobody wrote to us is passed on to us, however its subject begins.
    """
    if rules.points_below.search(own.text):
        return True
    if any(not _ADDED.match(attachment.declared_type.lower()) for attachment in message.attachments):
        return True
    below = "\n".join(
        message.text[part.start : part.end] for part in message.sections if part.kind is SectionKind.QUOTE
    )[:_BEGINNING]
    if rules.agrees.search(own.text) and _asks_back(below):
        return True
    if not _AUTHOR.search(below) or _WITH_US.search(below) or _WITH_US.search(" ".join(message.in_reply_to)):
        return False
    return any_asks_for_reset(below, rules.password)


def _asks_back(below: str) -> bool:
    """Whether a question stands in what is answered, but for a polite one."""
    lines = [f"{line} " for line in below.split("\n")]
    return any("? " in line and not _POLITE.search(above + line) for above, line in pairwise(("", *lines)))
