"""A message's text, cut into blocks and pieces so that claims and signals can be shown where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from helpdesk.vocabulary import FilerRequest, Place, Section, SectionKind, Signal, SignalName, Span

FOLDED = frozenset({SectionKind.QUOTE, SectionKind.DISCLAIMER})  # shown closed; one press opens them

# Characters that reorder or hide text: shown by name, because what a clerk sees must be what is there.
_DECEPTIVE = {ord(c): f"[U+{ord(c):04X}]" for c in "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u2060\ufeff"} | {
    point: f"[U+{point:04X}]" for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080))
}
_CONTROLS = {point: f"[U+{point:04X}]" for point in (*range(0x20), *range(0x7F, 0xA0)) if chr(point) not in "\t\n"}
_SHOWN = _DECEPTIVE | _CONTROLS | {ord("\r"): ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A highlighted stretch. ``label`` is its number (claims) or letter (signals); ``target`` the id it links to."""

    label: str
    target: str
    claim: bool
    title: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text under the same marks. ``ends`` are the marks that end here: their labels follow the text."""

    text: str
    marks: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()

    @property
    def kind(self) -> str:
        """Class of the mark element, '' for plain text."""
        if not self.marks:
            return ""
        return "claim" if any(mark.claim for mark in self.marks) else "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A section of the text, in pieces."""

    kind: SectionKind
    pieces: tuple[Piece, ...]

    @property
    def folded(self) -> bool:
        """Whether it is shown closed: history without any mark in it."""
        return self.kind in FOLDED and not any(piece.marks for piece in self.pieces)


def plain(text: str) -> str:
    """Text fit to show: characters that deceive the eye appear by their number."""
    return text.translate(_SHOWN)


def seen(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """Signals as a ticket shows them. That a mail says more than its request is seen by whoever reads it; nearly
    every mail does, so it is told only where tickets are approved unread, in ``store/desk/bulk``."""
    return tuple(signal for signal in signals if signal.name is not SignalName.SAYS_MORE)


def marks(requests: Sequence[FilerRequest], signals: Sequence[Signal]) -> tuple[Mark, ...]:
    """Claims numbered in the order of requests and fields, signals lettered; only what has a place in the mail."""
    found: list[Mark] = []
    for request_number, request in enumerate(requests, start=1):
        stated = (request.claim.name, request.claim.bar_id, request.claim.claimed_email)
        for field, part in zip(("Name", "Bar ID", "E-mail"), stated, strict=True):
            if part is not None and part.span is not None:
                number = sum(mark.claim for mark in found) + 1
                found.append(
                    Mark(
                        label=str(number),
                        target=f"evidence-{request_number}-{field.replace(' ', '-').lower()}",
                        claim=True,
                        title=field,
                        span=part.span,
                    )
                )
    for index, signal in enumerate(seen(signals)):
        if signal.span is not None:
            found.append(
                Mark(
                    label=letter(index), target=f"signal-{index}", claim=False, title=signal.reason, span=signal.span
                )
            )
    return tuple(found)


def letter(index: int) -> str:
    """``a`` to ``z``, then ``a2`` …: the label of a signal."""
    return chr(ord("a") + index % 26) + (str(index // 26 + 1) if index >= 26 else "")


def blocks(text: str, sections: Sequence[Section], found: Iterable[Mark]) -> tuple[Block, ...]:
    """The text by sections, each cut where marks begin and end."""
    here = tuple(mark for mark in found if mark.span.place is Place.TEXT)
    whole = sections or (Section(kind=SectionKind.OWN, start=0, end=len(text)),)
    return tuple(
        Block(kind=section.kind, pieces=pieces(text, here, start=section.start, end=section.end)) for section in whole
    )


def line(text: str, place: Place, found: Iterable[Mark]) -> tuple[Piece, ...]:
    """The subject or sender line in pieces."""
    return pieces(text, tuple(mark for mark in found if mark.span.place is place), start=0, end=len(text))


def pieces(text: str, found: Sequence[Mark], *, start: int, end: int) -> tuple[Piece, ...]:
    """``text[start:end]`` cut at every boundary of a mark; nothing is lost and nothing is shown twice."""
    edges = {start, end}
    for mark in found:
        edges |= {edge for edge in (mark.span.start, mark.span.end) if start < edge < end}
    cut = []
    for left, right in pairwise(sorted(edges)):
        under = tuple(mark for mark in found if mark.span.start <= left and right <= mark.span.end)
        ends = tuple(mark for mark in under if mark.span.end == right)
        cut.append(Piece(text=plain(text[left:right]), marks=under, ends=ends))
    return tuple(cut)
