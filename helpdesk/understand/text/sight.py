"""A message as the extractors see it: plain letters, other people's words left out, every offset known."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, TypeVar

from helpdesk.patterns import Patterns
from helpdesk.understand.text.asked import asked_above
from helpdesk.understand.text.history import is_history
from helpdesk.understand.text.wrapped import unwrapped
from helpdesk.vocabulary import Message, Place, Section, SectionKind, Span, Stated

_DASHES = "‐‑‒–—―−"
_SINGLE_QUOTES = "‘’‚‛′`´ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
_BULLETS = "•·‣◦▪●○■□–►"
_CELLS = "│┃|¦"
_LONGEST_SIGNATURE = 20  # lines
_LETTERHEAD = 6  # lines between "Jane" and what the reader knows to be the signature
_FEW_WORDS = 4
_LONGEST_LETTERHEAD = 1_500  # characters above the salutation
_MOST_LETTERHEAD_LINES = 25
_SALUTATION = re.compile(
    r"^ {0,8}(?:dear|ladies and gentlemen|gentlemen|to whom it may) ", re.IGNORECASE | re.MULTILINE
)
_PAPER = re.compile(r"\b(?:LLP|LLC|APC|PC|P\.C\.|law|counsel\w*|attorneys?|suite|floor|tel\w*|fax)\b|\b\d{5}\b", re.I)
_NO_PAPER = re.compile(r"\bre ?:|\b(?:filer|name|reset|password|please)\b", re.IGNORECASE)
_ONE_WORD = re.compile(r"^[ -]{0,4}([A-Z][a-z]+)[.,]? *$", re.MULTILINE)
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")
_PICTURE = re.compile(
    r"\[(?:cid|image|inline image|imagen|bild): ?[^\]\n]{1,120}\]|<(?:cid:)?image\d{3}\.\w{3,4}>", re.IGNORECASE
)
_GAP = "\n\n"
_COLON = ": "  # between what is asked and its answer
_GAPS = re.compile("  +")
T = TypeVar("T")
Reading = TypeVar("Reading")
_SENDERS_OWN = (SectionKind.OWN, SectionKind.SIGNATURE)


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


def _without_pictures(plain: str) -> str:
    """Without what mail programs write in a picture's place, which nobody said: "[cid:image001.png@01D5]"."""
    return _PICTURE.sub(lambda match: " " * len(match[0]), plain)


