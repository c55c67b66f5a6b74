"""Evidence in a clerk's words: what was compared, how it agrees, and how much that weighs."""

from __future__ import annotations

from helpdesk.match.comparing.addresses import AddressAgreement
from helpdesk.match.comparing.numbers import BAR_LEVELS, BarAgreement
from helpdesk.match.comparing.query import Query
from helpdesk.match.written.agreement import Aside, NameAgreement, Part
from helpdesk.match.written.letters import only_looks_alike
from helpdesk.match.written.likeness import Likeness
from helpdesk.match.written.names import Order
from helpdesk.vocabulary import Evidence, Field, Filer, Level

_LOOK_ALIKE = "letters that only look alike"
_IN_ADDRESS = "other surname, but the e-mail address has the recorded one"
_GIVEN_NOTES = {
    Part.SLIP: "first name one letter off",
    Part.SOUND: "first name sounds alike",
    Part.NICKNAME: "first name is a short form",
    Part.INITIAL: "first initial agrees",
    Part.MIDDLE: "middle name used as first name",
    Part.OTHER: "other first name",
    Part.UNSAID: "no first name to compare",
}
_MIDDLE_NOTES = {Aside.CONFLICT: "other middle name", Aside.SAME: "middle name agrees"}
_SUFFIX_NOTES = {
    Aside.CONFLICT: "other suffix (Jr., Sr., III)",
    Aside.UNRECORDED: "other suffix (Jr., Sr., III)",
    Aside.LEFT_OUT: "the record has a suffix that is not stated",
}
_BAR_NOTES = {
    BarAgreement.SAME: "the same number",
    BarAgreement.SLIP: "one digit off",
    BarAgreement.OTHER_STATE: "the same number, but of another jurisdiction",
    BarAgreement.OTHER: "another number",
    BarAgreement.UNRECORDED: "the record has none",
    BarAgreement.UNSAID: "",
    BarAgreement.NEITHER: "none stated, none recorded",
}
_ADDRESS_NOTES = {
    Level.PRIMARY: "the primary address",
    Level.SECONDARY: "a further address of the record",
    Level.CLOSE: "almost an address of the record",
    Level.PARTIAL: "agrees before the @ only",
    Level.DIFFERENT: "not an address of the record",
}


def rounded(bits: float) -> float:
    """Bits in 64ths, so that every sum of them is exact in binary."""
    return round(bits * 64) / 64


def name_evidence(query: Query, filer: Filer, agreement: NameAgreement) -> Evidence:
    """The name's comparison."""
    claimed, recorded = query.identity.name, filer.full_name
    level, note = agreement.level, _name_note(query, agreement)
    if only_looks_alike(claimed, recorded) and level in (Level.EXACT, Level.CLOSE):
        level, note = Level.PARTIAL, f"{_LOOK_ALIKE}; {note}"
    return Evidence(
        field=Field.NAME,
        level=level,
        claimed=claimed,
        recorded=recorded,
        bits=rounded(agreement.bits),
        note=note,
    )


def _name_note(query: Query, agreement: NameAgreement) -> str:
    if agreement.reading is None:
        return ""
    by_address = agreement.reading.order is Order.ADDRESS
    notes = [_IN_ADDRESS if by_address else _surname_note(query, agreement.reading.surname, agreement.surname)]
    notes += (
        _GIVEN_NOTES.get(agreement.given, ""),
        _MIDDLE_NOTES.get(agreement.middle, ""),
        _SUFFIX_NOTES.get(agreement.suffix, ""),
    )
    return "; ".join(filter(None, notes))


def _surname_note(query: Query, surname: str, agreement: Part) -> str:
    if agreement is Part.SAME:
        count = query.chances.surname_count(surname)
        return (
            f"1 of {count:,} on the roll with this surname"
            if count > 1
            else "the only one on the roll with this surname"
        )
    if agreement is Part.PART:
        return "one part of a double surname"
    if agreement is Part.OTHER:
        return "other surname"
    likeness = Likeness.SLIP if agreement is Part.SLIP else Likeness.SOUND
    count = max(1, query.chances.surnames_like(likeness, query.alike_surnames(surname)))
    how = "one letter off" if agreement is Part.SLIP else "sounds alike"
    return f"surname {how}, 1 of {count:,} on the roll so near"


def bar_evidence(query: Query, filer: Filer, agreement: BarAgreement, bits: float) -> Evidence:
    """The Bar ID's comparison."""
    recorded = f"{filer.bar_state} {filer.bar_id}".strip() if filer.bar_id else ""
    return Evidence(
        field=Field.BAR_ID,
        level=BAR_LEVELS[agreement],
        claimed=query.identity.bar_id,
        recorded=recorded,
        bits=rounded(bits),
        note=_BAR_NOTES[agreement] + (_shared(query.number_holders) if agreement is BarAgreement.SAME else ""),
    )


def address_evidence(query: Query, agreement: AddressAgreement) -> Evidence:
    """The address's comparison."""
    level, claimed = agreement.level, query.identity.email
    note = _ADDRESS_NOTES.get(level, "")
    if level is Level.DOMAIN:
        note = f"the same domain as {agreement.holders:,} on the roll"
    elif level is Level.CLOSE and not claimed.isascii():
        note = _LOOK_ALIKE
    else:
        note += _shared(agreement.holders)
    return Evidence(
        field=Field.EMAIL,
        level=level,
        claimed=claimed,
        recorded=agreement.recorded,
        bits=rounded(agreement.bits),
        note=note,
    )


def _shared(holders: int) -> str:
    return f", shared by {holders:,} records" if holders > 1 else ""
