"""Sentences, as far as people mark them."""

from __future__ import annotations

import re
from itertools import pairwise

# A full stop that ends no sentence, looked at from behind it: "S.D. Cal.", "No. 5", "Mr. Roe"; "can't." is a word.
_ABBREVIATED = (
    r"(?<!(?<!')\b[a-z][.])(?<!\b(?:no|so|mr|ms|dr|st|vs)[.])(?<!\b(?:cal|tex|mrs|hon|nos|fla|ill|haw|nev|ore|ind)[.])"
    r"(?<!\b(?:wash|atty|dist|ariz|colo|mass|minn|mich|tenn|okla|conn)[.])"
)
_MARK = rf"(?:[!?;]|[.]{_ABBREVIATED}|[.](?<=\bno[.])(?!\s*[#\d])|[.](?<=\bso[.])(?!\s*cal\b))[.!?;]*(?=\s)"
_NEW_LINE = r"\n\s*\n|\n(?=\s*[-*\d]|[a-z][a-z' /-]{1,40}: )"  # an empty line, an item of a list, "Bar ID: ..."
_END = re.compile(rf"(?<![.])(?![.]{{4}}){_MARK}|{_NEW_LINE}", re.IGNORECASE)
# Where one statement ends and the next may be about something else.
_BEGINS = r"i|i'm|i've|we|my|our|please|just|now|has|have|he|she|they|asks|asked|needs?|wants?|cannot|can't|naturally"
_CLAUSE = re.compile(rf"[.!?;:,\n]+|\b(?:but|so|except)\b|\band(?= (?:{_BEGINS})\b)", re.IGNORECASE)
_FARTHEST = 400  # characters to either side that a sentence reaches


def sentences(words: str, most: int) -> list[str]:
    """The sentences of ``words``; of more than ``most``, those at the beginning and the end."""
    found = _END.split(words)
    return found if len(found) <= most else found[: most // 2] + found[-(most // 2) :]


def sentence_spans(words: str) -> list[tuple[int, int]]:
    """Where each sentence of ``words`` begins and ends, its mark included and the blanks around it left out."""
    ends = [0, *(mark.end() for mark in _END.finditer(words)), len(words)]
    between = ((start, words[start:end]) for start, end in pairwise(ends))
    return [
        (start + len(said) - len(said.lstrip()), start + len(said.rstrip()))
        for start, said in between
        if said.strip()
    ]


def clauses(words: str) -> list[str]:
    """The statements that ``words`` are made of, with the marks that end them; joined they are ``words`` again."""
    ends = [0, *(mark.end() for mark in _CLAUSE.finditer(words)), len(words)]
    return [words[start:end] for start, end in pairwise(ends)]


def sentence_span(words: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends that ``words[start:end]`` stands in, or all that it reaches over."""
    first = max(0, start - _FARTHEST)
    before = [match.end() for match in _END.finditer(words, first, start)]
    after = _END.search(words, end, end + _FARTHEST)
    return before[-1] if before else first, after.start() if after else min(len(words), end + _FARTHEST)
