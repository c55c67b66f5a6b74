"""Forms with boxes: what stands beside one that is left empty, and another ticked, is nothing that anybody says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpdesk.understand.text.view import blanked

_TICKED = re.compile(r"\[ ?[xX\u2713\u2714\u2715\u2717] ?\]|\([xX]\)|[\u2611\u2612\u2705\u25a0]")
_EMPTY = re.compile(r"(?:\[[ _]{0,3}\]|\([ _]{1,3}\)|[\u2610\u25a1])[^\[(\n\u2610-\u2612\u2705\u25a0\u25a1]{1,40}")
_BOX_FIRST = re.compile(  # not behind its label
    r"(?:[^\[(\u2610-\u2612\u2705\u25a0\u25a1\n]{0,60}[.: ]{2}|[^\[(\n]{0,60}: ?)?"
    r"[ \t]*[\[(\u2610-\u2612\u2705\u25a0\u25a1]"
)
_LINE = re.compile(r"[^\n]+")


def without_unticked(plain: str, original: str) -> str:
    """``plain`` with blanks for the empty boxes beside a ticked one, and for their labels.

    Only of one line: in a list with a box a line, what is not ticked is still to be done.
    plain, original: the same text, folded and as written, of the same length.
    """
    if _TICKED.search(original) is None:
        return plain
    lines = (line for line in _LINE.finditer(original) if _TICKED.search(line[0]) and _BOX_FIRST.match(line[0]))
    empty = [box.span() for line in lines for box in _boxes(line)]
    return blanked(plain, empty)


def _boxes(line: re.Match[str]) -> Iterator[re.Match[str]]:
    return _EMPTY.finditer(line.string, *line.span())
