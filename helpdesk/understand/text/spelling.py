"""The words that decide what a mail is about, as they are meant where a finger slipped."""

from __future__ import annotations

import re

from helpdesk.policy.reading import Spelling

_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)


def as_meant(words: str, spelling: Spelling) -> str:
    """``words`` (folded) with "paassword" as "password". What is right stays as it is written."""
    if spelling.slips.keys().isdisjoint(_WORD.findall(words.lower())):
        return words
    return _WORD.sub(lambda word: spelling.slips.get(word[0].lower(), word[0]), words)
