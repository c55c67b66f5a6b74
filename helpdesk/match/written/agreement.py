"""In which ways a claimed name can agree with a recorded one."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from helpdesk.match.written.names import Name, Order
from helpdesk.vocabulary import Level
from helpdesk.vocabulary.members import at_hand


@at_hand
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


@at_hand
class Aside(StrEnum):
    """How a middle name or a suffix agrees."""

    SAME = "same"
    NEITHER = "neither"  # neither claim nor record has one
    LEFT_OUT = "left out"  # by the claim
    UNRECORDED = "unrecorded"
    CONFLICT = "conflict"


NO_GIVEN = (Part.OTHER, Part.UNSAID)
WITHOUT_MIDDLE = (Part.MIDDLE, Part.UNSAID)  # the middle name is weighed with the given name, or not at all
_NO_SECOND_SIGN = (*NO_GIVEN, Part.INITIAL)  # where the surname is another one
_OTHER_SUFFIX = (Aside.CONFLICT, Aside.UNRECORDED)


class NameAgreement(NamedTuple):
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
    def is_whole(self) -> bool:
        """Whether surname and given name are the claimed ones to the letter."""
        return self.surname is self.given is Part.SAME

    @property
    def level(self) -> Level:
        """The level shown to staff and asked by the triage rules."""
        if self.reading is None:
            return Level.ABSENT
        order, given = self.reading.order, self.given
        if order is Order.ADDRESS:
            return Level.PARTIAL
        if self.surname is Part.OTHER:
            return Level.DIFFERENT if given in _NO_SECOND_SIGN else Level.PARTIAL
        if given in NO_GIVEN or self.middle is Aside.CONFLICT or self.suffix in _OTHER_SUFFIX:
            return Level.PARTIAL
        exact = self.surname is given is Part.SAME and order is not Order.SWAPPED
        return Level.EXACT if exact else Level.CLOSE
