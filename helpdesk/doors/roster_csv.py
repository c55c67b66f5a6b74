"""The court's roster as a CSV file: good rows become filers, bad ones are reported by line and reason."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpdesk.doors.roster_row import COLUMNS, REQUIRED, RowError, filer_of, folded
from helpdesk.doors.text_lines import TextLines
from helpdesk.errors import RosterError
from helpdesk.vocabulary import Filer

LARGEST_FILE = 64 << 20  # bytes
LONGEST_ROW = 50  # physical lines: more means a quotation mark that is never closed
_DELIMITERS = ",;\t|"
_ARCHIVE = b"PK\x03\x04"  # a spreadsheet or zip, not a CSV


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterProblem:
    """A row that cannot be used. ``line`` counts from 1, the header included."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFile:
    """What a roster file says. ``notices`` concern the whole file and bar nothing."""

    sha256: str  # of the bytes that were read
    filers: tuple[Filer, ...]
    problems: tuple[RosterProblem, ...]  # in the order of lines
    notices: tuple[str, ...]


def read_roster(path: Path) -> RosterFile:
    """Read a roster, once; raises RosterError only when the file cannot be used at all."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror or error}") from None
    if raw.startswith(_ARCHIVE):
        raise RosterError(f"{path.name} is a spreadsheet or archive; save it as CSV first.")
    if len(raw) > LARGEST_FILE:
        raise RosterError(f"{path.name} is larger than {LARGEST_FILE >> 20} MB.")
    return _Reading(path.name, raw).finish()


class _Reading:
    """One pass over a roster file."""

    def __init__(self, name: str, raw: bytes) -> None:
        self._name = name
        self._sha256 = hashlib.sha256(raw).hexdigest()
        self._lines = TextLines(raw)
        self._problems: list[RosterProblem] = []
        self._notices: list[str] = []
        self._filers: dict[str, tuple[int, Filer]] = {}
        self._left_out: list[int] = []  # lines with a secondary address that is none
        self._read()

    def _read(self) -> None:
        lines = iter(self._lines)
        first = next(lines, "")
        delimiter, header = _header(first, self._name)
        columns = self._columns(header)
        for line, row in self._rows(csv.reader(lines, delimiter=delimiter)):
            self._take(line, row, columns, len(header))

    def _columns(self, header: Sequence[str]) -> dict[str, int]:
        columns: dict[str, int] = {}
        unknown = []
        for index, cell in enumerate(header):
            name = COLUMNS.get(folded(cell))
            if name is None:
                unknown.append(cell.strip() or f"(column {index + 1}, without a name)")
            elif name in columns:
                raise RosterError(f"{self._name} has the column {name} twice.")
            else:
                columns[name] = index
        missing = [name for name in REQUIRED if name not in columns]
        if missing:
            raise RosterError(f"{self._name} lacks the column{'s'[: len(missing) > 1]} {', '.join(missing)}.")
        if unknown:
            self._notices.append(f"Ignored unknown columns: {', '.join(unknown)[:300]}.")
        return columns

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        """Rows with the line they start on; the header was line 1. Rows that are no CSV become problems."""
        while True:
            line = reader.line_num + 2  # type: ignore[attr-defined]
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._problem(line, f"is not valid CSV ({error})")
                continue
            if reader.line_num + 2 - line > LONGEST_ROW:  # type: ignore[attr-defined]
                self._problem(line, "opens a quotation mark that is closed too many lines later, if at all")
            elif any(row):
                yield line, row

    def _take(self, line: int, row: list[str], columns: dict[str, int], width: int) -> None:
        try:
            if len(row) != width:
                raise RowError(f"has {len(row)} cells where the header has {width}")
            filer, dropped = filer_of(row, columns)
        except RowError as error:
            self._problem(line, str(error))
            return
        earlier = self._filers.get(filer.ecf_user_id)
        if earlier is not None:
            self._problem(line, f"repeats the ecf_user_id {filer.ecf_user_id} of line {earlier[0]}")
            return
        if dropped:
            self._left_out.append(line)
        self._filers[filer.ecf_user_id] = (line, filer)

    def _problem(self, line: int, reason: str) -> None:
        self._problems.append(RosterProblem(line=line, reason=reason))

    def finish(self) -> RosterFile:
        """The file as read, once encodings and shared addresses have been looked at."""
        self._settle_encodings()
        self._note_shared_addresses()
        if self._left_out:
            self._notices.append(f"Left out further addresses that are none, on {_lines(self._left_out)}.")
        if not self._filers and not self._problems:
            self._notices.append("The file has a header but no rows.")
        return RosterFile(
            sha256=self._sha256,
            filers=tuple(filer for _, filer in self._filers.values()),
            problems=tuple(sorted(self._problems, key=lambda problem: problem.line)),
            notices=tuple(self._notices),
        )

    def _settle_encodings(self) -> None:
        """A file in Windows-1252 throughout is read as such; among UTF-8 lines such a line cannot be trusted."""
        foreign = set(self._lines.foreign)
        if not foreign:
            return
        if not self._lines.unicode:
            self._notices.append("The file is not UTF-8; it was read as Windows-1252.")
            return
        self._notices.append("The file mixes encodings: some lines are UTF-8, others are not.")
        for key, (line, _) in list(self._filers.items()):
            if line in foreign:
                del self._filers[key]
                self._problem(line, "is not UTF-8 while other lines are; its letters cannot be trusted")

    def _note_shared_addresses(self) -> None:
        holders: dict[str, list[int]] = {}
        for line, filer in self._filers.values():
            holders.setdefault(filer.primary_email.casefold(), []).append(line)
        shared = {address: lines for address, lines in holders.items() if len(lines) > 1}
        for address, lines in list(shared.items())[:20]:
            self._notices.append(f"{len(lines)} records share the primary address {address} ({_lines(lines)}).")
        if len(shared) > 20:
            self._notices.append(f"{len(shared) - 20} more primary addresses are shared.")


def _header(line: str, name: str) -> tuple[str, list[str]]:
    """The delimiter that finds most known columns, and the header's cells."""
    if "\0" in line:
        raise RosterError(f"{name} is not a roster: its first line has NUL characters (UTF-16 without its mark?).")
    readings = []
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        known = sum(folded(cell) in COLUMNS for cell in cells)
        readings.append((known, delimiter, cells))
    known, delimiter, cells = max(readings, key=lambda reading: reading[0], default=(0, ",", []))
    if not known:
        raise RosterError(f"{name} is not a roster: its first line names no column such as {', '.join(REQUIRED)}.")
    return delimiter, cells


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return f"line{'s'[: len(numbers) > 1]} {shown}{' and others' if len(numbers) > 5 else ''}"
