"""Other courts that a mail only tells of: where somebody practises, what came from there, what works there."""

from __future__ import annotations

import re

from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import OwnWords, own_words
from helpdesk.understand.topics.trouble import asks_for_reset

# Where one statement ends and the next may be about something else.
_BEGINS = r"i|i'm|i've|we|my|our|please|just|now|has|have|he|she|they|asks|asked|needs?|wants?|cannot|can't|naturally"
_CLAUSE = re.compile(rf"[.!?;:,\n]+|\b(?:but|so|except)\b|\band(?= (?:{_BEGINS})\b)", re.IGNORECASE)


def without_background(own: OwnWords, password: Password) -> OwnWords:
    """The own words without what only tells of other courts, where a reset is asked beside it.

    "I mostly practise in Los Angeles, but please reset my password." All stays where what is left names another court
    too, or points back to one ("there", "that court").
    """
    if not password.abroad.search(own.all):
        return own
    left = own_words(_without_clauses(own.all, password))
    if password.abroad.search(left.all) or password.points_back.search(left.all):
        return own
    return left if any(asks_for_reset(sentence, password) for sentence in left.sentences) else own


def _without_clauses(words: str, password: Password) -> str:
    """Without the clauses in which another court is background. The subject, ahead of the empty line, stays whole."""
    subject, gap, text = words.partition("\n\n")
    kept, start = [], 0
    for end in [*(match.end() for match in _CLAUSE.finditer(text)), len(text)]:
        clause = text[start:end]
        if not _is_background(clause, password):
            kept.append(clause)
        start = end
    return subject + gap + "".join(kept)


def _is_background(clause: str, password: Password) -> bool:
    return (
        password.abroad.search(clause) is not None
        and password.background.search(clause) is not None
        and password.foreground.search(clause) is None
        and not asks_for_reset(clause, password)
    )
