"""A message as the extractors see it: plain letters, same offsets, other people's words blanked out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from helpdesk.patterns import Patterns
from helpdesk.vocabulary import Message, Place, SectionKind, Span, Stated

_DASHES = "‐‑‒–—―−"
_SINGLE_QUOTES = "‘’‚‛′`´ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
_BULLETS = "•·‣◦▪●○■□–►"
_CELLS = "│┃|¦"
_LONGEST_SIGNATURE = 20  # lines
_FEW_WORDS = 4
_ONE_WORD = re.compile(r"^[ -]{0,4}([A-Z][a-z]+)[.,]? *$", re.MULTILINE)
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")
_NOT_A_BREAK = re.compile(r"[^\n]")


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
    return text.translate(_FOLD).replace("\t", " ").replace("\r", " ").replace("\v", " ").replace("\f", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One text shown to staff (``original``) and its readable twin of the same length (``plain``)."""

    place: Place
    original: str
    plain: str
    signature_starts: int  # offset; from here on it is the sender's signature

    def stated(self, value: str, start: int, end: int) -> Stated:
        """What stands at ``start:end``, with its tidied value."""
        return Stated(
            value=value, written=self.original[start:end], span=Span(place=self.place, start=start, end=end)
        )

    def line(self, position: int) -> tuple[int, int]:
        """Start and end of the line around ``position``, without its line break."""
        start = self.plain.rfind("\n", 0, position) + 1
        end = self.plain.find("\n", position)
        return start, len(self.plain) if end < 0 else end


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The parts of a message that are the sender's own."""

    text: View
    subject: View
    sender: View

    @property
    def words(self) -> str:
        """Subject and own words without the signature, for telling what is wanted."""
        return f"{self.subject.plain}\n\n{self.text.plain[: self.text.signature_starts]}"


def see(message: Message, longest: int, closings: Patterns) -> Sight:
    """The sender's own words and signature, at most ``longest`` characters of them.

    closings: lines such as "Regards," below which the signature begins where the reader saw none.
    """
    original = message.text[:longest]
    plain, done = [], 0
    signature_starts = len(original)
    for section in message.sections:
        piece = original[section.start : section.end]
        visible = section.kind in (SectionKind.OWN, SectionKind.SIGNATURE)
        plain.append(_blank(original[done : section.start]) + (fold(piece) if visible else _blank(piece)))
        done = max(done, section.start) + len(piece)
        if section.kind is SectionKind.SIGNATURE:
            signature_starts = min(signature_starts, section.start)
    plain.append(_blank(original[done:]))
    text = "".join(plain)
    names = fold(" ".join(sender.display_name for sender in message.senders))
    starts = min(signature_starts, _closing(text, closings), _sign_off(text, names))
    return Sight(
        text=View(place=Place.TEXT, original=original, plain=text, signature_starts=starts),
        subject=_whole(Place.SUBJECT, message.subject[:longest]),
        sender=_whole(Place.SENDER, message.sender_line[:longest]),
    )


def _closing(text: str, closings: Patterns) -> int:
    """Where the last closing line ends, when little follows it."""
    ends = [match.end() for match in closings.finditer(text)]
    few = ends and text[ends[-1] :].strip().count("\n") <= _LONGEST_SIGNATURE
    return ends[-1] if few else len(text)


def _sign_off(text: str, names: str) -> int:
    """Where a line ends that is nothing but one of the sender's own names ("Jerry"), after some words."""
    for match in _ONE_WORD.finditer(text):
        if match[1] in _CAPITALISED.findall(names) and len(text[: match.start()].split()) > _FEW_WORDS:
            return match.end()
    return len(text)


def _whole(place: Place, text: str) -> View:
    return View(place=place, original=text, plain=fold(text), signature_starts=len(text))


def _blank(text: str) -> str:
    return _NOT_A_BREAK.sub(" ", text)
