"""Names on a line of their own, near the line of a number or an address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.names import ParsedName, whole_name
from helpdesk.understand.text.view import View

_NEAR_LINES = 6  # above and below
_LONGEST_BARE = 120  # characters of a line that is nothing but data
_MOST_LABELS = 5  # words
_SMALL_WORD = re.compile(r"[a-z'-]{2,}")


def line_near(view: View, line_start: int, reading: NameReading, anchors: list[tuple[int, int]]) -> ParsedName | None:
    """The nearest line above that is a name, else below; over empty lines only where nothing but data is between."""
    above, below = _lines_above(view, line_start), _lines_below(view, line_start)
    bare = _is_bare(view, *view.line(line_start), reading, anchors)
    near = _first_name(view, above, reading, anchors, over_blanks=False)
    if near is None and bare:
        near = _first_name(view, below, reading, anchors, over_blanks=False)
        near = near or _first_name(view, above, reading, anchors, over_blanks=True)
        near = near or _first_name(view, below, reading, anchors, over_blanks=True)
    return near


def _first_name(
    view: View,
    lines: Sequence[tuple[int, int]],
    reading: NameReading,
    anchors: list[tuple[int, int]],
    *,
    over_blanks: bool,
) -> ParsedName | None:
    for start, end in lines:
        if start == end and not over_blanks:
            return None
        name = whole_name(view.original, view.plain, start, end, reading)
        if name:
            return name
        if over_blanks and not _is_bare(view, start, end, reading, anchors):
            return None
    return None


def _is_bare(view: View, start: int, end: int, reading: NameReading, anchors: list[tuple[int, int]]) -> bool:
    """Whether a line holds nothing but numbers, addresses and the words of labels."""
    if end - start > _LONGEST_BARE:
        return False
    position, kept = start, []
    for first, last in anchors:
        if start <= first < end:
            kept.append(view.plain[position:first])
            position = max(position, last)
    words = _SMALL_WORD.findall(" ".join((*kept, view.plain[position:end])).lower())
    return len(words) <= _MOST_LABELS and all(word in reading.never for word in words)


def _lines_above(view: View, line_start: int) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    while line_start > 0 and len(lines) < _NEAR_LINES:
        line_start, line_end = view.line(line_start - 1)
        lines.append((line_start, line_start if view.plain[line_start:line_end].isspace() else line_end))
    return lines


def _lines_below(view: View, line_start: int) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    _, line_end = view.line(line_start)
    while line_end < len(view.plain) and len(lines) < _NEAR_LINES:
        start, line_end = view.line(line_end + 1)
        lines.append((start, start if view.plain[start:line_end].isspace() else line_end))
    return lines
