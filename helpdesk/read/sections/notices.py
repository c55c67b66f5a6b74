"""The court's own notices, recognised by their sentences wherever somebody pastes them."""

from __future__ import annotations

import re
from functools import lru_cache

from helpdesk.read.sections.lines import Line, paragraphs
from helpdesk.vocabulary import Section, SectionKind

_SENTENCE = re.compile(r"[^.!?:;]+(?:[.!?:;](?!\s|\Z)[^.!?:;]*)*[.!?:;]*\s*")
_WORD = re.compile(r"[a-z0-9@]+")
_SHINGLE = 4  # words
_SHARE = 0.6  # of a sentence's shingles that must be the court's
_FEWEST = 3
_MOST_ADDED = 2  # words in a row: a name, a changed word
_DENIALS = frozenset({"not", "no", "never", "dont", "wont", "cannot", "without", "nunca"})
_LONGEST = 20_000  # characters of one paragraph that are compared

Shingles = frozenset[tuple[str, ...]]


@lru_cache(maxsize=16)
def notice_shingles(sentences: tuple[str, ...]) -> Shingles:
    """Every run of four words in the court's sentences."""
    return frozenset(shingle for sentence in sentences for shingle in _shingles(_words(sentence)))


def find_notices(text: str, lines: list[Line], shingles: Shingles) -> list[Section]:
    """The stretches of own text that are sentences of the court's notices, in order."""
    found: list[Section] = []
    if shingles.isdisjoint(_shingles(_words(text))):
        return found  # as in nearly all mail
    for paragraph in paragraphs(lines):
        start, end = paragraph[0].start, min(paragraph[-1].end, paragraph[0].start + _LONGEST)
        if shingles.isdisjoint(_shingles(_words(text[start:end]))):
            continue
        for sentence in _SENTENCE.finditer(text, start, end):
            if _is_the_courts(sentence.group(), shingles):
                found.append(Section(kind=SectionKind.NOTICE, start=sentence.start(), end=sentence.end()))
    return found


def _is_the_courts(sentence: str, shingles: Shingles) -> bool:
    words = _words(sentence)
    own = _shingles(words)
    if len(own) < _FEWEST:
        return False
    places = [place for place, shingle in enumerate(own) if shingle in shingles]
    if len(places) < _FEWEST or len(places) < _SHARE * len(own):
        return False
    return not _adds_words(words, places)


def _adds_words(words: list[str], places: list[int]) -> bool:
    """Whether somebody put words of their own into the sentence: several in a row, or a "not".

    places: where runs of words begin that are the court's.
    """
    known = {place + offset for place in places for offset in range(_SHINGLE)}
    in_a_row = 0
    for place, word in enumerate(words):
        in_a_row = 0 if place in known else in_a_row + 1
        if in_a_row > _MOST_ADDED or (in_a_row and word in _DENIALS):
            return True
    return False


def _words(sentence: str) -> list[str]:
    """Words without regard to case, punctuation, "e-mail" or "email", and which person is meant."""
    flat = sentence.lower().replace("e-mail", "email").replace("cm/ecf", "cmecf").replace("’", "'")
    return _WORD.findall(flat.replace("attorney's", "filer's").replace("'", ""))


def _shingles(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[place:] for place in range(_SHINGLE)), strict=False))
