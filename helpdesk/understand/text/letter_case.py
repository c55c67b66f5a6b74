"""Letter case for readers that tell names by it, where somebody writes all small, or ALL LARGE.

Words of the language are written small. What is left may be names, and is written as names are.
"""

from __future__ import annotations

import re
from collections.abc import Set

# A sentence that begins small.
_CARELESS = re.compile(r"(?:\A\s*|[.!?] {1,2}|\n[^\S\n]{0,40}\n {0,3})[a-z]{2}|\bi [a-z]")
_NAME_LIKE = re.compile(r"\b[A-Z][a-z']+")
_SHOUTED = re.compile(r"\b[A-Z]{6,}\b")  # longer than what is always written so: "ECF", "PACER"
_SMALL = re.compile(r"[a-z]")
_FEW = 5  # small letters of a hundred that a shouted text may have
_SMALL_WORD = re.compile(r"(?<![\w@./'&-])(?:[a-z](?=\. [a-z])|[a-z][a-z']+(?:-[a-z']+)*(?![\w@/&]|\.\w))")
_LARGE_WORD = re.compile(r"(?<![\w@./'&-])(?:A(?![\w.']| \.)|[A-Z][A-Z']+(?:-[A-Z']+)*(?![\w@/&]|\.\w))")


def with_large_names(plain: str, words: Set[str], never: Set[str]) -> str:
    """The text, of the same length, with what may be a name written large; the very same where its names are so.

    words: those of the language. never: those that are no part of a name.
    """

    def is_known(word: str) -> bool:
        return word in words or word in never or word.removesuffix("'s") in words

    def written(word: re.Match[str]) -> str:
        small = word[0].lower()
        if len(small) == 1 and plain.startswith(".", word.end()):
            return small.upper()  # an initial: "ada a. filer"
        return small if is_known(small) else small.title()

    if _SHOUTED.search(plain):
        return _LARGE_WORD.sub(written, plain) if _is_shouted(plain) else plain
    if _CARELESS.search(plain) and all(is_known(word[0].lower()) for word in _NAME_LIKE.finditer(plain)):
        return _SMALL_WORD.sub(written, plain)
    return plain


def _is_shouted(plain: str) -> bool:
    return len(_SMALL.findall(plain)) * 100 <= _FEW * len(plain)