def fold(text: str) -> str:
    """``text`` in ASCII, character for character; unknown letters become x, unknown signs a space."""
    if not text.isascii():
        text = text.translate(_FOLD)
    if text.isprintable():
        return text
    return text.replace("\t", " ").replace("\r", " ").replace("\v", " ").replace("\f", " ")


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
        gaps = [match.span() for match in _GAPS.finditer(self.plain)]
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
    """What is left of a text where each of these gaps is one character wide."""
    ends = [start + 1 for start, _ in gaps]
    return list(zip([0, *(end for _, end in gaps)], [*ends, length], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The parts of a message that are the sender's own.

    ``other``: the words beside them that this sender may have written all the same: mail passed on, what poses as a
    disclaimer or as a quotation. Everything but true history and the court's notices. They say nothing for a request,
    but what they say against one counts.
    """

    text: View
    subject: View
    sender: View
    is_whole: bool  # False: there were more own words than are read
    other: View
    small_words: Set[str] = frozenset()  # of the language, as people write them: no names
    words: str = field(init=False, repr=False)  # subject, empty line, own words without the signature

    def __post_init__(self) -> None:
        text, position, own = self.text, 0, [self.subject.plain, "\n\n"]
        for start, end in text.signatures:
            own.append(text.plain[position:start])
            position = end
        object.__setattr__(self, "words", _GAPS.sub(" ", "".join((*own, text.plain[position:]))))


def see(message: Message, longest: int, closings: Patterns, small_words: Set[str] = frozenset()) -> Sight:
    """The sender's own words and signature, at most ``longest`` characters of them.

    closings: lines such as "Regards," below which the signature begins where the reader saw none.
    small_words: words of the language, which are no names when they are written small.
    """
    own = [section for section in message.sections if section.kind in _SENDERS_OWN]
    is_whole = sum(section.end - section.start for section in own) <= longest
    labels = asked_above(message)
    sections = sorted([*own, *labels], key=attrgetter("start")) if labels else own
    text = _joined(message.text, _within(sections, longest), labels)
    subject, sender = message.subject[:longest], message.sender_line[:longest]
    names = fold(" ".join(sender.display_name for sender in message.senders))
    starts = min(_closing(text.plain, closings), _sign_off(text.plain, names))
    text = replace(text, signatures=_from_sign_off(text, starts), letterhead=_letterhead(text.plain))
    return Sight(
        text=text,
        subject=_whole(Place.SUBJECT, subject),
        sender=_whole(Place.SENDER, sender),
        is_whole=is_whole,
        other=view_of(message.text, _others(message), longest),
        small_words=small_words,
    )


def _others(message: Message) -> list[Section]:
    ours = (*_SENDERS_OWN, SectionKind.NOTICE)
    return [section for section in message.sections if section.kind not in ours and not is_history(section, message)]


def view_of(text: str, sections: list[Section], longest: int) -> View:
    """These sections of a message's text, at most ``longest`` characters of them: the beginning and the end."""
    return _joined(text, _within(sections, longest))


def _within(sections: list[Section], longest: int) -> list[Section]:
    """The sections' beginning and, since people sign and ask at the end, their end, where they are too long."""
    total = sum(section.end - section.start for section in sections)
    if total <= longest:
        return sections
    head, tail = longest * 3 // 4, longest // 4
    kept, position = [], 0
    for section in sections:
        length = section.end - section.start
        first = min(length, max(0, head - position))
        last = min(length - first, max(0, position + length - (total - tail)))
        if first:
            kept.append(replace(section, end=section.start + first))
        if last:
            kept.append(replace(section, start=section.end - last))
        position += length
    return kept


def _joined(text: str, sections: list[Section], labels: Sequence[Section] = ()) -> View:
    """The sections' text put together, an empty line where something is left out between two of them.

    labels: those of the sections that stand right before what they ask for.
    """
    written: list[str] = []
    pieces: list[tuple[int, int]] = []
    signatures: list[tuple[int, int]] = []
    length, behind, labelled = 0, 0, False
    for section in sections:
        if section.start > behind and written:
            pieces.append((length, behind))
            gap = _COLON if labelled else _GAP
            written.append(gap)
            length += len(gap)
        pieces.append((length, section.start))
        piece = text[section.start : section.end]
        written.append(piece)
        if section.kind is SectionKind.SIGNATURE:
            signatures.append((length, length + len(piece)))
        length, behind, labelled = length + len(piece), section.end, section in labels
    original = "".join(written)
    return View(
        place=Place.TEXT,
        original=original,
        plain=unwrapped(_without_pictures(fold(original))),
        shown=text,
        signatures=tuple(signatures),
        pieces=tuple(pieces) or ((0, 0),),
    )


def _from_sign_off(text: View, starts: int) -> tuple[tuple[int, int], ...]:
    """The signatures that the reader saw, the first from the sign-off above it, or all below that sign-off."""
    if not text.signatures:
        return ((starts, len(text.plain)),) if starts < len(text.plain) else ()
    (first, end), *others = text.signatures
    if starts < first and text.plain[starts:first].strip().count("\n") < _LETTERHEAD:
        return ((starts, end), *others)
    return text.signatures


def _closing(text: str, closings: Patterns) -> int:
    """Where the last closing line ends, when little follows it."""
    ends = [match.end() for match in closings.finditer(text)]
    few = ends and text[ends[-1] :].strip().count("\n") <= _LONGEST_SIGNATURE
    return ends[-1] if few else len(text)


def _letterhead(text: str) -> int:
    """Where the salutation of a letter begins, below what its firm's paper bears; 0 where that is nothing."""
    salutation = _SALUTATION.search(text, 0, _LONGEST_LETTERHEAD)
    above = text[: salutation.start()] if salutation else ""
    few = len(above.split("\n")) <= _MOST_LETTERHEAD_LINES and above.strip().count("\n") > 0
    return len(above) if few and _PAPER.search(above) and not _NO_PAPER.search(above) else 0


def _sign_off(text: str, names: str) -> int:
    """Where a line ends that is nothing but one of the sender's own names ("Jerry"), after some words."""
    for match in _ONE_WORD.finditer(text):
        if match[1] in _CAPITALISED.findall(names) and len(text[: match.start()].split()) > _FEW_WORDS:
            return match.end()
    return len(text)


def _whole(place: Place, text: str) -> View:
    return View(place=place, original=text, plain=fold(text), shown=text)
