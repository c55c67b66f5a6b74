"""How a claimed name agrees with a recorded one, part by part; what that weighs is in ``weigh_names``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from helpdesk.match.likeness import Likeness, likeness
from helpdesk.match.names import Name, Order, nicknames
from helpdesk.match.query import Query
from helpdesk.vocabulary import Level


class Part(StrEnum):
    """How a surname or given name agrees; the names are those of the shares in the rules."""

    SAME = "same"
    SLIP = "slip"
    SOUND = "sound"
    PART = "part"  # surname: one part of a double name
    NICKNAME = "nickname"  # given name, as the next two
    INITIAL = "initial"
    MIDDLE = "middle"
    UNSAID = "unsaid"
    OTHER = "other"


class Aside(Enum):
    """How a middle name or a suffix agrees."""

    SAME = auto()
    NEITHER = auto()  # neither claim nor record has one
    LEFT_OUT = auto()  # by the claim
    UNRECORDED = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """A claimed name in its best reading beside one recorded name."""

    bits: float
    reading: Name | None  # None: the claim states no name
    surname: Part
    given: Part
    middle: Aside = Aside.NEITHER
    suffix: Aside = Aside.NEITHER

    @property
    def is_part(self) -> bool:
        """Whether only one of surname and given name agrees: a namesake, kin, or somebody who changed the name."""
        return self.reading is not None and (self.surname is Part.OTHER) != (self.given is Part.OTHER)

    @property
    def level(self) -> Level:
        """The level shown to staff and asked by the triage rules."""
        if self.reading is None:
            return Level.ABSENT
        if self.reading.order is Order.ADDRESS:
            return Level.PARTIAL
        if self.surname is Part.OTHER:
            return Level.DIFFERENT if self.given in (Part.OTHER, Part.UNSAID, Part.INITIAL) else Level.PARTIAL
        if (
            self.given in (Part.OTHER, Part.UNSAID)
            or Aside.CONFLICT in (self.middle, self.suffix)
            or self.suffix is Aside.UNRECORDED
        ):
            return Level.PARTIAL
        exact = self.surname is Part.SAME and self.given is Part.SAME and self.reading.order is not Order.SWAPPED
        return Level.EXACT if exact else Level.CLOSE


_PARTS = (Part.SAME, Part.SLIP, Part.SOUND, Part.OTHER)  # by Likeness


def surname_part(query: Query, claimed: Name, recorded: Name) -> Part:
    agreement = _PARTS[query.surname_likeness(claimed.surname, recorded.surname)]
    if agreement is Part.SAME:
        return agreement
    if (
        claimed.surname in recorded.parts
        or recorded.surname in claimed.parts
        or not set(claimed.parts).isdisjoint(recorded.parts)
    ):
        return Part.PART
    return agreement


def given_part(query: Query, claimed: Name, recorded: Name) -> Part:
    one, other = claimed.given, recorded.given
    if not one or not other:
        return Part.UNSAID
    if one == other:
        return Part.SAME if len(one) > 1 else Part.INITIAL
    if len(one) == 1 or len(other) == 1:
        if one[0] == other[0]:
            return Part.INITIAL
        return Part.OTHER if not _by_middle(claimed, recorded) else Part.MIDDLE
    if other in nicknames(one):
        return Part.NICKNAME
    agreement = _PARTS[query.given_likeness(one, other)]
    if agreement is Part.OTHER and _by_middle(claimed, recorded):
        return Part.MIDDLE
    return agreement


def _by_middle(claimed: Name, recorded: Name) -> bool:
    """Whether one of the two goes by what the other has as a full middle name."""
    return (len(claimed.given) > 1 and claimed.given in recorded.middle) or (
        len(recorded.given) > 1 and recorded.given in claimed.middle
    )


def middle_aside(claimed: Name, recorded: Name) -> Aside:
    if not claimed.middle or not recorded.middle:
        return _one_sided(bool(claimed.middle), bool(recorded.middle))
    if all(map(_agree, claimed.middle, recorded.middle)):  # as far as both go
        return Aside.SAME
    skipped = any(_agree(claimed.middle[0], other) for other in recorded.middle[1:]) or any(
        _agree(one, recorded.middle[0]) for one in claimed.middle[1:]
    )
    return Aside.SAME if skipped and len(claimed.middle) != len(recorded.middle) else Aside.CONFLICT


def _agree(one: str, other: str) -> bool:
    """Whether two middle names or initials can be the same."""
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    return min(len(one), len(other)) > 1 and (likeness(one, other) is not Likeness.OTHER or other in nicknames(one))


def suffix_aside(claimed: str, recorded: str) -> Aside:
    if not claimed or not recorded:
        return _one_sided(bool(claimed), bool(recorded))
    return Aside.SAME if claimed == recorded else Aside.CONFLICT


def _one_sided(claimed: bool, recorded: bool) -> Aside:
    if claimed:
        return Aside.UNRECORDED
    return Aside.LEFT_OUT if recorded else Aside.NEITHER
