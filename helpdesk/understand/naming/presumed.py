"""Who is probably meant where nothing names them outright: a name that several weak signs speak for.

"Same thing for Ada Filer please", "Lic. Ada Filer", "Ada Filer - reset" in the subject: each says a little, and the
name for which enough is said counts, unless enough is said for another, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.found import TOLD_OF, FoundName, How
from helpdesk.understand.naming.names import ParsedName, name_at
from helpdesk.understand.naming.people import set_aside
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.text.view import View

_MOST = 60  # places of one text that are looked at
_REACH = 60  # characters that a name can be long
_ENOUGH = 3
_FOR, _TITLED, _APART, _AGAIN, _ADDRESS = 3, 2, 1, 1, 2
_PLACE = re.compile(
    r"(?P<for>\b(?:for|of|para|de|regarding|re|about|behalf of)\b:? {1,2})"
    r"|(?P<title>\b[A-Za-z]{2,12}\.? (?=[A-Z]))"
    r"|(?P<apart>(?:^|\n|[.!?;:] |- ) {0,4})(?=[A-Z])",
)
_ENDS_APART = re.compile(r" {0,2}(?:[-,.;:(\n]|$)")
_SURNAME = re.compile(r"[A-Z][\w'-]+")
_FIRM = re.compile(
    r"[ ,&]{1,3}(?:[A-Z][\w']+ )?(?:&|and [A-Z]|LLP|LLC|PC|P\.C|APC|Law|Legal|Group|Inc|Firm|Office)\b"
)


def presumed(
    views: Sequence[View], addresses: Sequence[str], is_known: Sequence[ParsedName], reading: NameReading
) -> FoundName | None:
    """The one full name in ``views`` that enough speaks for.

    addresses: those that are stated for the filer. is_known: the sender and others who are not meant.
    """
    people: list[tuple[FoundName, int]] = []
    for view in views:
        for name, weight in _weighed(view, reading):
            if any(same_person(name.name, known) for known in is_known):
                continue
            place = next((n for n, (other, _) in enumerate(people) if same_person(other.name, name.name)), None)
            if place is None:
                fits = any(fits_address(name.name, address) for address in addresses)
                people.append((name, weight + _ADDRESS * fits))
            else:
                again = max(weight, _AGAIN) if name.name.is_full else 0
                people[place] = (people[place][0], people[place][1] + again)
    people.sort(key=lambda person: -person[1])
    if not people or people[0][1] < _ENOUGH or (len(people) > 1 and people[1][1] >= _ENOUGH):
        return None
    return people[0][0]


def _weighed(view: View, reading: NameReading) -> Iterator[tuple[FoundName, int]]:
    """Each name outside the signature that something speaks for, with how much that is."""
    behind = 0
    for place in islice(_PLACE.finditer(view.plain), _MOST):
        if place.start() < behind or view.in_signature(place.end()):
            continue
        if place["title"] and place["title"].lower().strip(" .") not in reading.honorifics:
            continue
        name = _name(view, place.end(), reading, alone=bool(place["title"]))
        if name is None:
            continue
        behind = name.name.end
        apart = bool(_ENDS_APART.match(view.plain, name.name.end))
        if place["apart"] is not None and not apart:
            continue
        weight = _FOR if place["for"] else _TITLED if place["title"] else _APART
        yield name, weight + (_APART if apart and name.name.is_full else 0)


def _name(view: View, start: int, reading: NameReading, *, alone: bool) -> FoundName | None:
    """A full name at ``start``; behind a title a surname alone."""
    _, line_end = view.line(start)
    end = min(line_end, start + _REACH)
    name = name_at(view.original, view.plain, start, end, reading, lenient=False)
    if name is None and alone and (word := _SURNAME.match(view.plain, start, end)):
        name = name_at(view.original, view.plain, start, word.end(), reading, lenient=True)
    if name is None or not (name.is_full or alone) or _FIRM.match(view.plain, name.end):
        return None
    found = FoundName(name=name, view=view, how=How.MENTIONED, in_signature=False)
    return None if set_aside(found, reading).how in TOLD_OF else found
