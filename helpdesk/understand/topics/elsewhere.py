"""Other courts that a mail only tells of: where somebody practises, what came from there, what works there."""

from __future__ import annotations

import re

from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import OwnWords, own_words
from helpdesk.understand.text.sentences import clauses
from helpdesk.understand.topics.trouble import asks_for_reset

_EXISTS = re.compile(r"\bthere(?:'s| is| are| was| were| will be)\b", re.IGNORECASE)  # and points to no place


def without_background(own: OwnWords, password: Password) -> OwnWords:
    """The own words without what only tells of other courts, where a reset is asked beside it.

    "I mostly practise in Los Angeles, but please reset my password." All stays where what is left names another court
    too, or points back to one ("there", "that court").
    """
    if not password.abroad.search(own.all):
        return own
    if password.contrasts.search(own.all):
        own = own_words(password.contrasts.without(own.all))
    left = own_words(_without_clauses(password.not_abroad.without(own.all), password))
    if _names_elsewhere(left.all, password):
        return own
    return left if any(asks_for_reset(sentence, password) for sentence in left.sentences) else own


def _without_clauses(words: str, password: Password) -> str:
    """Without the clauses in which another court is background. The subject, ahead of the empty line, stays whole."""
    subject, gap, text = words.partition("\n\n")
    return subject + gap + "".join(clause for clause in clauses(text) if not _is_background(clause, password))


def _is_background(clause: str, password: Password) -> bool:
    return (
        _names_elsewhere(clause, password)
        and password.background.search(clause) is not None
        and password.foreground.search(clause) is None
        and not asks_for_reset(clause, password)
    )


def _names_elsewhere(words: str, password: Password) -> bool:
    """Another court by name, or "there"."""
    return bool(password.abroad.search(words) or password.points_back.search(_EXISTS.sub("", words)))
