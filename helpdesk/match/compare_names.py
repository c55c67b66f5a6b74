"""A claimed name against a recorded one, in bits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import log2

from helpdesk.match.likeness import Likeness, likeness
from helpdesk.match.names import Name, Order, nicknames
from helpdesk.match.query import Query
from helpdesk.vocabulary import Level


class Part(Enum):
    """How a surname or given name agrees."""

    SAME = auto()
    SLIP = auto()
    SOUND = auto()
    PART = auto()  # surname: one part of a double name
    NICKNAME = auto()  # given name, as the next two
    INITIAL = auto()
    MIDDLE = auto()
    UNSAID = auto()
    OTHER = auto()


class Aside(Enum):
    """How a middle name or a suffix agrees."""

    SAME = auto()
    UNSAID = auto()  # by the claim or the record
    LEFT_OUT = auto()  # suffix: by the claim
    CONFLICT = auto()


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """A claimed name in its best reading beside one recorded name."""

    bits: float
    reading: Name | None  # None: the claim states no name
    surname: Part
    given: Part
    middle: Aside = Aside.UNSAID
    suffix: Aside = Aside.UNSAID

    @property
    def level(self) -> Level:
        """The level shown to staff and asked by the triage rules."""
        if self.reading is None:
            return Level.ABSENT
        if self.surname is Part.OTHER:
            return Level.DIFFERENT if self.given in (Part.OTHER, Part.UNSAID, Part.INITIAL) else Level.PARTIAL
        if self.given in (Part.OTHER, Part.UNSAID) or Aside.CONFLICT in (self.middle, self.suffix):
            return Level.PARTIAL
        exact = self.surname is Part.SAME and self.given is Part.SAME and self.reading.order is not Order.SWAPPED
        return Level.EXACT if exact else Level.CLOSE


_LIKENESS = {Part.SAME: Likeness.SAME, Part.SLIP: Likeness.SLIP, Part.SOUND: Likeness.SOUND}
_PARTS = {Likeness.SAME: Part.SAME, Likeness.SLIP: Part.SLIP, Likeness.SOUND: Part.SOUND, Likeness.OTHER: Part.OTHER}
NO_NAME = NameAgreement(0.0, None, Part.UNSAID, Part.UNSAID)


def compare_names(query: Query, recorded: Name) -> NameAgreement:
    """The claimed name's best reading beside a recorded name."""
    best = NO_NAME
    for reading in query.names:
        agreement = _compare(query, reading, recorded)
        if best.reading is None or agreement.bits > best.bits:
            best = agreement
            if best.surname is Part.SAME and best.given is Part.SAME:
                break
    return best


def _compare(query: Query, claimed: Name, recorded: Name) -> NameAgreement:
    surname = _surname(claimed, recorded)
    given = _given(claimed, recorded)
    if surname is Part.OTHER and given in (Part.OTHER, Part.UNSAID):
        return NameAgreement(log2(query.matching.name.both_other), claimed, surname, given)
    middle = _middle(claimed, recorded, given)
    suffix = _suffix(claimed.suffix, recorded.suffix)
    bits = (
        log2(_true_share(query, claimed, surname, given) / _chance(query, claimed, recorded, surname, given))
        + _middle_bits(query, claimed, recorded, middle)
        + _suffix_bits(query, recorded.suffix, suffix)
    )
    return NameAgreement(bits, claimed, surname, given, middle, suffix)


def _surname(claimed: Name, recorded: Name) -> Part:
    agreement = _PARTS[likeness(claimed.surname, recorded.surname)]
    if agreement is Part.SAME:
        return agreement
    if (
        claimed.surname in recorded.parts
        or recorded.surname in claimed.parts
        or not set(claimed.parts).isdisjoint(recorded.parts)
    ):
        return Part.PART
    return agreement


def _given(claimed: Name, recorded: Name) -> Part:
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
    agreement = _PARTS[likeness(one, other)]
    if agreement is Part.OTHER and _by_middle(claimed, recorded):
        return Part.MIDDLE
    return agreement


