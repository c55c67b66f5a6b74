"""A message as the extractors see it: the sender's own words, what stands beside them, subject and sender."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from operator import attrgetter

from helpdesk.patterns import Patterns
from helpdesk.understand.text.asked import asked_above
from helpdesk.understand.text.closing import with_closing
from helpdesk.understand.text.history import is_history, own_mails_quoted
from helpdesk.understand.text.ticked import without_unticked
from helpdesk.understand.text.view import View, fold, single_spaced
from helpdesk.understand.text.wrapped import breaks_in_words, unwrapped
from helpdesk.vocabulary import Message, Place, Section, SectionKind

_PICTURE = re.compile(
    r"\[(?:cid|image|inline image|imagen|bild): ?[^\]\n]{1,120}\]|<(?:cid:)?image\d{3}\.\w{3,4}>", re.IGNORECASE
)
_WRITTEN_ON = re.compile(r"(?<![^\s:])_{3,}|_{3,}(?![^\s,;])")  # the line of a form: "Bar ID: ___234561___"
_GAP = "\n\n"
_COLON = ": "  # between what is asked and its answer
NOTHING = View(place=Place.SUBJECT, original="", plain="", shown="")
_SENDERS_OWN = (SectionKind.OWN, SectionKind.SIGNATURE)


def _without_fillers(plain: str) -> str:
    """Without what nobody said: what mail programs write in a picture's place, and the lines of a form."""
    for nothing in (_PICTURE, _WRITTEN_ON):
        plain = nothing.sub(lambda match: " " * len(match[0]), plain)
    return plain


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
        wished = without_unticked(text.plain, text.original)
        for start, end in text.signatures:
            own.append(wished[position:start])
            position = end
        object.__setattr__(self, "words", single_spaced("".join((*own, wished[position:]))))


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
    return Sight(
        text=with_closing(text, closings, names),
        subject=_whole(Place.SUBJECT, subject),
        sender=_whole(Place.SENDER, sender),
        is_whole=is_whole,
        other=view_of(message.text, _others(message), longest),
        small_words=small_words,
    )


def _others(message: Message) -> list[Section]:
    ours = (*_SENDERS_OWN, SectionKind.NOTICE)
    others = [part for part in message.sections if part.kind not in ours and not is_history(part, message)]
    own = [mail for mail in own_mails_quoted(message) if not any(o.start <= mail.start < o.end for o in others)]
    return sorted((*others, *own), key=attrgetter("start"))


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
    plain = unwrapped(_without_fillers(fold(original)))
    view = View(
        place=Place.TEXT,
        original=original,
        plain=plain,
        shown=text,
        signatures=tuple(signatures),
        pieces=tuple(pieces) or ((0, 0),),
    )
    return view.without(breaks_in_words(original, plain))


def _whole(place: Place, text: str) -> View:
    return View(place=place, original=text, plain=fold(text), shown=text)
