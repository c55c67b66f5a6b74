"""The versions of one mail beside each other: own words that only one of them has."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import filterfalse, pairwise

from helpdesk.vocabulary import Defect, DefectKind

# What programs write into the plain version beside a link or in a picture's place. Its first letters come first: so
# most of a text is passed over quickly.
_ADDED = re.compile(
    r"(?=[<\[hctfm])(?:<?\b(?:https?|cid|tel|ftp|mailto|callto):[^\s<>]*>?|<[^<>\s@]{1,200}@[^<>\s]{1,200}>"
    r"|\[(?:cid|image|inline|logo|https?|\d)[^\]\n]{0,200}\]|\[[A-Za-z]{3,15}(?: \d[\d.]{0,3})?\])",
    re.IGNORECASE,
)
# What a gateway sets above one version alone.
_BANNER = re.compile(
    r"\A\W{0,10}(?:external|caution)\b[^\n]{0,80}\b(?:e?-?mail|message|sender|sent|outside|link)s?\b[^\n]{0,80}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{2,}|[ai]\b|\d{3,}")
_LONGEST = 20_000  # characters of own words that are compared
_MOST_MISSED = 50  # words that are searched for in the other version, not only among its pairs of words


def note_versions(own: str, text: str, other_own: str, other_text: str, defects: list[Defect]) -> None:
    """Add that one version says what the other does not. own: the sender's words in it; text: all of it."""
    words_of = cache(_words)  # the versions mostly say the same
    for words, among in ((own, other_text), (other_own, text)):
        said = " ".join(_missing(words_of(_BANNER.sub("", words[:_LONGEST])), words_of(among)))
        if said:
            why = f"Its versions for different mail programs differ: only one says {said[:80]!r}."
            defects.append(Defect(why=why, kind=DefectKind.VERSIONS))
            return


def _missing(words: list[str], others: list[str]) -> list[str]:
    """Own words that stand beside no neighbour of theirs in the other text."""
    known = set(pairwise(others))
    apart = [pair not in known for pair in pairwise(words)]
    if not any(apart):
        return []
    letters = "".join(others)  # in a table's plain version words may stand together
    missed: list[str] = []
    for place, word in enumerate(words):
        before = place == 0 or apart[place - 1]
        behind = place == len(words) - 1 or apart[place]
        if before and behind and "".join(words[max(0, place - 1) : place + 2]) not in letters:
            missed.append(word)
        if len(missed) == _MOST_MISSED:
            break
    return missed


def _words(text: str) -> list[str]:
    plain = _ADDED.sub(" ", text)
    if not plain.isascii():
        plain = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", plain)))
    return _WORD.findall(plain.lower().replace("’", "'").replace("'", ""))
