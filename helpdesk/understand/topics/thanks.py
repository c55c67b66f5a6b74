"""Thanks alone: a mail that asks for nothing."""

from __future__ import annotations

from helpdesk.policy.reading import Categories
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.sentences import sentences

_LONGEST_THANKS = 240  # characters


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
