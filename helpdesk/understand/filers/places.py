"""Whether a bare number stands where people put somebody's number: alone, in a cell, beside a name or address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.names import name_at, name_before
from helpdesk.understand.text.view import View

_REACH = 90  # characters before it on its line
_NO_WORDS = re.compile(r"[^A-Za-z0-9]*")
_LIST_MARK = re.compile(r"^ {0,4}\(?\d{1,2}[.)] ")
_NEW_SENTENCE = re.compile(r"[.!?:,;(] {0,2}[#(]? ?$")
_CELL_BEFORE = re.compile(r"(?:[|;/]| {2}|, ?)[ #(]{0,40}$")
_CELL_AFTER = re.compile(r"[ )]{0,40}(?:[|;/,]| {2}|$)")
_AFTER_ADDRESS = re.compile(r"@[\w.-]+[>\]]?[ ,;:/|()*-]{0,8}$")
_BEFORE_ADDRESS = re.compile(r"[ ,;:/|()*<-]{1,8}[\w.+%-]+@")
_LAST_WORD = re.compile(r"\b([A-Za-z]{3,})[ ,;:/|()*-]{1,4}$")
_BEFORE_NAME = re.compile(r"[ ,;:/|()*-]{1,8}")
_MARK = r"(?: {0,4}(?:\(?\d[.)]|[-*>]) {1,3})?"  # of a list's item
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_ABOVE_ADDRESS = re.compile(  # alone above an address, a long one before it, or first, before a name and it
    rf"^{_MARK} {{0,4}}#?(?P<alone>\d{{5,8}}) {{0,4}}\n{_MARK} {{0,4}}<?[\w.+%-]+@"
    r"|(?<![\w@/.$#-])(?P<long>\d{7,8})(?=[ ,;:/|()*<-]{1,8}[\w.+%-]+@)"
    r"|^ {0,4}#?(?P<first>\d{5,8})[ ,;/|-]{1,4}(?=[A-Z][^\n@\d]{3,60}[ ,;:/|<-][\w.+%-]+@)",
    re.MULTILINE,
)


def is_somebodys(view: View, start: int, end: int, names: NameReading, hint: str) -> bool:
    """Whether ``start:end`` stands where people put the number that goes with a person.

    hint: the sender's names and address in lower case.
    """
    line_start, line_end = view.line(start)
    before, after = view.plain[max(line_start, start - _REACH) : start], view.plain[end:line_end]
    before = _LIST_MARK.sub("", before)
    if _NO_WORDS.fullmatch(before):
        return bool(_NO_WORDS.fullmatch(after) or _BEFORE_ADDRESS.match(after)) or _name_follows(
            view, end, line_end, names
        )
    if view.plain[start] == "#" and _NEW_SENTENCE.search(before):
        return True
    word = _LAST_WORD.search(before)
    if word and re.search(rf"\b{word[1].lower()}\b", hint.partition("<")[0]):
        return True
    if _AFTER_ADDRESS.search(before) or _BEFORE_ADDRESS.match(after) or names.number_before.search(before):
        return True
    if _CELL_BEFORE.search(before) and _CELL_AFTER.match(after) and "@" in before + after:
        return True
    if re.search(r"[|]| {2}", before[-3:]) and _CELL_AFTER.match(after):
        return True
    first = max(line_start, start - _REACH)
    return bool(name_before(view.original, view.plain, first, start, names)) or _name_follows(
        view, end, line_end, names
    )


def _name_follows(view: View, end: int, line_end: int, names: NameReading) -> bool:
    gap = _BEFORE_NAME.match(view.plain, end, line_end)
    if gap is None:
        return False
    return name_at(view.original, view.plain, gap.end(), line_end, names, lenient=False) is not None


def between_name_and_address(view: View, names: NameReading) -> Iterator[tuple[int, int]]:
    """Numbers that stand with a name and an address in one line, or on lines of their own: name, number, address.

    Hardly anything else is written in that place but a Bar ID, so that five digits, seven or eight are one, too.
    """
    for match in _ABOVE_ADDRESS.finditer(view.plain):
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        if _DATE.fullmatch(view.plain, start, end):
            continue
        line_start, line_end = view.line(start)
        if kind == "alone":
            first, last = view.line(max(0, line_start - 1))
            name = name_at(view.original, view.plain, first, last, names, lenient=False, last_first=True)
            is_name = name is not None and not view.plain[name.end : last].strip(" ,.")
        elif kind == "long":
            is_name = name_before(view.original, view.plain, line_start, start, names) is not None
        else:
            is_name = _name_follows(view, end, line_end, names)
        if is_name:
            yield start, end
