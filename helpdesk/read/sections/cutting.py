"""A text cut into whose words they are: own, signature, history, forwarded mail, notices, boilerplate."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from helpdesk.read.sections.boilerplate import mark_boilerplate
from helpdesk.read.sections.lines import Line, own_runs, split_lines
from helpdesk.read.sections.notices import Shingles, find_notices
from helpdesk.read.sections.quotes import mark_history
from helpdesk.read.sections.signature import mark_signature
from helpdesk.vocabulary import Address, Section, SectionKind

_FORWARDS = re.compile(r"\W{0,3}(?:\[[^\]]{1,40}\] ?)?(?:fwd?|rv|wg|tr|enc|i|vs|doorst)\s?(?:\[\d+\])?:", re.I)
_ANSWERS = re.compile(r"\W{0,3}(?:\[[^\]]{1,40}\] ?)?(?:re|aw|antw|sv|r|ref|rif|res|odp)\s?(?:\[\d+\])?:", re.I)
_SENDERS_OWN = frozenset({SectionKind.OWN, SectionKind.SIGNATURE})
_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


def cut_sections(
    text: str,
    *,
    mails: list[tuple[int, int]],
    subject: str,
    answers: bool,
    senders: tuple[Address, ...],
    notices: Shingles,
) -> tuple[Section, ...]:
    """Sections in order that cover ``text`` exactly.

    mails: stretches of the text that are whole mails within the mail.
    answers: the headers say that it is a reply (In-Reply-To).
    """
    if not text:
        return ()
    lines = split_lines(text)
    for start, end in mails:
        for line in lines:
            if start <= line.start < end:
                line.kind = SectionKind.FORWARDED
    mark_history(lines, forwards=_passes_on(subject, answers=answers))
    mark_boilerplate(lines)
    found = _merged(find_notices(text, lines, notices))
    _mark_whole_lines(lines, found)
    names = _name_words(senders)
    for run in own_runs(lines):
        mark_signature(run, names)
    _fill_blanks(lines)
    return _joined(lines, found)


def _passes_on(subject: str, *, answers: bool) -> bool:
    """Whether history below is another person's mail passed on rather than the one that is answered."""
    return bool(_FORWARDS.match(subject)) or not (answers or _ANSWERS.match(subject))


def _name_words(senders: tuple[Address, ...]) -> frozenset[str]:
    """The words of the senders' names and local parts, in lower case."""
    written = " ".join(f"{sender.display_name} {sender.address.partition('@')[0]}" for sender in senders[:5])
    return frozenset(_NAME_WORD.findall(written.lower()))


def _mark_whole_lines(lines: list[Line], notices: list[Section]) -> None:
    """Lines that are notices from end to end are nobody's signature."""
    covered = iter(notices)
    stretch = next(covered, None)
    for line in lines:
        while stretch is not None and stretch.end <= line.start:
            stretch = next(covered, None)
        if stretch is None:
            return
        if line.is_own and stretch.start <= line.start and line.end <= stretch.end:
            line.kind = SectionKind.NOTICE


def _merged(sections: list[Section]) -> list[Section]:
    merged: list[Section] = []
    for section in sections:
        if merged and merged[-1].end == section.start:
            merged[-1] = Section(kind=section.kind, start=merged[-1].start, end=section.end)
        else:
            merged.append(section)
    return merged


def _fill_blanks(lines: list[Line]) -> None:
    """Blank lines go with the line before them; those at the top with the first that says something."""
    kind = next((line.kind for line in lines if not line.is_blank), SectionKind.OWN)
    for line in lines:
        if line.is_blank:
            line.kind = kind
        kind = line.kind


def _joined(lines: list[Line], notices: list[Section]) -> tuple[Section, ...]:
    """Neighbours of one kind joined; sentences of notices cut out of the lines they share with other words."""
    sections: list[Section] = []
    start = 0
    for kind, pieces in groupby(_pieces(lines, notices), key=itemgetter(0)):
        *_, (_, end) = pieces
        sections.append(Section(kind=kind, start=start, end=end))
        start = end
    return tuple(sections)


def _pieces(lines: list[Line], notices: list[Section]) -> Iterator[tuple[SectionKind, int]]:
    """The kinds of all stretches, in order, and where each ends."""
    starts = [notice.start for notice in notices]
    for line in lines:
        if notices and line.kind in _SENDERS_OWN:
            first = max(0, bisect_right(starts, line.start) - 1)
            yield from _around(line, notices[first : bisect_left(starts, line.end)])
        elif line.start < line.end:
            yield line.kind, line.end


def _around(line: Line, notices: list[Section]) -> Iterator[tuple[SectionKind, int]]:
    """What is left of a line around the notices within it, and these."""
    position = line.start
    for notice in notices:
        start, end = max(notice.start, line.start), min(notice.end, line.end)
        if start >= end:
            continue
        if position < start:
            yield line.kind, start
        yield SectionKind.NOTICE, end
        position = end
    if position < line.end:
        yield line.kind, line.end
