"""Who is named in a message, and how: by a label, an introduction, beside a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from helpdesk.patterns import Found, Patterns
from helpdesk.policy.reading import NameReading
from helpdesk.understand.naming.forms import labelled_names, pieced_names
from helpdesk.understand.naming.found import NOT_MEANT, TOLD_OF, FoundName, How, as_found, indent
from helpdesk.understand.naming.names import ParsedName, is_beside, last_and_given, name_at, name_before
from helpdesk.understand.naming.nearby import line_near
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.text.view import View

_MOST = 80
# "in El Centro", "counsel at Quill Filer APC": before the name of a place or a firm
_PLACE = re.compile(r"\b(?:in|near|en|(?:counsel|attorney|lawyer|partner|associate|abogad[oa]) (?:at|en|con)) $")
_TITLED = re.compile(r"\b([A-Za-z]{2,12}\.?) {1,2}([A-Z][\w'-]{1,30})$")
_VOUCHED = (How.INTRODUCED, How.ASKED_FOR, How.ON_BEHALF)  # words before it say that this person is meant
_FORMER_OFFICE = re.compile(r"\b(?:hon(?:orable|\.)?|judge|justice) {0,2}$", re.IGNORECASE)  # "I am Hon. Ada Filer"
_LONG_OR_SMALL = re.compile(r"[a-z]|[A-Z]{4}")  # "VAT DE" behind a number is nobody
_BESIDE = 120  # characters before a number or address among which its name begins
_CLOSE = 4  # characters between a name and what vouches for it
_LONGEST_SURNAME = 40
_MOST_ALIKE = 8  # further mentions of one name
_CLOSE_BEHIND = 80  # characters behind a name in which stands what is said of it
_SURNAME_BEFORE = re.compile(r"(?:^|[\n;,.*-] {0,3})([A-Za-z][\w'-]+)(?:'s)?[ :,(-]{1,4}$")
_PARENTHESIS = re.compile(r"^ ?\([^()\n]{1,60}\)")
_AND_ANOTHER = re.compile(r" ?(?:,? ?(?:\band\b|&|\by\b)|,) ?")
_AND = re.compile(r",? (?:and|&|y) $")
_AFTER_BAR = re.compile(r"[ ,;:()\-|/]{0,6}(?:(?:for|is|belongs to|of|name:?|de) )?")


def names_in(
    view: View,
    anchors: Iterable[tuple[int, int]],
    reading: NameReading,
    hint: str,
    *,
    own: Sequence[ParsedName],
    others: Sequence[ParsedName],
) -> list[FoundName]:
    """Names that something in ``view`` points at, from the top.

    anchors: start and end of Bar IDs (with their labels) and addresses.
    hint: the sender's name and address in lower case.
    own: names that agree with the sender; they count where they stand beside an anchor.
    others: names that agree with an address in ``view``.
    """
    anchors = list(anchors)
    found = [
        *labelled_names(view, reading),
        *pieced_names(view, reading),
        *_after(view, reading.introductions.finditer(view.plain), How.INTRODUCED, reading, hint, anchors),
        *_after(view, reading.on_behalf.finditer(view.plain), How.ON_BEHALF, reading, hint, anchors),
        *_after(view, reading.asked_for.finditer(view.plain), How.ASKED_FOR, reading, hint, anchors),
        *_after(view, reading.requesters.finditer(view.plain), How.REQUESTER, reading, hint, anchors),
        *_beside(view, anchors, reading, [*own, *others]),
        *(found for name in others for found in as_found(view, name, How.FITTING)),
        *_owners(view, reading),
        *_numberless(view, reading),
        *_right_before(view, reading.introduced_after, How.INTRODUCED, reading),
        *_right_before(view, reading.asks_through, How.OWNER, reading),
    ]
    found += _surnames_beside(view, anchors, found)
    found = [set_aside(name, reading) for name in found]
    vouched = {name.start for name in found if name.how in _VOUCHED}
    return _apart(name for name in found if name.how not in TOLD_OF or name.start not in vouched)


def _apart(found: Iterable[FoundName]) -> list[FoundName]:
    """Of names that overlap the one that is told best, from the top."""
    kept: list[FoundName] = []
    for name in sorted(found, key=lambda n: (n.how not in NOT_MEANT, -n.how, n.start)):
        if not any(name.name.start < other.name.end and other.name.start < name.name.end for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda n: n.start)


def set_aside(name: FoundName, reading: NameReading) -> FoundName:
    """The same name, put aside where the words beside it say that it is somebody else's."""
    line_start, _ = name.view.line(name.start)
    before = name.view.plain[max(line_start, name.start - 70) : name.start]
    if name.how in _VOUCHED:
        before = _FORMER_OFFICE.sub("", before)
    behind = _PARENTHESIS.sub("", name.view.plain[name.name.end : name.name.end + 120], count=1)
    if name.how is How.LABELLED:
        return name
    if (through := reading.asks_through.search(behind)) and through.start() == 0:
        return name
    if reading.others.search(before) or reading.others_after.search(behind):
        return replace(name, how=How.ANOTHERS)
    if (reading.absent.search(before) or reading.absent_after.search(behind)) and not _owns_below(name, reading):
        return replace(name, how=How.ABSENT)
    return name


