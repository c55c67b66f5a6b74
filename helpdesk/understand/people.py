"""Who is named in a message, and how: by a label, an introduction, beside a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from helpdesk.patterns import Found
from helpdesk.policy_reading import NameReading
from helpdesk.understand.forms import labelled_names, pieced_names
from helpdesk.understand.found import FoundName, How, as_found, indent
from helpdesk.understand.names import ParsedName, last_and_given, name_at, name_before, whole_name
from helpdesk.understand.persons import fits_address, same_person
from helpdesk.understand.sight import View

_MOST = 80
_PLACE = re.compile(r"\b(?:in|near|en) $")  # "in El Centro", before a name's place
_TITLED = re.compile(r"\b([A-Za-z]{2,12}\.?) {1,2}([A-Z][\w'-]{1,30})$")
_VOUCHED = (How.INTRODUCED, How.ASKED_FOR, How.ON_BEHALF)  # words before it say that this person is meant
_FORMER_OFFICE = re.compile(r"\b(?:hon(?:orable|\.)?|judge|justice) {0,2}$", re.IGNORECASE)  # "I am Hon. Ada Filer"
_LONG_OR_SMALL = re.compile(r"[a-z]|[A-Z]{4}")  # "VAT DE" behind a number is nobody
_SMALL_WORDS = re.compile(
    r"(?:^|[,;:/|\n.] ?|(?:\bfor|\bof) )([a-z'-]{2,20}(?: [a-z]\.?)?(?: [a-z'-]{2,20}){1,2})[ ,;:/|(<-]{0,4}$"
)
_ADDRESS_HERE = re.compile(r"[\w.+%-]+@[\w.-]+")
_PARENTHESIS = re.compile(r"^ ?\([^()\n]{1,60}\)")
_AND = re.compile(r",? (?:and|&|y) $")
_AFTER_BAR = re.compile(r"[ ,;:()\-|/]{0,6}(?:(?:for|is|belongs to|of|name:?|de) )?")


def names_in(view: View, anchors: Iterable[tuple[int, int]], reading: NameReading, hint: str) -> list[FoundName]:
    """Names that something in ``view`` points at, from the top.

    anchors: start and end of Bar IDs (with their labels) and addresses.
    hint: the sender's name and address in lower case.
    """
    anchors = list(anchors)
    found = [
        *labelled_names(view, reading),
        *pieced_names(view, reading),
        *_after(view, reading.introductions.finditer(view.plain), How.INTRODUCED, reading, hint, anchors),
        *_after(view, reading.on_behalf.finditer(view.plain), How.ON_BEHALF, reading, hint, anchors),
        *_after(view, reading.asked_for.finditer(view.plain), How.ASKED_FOR, reading, hint, anchors),
        *_after(view, reading.requesters.finditer(view.plain), How.REQUESTER, reading, hint, anchors),
        *_beside(view, anchors, reading, hint),
        *_owners(view, reading),
    ]
    found = [_as_anothers(name, reading) for name in found]
    vouched = {name.start for name in found if name.how in _VOUCHED}
    found = [name for name in found if name.how is not How.ANOTHERS or name.start not in vouched]
    kept: list[FoundName] = []
    for name in sorted(found, key=lambda n: (n.how not in (How.ANOTHERS, How.REQUESTER), -n.how, n.start)):
        if not any(name.name.start < other.name.end and other.name.start < name.name.end for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda n: n.start)


def _as_anothers(name: FoundName, reading: NameReading) -> FoundName:
    """The same name, set aside where the words before it say that it is somebody else's."""
    line_start, _ = name.view.line(name.start)
    before = name.view.plain[max(line_start, name.start - 70) : name.start]
    if name.how in _VOUCHED:
        before = _FORMER_OFFICE.sub("", before)
    behind = _PARENTHESIS.sub("", name.view.plain[name.name.end : name.name.end + 120], count=1)
    told_of = reading.others.search(before) or reading.others_after.search(behind)
    if name.how is How.LABELLED or not told_of:
        return name
    return FoundName(name=name.name, view=name.view, how=How.ANOTHERS, in_signature=name.in_signature)


def mentions_of(person: ParsedName, view: View, reading: NameReading) -> list[FoundName]:
    """Where the text spells this person's name, by its last word."""
    last = re.compile(rf"\b{re.escape(person.words[-1])}\b", re.IGNORECASE)
    found: list[FoundName] = []
    for match in islice(last.finditer(view.plain), _MOST):
        line_start, _ = view.line(match.start())
        start = max(line_start, match.start() - 50)
        name = name_before(view.original, view.plain, start, match.end(), reading)
        if name:  # with the further surnames that may follow
            name = name_at(view.original, view.plain, name.start, match.end() + 40, reading, lenient=False) or name
        found += as_found(view, name, How.MENTIONED)
        if len(person.words) == 1:  # perhaps only the given name was used
            name = name_at(view.original, view.plain, match.start(), match.end() + 40, reading, lenient=False)
            found += as_found(view, name, How.MENTIONED)
    return [name for name in found if same_person(name.name, person) or person.words[0] in name.name.words]


