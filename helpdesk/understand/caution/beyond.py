"""Whether a request says more than a plain one does: such a mail is read by a person, and not approved among others.

What people may say besides is a list that never ends; what a plain request consists of is a short one. So a request
is plain only where each of its words is a known part of one, or of the particulars that it states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from helpdesk.policy.reading import Plain
from helpdesk.understand.filers.claims import Claims
from helpdesk.understand.text.history import is_history
from helpdesk.understand.text.sentences import sentence_span
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View, blanked, fold
from helpdesk.vocabulary import Message, SectionKind, Severity, Signal, SignalName

_PARAGRAPH = re.compile(r"(?:[^\n]++\n?)++")
_PIECE = re.compile(r"\S+")
_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)?")
_ADDRESS = re.compile("@|://|www[.]")
_PARTICULAR = "'().,;:<>[]\"*_-"
_LOOKED_AT = (SectionKind.OWN, SectionKind.SIGNATURE, SectionKind.NOTICE, SectionKind.DISCLAIMER)
_HARMLESS_PARTS = ("image/", "application/pkcs7-signature", "application/pgp-signature")
_SHOWN = 120  # characters of what is said besides


def more_than_a_request(message: Message, sight: Sight, said: Claims, plain: Plain) -> Signal | None:
    """A note of what a request says besides; None for a plain one, and where none is made.

    It matters only where nothing warns: what does is read by a person anyhow.
    """
    if not said.claims:
        return None
    several = "it names several filers." if len(said.claims) > 1 else ""
    lent = "other words are passed on with it." if said.lent is not None else ""
    more = several or _in_words(sight, said, plain) or lent or _beside(message, sight)
    if not more:
        return None
    reason = f"It says more than the request: {more}"
    return Signal(name=SignalName.SAYS_MORE, severity=Severity.NOTE, reason=reason)


def _in_words(sight: Sight, said: Claims, plain: Plain) -> str:
    """The first sentence that holds more, '' where there is none."""
    claim = said.claims[0]
    parts = [fold(part.value).lower() for part in (claim.name, claim.bar_id) if part]
    stated = {word for part in parts for word in _WORD.findall(part)}
    addresses = {said.sender_address, claim.claimed_email.value if claim.claimed_email else ""}
    for view in (sight.subject, sight.text):
        for paragraph in _PARAGRAPH.finditer(view.plain):
            found = _first_more(view, paragraph, stated, addresses, plain)
            if found is not None:
                first, last = sentence_span(view.plain, *found)
                return f'"{" ".join(view.original[first:last].split())[:_SHOWN]}"'
    return ""


def _first_more(
    view: View, paragraph: re.Match[str], stated: Set[str], addresses: Set[str], plain: Plain
) -> tuple[int, int] | None:
    """Where the first word of a paragraph stands that is no part of a plain request."""
    start, words = paragraph.start(), paragraph[0]
    if next(_unknown(view, start, words, stated, addresses, plain), None) is None:
        return None
    phrases = plain.phrases.finditer(words)  # looked for only where there is a need: this takes longest
    left = blanked(words, (phrase.span() for phrase in phrases))
    return next(_unknown(view, start, left, stated, addresses, plain), None)


def _unknown(
    view: View, start: int, words: str, stated: Set[str], addresses: Set[str], plain: Plain
) -> Iterator[tuple[int, int]]:
    for piece in _PIECE.finditer(words):
        position = start + piece.start()
        if _ADDRESS.search(piece[0]):
            written = piece[0].strip(_PARTICULAR).lower().removeprefix("mailto:")
            if written not in addresses and not view.in_signature(position):
                yield position, start + piece.end()
            continue
        for word in _WORD.finditer(piece[0]):
            small = word[0].lower()
            if small in plain.words or small in stated:
                continue
            if not (_may_be_signed(word[0], plain) and view.in_signature(position)):
                yield position + word.start(), position + word.end()


def _may_be_signed(word: str, plain: Plain) -> bool:
    """Whether it may be a part of names, titles, addresses and numbers, as they stand in signatures."""
    return (word[0].isupper() or word[0].isdigit()) and word.lower() not in plain.unsigned


def _beside(message: Message, sight: Sight) -> str:
    """What stands beside the own words, where something does."""
    if not sight.is_whole:
        return "it is too long to be read as a whole."
    if any(not part.true_type.startswith(_HARMLESS_PARTS) for part in message.attachments):
        return "something is attached."
    for section in message.sections:
        passed_on = section.kind not in _LOOKED_AT and not is_history(section, message)
        if passed_on and message.text[section.start : section.end].strip():
            return "other words are passed on with it."
    return ""