def _owns_below(name: FoundName, reading: NameReading) -> bool:
    """ "My late husband, Ada Filer, ... please reset Ada's password": who is absent is meant after all."""
    plain = name.view.plain
    words = "|".join(re.escape(word) for word in (name.name.words[0], name.name.words[-1]))
    for match in islice(re.finditer(rf"\b(?:{words})(?='s? )", plain[name.name.end :], re.IGNORECASE), _MOST_ALIKE):
        end = name.name.end + match.end()
        owner = reading.owner_after.search(plain[end : end + _CLOSE_BEHIND])
        if owner and owner.start() == 0:
            return True
    return False


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
            name = None if name and _runs_into_a_name(name, view, reading) else name
        found += as_found(view, name, how)
        if name:
            found += _and_others(view, name, how, reading)
    return found


def _runs_into_a_name(name: ParsedName, view: View, reading: NameReading) -> bool:
    """ "I'm leaving Quay Filer": a small word of the sentence before large ones is no given name."""
    first, *others = view.plain[name.start : name.end].split()
    return first.islower() and first not in reading.particles and any(word[0].isupper() for word in others)


def _is_vouched(
    name: ParsedName, how: How, hint: str, anchors: list[tuple[int, int]], cue: Found, view: View
) -> bool:
    """Whether a doubtful run of words after a cue is a name all the same."""
    if len(name.words) > 1 and (
        all(word.strip(".") in hint for word in name.words) or fits_address(name, hint.rpartition("<")[2])
    ):
        return True
    if len(name.words) > 1 and any(
        0 <= start - name.end <= _CLOSE and "." not in view.plain[name.end : start] for start, _ in anchors
    ):
        return True
    if how is How.ON_BEHALF and len(name.words) == 1 and _is_apart(name, cue, view):
        return True
    titled = re.search(r"(?:attorney|atty|counsel|mr|ms|mrs|dr|lic)\.? {0,2}$", cue[0], re.I)
    return (
        how in (How.ON_BEHALF, How.ASKED_FOR)
        and len(name.words) == 1
        and bool(titled)
        and view.original[name.start].isupper()
    )


def _is_apart(name: ParsedName, cue: Found, view: View) -> bool:
    """ "My boss (Jim)", "my attorney, Ada, ...": a given name alone, set off on both sides."""
    behind = view.plain[name.end : name.end + 1]
    opened = cue[0].rstrip()[-1:]
    return view.plain[name.start].isupper() and (opened, behind) in (("(", ")"), (",", ","))


def _and_others(view: View, name: ParsedName, how: How, reading: NameReading) -> list[FoundName]:
    """ "for Jane Doe, John Roe and Mary Major": the further names of a list in one sentence."""
    found: list[FoundName] = []
    position = name.end
    for _ in range(12):
        match = _AND_ANOTHER.match(view.plain, position)
        following = match and name_at(
            view.original, view.plain, match.end(), match.end() + 60, reading, lenient=False
        )
        if not following or following.start - position > 12:
            break
        found += as_found(view, following, how)
        position = following.end
    return found


