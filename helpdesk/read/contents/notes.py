"""Small text files that gateways hang on a mail: they say nothing of it."""

from __future__ import annotations

import re

_LONGEST = 2_000  # characters
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]*")
_GATEWAYS = re.compile(
    r"\b(?:scanned|checked|filtered|processed|screened|protected|cleaned|certified) (?:by|for|with|using)\b"
    r"|\bno virus(?:es)?\b|\bvirus[- ]free\b|\bvirus (?:database|definitions?)\b"
    r"|\b(?:confidential|privileged|intended (?:only )?(?:for|recipient)|addressee|unauthori[sz]ed"
    r"|(?:received|got) (?:it|this)[^.]{0,30}in error)\b|\A\s*(?:https?://|www\.)\S+\s*\Z",
    re.I,
)
_OF_THE_MAIL = re.compile(
    r"\b(?:re-?set\w*|pass ?words?|call|send|bar|ecf|ignore|wait|above|not (?!the |an? )\w+)\b|@|\d{5}", re.I
)


def adds_nothing(text: str) -> bool:
    """Whether each sentence is a virus scanner's or a disclaimer's, and none is about what the mail asks."""
    if len(text) > _LONGEST or _OF_THE_MAIL.search(text):
        return False
    return all(_GATEWAYS.search(sentence) for sentence in _SENTENCE.findall(text) if sentence.strip())
