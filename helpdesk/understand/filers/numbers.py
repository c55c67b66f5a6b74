"""Bar IDs: found by their labels, by their shape, or spelled out; never a number that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from helpdesk.policy.reading import BarIdReading, NameReading
from helpdesk.understand.filers.places import between_name_and_address, is_somebodys
from helpdesk.understand.filers.spoken import spoken_digits, spoken_pattern
from helpdesk.understand.filers.states import stands_beside_state, state_of
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Stated

_MOST = 120  # labels and lookalikes of one message that are looked at
_BEFORE_LABEL = 24  # characters before a label that can say whose number it is
_REACH = 48  # characters between a label and its number
_SHORTEST, _LONGEST = 4, 9  # digits of a labelled Bar ID
_SHORTEST_OURS = 5  # … behind two letters that are no state's

_DIGITS = (
    r"\d{5,9}(?![\dOolI])|[0-9OoIlSB]{5,8}(?![0-9])"
    r"|[0-9OoIl](?:[ ,.-]?[0-9]|[OoIlSB]|[ ,.-][OoIlSB](?=[\d-])|(?<=\d)\|(?=\d)){2,9}"
)
_NUMBER = re.compile(
    rf"(?<![\w@/.$-])#? ?(?P<state>[A-Z]{{2}}(?:[ -]| ?/ ?)?|[A-Z]{{3,4}}-?(?=\d))?"
    rf"#?(?P<digits>{_DIGITS})(?![\w@]|[-.,/:]\d)"
)
_BARE = re.compile(  # its first characters come first: so most of a text is passed over quickly
    r"(?=[#C\d])(?:(?<![\w@/.$:-])(?P<hash>#) ?(?P<marked>\d{5,6})(?![\w@/:%]|[-.,]\d)"
    r"|(?<![\w@/.$:#-])(?P<state>CA)?(?P<bare>\d{6}|\d{3}[-,. ]\d{3})(?![\w@/:%]|[-.,]? ?\d)"
    r"|(?<![\w@/.$:#-])(?P<long>\d{7,8})(?![\w@/:%]|[-.,]? ?\d)"
    r"|(?<=\()(?P<bracketed>\d{5})(?=\))|(?<=[A-Za-z]/)(?P<slashed>\d{6})(?=/[A-Za-z]))"
)
_DIGITS_AWAY = str.maketrans("0123456789", " " * 10)
_OF_A_PLACE = re.compile(r"\d|\b(?:suite|ste|unit|floor|room|box|street|avenue|tel|phone|fax)\b", re.IGNORECASE)
_SIBLING = re.compile(r" ?(?:,|;|&|/|and\b|y\b|, ?and\b) ?#?(\d{6})(?![\w@/:%]|[-.,]\d)", re.IGNORECASE)
_MOST_SIBLINGS = 20
_GLUED = re.compile(r"[-_](?=\d)|[ .]*\.\.(?=\d)")  # "SBN-234561", "Bar ID....234561"
_BEHIND_NAME = re.compile(
    r"[ ,;:/|()#*-]{1,6}(?:(?:no|nr|num|number|id)\b[.:]? {0,2}#?)?(\d{5,6})(?![\w@/:%]|[-.,]? ?\d)", re.IGNORECASE
)
_BELOW_NAME = re.compile(r"[ ,]{0,4}\n {0,4}#?(\d{5,6}) {0,4}(?=\n)")  # alone on the next line
_BEFORE_NAME = re.compile(r"(?<![\w@/.$:#-])(\d{5,6})[ ,;:/|()*-]{1,6}$")
_NUMBER_SIGN = re.compile(r"^[ .:#?]*(?:\b(?:no|nos|nr|num|nro|n)\.)?[ .:#]*", re.IGNORECASE)  # "Bar:  No. 123456"
_POINTS_BACK = re.compile(r"^[ .,;:]{1,3}(?:that|this|it|which)(?:'s| is| was) (?=(?:my|his|her|the|an?) )", re.I)
_WORD_CHARACTER = re.compile(r"\w")
_TIDIED = str.maketrans("OoIl|SB", "0011158", " ,.-")
_STOP = re.compile(r"[.!?;](?:\s|$)|\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBarId:
    """A Bar ID in a text; ``label_start`` is where its label begins, or the number itself."""

    stated: Stated
    state: str | None
    start: int
    end: int
    label_start: int
    label_end: int  # end of label and number together
    prefix: str  # "CA" of "CA234561"
    labelled: bool
    in_signature: bool
    is_said_own: bool  # "my bar number is"

    @property
    def bare(self) -> str:
        """The number without leading zeros."""
        return self.stated.value.lstrip("0")


def find_bar_ids(
    view: View, reading: BarIdReading, names: NameReading, hint: str, fitting: Sequence[ParsedName] = ()
) -> tuple[FoundBarId, ...]:
    """All Bar IDs of ``view`` from the top, labelled ones first in case of overlap.

    hint: the sender's names and address in lower case.
    fitting: names in ``view`` that agree with an address; the number beside one is that person's.
    """
    found, bare = list(view.once(_labelled, reading)), view.once(_bare, reading)
    if found or bare or fitting:
        lookalikes = view.once(_lookalikes, reading)
        found.extend(_beside_names(view, reading, fitting, lookalikes, found))
        found.extend(_unlabelled(view, bare, reading, names, hint, lookalikes, found))
    if not any(bar_id.labelled for bar_id in found):
        spans = islice(between_name_and_address(view, names), _MOST) if "@" in view.plain else ()
        known = [(bar_id.start, bar_id.end) for bar_id in found]
        numbers = (_Number(start, end, view.plain[start:end]) for start, end in spans)
        alone = [number for number in numbers if not _overlaps(number, known)]
        found.extend(_found(view, reading, one, one.start, one.end, labelled=False) for one in alone)
    found = _not_of_namesakes(found, view, reading, {word for name in fitting for word in name.words} | _words(hint))
    return tuple(sorted(_distinct(found), key=lambda bar_id: bar_id.start))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text))


def _not_of_namesakes(
    found: list[FoundBarId], view: View, reading: BarIdReading, people: set[str]
) -> list[FoundBarId]:
    """ "Tremaine Washington 288127": a state that is somebody's name here says nothing of the number."""
    namesakes = {word for word in people if len(word) > 2 and reading.jurisdiction.key(word)}
    if not namesakes or not any(bar_id.state for bar_id in found):
        return found
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(namesakes)))})\b", re.IGNORECASE)
    plain = pattern.sub(lambda name: " " * len(name[0]), view.plain)
    return [
        bar_id if bar_id.state is None else replace(bar_id, state=_state_again(plain, bar_id, reading))
        for bar_id in found
    ]


