"""A claimed name against a recorded one, in bits."""

from __future__ import annotations

from helpdesk.match.agreement import NO_GIVEN, WITHOUT_MIDDLE, Aside, NameAgreement, Part
from helpdesk.match.index import Index
from helpdesk.match.likeness import Likeness, likeness_in_writing
from helpdesk.match.name_parts import given_part, middle_aside, suffix_aside, surname_part
from helpdesk.match.names import Name, Order
from helpdesk.match.query import Query
from helpdesk.match.weigh_names import weight

_ONE_WORD = (Part.SAME, Part.SLIP, Part.SOUND)  # the surname agrees as a whole
NO_NAME = NameAgreement(0.0, None, Part.UNSAID, Part.UNSAID)


def compare_name(query: Query, index: Index, row: int, known: dict[tuple[int, ...], NameAgreement]) -> NameAgreement:
    """The claimed name beside that of a row; ``known`` remembers namesakes, whose comparison is the same."""
    key = index.name_columns(row)
    agreement = known.get(key)
    if agreement is None:
        agreement = known[key] = compare_names(query, index.name(row))
    return agreement


def compare_names(query: Query, recorded: Name) -> NameAgreement:
    """The claimed name's best reading beside a recorded name."""
    if query.natural is None:
        return NO_NAME
    best = compare_stated(query, query.natural, recorded)
    if best.surname in _ONE_WORD and best.given is not Part.OTHER:
        return best  # no need to read it in other ways
    for reading in query.names[1:]:
        if _can_share_surname(reading, recorded):
            agreement = compare_stated(query, reading, recorded)
            if agreement.bits > best.bits:
                best = agreement
    return best


def _can_share_surname(reading: Name, recorded: Name) -> bool:
    """Whether an unnatural reading is worth a closer look: its surname must be like the record's or share a part."""
    if reading.order is Order.ADDRESS:
        return reading.surname == recorded.surname
    return (
        likeness_in_writing(reading.surname, recorded.surname) is not Likeness.OTHER
        or reading.surname in recorded.parts
        or recorded.surname in reading.parts
    )


def compare_stated(query: Query, claimed: Name, recorded: Name) -> NameAgreement:
    """One reading of the claimed name beside a recorded name."""
    surname = surname_part(query, claimed, recorded)
    given = given_part(query, claimed, recorded)
    middle = suffix = Aside.NEITHER
    if surname is not Part.OTHER or given not in NO_GIVEN:
        suffix = suffix_aside(claimed.suffix, recorded.suffix)
        if given not in WITHOUT_MIDDLE:
            middle = middle_aside(claimed, recorded)
    agreement = NameAgreement(0.0, claimed, surname, given, middle, suffix)
    return NameAgreement(weight(query, agreement, recorded), claimed, surname, given, middle, suffix)
