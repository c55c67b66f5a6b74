"""A text as its lines, each with the kind of words it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.vocabulary import SectionKind


@dataclass(slots=True)
class Line:
    """One line; ``end`` is behind its line break. ``kind`` is OWN until somebody else's mark is found on it."""

    text: str  # without blanks around it
    start: int
    end: int
    kind: SectionKind = SectionKind.OWN
    indent: int = 0  # blanks before its text

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text

    @property
    def is_own(self) -> bool:
        """Whether nothing has spoken against its being the sender's own words."""
        return self.kind is SectionKind.OWN


def split_lines(text: str) -> list[Line]:
    """The lines of ``text``; together they cover all of it."""
    lines: list[Line] = []
    start = 0
    for written in text.split("\n"):
        end = start + len(written) + 1
        line = Line(written.strip(), start, min(end, len(text)), indent=len(written) - len(written.lstrip()))
        lines.append(line)
        start = end
    return lines


def paragraphs(lines: list[Line]) -> Iterator[list[Line]]:
    """Runs of neighbouring own lines that are not blank."""
    run: list[Line] = []
    for line in lines:
        if line.is_blank or not line.is_own:
            if run:
                yield run
            run = []
        else:
            run.append(line)
    if run:
        yield run


def own_runs(lines: list[Line]) -> Iterator[list[Line]]:
    """Runs of own lines, blank ones included, between other people's words; empty runs are left out."""
    run: list[Line] = []
    for line in lines:
        if line.kind in (SectionKind.QUOTE, SectionKind.FORWARDED):
            if any(not one.is_blank for one in run):
                yield run
            run = []
        else:
            run.append(line)
    if any(not line.is_blank for line in run):
        yield run
