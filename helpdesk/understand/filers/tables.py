"""Tables of filers: a heading that names the columns, and a filer a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from helpdesk.patterns import Patterns
from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.addresses import FoundAddress
from helpdesk.understand.filers.numbers import FoundBarId, bar_id_in_cell
from helpdesk.understand.naming.found import FoundName, How, as_found
from helpdesk.understand.naming.names import ParsedName, name_at
from helpdesk.understand.text.view import View

_MOST_LINES = 200
_MOST_HEADINGS = 8  # that are looked below
_MOST_CELLS = 12
_FEWEST_TURNED = 3  # cells of a line: what it holds, and that of two filers
_MOST_GAPS = 2  # lines between two rows that are not rows
_CELL = re.compile(r"[^\s|]+(?: [^\s|]+){0,9}")  # of a table in columns, between tabs or bars
_WORDS_ONLY = re.compile(r"[A-Za-z][A-Za-z'.-]*(?: [A-Za-z'.-]+){0,3}")
_BETWEEN_SEMICOLONS = re.compile(r"[^\s;][^;]{0,80}")
_BETWEEN_COMMAS = re.compile(r"[^\s,][^,]{0,80}(?:, ?(?:Jr|Sr|III|II|IV|Esq)\b\.?(?=,|$))?")
_NO_HEADING = re.compile(r"\d|@")

Cells = list[tuple[int, int]]
_Layout = Callable[[View, int, int], Cells]


class _Column(StrEnum):
    """What stands in a column."""

    FIRST = "first"
    LAST = "last"
    MIDDLE = "middle"
    NAME = "name"
    BAR_ID = "bar_id"
    EMAIL = "email"
    WANTED = "wanted"  # whether this filer's password is to be reset


_Labels = Sequence[tuple[_Column, Patterns]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One filer of a table."""

    name: FoundName | None
    bar_id: FoundBarId | None
    address: FoundAddress | None
    is_wanted: bool  # False: the table says that this one needs nothing
    start: int
    end: int


def rows_of(view: View, rules: Extraction, addresses: Sequence[FoundAddress]) -> tuple[Row, ...]:
    """The rows of the first table in ``view`` whose heading has a column for names and one thing more."""
    if "\n" not in view.plain:
        return ()
    lines = list(_lines(view.plain))
    tries = _MOST_HEADINGS
    for number, line in enumerate(lines):
        if tries <= 0:
            break
        if _NO_HEADING.search(view.plain, *line):
            continue
        for cells_of in _LAYOUTS:
            columns = _heading(view, cells_of(view, *line), rules)
            if columns:
                tries -= 1
                in_columns = cells_of is _columns
                begins = [start - line[0] for start, _ in cells_of(view, *line)] if in_columns else []
                rows = tuple(_rows(view, rules, lines[number + 1 :], cells_of, columns, begins, addresses))
                if rows:
                    return rows
    return _turned(view, rules, lines, addresses) if "\t" in view.original else ()


def _turned(
    view: View, rules: Extraction, lines: Sequence[tuple[int, int]], addresses: Sequence[FoundAddress]
) -> tuple[Row, ...]:
    """The rows of a table that lies on its side: a filer a column, and the first cell of each line its heading."""
    labels = view.once(_labels, rules)
    held: dict[_Column, Cells] = {}
    for start, end in lines:
        cells = _columns(view, start, end)
        if len(cells) < _FEWEST_TURNED or "\t" not in view.original[start:end]:
            continue
        column = _labelled(view.plain[slice(*cells[0])], labels)
        if column is not None:
            held.setdefault(column, cells[1:])
    filers = len(next(iter(held.values()), ()))
    if _Column.NAME not in held or len(held) == 1 or any(len(cells) != filers for cells in held.values()):
        return ()
    columns = {column: place for place, column in enumerate(held)}
    rows = [_row(view, rules, [cells[n] for cells in held.values()], columns, addresses) for n in range(filers)]
    found = [row for row in rows if row is not None]
    first, last = min(cells[0][0] for cells in held.values()), max(cells[-1][1] for cells in held.values())
    return tuple(replace(row, start=first, end=last) for row in found) if len(found) == filers else ()