def _state_again(plain: str, bar_id: FoundBarId, reading: BarIdReading) -> str | None:
    span = (bar_id.start, bar_id.end)
    return state_of(plain, span, (bar_id.label_start, bar_id.label_end), bar_id.prefix, reading)


def states_bar_id(view: View, reading: BarIdReading, names: NameReading, hint: str) -> bool:
    """Whether ``find_bar_ids`` finds any."""
    return bool(view.once(_labelled, reading) or find_bar_ids(view, reading, names, hint))


def _labelled(view: View, reading: BarIdReading) -> list[FoundBarId]:
    """Numbers with a label, and those that follow one."""
    labels = [match.span() for match in islice(reading.labels.finditer(_without_digits(view.plain)), _MOST)]
    if not labels:
        return []
    lookalikes = view.once(_lookalikes, reading)
    spoken = spoken_pattern(reading.spoken)
    found: list[FoundBarId] = []
    for index, (start, end) in enumerate(labels):
        limit = labels[index + 1][0] if index + 1 < len(labels) else len(view.plain)
        number = _after(view, end, limit, lookalikes, reading, spoken) or _before(view, start, found, lookalikes)
        if number:
            found.append(_found(view, reading, number, start, end))
    found.extend(sibling for bar_id in list(found) for sibling in _siblings(view, bar_id, reading, lookalikes))
    return found


def _bare(view: View, _: BarIdReading) -> list[re.Match[str]]:
    """Numbers that may be one without a label."""
    return list(islice(_BARE.finditer(view.plain), _MOST))


def lone_number(view: View, reading: BarIdReading) -> tuple[FoundBarId, ...]:
    """ "My bra number is 234561", "For the reset, then: 234561": the only number of the own words that can be one.

    Only for a text in which ``find_bar_ids`` found nothing, of someone who asks for a reset.
    """
    bare = [
        number
        for match in view.once(_bare, reading)
        if (number := _Number(*match.span("bare"), _tidy(match["bare"] or ""))).digits.isdigit()
        and len(number.digits) == reading.unlabelled_digits
        and not view.in_signature(number.start)
    ] or _lone_in_words(view, reading)
    lookalikes = view.once(_lookalikes, reading) if bare else []
    likely = [number for number in bare if not _overlaps(number, lookalikes)]
    if len({number.digits for number in likely}) != 1:
        return ()
    start, end = likely[0].start, likely[0].end
    before, after = view.plain[max(0, start - _BEFORE_LABEL) : start], view.plain[end : end + _BEFORE_LABEL]
    if not (reading.before_lone.search(before) and reading.after_lone.search(after)):
        return ()
    return (_found(view, reading, likely[0], start, end, labelled=False),)


