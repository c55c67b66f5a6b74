"""A claimed name against a recorded one, in bits."""

from __future__ import annotations

from helpdesk.match.comparing.name_parts import given_part, middle_aside, suffix_aside, surname_part
from helpdesk.match.comparing.query import Query
from helpdesk.match.comparing.weigh_names import middle_bits, name_bits
from helpdesk.match.roll.index import Index
from helpdesk.match.written.agreement import NO_GIVEN, WITHOUT_MIDDLE, NameAgreement, Part
from helpdesk.match.written.likeness import Likeness, likeness_in_writing
from helpdesk.match.written.names import Name, Order

_NEARLY = (Part.SLIP, Part.SOUND)  # the surname agrees as a whole, but for a slip
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
    if best.surname is Part.SAME or (best.surname in _NEARLY and best.given is not Part.OTHER):
        return best  # no other reading can be nearer
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
    if surname is Part.OTHER and given in NO_GIVEN:
        return NameAgreement(query.chances.both_other, claimed, surname, given)
    suffix = suffix_aside(claimed.suffix, recorded.suffix)
    bits = name_bits(query, claimed, recorded, surname, given) + query.chances.suffix_bits[suffix]
    if given in WITHOUT_MIDDLE:
        return NameAgreement(bits, claimed, surname, given, suffix=suffix)
    middle = middle_aside(claimed, recorded)
    bits += middle_bits(query, claimed, recorded, middle)
    return NameAgreement(bits, claimed, surname, given, middle, suffix)
