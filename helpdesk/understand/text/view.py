"""A text as the extractors see it: plain letters, nothing of other people's, every offset known."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from helpdesk.vocabulary import Place, Span, Stated

_DASHES = "‐‑‒–—―−"
_SINGLE_QUOTES = "‘’‚‛′`´ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
_BULLETS = "•·‣◦▪●○■□–►"
_CELLS = "│┃|¦"
_GAPS = re.compile("  +")
T = TypeVar("T")
Reading = TypeVar("Reading")


class _Fold(dict[int, str]):
    """One ASCII character for every character, so that offsets stay what they are."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = chr(code) if code < 128 else _ascii(chr(code))
        return folded


def _ascii(character: str) -> str:
    for group, stand_in in (
        (_DASHES, "-"),
        (_SINGLE_QUOTES, "'"),
        (_DOUBLE_QUOTES, '"'),
        (_BULLETS, "*"),
        (_CELLS, "|"),
    ):
        if character in group:
            return stand_in
    base = unicodedata.normalize("NFKD", character)[0]
    if ord(base) < 128 and base.isprintable():
        return base
    if character.isalpha():
        return "X" if character.isupper() else "x"
    if unicodedata.category(character).startswith("L"):
        return "x"
    return "\n" if character in "\u2028\u2029\x85" else " "


_FOLD = _Fold()


def fold(text: str) -> str:
    """``text`` in ASCII, character for character; unknown letters become x, unknown signs a space."""
    if not text.isascii():
        text = text.translate(_FOLD)
    if text.isprintable():
        return text
    return text.replace("\t", " ").replace("\r", " ").replace("\v", " ").replace("\f", " ")


def single_spaced(text: str) -> str:
    """``text`` with one blank in place of several."""
    return _GAPS.sub(" ", text)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in place of these stretches, in order, so that all else stays where it is."""
    kept: list[str] = []
    position = 0
    for start, end in spans:
        kept += (text[position:start], " " * (end - start))
        position = end
    return "".join((*kept, text[position:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One text shown to staff, without other people's words: as written and as its readable twin of the same length.

    Both are pieces of the shown text put together; ``pieces`` says where each begins here and there.
    """

    place: Place
    original: str
    plain: str
    shown: str
    signatures: tuple[tuple[int, int], ...] = ()  # where the sender's signature stands
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)  # (offset here, offset in the shown text), in order
    letterhead: int = 0  # where the text below the firm's letterhead begins
    _known: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, find: Callable[[View, Reading], T], reading: Reading) -> T:
        """What ``find`` finds in this text by these rules, looked for when it is first asked for, and only then."""
        if find not in self._known:
            self._known[find] = find(self, reading)
        found: T = self._known[find]
        return found

    @property
    def signature_starts(self) -> int:
        """Offset of the first signature; the end where there is none."""
        return self.signatures[0][0] if self.signatures else len(self.plain)

    def stated(self, value: str, start: int, end: int) -> Stated:
        """What stands at ``start:end``, with its tidied value."""
        span = self.span(start, end)
        return Stated(value=value, written=self.shown[span.start : span.end], span=span)

    def span(self, start: int, end: int) -> Span:
        """Where ``start:end`` stands in the text shown to staff."""
        return Span(place=self.place, start=self._shown(start), end=self._shown(max(start, end - 1)) + (end > start))

    def in_signature(self, position: int) -> bool:
        """Whether this offset lies in the sender's signature, or in the letterhead."""
        return position < self.letterhead or any(start <= position < end for start, end in self.signatures)

    def line(self, position: int) -> tuple[int, int]:
        """Start and end of the line around ``position``, without its line break."""
        start = self.plain.rfind("\n", 0, position) + 1
        end = self.plain.find("\n", position)
        return start, len(self.plain) if end < 0 else end

    def single_spaced(self) -> View:
        """The same text with one blank in place of several, so that no pattern need reckon with more."""
        return self.without([(match.start() + 1, match.end()) for match in _GAPS.finditer(self.plain)])

    def without(self, gaps: Sequence[tuple[int, int]]) -> View:
        """The same text without these stretches, in order; what is left knows where it is shown."""
        if not gaps:
            return self
        kept = _kept_between(gaps, len(self.plain))
        starts = [0]
        for start, end in kept:
            starts.append(starts[-1] + end - start)

        def moved(position: int) -> int:
            place = max(0, bisect_right(kept, (position, len(self.plain))) - 1)
            start, end = kept[place]
            return starts[place] + min(max(position - start, 0), end - start)

        return View(
            place=self.place,
            original="".join(self.original[start:end] for start, end in kept),
            plain="".join(self.plain[start:end] for start, end in kept),
            shown=self.shown,
            signatures=tuple((moved(start), moved(end)) for start, end in self.signatures),
            pieces=tuple(
                (starts[place] + here - start, there)
                for place, (start, end) in enumerate(kept)
                for here, there in self._shown_from(start, end)
            ),
            letterhead=moved(self.letterhead),
        )

    def _shown_from(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where ``start:end`` begins here and there, and each piece within it."""
        return [(max(here, start), there + max(0, start - here)) for here, there in self._pieces(start, end)]

    def cut(self, start: int, end: int) -> View:
        """The view of ``start:end`` alone, no signature known."""
        within = [(here - start, there) for here, there in self._shown_from(start, end)]
        return View(
            place=self.place,
            original=self.original[start:end],
            plain=self.plain[start:end],
            shown=self.shown,
            pieces=tuple(within) or ((0, 0),),
        )

    def _pieces(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        first = max(0, bisect_right(self.pieces, start, key=_here) - 1)
        return tuple(piece for piece in self.pieces[first:] if piece[0] < end)

    def _shown(self, position: int) -> int:
        here, there = self.pieces[bisect_right(self.pieces, position, key=_here) - 1]
        return there + position - here


def _here(piece: tuple[int, int]) -> int:
    return piece[0]


def _kept_between(gaps: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """What is left of a text around these gaps."""
    return list(zip([0, *(end for _, end in gaps)], [*(start for start, _ in gaps), length], strict=True))
