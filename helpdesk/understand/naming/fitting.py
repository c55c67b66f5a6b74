"""Names that agree with an address or with what the sender goes by, in any letter case and without words before them.

"ada q. filer-quill" from Ada <afq@filerquill.example>, "Filer / Ada" beside ada@filer.example: neither its letters
nor its place tell that this is a name, but both ends of it do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.agreement import Known, agrees
from helpdesk.understand.naming.names import ParsedName, name_at, name_before
from helpdesk.understand.text.view import View, blanked

_MOST = 40  # places of one text that are looked at, …
_MOST_ALIKE = 4  # … and of those with the same word in them
_REACH = 50  # characters to both sides of such a place
_LONGEST = 5  # words of a name, …
_LONGEST_PARTICLE = 3
_SUFFIX = 6  # characters: ", III "
_ABBREVIATED = 3  # letters from which on a full stop behind a word is the sentence's
_MOST_TURNED = 3  # … and of one with the last name first
_PART = re.compile(r"[a-z]{2,}")
_WORD = re.compile(r"[A-Za-z][A-Za-z'.]*(?:-[A-Za-z][A-Za-z'.]*)*")
_BLANKS = (" ", "\n", " \n")  # a sentence goes on over the end of a line
_PARTNERSHIP = re.compile(r",? ?(?:LLP|L\.L\.P)\b")  # which takes two: those are surnames
_SAINTS = ("st", "ste")  # whose full stop ends no name: "Ada St. Clair"
_TURN = re.compile(r" {0,2}(?:[,/|;]|--?) {0,2}|\t")  # "Last, First", "Last / First"


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    key: str  # in small letters, without a full stop
    gap: str  # before it: nothing for a blank, ",", or "." where another stretch begins


@dataclass(frozen=True, slots=True)
class Fitting:
    """A name, and the one it agrees with."""

    name: ParsedName
    person: Known


def fitting_names(
    view: View, people: Sequence[Known], reading: NameReading, addresses: Sequence[tuple[int, int]]
) -> list[Fitting]:
    """The names in ``view`` that agree with one of ``people``, from the top. addresses: where addresses stand."""
    traces = " ".join(person.traces for person in people)
    short = {end for person in people for end in person.short_traces}
    found: list[Fitting] = []
    behind, tries = 0, Counter[str]()
    for part in _PART.finditer(blanked(view.plain, addresses).lower()):
        word = part[0]
        if word not in (traces if len(word) > 2 else short) or word in reading.never:
            continue
        if part.start() < behind or tries[word] >= _MOST_ALIKE:
            continue
        tries[word] += 1
        if tries.total() > _MOST:
            break
        fitting = _around(view, part.start(), behind, people, reading)
        if fitting:
            found.append(fitting)
            behind = fitting.name.end
    return found


def _around(view: View, position: int, behind: int, people: Sequence[Known], reading: NameReading) -> Fitting | None:
    """The longest name around ``position`` of which both ends agree."""
    start, end = max(behind, position - _REACH), min(len(view.plain), position + _REACH)
    words = _words(view.plain, start, end)
    here = next((place for place, word in enumerate(words) if word.start <= position < word.end), None)
    if here is None:
        return None
    for first, last in _windows(words, here, people, reading):
        fitting = _fitting(view, words[first : last + 1], people, reading)
        if fitting and (above := _above_the_firm(view, words[first : last + 1], people, reading)):
            return above
        if fitting and not _PARTNERSHIP.match(view.plain, fitting.name.end):
            joined = words[first].text[0].isupper() and _goes_on(view.plain, words, first, last)
            return Fitting(_whole(view, fitting.name, reading), fitting.person) if joined else fitting
    return None


def _above_the_firm(view: View, words: list[_Word], people: Sequence[Known], reading: NameReading) -> Fitting | None:
    """The name on the first line of several where it agrees by itself: "Ada Filer" above "Quill LLP"."""
    on_a_line = [word for word in words if _on_a_line(view.plain, words[0], word)]
    return _fitting(view, on_a_line, people, reading) if 1 < len(on_a_line) < len(words) else None


def _goes_on(plain: str, words: list[_Word], first: int, last: int) -> bool:
    """Whether more words of the line join those from ``first`` to ``last``: written large, particles, a suffix."""
    if first > 0 and words[first].gap == "":
        before = words[first - 1]
        if (before.text[0].isupper() or len(before.key) <= _LONGEST_PARTICLE) and _on_a_line(
            plain, before, words[first]
        ):
            return True
    if last + 1 == len(words):
        return False
    after = words[last + 1]
    return after.gap != "." and after.text[0].isupper() and _on_a_line(plain, words[last], after)


def _on_a_line(plain: str, before: _Word, after: _Word) -> bool:
    return plain.find("\n", before.end, after.start) < 0


def _words(plain: str, start: int, end: int) -> list[_Word]:
    words: list[_Word] = []
    behind, ended = start, False
    for match in _WORD.finditer(plain, start, end):
        gap = plain[behind : match.start()]
        kind = "." if ended else "" if gap in _BLANKS else "," if _TURN.fullmatch(gap) else "."
        text = match[0].removesuffix("'s").rstrip("'")
        key = text.lower().rstrip(".")
        closes = len(key) >= _ABBREVIATED - (kind == "" and bool(words))  # "Wm." opens a name, "Ada Vo." closes one
        behind, ended = match.end(), text.endswith(".") and closes and key not in _SAINTS
        words.append(_Word(match.start(), match.start() + len(text), text, key, kind))
    return words


def _can_be_end(key: str, people: Sequence[Known], reading: NameReading) -> bool:
    """Whether a name can begin or end with this word: a small word of the language only where From displays it."""
    if key in reading.suffixes:
        return False
    if key in reading.never or key in reading.honorifics:
        return any(key in person.display for person in people)
    return True


def _windows(words: list[_Word], here: int, people: Sequence[Known], reading: NameReading) -> list[tuple[int, int]]:
    """First and last word of every stretch around ``here`` that can be a name, the longest first."""
    low = here
    while low > max(0, here - _LONGEST + 1) and words[low].gap != ".":
        low -= 1
    high = here
    while high + 1 < min(len(words), here + _LONGEST) and words[high + 1].gap != ".":
        high += 1
    ends = [place for place in range(low, high + 1) if _can_be_end(words[place].key, people, reading)]
    firsts = [place for place in ends if place <= here]
    lasts = [place for place in ends if place >= here]
    spans = [(first, last) for first in firsts for last in lasts if 1 <= last - first < _LONGEST]
    return sorted(spans, key=lambda span: span[0] - span[1])


def _fitting(view: View, words: list[_Word], people: Sequence[Known], reading: NameReading) -> Fitting | None:
    turns = [place for place, word in enumerate(words) if place and word.gap == ","]
    if len(turns) > 1 or (turns and len(words) > _MOST_TURNED):
        return None
    ordered = words[turns[0] :] + words[: turns[0]] if turns else words
    keys = tuple(word.key for word in ordered)
    if len(set(keys)) < len(keys) or not all(_can_be_inner(key, reading) for key in keys[1:-1]):
        return None
    cases = {word.text[0].isupper() for word in words if len(word.key) > 1 and word.key not in reading.particles}
    if len(cases) != 1:
        return None  # "bookkeeper Ada" is no name
    if ordered[0].text[0].islower() and ordered[-1].text[0].isupper():
        return None  # "van der Quay": a last name alone
    large = cases == {True}
    person = next((person for person in people if agrees(keys, person, large=large)), None)
    if person is None:
        return None
    start, end = words[0].start, words[-1].start + len(words[-1].text.rstrip("."))
    ends = [
        word.start + len(word.text if _is_abbreviated(word, place) else word.text.rstrip("."))
        for place, word in enumerate(ordered)
    ]
    value = " ".join(view.original[word.start : end] for word, end in zip(ordered, ends, strict=True))
    here = ParsedName(value=value, start=start, end=end)
    return Fitting(here, person)


def _is_abbreviated(word: _Word, place: int) -> bool:
    """Whether a full stop behind it is its own: "Wm." opens a name, "St." is a saint's."""
    return word.key in _SAINTS or len(word.key) < _ABBREVIATED - (place > 0)


def _whole(view: View, name: ParsedName, reading: NameReading) -> ParsedName:
    """With the further names before and behind it that are written large, and the suffix."""
    if "," in view.plain[name.start : name.end]:
        listed = name_at(
            view.original, view.plain, name.start, name.end + _SUFFIX, reading, lenient=False, last_first=True
        )
        return listed if listed and listed.words == name.words else name
    if view.plain[name.start : name.end].isupper():
        return name
    line_start, line_end = view.line(name.start)
    start, end = max(line_start, name.start - _REACH), min(line_end, name.end + _REACH)
    before = name_before(view.original, view.plain, start, name.end, reading)
    begins = before.start if before and before.end == name.end else name.start
    longer = name_at(view.original, view.plain, begins, end, reading, lenient=False)
    return longer if longer and longer.start <= name.start and longer.end >= name.end else name


def _can_be_inner(key: str, reading: NameReading) -> bool:
    return len(key) == 1 or key in reading.particles or key not in reading.never
