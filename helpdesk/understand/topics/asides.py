"""What is said by the way, beside a request for a reset, and is no wish for anything else."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.policy import Remarks
from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import OwnWords
from helpdesk.understand.text.sentences import sentence_spans
from helpdesk.understand.text.view import blanked
from helpdesk.understand.text.weight import weight_of_words
from helpdesk.understand.topics.trouble import asks_for_reset

_HARMLESS = -1.5  # the most that such a sentence weighs by remarks.toml
_FEWEST = 4  # blanks in it: fewer words tell too little


def without_asides(own: OwnWords, password: Password, remarks: Remarks) -> str:
    """All words but for the sentences that clerks let pass: "We moved in 2014; you have the new address".

    What speaks of a password, a login or another court is none, nor is a question or a plea.
    """

    def is_aside(sentence: str) -> bool:
        if sentence.count(" ") < _FEWEST or "?" in sentence or asks_for_reset(sentence, password):
            return False
        if any(
            told.search(sentence) for told in (password.words, password.login_words, password.abroad, password.pleas)
        ):
            return False
        return weight_of_words(sentence, remarks) <= _HARMLESS

    return without_sentences(own.all, is_aside)


def without_sentences(words: str, left_out: Callable[[str], bool]) -> str:
    """Subject, empty line and text, with blanks for those sentences of the text that are ``left_out``."""
    subject, gap, text = words.partition("\n\n")
    spans = [(start, end) for start, end in sentence_spans(text) if left_out(text[start:end])]
    return subject + gap + blanked(text, spans)
