"""Other courts that a mail only tells of: where somebody practises, what came from there, what works there."""

from __future__ import annotations

import re

from helpdesk.policy import Remarks
from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import OwnWords, own_words
from helpdesk.understand.text.sentences import clauses
from helpdesk.understand.text.weight import weight_of_words
from helpdesk.understand.topics.asides import without_sentences
from helpdesk.understand.topics.trouble import asks_for_reset

_NO_PLACE = re.compile(  # "there" that points to none
    r"\bthere(?:'s| is| are| was| were| will be)\b|\b(?:hi|hello|hey|here and|(?:it|on|up) from) there\b",
    re.IGNORECASE,
)
_A_MATTER = re.compile(  # of that court, or its system, which is called as ours is
    r"\b(?:cm ?/? ?ecf|ecf|next ?gen|e-?fil\w*|fil(?:e[sd]?|ing)|appeal\w*|due|petition\w*|briefs?"
    r"|chapter|means?|meant)\b",
    re.IGNORECASE,
)
_FEWEST = 6  # blanks in such a sentence: fewer words tell too little
_HARMLESS = -0.5  # the most that a sentence about another court, told by the way, weighs by remarks.toml


def without_background(own: OwnWords, password: Password, remarks: Remarks) -> OwnWords:
    """The own words without what only tells of other courts, where a reset is asked beside it.

    "I mostly practise in Los Angeles, but please reset my password." "The bankruptcy court did mine in a day."
    All stays where what is left names another court too, or points back to one ("there", "that court").
    """
    if not password.abroad.search(own.all):
        return own
    if password.contrasts.search(own.all):
        own = own_words(password.contrasts.without(own.all))
    told = without_sentences(password.not_abroad.without(own.all), lambda said: _is_aside(said, password, remarks))
    left = own_words(_without_clauses(told, password))
    if _names_elsewhere(left.all, password):
        return own
    return left if any(asks_for_reset(sentence, password) for sentence in left.sentences) else own


def _is_aside(sentence: str, password: Password, remarks: Remarks) -> bool:
    """Whether a sentence tells of another court and is such as clerks let pass."""
    if not password.abroad.search(sentence) or sentence.count(" ") < _FEWEST:
        return False
    if _A_MATTER.search(sentence) or password.points_back.search(sentence) or asks_for_reset(sentence, password):
        return False
    return weight_of_words(sentence, remarks) <= _HARMLESS


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
    return bool(password.abroad.search(words) or password.points_back.search(_NO_PLACE.sub("", words)))