def _lone_in_words(view: View, reading: BarIdReading) -> list[_Number]:
    """ "number two three four five six one"."""
    said = (
        _Number(*match.span(), spoken_digits(match[0], reading.spoken))
        for match in islice(spoken_pattern(reading.spoken).finditer(view.plain), _MOST)
    )
    return [n for n in said if len(n.digits) == reading.unlabelled_digits and not view.in_signature(n.start)]


def looks_like_another(view: View, start: int, end: int, reading: BarIdReading) -> bool:
    """Whether a telephone number, date, amount or the like stands here."""
    return any(first < end and start < last for first, last in view.once(_lookalikes, reading))


def _lookalikes(view: View, reading: BarIdReading) -> list[tuple[int, int]]:
    """Where telephone numbers, dates, amounts and the like stand."""
    return [match.span() for match in islice(reading.lookalikes.finditer(view.plain), _MOST * 4)]


def _without_digits(plain: str) -> str:
    """So that a label is seen as a word of its own in "SBN234561" too."""
    return plain.translate(_DIGITS_AWAY)


def bar_id_in_cell(view: View, start: int, end: int, reading: BarIdReading) -> FoundBarId | None:
    """The number in a table's cell under a Bar ID's heading."""
    cell = view.plain[start:end]
    match = next((m for m in _NUMBER.finditer(cell) if _plausible(m["digits"])), None)
    if match is None or _OF_A_PLACE.search(cell, 0, match.start()):
        return None
    return _found(view, reading, _number(match, start), start, end)


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    digits: str
    prefix: str = ""


def _after(
    view: View,
    end: int,
    limit: int,
    lookalikes: list[tuple[int, int]],
    reading: BarIdReading,
    spoken: re.Pattern[str],
) -> _Number | None:
    glued = _GLUED.match(view.plain, end)
    end = glued.end() if glued else end
    window_end = min(limit, end + _REACH)
    window = view.plain[end : window_end + 40]
    match = next((m for m in _NUMBER.finditer(window) if _plausible(m["digits"])), None)
    words = spoken.search(window) if not match or _WORD_CHARACTER.search(window, 0, match.start()) else None
    first = words and (not match or words.start() < match.start()) and words.start() <= window_end - end
    digits = spoken_digits(words[0], reading.spoken) if words and first else ""
    if words and _SHORTEST <= len(digits) <= _LONGEST and not _STOP.search(window[: words.start()]):
        return _Number(end + words.start(), end + words.end(), digits)
    if (
        not match
        or match.start("digits") > window_end - end
        or _STOP.search(_NUMBER_SIGN.sub("", window[: match.start("digits")]))
    ):
        return None
    number = _number(match, end)
    if len(number.digits) < _SHORTEST_OURS and number.prefix and not reading.jurisdiction.key(number.prefix):
        return None  # "TK0417" is a number of the Tax Court's bar
    close = not window[: match.start()].strip(" .:#=()-|*_>\n")
    return None if _overlaps(number, lookalikes) and not (close and _solid(number, lookalikes)) else number


def _before(view: View, start: int, found: list[FoundBarId], lookalikes: list[tuple[int, int]]) -> _Number | None:
    """ "097917 is my bar number", "123456 (Cal. Bar)", "123456. That's my bar number"."""
    line_start, _ = view.line(start)
    window_start = max(line_start, start - 24)
    matches = [m for m in _NUMBER.finditer(view.plain[window_start:start]) if _plausible(m["digits"])]
    if not matches or _STOP.search(_POINTS_BACK.sub("", view.plain[window_start + matches[-1].end() : start])):
        return None
    number = _number(matches[-1], window_start)
    taken = any(number.start < bar_id.end and bar_id.start < number.end for bar_id in found)
    return None if taken or _overlaps(number, lookalikes) or len(number.digits) < 5 else number


