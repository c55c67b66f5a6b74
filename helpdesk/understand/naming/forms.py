"""Names in forms: behind labels, or in pieces."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.found import FoundName, How, as_found, indent
from helpdesk.understand.naming.names import ParsedName, name_at
from helpdesk.understand.text.view import View

_MOST = 80
_SEPARATOR = re.compile(
    r" {0,3}(?:[:=|]|\.{2,}|-(?= )|\bis\b|\bes\b| {2,}| (?=[A-Z][a-zA-Z.'-]+ [A-Z])) {0,40}[|.]? {0,40}"
)
_EXPLANATION = re.compile(r" ?\([^()\n]{1,40}\)")  # "NAME (LAST, FIRST): ..."
_INITIAL = re.compile(r" ?([A-Z]\.?) *$")
_RUNS_ON = re.compile(r" (?!(?:y|and|or|o|bar|sbn|csb|is|in|at) )[a-z]{2,}")
_SMALL = re.compile(r"([A-Za-z]+)[ ']+(?=[A-Za-z])")
_LINE_HEAD = re.compile(r"[ *>\-|#.()\d]{0,12}(?:[a-z][.)] )?")


def labelled_names(view: View, reading: NameReading) -> list[FoundName]:
    """Names behind a label such as "Full name:", beside it or on the next line."""
    found: list[FoundName] = []
    for match in islice(reading.labels.finditer(view.plain), _MOST * 2):
        value = _value(view, match.start(), match.end())
        if value:
            found += as_found(view, _full(view, *value, reading), How.LABELLED)
    return found


def _full(view: View, start: int, end: int, reading: NameReading) -> ParsedName | None:
    name = name_at(view.original, view.plain, start, end, reading, lenient=True, last_first=True)
    if name and view.plain[name.end : end].lstrip().startswith(":"):
        return None  # "Re: Filer: Ada Quill": a label, too
    if name and view.plain[name.end : end].strip()[:1].isalpha() and view.plain[name.start].islower():
        return None  # "attorney: the one who ..." runs on: a sentence, not a name
    if name and len(name.words) == 1 and view.plain[name.start].islower() and view.plain[name.end : end].strip(" .,"):
        return None  # "Counsel is travelling; ..."
    if name and len(name.words) == 1 and _runs_on(view, name.end, end, reading):
        return None  # "Re: Renewal of credentials": a phrase
    if name and len(name.words) == 1 and name.words[0] in reading.not_given:
        return None  # "Assistant U.S. Attorney | CA Bar 123456"
    return name


def _runs_on(view: View, position: int, end: int, reading: NameReading) -> bool:
    """Whether small words follow that do not tell of somebody, as in "Renewal of credentials"."""
    if not _RUNS_ON.match(view.plain, position, end):
        return False
    told = reading.owner_after.search(view.plain[position:end])
    return told is None or told.start() != 0


def _value(view: View, start: int, end: int) -> tuple[int, int] | None:
    """Where the value of a form's label at ``start:end`` stands: right of it, or alone on the next line.

    Below a label stands its value only where nothing stands before the label: not in "Ada Filer | Counsel".
    """
    line_start, line_end = view.line(start)
    opens_line = _opens_line(view.plain, line_start, start)
    if not opens_line and not _is_after_mark(view.plain[line_start:start]):
        return None
    explained = _EXPLANATION.match(view.plain, end, line_end)
    end = explained.end() if explained else end
    if view.original[end : end + 1] == "\t" and view.plain[end:line_end].strip():
        return end + 1, line_end  # two cells of a table
    separator = _SEPARATOR.match(view.plain, end, line_end + 1)
    if separator and view.plain[separator.end() : line_end].strip():
        return separator.end(), line_end
    if not opens_line or view.plain[end:line_end].strip(" :=|-") or line_end >= len(view.plain):
        return None
    next_start, next_end = view.line(line_end + 1)
    return (
        (next_start + indent(view.plain, next_start), next_end) if view.plain[next_start:next_end].strip() else None
    )


def _opens_line(plain: str, line_start: int, start: int) -> bool:
    head = _LINE_HEAD.match(plain, line_start, start)
    return head is not None and head.end() == start


def _is_after_mark(before: str) -> bool:
    return before.rstrip().endswith(("|", ";", ",", "/", ".")) or before.endswith("  ")


def _piece(view: View, start: int, end: int, reading: NameReading) -> ParsedName | None:
    """A part of a name, which may be a last name with its particles: "von Quay"."""
    first = start
    while (word := _SMALL.match(view.plain, first, end)) and word[1].lower() in reading.particles:
        first = word.end()
    name = name_at(view.original, view.plain, first, end, reading, lenient=True)
    if name is None or first == start:
        return name
    return replace(name, value=view.original[start : name.end], start=start)


def pieced_names(view: View, reading: NameReading) -> list[FoundName]:
    """A form that asks for last, first and middle name apart."""
    if not (reading.last_labels.search(view.plain) and reading.first_labels.search(view.plain)):
        return []
    parts: list[tuple[int, int, int]] = []
    for rank, labels in enumerate((reading.first_labels, reading.middle_labels, reading.last_labels)):
        for match in islice(labels.finditer(view.plain), _MOST):
            value = _value(view, match.start(), match.end())
            name = value and _piece(view, *value, reading)
            initial = _INITIAL.match(view.plain, *value) if value and rank == 1 else None
            if name:
                parts.append((rank, name.start, name.end))
            elif initial:
                parts.append((rank, *initial.span(1)))
            if name or initial:
                break
    if {0, 2} - {rank for rank, _, _ in parts}:
        return []
    value_text = " ".join(view.original[start:end] for _, start, end in sorted(parts))
    start, end = min(part[1] for part in parts), max(part[2] for part in parts)
    return as_found(view, ParsedName(value=value_text, start=start, end=end), How.LABELLED)
