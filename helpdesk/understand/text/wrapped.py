"""Lines that end only because they were full: mail programs that send plain text break it every 60 to 80 characters.

Such a break ends nothing, neither a sentence nor a name, so it counts as the blank that stood there.
"""

from __future__ import annotations

import re
from itertools import pairwise

_LONGEST = 110  # characters; with a longer line among them, the lines of a text were not broken by their length
_SHORTEST = 56  # of the longest line
_FEW = 30  # characters of a line that begins large and may be a name or a heading
_STOPS = ".!?"
_SEVERAL = 3  # lines
_OWN_LINE = re.compile(r" *(?:[-*>|#]|\d{1,2}[.)] |[A-Za-z][\w /-]{0,24}:)")
_BETWEEN_SMALL_WORDS = re.compile(r"(?<=[a-z,])\n(?=[a-z])")
_FIRST = re.compile(r"\S+")
_SHORTENED = re.compile(r"\b(?:[A-Za-z]|mr|ms|mrs|dr|no|hon|atty|st)\.$", re.IGNORECASE)  # "Gregory N.", "Bar No."
_GOES_ON = re.compile(r"[A-Za-z]-$|, *$")  # within a word, or behind a comma
_BROKEN_WORD = re.compile(r"(?<=[A-Za-z]-)\n(?=[A-Za-z])")


def unwrapped(plain: str) -> str:
    """The text with a blank in place of each break inside of a sentence, so that every offset stays what it is."""
    lines = plain.split("\n")
    width = max(map(len, lines))
    if not _SHORTEST <= width <= _LONGEST:
        return plain
    step = _step(lines)
    full = [n for n in range(len(lines) - step) if _is_full(lines[n], lines[n + step], width)]
    certain = {n for n in full if lines[n + step].lstrip()[0].islower() or _GOES_ON.search(lines[n])}
    if not certain:
        return plain  # nothing tells that its lines were broken
    goes_on = certain.union(n for n in full if len(lines[n + step]) >= _FEW and not _ends_sentence(lines[n].rstrip()))
    kept: list[str] = []
    for number, line in enumerate(lines):
        kept += (line, " " if number in goes_on or number - step + 1 in goes_on else "\n")
    return "".join(kept[:-1])


def breaks_in_words(written: str, plain: str) -> list[tuple[int, int]]:
    """The breaks behind the hyphens of such words as "El-Amin", which leave nothing when they are taken out.

    written, plain: the same text, as it was and unwrapped.
    """
    found = (match.span() for match in _BROKEN_WORD.finditer(written))
    return [(start, end) for start, end in found if plain[start:end] == " "]


def _ends_sentence(line: str) -> bool:
    return line[-1] in _STOPS and _SHORTENED.search(line) is None


def _step(lines: list[str]) -> int:
    """How far down the next line stands: two, where a program has put an empty one below every line."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    apart = len(written) >= _SEVERAL and all(below - above > 1 for above, below in pairwise(written))
    return 2 if apart else 1


def running(plain: str) -> str:
    """The text with a blank for each break between two small words, however short the line: forms do not look so."""
    return _BETWEEN_SMALL_WORDS.sub(" ", plain)


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line had no room on this one, and neither stands by itself."""
    written, first = line.rstrip(), _FIRST.search(following)
    if not written or first is None or written.endswith(":") or _OWN_LINE.match(following):
        return False
    return len(written) + 1 + len(first[0]) > width
