"""The sender's own words, in the pieces that are asked about: subject, text, sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from helpdesk.understand.text.sentences import sentences

MOST_SENTENCES = 200
_GREETING = re.compile(r"\b(hi|hello|hey) there\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}(?=\W|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """Folded to ASCII. ``all`` is subject, empty line and text."""

    all: str
    subject: str
    text: str
    sentences: list[str]

    def without_subject(self) -> OwnWords:
        """The same where the subject is not the sender's own but that of the mail that is answered."""
        return replace(self, all=f"\n\n{self.text}", subject="")


def own_words(words: str) -> OwnWords:
    """``words`` (subject, empty line, text; folded) in pieces. "U.S." becomes "US", which ends no sentence."""
    words = _GREETING.sub(r"\1", words)  # it points to no place
    words = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), words)
    subject, _, text = words.partition("\n\n")
    return OwnWords(all=words, subject=subject, text=text, sentences=sentences(words, MOST_SENTENCES))