def _after(
    view: View,
    cues: Iterable[Found],
    how: How,
    reading: NameReading,
    hint: str,
    anchors: list[tuple[int, int]],
) -> list[FoundName]:
    found: list[FoundName] = []
    for cue in islice(cues, _MOST):
        start = cue.end() + indent(view.plain, cue.end())
        end = min(len(view.plain), start + 80)
        name = last_and_given(view.original, view.plain, start, end, reading)
        name = name or name_at(view.original, view.plain, start, end, reading, lenient=False)
        if name is None:
            loose = name_at(view.original, view.plain, start, end, reading, lenient=True)
            name = loose if loose and _is_vouched(loose, how, hint, anchors, cue, view) else None
        found += as_found(view, name, how)
        if name:
            found += _and_others(view, name, how, reading)
    return found


def _is_vouched(
    name: ParsedName, how: How, hint: str, anchors: list[tuple[int, int]], cue: Found, view: View
) -> bool:
    """Whether a doubtful run of words after a cue is a name all the same."""
    if len(name.words) > 1 and (
        all(word.strip(".") in hint for word in name.words) or fits_address(name, hint.rpartition("<")[2])
    ):
        return True
    if len(name.words) > 1 and any(0 <= start - name.end <= 4 for start, _ in anchors):
        return True
    titled = re.search(r"(?:attorney|atty|counsel|mr|ms|mrs|dr|lic)\.? {0,2}$", cue[0], re.I)
    return (
        how in (How.ON_BEHALF, How.ASKED_FOR)
        and len(name.words) == 1
        and bool(titled)
        and view.original[name.start].isupper()
    )


def _and_others(view: View, name: ParsedName, how: How, reading: NameReading) -> list[FoundName]:
    """ "for Jane Doe, John Roe and Mary Major": the further names of a list in one sentence."""
    found: list[FoundName] = []
    position = name.end
    for _ in range(12):
        match = re.compile(r" ?(?:,? ?(?:\band\b|&|\by\b)|,) ?").match(view.plain, position)
        following = match and name_at(
            view.original, view.plain, match.end(), match.end() + 60, reading, lenient=False
        )
        if not following or following.start - position > 12:
            break
        found += as_found(view, following, how)
        position = following.end
    return found


def _beside(view: View, anchors: list[tuple[int, int]], reading: NameReading, hint: str) -> list[FoundName]:
    found: list[FoundName] = []
    for start, end in anchors[:_MOST]:
        line_start, line_end = view.line(start)
        earlier = [other_end for _, other_end in anchors if line_start <= other_end <= start]
        name = name_before(view.original, view.plain, max([line_start, start - 90, *earlier]), start, reading)
        if name and _PLACE.search(view.plain, line_start, name.start):
            name = None
        if name is None:
            name = _small(view, max([line_start, start - 60, *earlier]), start, reading, hint)
        if name is None:
            after = _AFTER_BAR.match(view.plain, end, line_end)
            name = name_at(view.original, view.plain, after.end() if after else end, line_end, reading, lenient=False)
            name = name if name and _LONG_OR_SMALL.search(view.plain, name.start, name.end) else None
        if name is None and not view.plain[line_start:start].strip(" *-|>.()#0123456789"):
            name = _line_above(view, line_start, reading)
        found += as_found(view, name, How.BESIDE)
    return found


def _small(view: View, start: int, end: int, reading: NameReading, hint: str) -> ParsedName | None:
    """ "sbn 234561, ada filer, ada@...": two or three small words before ``end`` of which the address is made."""
    words = _SMALL_WORDS.search(view.plain, start, end)
    if words is None:
        return None
    name = name_at(view.original, view.plain, words.start(1), words.end(1), reading, lenient=True)
    address = _ADDRESS_HERE.match(view.plain, end)
    addresses = (hint.rpartition("<")[2], address[0] if address else "")
    whole = name is not None and name.end == words.end(1)
    return name if name and whole and any(_made_of(name, written) for written in addresses) else None


def _made_of(name: ParsedName, address: str) -> bool:
    """Whether both ends of a name stand in an address, before the @ perhaps only the given name's initial."""
    local, _, domain = address.lower().partition("@")
    first, last = name.words[0], name.words[-1]
    if not name.is_full:
        return False
    return first[0] in local.replace(last, "", 1) if last in local else first in local and last in domain


def _line_above(view: View, line_start: int, reading: NameReading) -> ParsedName | None:
    """The nearest of the three lines above that is a name, not reaching over an empty line."""
    for _ in range(3):
        if line_start == 0:
            return None
        line_start, line_end = view.line(line_start - 1)
        if not view.plain[line_start:line_end].strip():
            return None
        name = whole_name(view.original, view.plain, line_start, line_end, reading)
        if name:
            return name
    return None


def _owners(view: View, reading: NameReading) -> list[FoundName]:
    found: list[FoundName] = []
    for match in islice(reading.owner_after.finditer(view.plain), _MOST):
        line_start, _ = view.line(match.start())
        start = max(line_start, match.start() - 60)
        name = name_before(view.original, view.plain, start, match.start(), reading)
        found += as_found(view, name or _titled(view, start, match.start(), reading), How.OWNER)
        if name and (joined := _AND.search(view.plain, start, name.start)):
            found += as_found(view, name_before(view.original, view.plain, start, joined.start(), reading), How.OWNER)
    return found


def _titled(view: View, start: int, end: int, reading: NameReading) -> ParsedName | None:
    """ "Mr. Roe", right before ``end``: a last name that only its title shows to be one."""
    title = _TITLED.search(view.plain, start, end)
    if title is None or title[1].lower().strip(".") not in reading.honorifics:
        return None
    name = name_at(view.original, view.plain, title.start(2), end, reading, lenient=True)
    return name if name and name.end == end else None