def _by_middle(claimed: Name, recorded: Name) -> bool:
    """Whether one of the two goes by what the other has as a full middle name."""
    return (len(claimed.given) > 1 and claimed.given in recorded.middle) or (
        len(recorded.given) > 1 and recorded.given in claimed.middle
    )


def _middle(claimed: Name, recorded: Name, given: Part) -> Aside:
    if not claimed.middle or not recorded.middle or given is Part.MIDDLE:
        return Aside.UNSAID
    one, other = claimed.middle[0], recorded.middle[0]
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return Aside.SAME
    if len(one) > 1 and len(other) > 1 and (likeness(one, other) is not Likeness.OTHER or other in nicknames(one)):
        return Aside.SAME
    return Aside.CONFLICT


def _suffix(claimed: str, recorded: str) -> Aside:
    if claimed == recorded:
        return Aside.SAME if claimed else Aside.UNSAID
    if not claimed:
        return Aside.LEFT_OUT
    return Aside.CONFLICT


def _true_share(query: Query, claimed: Name, surname: Part, given: Part) -> float:
    """How often a true claim agrees like this."""
    shares = query.matching
    share: float = getattr(shares.surname, surname.name.lower())
    if given is not Part.UNSAID:
        share *= getattr(shares.given, given.name.lower())
    if claimed.order is Order.SWAPPED:
        share *= shares.name.swapped
    elif claimed.order is Order.DOUBLE:
        share *= shares.name.double
    return share


def _chance(query: Query, claimed: Name, recorded: Name, surname: Part, given: Part) -> float:
    """How often a stranger's name agrees like this, by the roll's own frequencies.

    Strangers who write to a court are often namesakes: part of them is drawn like whole names on the roll.
    """
    by_surname = _surname_chance(query, claimed, recorded, surname)
    by_given = _given_chance(query, claimed, given)
    whole = 1
    if surname is Part.SAME and given is Part.SAME:
        whole = max(1, query.roll.namesakes(claimed.surname, claimed.given))
    namesakes = query.matching.name.namesakes
    return namesakes * whole / query.size + (1 - namesakes) * by_surname * by_given


def _surname_chance(query: Query, claimed: Name, recorded: Name, surname: Part) -> float:
    if surname is Part.OTHER:
        return 1.0
    if surname is Part.PART:
        shared = claimed.surname if claimed.surname in recorded.parts else recorded.surname
        return query.surname_share(shared, Likeness.SAME)
    return query.surname_share(claimed.surname, _LIKENESS[surname])


def _given_chance(query: Query, claimed: Name, given: Part) -> float:
    if given in (Part.OTHER, Part.UNSAID):
        return 1.0
    if given is Part.INITIAL:
        return query.initial_share(claimed.given[0])
    if given is Part.NICKNAME:
        return query.nickname_share(claimed.given)
    return query.given_share(claimed.given, _LIKENESS.get(given, Likeness.SAME))


def _middle_bits(query: Query, claimed: Name, recorded: Name, middle: Aside) -> float:
    if middle is Aside.UNSAID:
        return 0.0
    share = query.matching.name.middle_same
    one, other = claimed.middle[0], recorded.middle[0]
    chance = query.initial_share(one[0]) if min(len(one), len(other)) == 1 else query.given_share(one, Likeness.SAME)
    chance = min(0.5, max(chance, 0.002))
    if middle is Aside.SAME:
        return log2(share / chance)
    return log2((1 - share) / (1 - chance))


def _suffix_bits(query: Query, recorded: str, suffix: Aside) -> float:
    shares = query.matching.name
    if suffix is Aside.UNSAID:
        return 0.0
    if suffix is Aside.SAME:
        return log2(shares.suffix_same / 0.02)
    if suffix is Aside.LEFT_OUT:
        return log2(shares.suffix_unsaid)
    return log2(1 - shares.suffix_same) if recorded else log2((1 - shares.suffix_same) / 0.25)
