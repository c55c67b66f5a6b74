"""Lines of text out of blocks, rows and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLANK = " \t\n\r\f"
_BLANKS = re.compile(f" [{_BLANK}]+|[\t\n\r\f][{_BLANK}]*")  # all but the one blank that they become
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre"})
_UNBROKEN = frozenset({"td", "th", "tbody", "thead", "tfoot", "html", "body", "head", "center"})


@dataclass(slots=True)
class _Row:
    """The table row being read."""

    cells: int = 0
    cell_starts: int = 0  # number of lines when its latest cell began


@dataclass(slots=True)
class Layout:
    """Takes blocks and text in reading order and sets them in lines."""

    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)  # of open lists; None: bullets
    quotes: int = 0
    verbatim: int = 0
    fresh: bool = False  # a cell has begun and nothing stands in it yet: its blocks break no line

    def text(self, text: str) -> None:
        """Words as they stand in the source."""
        if self.fresh and not text.isspace():
            self.fresh = False
        if self.verbatim:
            first, *others = text.split("\n")
            self.current.append(first)
            for line in others:
                self._end_line(even_empty=True)
                self.current.append(line)
            return
        if not self.current or self.current[-1].endswith((" ", "\t")):
            text = text.lstrip(_BLANK)
        if text:
            self.current.append(_BLANKS.sub(" ", text))

    def void(self, name: str) -> None:
        """An element without content."""
        if self.fresh:
            return
        if name == "br":
            self._end_line(even_empty=True)
        elif name == "hr":
            self._end_line()

    def block_begins(self, name: str, *, quotes: bool, tight: bool) -> None:
        """A block element opens. ``quotes``: it holds somebody else's mail; ``tight``: no space around it."""
        if name in ("td", "th"):
            self._cell_begins()
            return
        if name not in _UNBROKEN and not self.fresh:
            self._end_line()
            if name in _SPACED and not tight:
                self._space()
        if name == "table":
            self.rows.append(_Row())
        elif name == "tr" and self.rows:
            self.rows[-1] = _Row()
        elif name == "li":
            self._item_begins()
        elif name in ("ul", "ol"):
            self.counters.append(0 if name == "ol" else None)
        self.quotes += quotes
        self.verbatim += name == "pre"

    def block_ends(self, name: str, *, quotes: bool, tight: bool) -> None:
        """A block element closes."""
        if name == "tr":
            self.fresh = False
        if name not in _UNBROKEN and not self.fresh:
            self._end_line()
        if name == "table" and self.rows:
            self.rows.pop()
        elif name in ("ul", "ol") and self.counters:
            self.counters.pop()
        self.quotes -= quotes
        self.verbatim -= name == "pre"
        if name in _SPACED and not tight and not self.rows:
            self._space()

    def finished(self) -> str:
        """All lines, at most one empty one in a row."""
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _cell_begins(self) -> None:
        """Cells of a row stand on one line behind tabs, unless the cell before took several lines."""
        if not self.rows:
            self._end_line()
            return
        row = self.rows[-1]
        row.cells += 1
        if row.cells > 1:
            self._join_cells(row)
        row.cell_starts = len(self.lines)
        self.fresh = True

    def _join_cells(self, row: _Row) -> None:
        finished = len(self.lines) - row.cell_starts
        if finished == 0 or (finished == 1 and not self.current and self.lines[-1]):
            if finished:
                self.current.append(self._reopened())
            self.current.append("\t")
        else:
            self._end_line()

    def _reopened(self) -> str:
        return self.lines.pop().removeprefix("> " * self.quotes)

    def _item_begins(self) -> None:
        if self.counters and self.counters[-1] is not None:
            self.counters[-1] += 1
            self.current.append(f"{self.counters[-1]}. ")
        else:
            self.current.append("- ")

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = "".join(self.current)
        self.current.clear()
        written = line if self.verbatim else line.strip(" \t")
        if written.strip():
            self.lines.append("> " * self.quotes + written.replace("\xa0", " ").rstrip())
        elif even_empty or "\xa0" in line:
            self._space()

    def _space(self) -> None:
        """One empty line, never two."""
        empty = ("> " * self.quotes).rstrip()
        if self.lines and self.lines[-1] not in ("", empty):
            self.lines.append(empty)