def _beside(
    view: View, anchors: list[tuple[int, int]], reading: NameReading, fitting: Sequence[ParsedName]
) -> list[FoundName]:
    found: list[FoundName] = []
    for start, end in anchors[:_MOST]:
        line_start, line_end = view.line(start)
        earlier = [other_end for _, other_end in anchors if line_start <= other_end <= start]
        nearest = max([start - _BESIDE, *earlier])
        name = _fitting_before(view, nearest, start, reading, fitting)
        name = name or name_before(view.original, view.plain, max(line_start, nearest), start, reading)
        if name and _PLACE.search(view.plain, line_start, name.start):
            name = None
        if name is None:
            name = _behind(view, end, line_end, reading)
        if name is None and not view.plain[line_start:start].strip(" *-|>.()#0123456789"):
            name = line_near(view, line_start, reading, anchors)
        found += as_found(view, name, How.BESIDE)
    return found


def _surnames_beside(view: View, anchors: list[tuple[int, int]], found: Sequence[FoundName]) -> list[FoundName]:
    """ "Filer: 234561", where Ada Filer is named elsewhere: the line is hers."""
    surnames = {name.name.words[-1] for name in found if name.name.is_full}
    beside: list[FoundName] = []
    for start, _ in anchors[:_MOST] if surnames else ():
        word = _SURNAME_BEFORE.search(view.plain, max(0, start - _LONGEST_SURNAME), start)
        inside = word and any(name.start < word.start(1) < name.name.end for name in found)
        if word and word[1].lower() in surnames and not inside:
            name = ParsedName(value=view.original[slice(*word.span(1))], start=word.start(1), end=word.end(1))
            beside += as_found(view, name, How.BESIDE)
    return beside


def _fitting_before(
    view: View, start: int, end: int, reading: NameReading, fitting: Sequence[ParsedName]
) -> ParsedName | None:
    """A name that agrees with an address or the sender and ends at ``end``, in whatever letters."""
    here = [name for name in fitting if start <= name.start and name.end <= end]
    between = view.plain[here[-1].end : end] if here else "\n"
    return here[-1] if "\n" not in between and is_beside(between, reading) else None


def _behind(view: View, end: int, line_end: int, reading: NameReading) -> ParsedName | None:
    """ "234561 - Ada Filer", "SBN 234561 is Ada Filer"."""
    after = _AFTER_BAR.match(view.plain, end, line_end)
    start = after.end() if after else end
    if not view.plain[start : start + 1].isalpha():
        return None
    name = name_at(view.original, view.plain, start, line_end, reading, lenient=False)
    return name if name and _LONG_OR_SMALL.search(view.plain, name.start, name.end) else None


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


def _numberless(view: View, reading: NameReading) -> list[FoundName]:
    """ "Ada Filer, but I don't have her number": one of a list of those who are meant."""
    found: list[FoundName] = []
    for match in islice(reading.numberless_after.finditer(view.plain), _MOST):
        line_start, _ = view.line(match.start())
        start = max(line_start, match.start() - 60)
        found += as_found(view, name_before(view.original, view.plain, start, match.start(), reading), How.ON_BEHALF)
    return found


def _right_before(view: View, words: Patterns, how: How, reading: NameReading) -> list[FoundName]:
    """ "Ada Filer here": names that such words follow at once."""
    found: list[FoundName] = []
    for match in islice(words.finditer(view.plain), _MOST):
        line_start, _ = view.line(match.start())
        start = max(line_start, match.start() - 60)
        name = name_before(view.original, view.plain, start, match.start(), reading)
        name = name if name and name.end == match.start() else _titled(view, start, match.start(), reading)
        found += as_found(view, name, how)
    return found


def _titled(view: View, start: int, end: int, reading: NameReading) -> ParsedName | None:
    """ "Mr. Roe", right before ``end``: a last name that only its title shows to be one."""
    title = _TITLED.search(view.plain, start, end)
    if title is None or title[1].lower().strip(".") not in reading.honorifics:
        return None
    name = name_at(view.original, view.plain, title.start(2), end, reading, lenient=True)
    return name if name and name.end == end else None
