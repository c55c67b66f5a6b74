"""A claimed name against a recorded one, in bits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from math import log2

from helpdesk.match.index import Index
from helpdesk.match.likeness import Likeness, likeness
from helpdesk.match.names import Name, Order, nicknames
from helpdesk.match.query import Query
from helpdesk.policy_matching import AsideShares
from helpdesk.vocabulary import Level

_LEAST_CHANCE = 0.03  # namesakes are often kin or share a compound name: their middle names agree more than chance
_SUFFIX_CHANCE = 0.4  # most stated suffixes are Jr.


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
    def level(self) -> Level:
        """The level shown to staff and asked by the triage rules."""
        if self.reading is None:
            return Level.ABSENT
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


_LIKENESS = {Part.SAME: Likeness.SAME, Part.SLIP: Likeness.SLIP, Part.SOUND: Likeness.SOUND}
_PARTS = (Part.SAME, Part.SLIP, Part.SOUND, Part.OTHER)  # by Likeness
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
    best = NO_NAME
    for reading in query.names:
        if reading.order is not Order.STATED and not _can_share_surname(reading, recorded):
            continue
        agreement = _compare(query, reading, recorded)
        if best.reading is None or agreement.bits > best.bits:
            best = agreement
            if best.surname is Part.SAME and best.given is not Part.OTHER:
                break
    return best


def _can_share_surname(reading: Name, recorded: Name) -> bool:
    """Whether an unnatural reading is worth a closer look: it must begin like the record or share a part."""
    return (
        reading.surname[0] == recorded.surname[:1]
        or reading.surname in recorded.parts
        or recorded.surname in reading.parts
    )


def _compare(query: Query, claimed: Name, recorded: Name) -> NameAgreement:
    surname = _surname(query, claimed, recorded)
    given = _given(query, claimed, recorded)
    if surname is Part.OTHER and given in (Part.OTHER, Part.UNSAID):
        return NameAgreement(log2(query.matching.name.both_other), claimed, surname, given)
    no_given = given in (Part.MIDDLE, Part.UNSAID)
    middle = Aside.NEITHER if no_given else _middle(claimed, recorded)
    suffix = _suffix(claimed.suffix, recorded.suffix)
    bits = (
        log2(_true_share(query, claimed, surname, given) / _chance(query, claimed, recorded, surname, given))
        + (0.0 if no_given else _middle_bits(query, claimed, middle))
        + _aside_bits(query.matching.name.suffix, suffix, _SUFFIX_CHANCE)
    )
    return NameAgreement(bits, claimed, surname, given, middle, suffix)


def _surname(query: Query, claimed: Name, recorded: Name) -> Part:
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


def _given(query: Query, claimed: Name, recorded: Name) -> Part:
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


def _middle(claimed: Name, recorded: Name) -> Aside:
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


def _suffix(claimed: str, recorded: str) -> Aside:
    if not claimed or not recorded:
        return _one_sided(bool(claimed), bool(recorded))
    return Aside.SAME if claimed == recorded else Aside.CONFLICT


def _one_sided(claimed: bool, recorded: bool) -> Aside:
    if claimed:
        return Aside.UNRECORDED
    return Aside.LEFT_OUT if recorded else Aside.NEITHER


def _true_share(query: Query, claimed: Name, surname: Part, given: Part) -> float:
    """How often a true claim agrees like this."""
    shares = query.matching
    share: float = getattr(shares.surname, surname)
    if given is not Part.UNSAID:
        share *= getattr(shares.given, given)
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


def _middle_bits(query: Query, claimed: Name, middle: Aside) -> float:
    """A middle name that agrees is worth what its initial is rare; one that is only left out says little."""
    shares = query.matching.name.middle
    if middle in (Aside.SAME, Aside.CONFLICT):
        chance = max(_LEAST_CHANCE, query.initial_share(claimed.middle[0][0]))
        return _aside_bits(shares, middle, chance)
    return _aside_bits(shares, middle, 1.0)


def _aside_bits(shares: AsideShares, how: Aside, chance: float) -> float:
    """The weight of a middle name or suffix; ``chance`` is how often two that are stated agree by chance."""
    said = 1 - shares.left_out
    if how is Aside.SAME:
        return log2(said * shares.same / (shares.strangers * chance))
    if how is Aside.CONFLICT:
        return log2(said * (1 - shares.same) / (shares.strangers * (1 - chance)))
    if how is Aside.UNRECORDED:
        return log2(shares.unrecorded / shares.strangers)
    true = shares.left_out if how is Aside.LEFT_OUT else 1 - shares.unrecorded
    return log2(true / (1 - shares.strangers))
