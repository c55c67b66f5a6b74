"""Who is named in a message, and how: by a label, an introduction, beside a number, in the signature or in From."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from helpdesk.patterns import Found
from helpdesk.policy_reading import NameReading, SenderReading
from helpdesk.understand.forms import labelled_names, pieced_names
from helpdesk.understand.found import FoundName, How, as_found, indent, lines_of
from helpdesk.understand.names import ParsedName, last_and_given, name_at, name_before, whole_name
from helpdesk.understand.sight import Sight, View

_MOST = 80
_LISTED = re.compile(r"^ {0,4}(?:\d{1,2}[.)]|[*-] |[a-z][.)] )|@|\d{5}")
_TITLED = re.compile(r"\b([A-Za-z]{2,12}\.?) {1,2}([A-Z][\w'-]{1,30})$")
_SENTENCE_END = re.compile(r"[.!?;,-] |(?:thanks|thank you|thx|gracias|regards|from|by|- ?) ", re.IGNORECASE)
_SLASH_SIGNED = re.compile(r"/s/ {0,4}")
_VOUCHED = (How.INTRODUCED, How.ASKED_FOR, How.ON_BEHALF)  # words before it say that this person is meant
_FORMER_OFFICE = re.compile(r"\b(?:hon(?:orable|\.)?|judge|justice) {0,2}$", re.IGNORECASE)  # "I am Hon. Ada Filer"
_LONG_OR_SMALL = re.compile(r"[a-z]|[A-Z]{4}")  # "VAT DE" behind a number is nobody
_SMALL_WORDS = re.compile(
    r"(?:^|[,;:/|\n.] ?|(?:\bfor|\bof) )([a-z'-]{2,20}(?: [a-z]\.?)?(?: [a-z'-]{2,20}){1,2})[ ,;:/|(<-]{0,4}$"
)
_ADDRESS_HERE = re.compile(r"[\w.+%-]+@[\w.-]+")
_FIRM_BEHIND = re.compile(r" ?[,|-] ?\w[\w'.-]* [\w&]")  # "Ada Filer, Filer & Quill LLP"
_PARENTHESIS = re.compile(r"^ ?\([^()\n]{1,60}\)")
_AND = re.compile(r",? (?:and|&|y) $")
_AFTER_BAR = re.compile(r"[ ,;:()\-|/]{0,6}(?:(?:for|is|belongs to|of|name:?|de) )?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, as far as signature, display name and address tell."""

    signed: FoundName | None
    displayed: FoundName | None
    address: str
    is_staff: bool  # says to be somebody's secretary, paralegal, front desk


def same_person(one: ParsedName, other: ParsedName, *, with_suffix: bool = False) -> bool:
    """Whether two spellings can be one person: a common last name and no clash of given names.

    with_suffix: a father and his son are two, also where only one of them is called senior or junior.
    """
    if with_suffix and one.suffix != other.suffix:
        return False
    first, second = one.words, other.words
    lasts = set(first[-1].split("-")) & set(second[-1].split("-"))
    if not lasts and first[-1] not in second and second[-1] not in first:
        return False
    if len(first) == 1 or len(second) == 1:
        return True
    return first[0][0] == second[0][0] or first[0] in second or second[0] in first


def fits_address(name: ParsedName, address: str) -> bool:
    """Whether the local part of an address is made of this name."""
    local = re.sub(r"[^a-z]", "", address.partition("@")[0].lower())
    words = [re.sub(r"[^a-z]", "", word) for word in name.words]
    if not local or not words or not words[-1]:
        return False
    parts = [part for word in name.words[-1:] for part in re.split(r"[^a-z]", word) if len(part) > 2] + [words[-1]]
    if any(len(part) > 1 and part in local for part in parts):
        return True
    return (len(words[0]) > 2 and (local.startswith(words[0]) or words[0] in local)) or local == "".join(
        w[0] for w in words if w
    )


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
        found += as_found(view, name_before(view.original, view.plain, start, match.end(), reading), How.MENTIONED)
        if len(person.words) == 1:  # perhaps only the given name was used
            name = name_at(view.original, view.plain, match.start(), match.end() + 40, reading, lenient=False)
            found += as_found(view, name, How.MENTIONED)
    return [name for name in found if same_person(name.name, person) or person.words[0] in name.name.words]