def _lines(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for text in plain.split("\n")[:_MOST_LINES]:
        yield start, start + len(text)
        start += len(text) + 1


def _columns(view: View, start: int, end: int) -> Cells:
    return [match.span() for match in _CELL.finditer(view.original, start, end)]


def _by_semicolon(view: View, start: int, end: int) -> Cells:
    return [match.span() for match in _BETWEEN_SEMICOLONS.finditer(view.plain, start, end)]


def _by_comma(view: View, start: int, end: int) -> Cells:
    return [match.span() for match in _BETWEEN_COMMAS.finditer(view.plain, start, end)]


_LAYOUTS = (_columns, _by_semicolon, _by_comma)


def _heading(view: View, cells: Cells, rules: Extraction) -> dict[_Column, int]:
    """Which cell of a heading stands over what; empty where the line is none."""
    if not 2 <= len(cells) <= _MOST_CELLS:
        return {}
    labels = view.once(_labels, rules)
    texts = [view.plain[start:end] for start, end in cells]
    found: dict[_Column, int] = {}
    for place, text in enumerate(texts):
        column = _labelled(text, labels)
        if column is not None:
            found.setdefault(column, place)
    named = _Column.NAME in found or {_Column.FIRST, _Column.LAST} <= found.keys()
    return found if named and (len(texts) > 2 or found.keys() & {_Column.BAR_ID, _Column.EMAIL}) else {}


def _labels(view: View, rules: Extraction) -> _Labels:
    """The labels of columns that may stand anywhere in the text."""
    possible = rules.label_sieve.sift(view.plain)
    labels = (
        (_Column.WANTED, rules.name.wanted_labels),
        (_Column.FIRST, rules.name.first_labels),
        (_Column.MIDDLE, rules.name.middle_labels),
        (_Column.LAST, rules.name.last_labels),
        (_Column.EMAIL, rules.address.labels),
        (_Column.BAR_ID, rules.bar_id.labels),
        (_Column.NAME, rules.name.labels),
    )
    return [(column, patterns) for column, patterns in labels if patterns in possible]


def _labelled(text: str, labels: _Labels) -> _Column | None:
    """What stands in a column (or line) with this heading."""
    heading = text.strip(" :*").replace("_", " ")  # "bar_id", as programs write it
    return next((column for column, patterns in labels if _covers(patterns, heading)), None)


def _covers(labels: Patterns, text: str) -> bool:
    return any(match.end() - match.start() >= len(text) for match in labels.finditer(text))


def _rows(
    view: View,
    rules: Extraction,
    lines: Sequence[tuple[int, int]],
    cells_of: _Layout,
    columns: dict[_Column, int],
    begins: Sequence[int],
    addresses: Sequence[FoundAddress],
) -> Iterator[Row]:
    """The rows below a heading. begins: where its cells begin, from the start of its line."""
    needed = max(place for column, place in columns.items() if column is not _Column.WANTED)
    gaps = 0
    for line_start, line_end in lines:
        cells = cells_of(view, line_start, line_end)
        if len(cells) < len(begins) and _is_cut_by(begins, view, line_start, line_end):
            cells = _cut(begins, line_start, line_end)
        row = _row(view, rules, cells, columns, addresses) if len(cells) > needed else None
        if row is None:
            gaps += 1
            if gaps > _MOST_GAPS:
                return
            continue
        gaps = 0
        yield row


def _is_cut_by(begins: Sequence[int], view: View, start: int, end: int) -> bool:
    """Whether a line of a table in columns of one width has a blank before each column, as below "Name      Bar"."""
    places = [start + begin for begin in begins]
    return places[-1] < end and all(view.original[place - 1].isspace() for place in places if place > start)


def _cut(begins: Sequence[int], start: int, end: int) -> Cells:
    edges = [start + begin for begin in begins] + [end]
    return list(pairwise(edges))


def _row(
    view: View, rules: Extraction, cells: Cells, columns: dict[_Column, int], addresses: Sequence[FoundAddress]
) -> Row | None:
    places = {column: cells[place] for column, place in columns.items() if place < len(cells)}
    name = _name(view, rules, places)
    bar_id = bar_id_in_cell(view, *places[_Column.BAR_ID], rules.bar_id) if _Column.BAR_ID in places else None
    start, end = places.get(_Column.EMAIL, (cells[0][0], cells[-1][1]))
    address = next((found for found in addresses if start <= found.start < end), None)
    if name is None or not (bar_id or address or {_Column.BAR_ID, _Column.EMAIL}.isdisjoint(columns)):
        return None
    wanted = view.plain[slice(*places[_Column.WANTED])].strip() if _Column.WANTED in places else ""
    return Row(
        name=name,
        bar_id=bar_id,
        address=address,
        is_wanted=not rules.name.unwanted.search(wanted),
        start=cells[0][0],
        end=cells[-1][1],
    )


def _name(view: View, rules: Extraction, places: dict[_Column, tuple[int, int]]) -> FoundName | None:
    if _Column.FIRST in places and _Column.LAST in places:
        first, last = places[_Column.FIRST], places[_Column.LAST]
        if not all(_WORDS_ONLY.fullmatch(view.plain[slice(*cell)].strip()) for cell in (first, last)):
            return None
        middle = places.get(_Column.MIDDLE, (0, 0))
        value = " ".join(" ".join(view.original[slice(*cell)] for cell in (first, middle, last)).split())
        name = ParsedName(value=value, start=min(first[0], last[0]), end=max(first[1], last[1]))
    else:
        cell = places[_Column.NAME]
        parsed = name_at(view.original, view.plain, *cell, rules.name, lenient=True, last_first=True)
        if parsed is None:
            return None
        name = parsed
    return next(iter(as_found(view, name, How.LABELLED)))