def _siblings(
    view: View, bar_id: FoundBarId, reading: BarIdReading, lookalikes: list[tuple[int, int]]
) -> list[FoundBarId]:
    """ "Bar Nos. 123456, 234567 and 345678": a label speaks for the numbers that follow the first."""
    siblings: list[FoundBarId] = []
    position = bar_id.end
    while (match := _SIBLING.match(view.plain, position)) and len(siblings) < _MOST_SIBLINGS:
        number = _Number(match.start(1), match.end(1), match[1])
        if _overlaps(number, lookalikes):
            break
        siblings.append(_found(view, reading, number, number.start, number.end))
        position = number.end
    return siblings


def _beside_names(
    view: View,
    reading: BarIdReading,
    names: Sequence[ParsedName],
    lookalikes: list[tuple[int, int]],
    found: list[FoundBarId],
) -> list[FoundBarId]:
    """ "ada filer, 23456" from Ada Filer: shorter ones too, where the name is known to be one."""
    beside: list[FoundBarId] = []
    for name in names[:_MOST_SIBLINGS]:
        line_start, _ = view.line(name.start)
        behind = _BEHIND_NAME.match(view.plain, name.end) or _BELOW_NAME.match(view.plain, name.end)
        match = behind or _BEFORE_NAME.search(view.plain, line_start, name.start)
        number = match and _Number(match.start(1), match.end(1), match[1])
        if number and not _overlaps(number, lookalikes) and not _overlaps(number, [(f.start, f.end) for f in found]):
            beside.append(_found(view, reading, number, number.start, number.end, labelled=False))
    return beside


def _unlabelled(
    view: View,
    numbers: list[re.Match[str]],
    reading: BarIdReading,
    names: NameReading,
    hint: str,
    lookalikes: list[tuple[int, int]],
    found: list[FoundBarId],
) -> list[FoundBarId]:
    """Numbers without a label: only where their place says that they are somebody's number."""
    bare: list[FoundBarId] = []
    for match in numbers:
        group = next(kind for kind in ("marked", "bare", "long", "bracketed", "slashed") if match[kind])
        number = _Number(match.start(group), match.end(group), _tidy(match[group]), match["state"] or "")
        inside = any(number.start < bar_id.label_end and bar_id.label_start < number.end for bar_id in found)
        if (
            inside
            or _overlaps(number, lookalikes)
            or (group == "bare" and len(number.digits) != reading.unlabelled_digits)
            or not (
                number.prefix
                or stands_beside_state(view.plain, match.start(), number.end, reading)
                or (group != "long" and is_somebodys(view, match.start(), number.end, names, hint))
            )
        ):
            continue
        bare.append(_found(view, reading, number, number.start, number.end, labelled=False))
    return bare


def _found(
    view: View, reading: BarIdReading, number: _Number, start: int, end: int, *, labelled: bool = True
) -> FoundBarId:
    label = min(start, number.start), max(end, number.end)
    return FoundBarId(
        stated=view.stated(number.digits, number.start, number.end),
        state=state_of(view.plain, (number.start, number.end), label, number.prefix, reading),
        start=number.start,
        end=number.end,
        label_start=label[0],
        label_end=label[1],
        prefix=number.prefix,
        labelled=labelled,
        in_signature=view.in_signature(number.start),
        is_said_own=bool(reading.own.search(view.plain[max(0, start - _BEFORE_LABEL) : number.start])),
    )


def _number(match: re.Match[str], offset: int) -> _Number:
    return _Number(
        offset + match.start("digits"), offset + match.end("digits"), _tidy(match["digits"]), match["state"] or ""
    )


def _plausible(written: str) -> bool:
    digits = sum(character.isdigit() for character in written)
    tidied = _tidy(written)
    return _SHORTEST <= len(tidied) <= _LONGEST and digits * 3 >= len(tidied) * 2 and not _looks_dated(written)


def _looks_dated(written: str) -> bool:
    """ "2014", "1998-2006"."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:[ ,.-]{1,3}(?:19|20)\d\d)?", written.strip(" ,.")))


def _tidy(written: str) -> str:
    return written.translate(_TIDIED)


def _overlaps(number: _Number, spans: list[tuple[int, int]]) -> bool:
    return any(number.start < end and start < number.end for start, end in spans)


def _solid(number: _Number, spans: list[tuple[int, int]]) -> bool:
    """Whether the lookalike is only this number (and what precedes it), not a longer one that contains it."""
    return all(end <= number.end for start, end in spans if number.start < end and start < number.end)


def _distinct(found: list[FoundBarId]) -> list[FoundBarId]:
    kept: list[FoundBarId] = []
    for bar_id in found:
        if not any(bar_id.start < other.end and other.start < bar_id.end for other in kept):
            kept.append(bar_id)
    return kept