def who_writes(sight: Sight, address: str, display_name: str, reading: NameReading, sender: SenderReading) -> Sender:
    """The sender's own name and whether they are somebody's staff."""
    displayed = _displayed(sight.sender, display_name, reading)
    signed, title = _signed(sight.text, reading, displayed)
    if not sight.text.plain.strip():
        signed = next(iter(as_found(sight.subject, _last_words(sight.subject, reading), How.SIGNED)), None)
    staff = bool(
        sender.staff.search(title)
        or (not displayed and sender.staff.search(display_name))
        or sender.staff.search(re.sub(r"[._-]", " ", address.partition("@")[0]))
    )
    return Sender(signed=signed, displayed=displayed, address=address, is_staff=staff)


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


def _signed(view: View, reading: NameReading, displayed: FoundName | None) -> tuple[FoundName | None, str]:
    """The name under the message, and the words beside and below it that may be a title.

    Of several names in a letterhead, the one that From displays.
    """
    slash = _SLASH_SIGNED.search(view.plain)
    if slash:
        _, line_end = view.line(slash.end())
        name = name_at(view.original, view.plain, slash.end(), line_end, reading, lenient=False)
        if name:
            return as_found(view, name, How.SIGNED)[0], ""
    names = []
    for line_start, line_end in _closinglines_of(view):
        if view.in_signature(line_start) or not _LISTED.search(view.plain[line_start:line_end]):
            name = whole_name(view.original, view.plain, line_start, line_end, reading)
            names += [(name, line_end)] if name else []
    last = _last_words(view, reading)
    if not names and last:
        return as_found(view, last, How.SIGNED)[0], ""
    if not names:
        return None, view.plain[view.signature_starts : view.signature_starts + 200]
    same = [pair for pair in names if displayed and same_person(pair[0], displayed.name)]
    name, line_end = (same or names)[0]
    below = view.plain[name.end : line_end + 120].split("\n")
    return as_found(view, name, How.SIGNED)[0], " ".join(below[:3])


def _last_words(view: View, reading: NameReading) -> ParsedName | None:
    """A name on the line of the last sentence: "Please reset it. Jane Doe"."""
    end = len(view.plain.rstrip(" \n.!"))
    start = max((match.end() for match in _SENTENCE_END.finditer(view.plain, max(0, end - 80), end)), default=end)
    name = whole_name(view.original, view.plain, start, end, reading)
    return name if name and name.end == end else None


def _closinglines_of(view: View) -> list[tuple[int, int]]:
    """Lines that may hold the sender's name: the signature from its top, then the last own lines from the bottom."""
    lines = [line for line in lines_of(view, 0, len(view.plain)) if line[1] > line[0]]
    signature = [line for line in lines if view.in_signature(line[0])]
    own = [line for line in lines if not view.in_signature(line[0])]
    return signature[:12] + own[-6:][::-1]


def _displayed(view: View, display_name: str, reading: NameReading) -> FoundName | None:
    if "@" in display_name:
        return None
    end = len(display_name)
    plain = view.plain.title() if display_name.islower() else view.plain
    name = name_at(view.original, plain, 0, end, reading, lenient=False, last_first=True)
    if name is None:
        return None
    rest = re.sub(r"\([^)]*\)?", "", view.plain[name.end : end]).lower()
    if "," not in plain[name.start : name.end] and _FIRM_BEHIND.match(rest):
        rest = ""
    if any(word in reading.never for word in re.findall(r"[a-z]+", rest)):
        return None
    return FoundName(name=name, view=view, how=How.DISPLAYED, in_signature=False)
