"""A name that is told in pieces: "It's about Ada. ... Her last name is Filer"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from helpdesk.policy.reading import NameReading
from helpdesk.understand.filers.scene import Scene
from helpdesk.understand.naming.found import FoundName, How, as_found
from helpdesk.understand.naming.names import ParsedName, name_at
from helpdesk.understand.text.view import View

_MOST = 8  # surnames of one text that are looked at, …
_MOST_WORDS = 60  # … and words of it that may be a given name
_GIVEN = re.compile(r"\b[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)?(?<!'s)")
_BEFORE = 40  # characters before such a word that say whether somebody is spoken of
_BEHIND = 60


def told_in_pieces(scene: Scene) -> FoundName | None:
    """The one whose surname is told apart from the given name, which stands elsewhere in text or subject."""
    reading, view = scene.rules.name, scene.text.view
    for told in islice(reading.surname_told.finditer(view.plain), _MOST):
        _, line_end = view.line(told.end())
        surname = name_at(view.original, view.plain, told.end(), line_end, reading, lenient=True)
        if surname is None or surname.start != told.end() or not view.plain[surname.start].isupper():
            continue
        for text in (view, scene.subject.view):
            given = _given_in(text, surname, scene)
            if given:
                whole = replace(surname, value=f"{given} {surname.value}")
                return as_found(view, whole, How.LABELLED)[0]
    return None


def _given_in(view: View, surname: ParsedName, scene: Scene) -> str:
    """The first word of ``view`` that stands where a given name does, and is not the sender's; '' for none."""
    reading, sender = scene.rules.name, scene.sender
    senders = {word for known in (sender.signed, sender.displayed) if known for word in known.name.words}
    for word in islice(_GIVEN.finditer(view.plain), _MOST_WORDS):
        key = word[0].lower()
        if key in reading.never or key in reading.honorifics or key in surname.words or key in senders:
            continue
        if _is_spoken_of(view, *word.span(), reading):
            return view.original[word.start() : word.end()]
    return ""


def _is_spoken_of(view: View, start: int, end: int, reading: NameReading) -> bool:
    if reading.given_before.search(view.plain[max(0, start - _BEFORE) : start]):
        return True
    owner = reading.owner_after.search(view.plain[end : end + _BEHIND])
    return owner is not None and owner.start() == 0
