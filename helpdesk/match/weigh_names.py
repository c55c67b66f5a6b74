"""What the agreement of two names weighs, in bits.

The question is always the same: how likely is it that the filer of this record writes this name, and how likely that
a stranger does? A stranger's name is drawn from the roll's own frequencies, and strangers spell, shorten and swap as
filers do. So a slip that makes no other name weighs much ("Hwnson" can only mean Henson or its like), one that makes
another name weighs little (who writes Hanson may well be a Hanson).
"""

from __future__ import annotations

from math import log2

from helpdesk.match.likeness import Likeness, skeleton, sounds
from helpdesk.match.name_agreement import Aside, NameAgreement, Part
from helpdesk.match.names import Name, Order
from helpdesk.match.query import Query
from helpdesk.policy_matching import AsideShares, GivenShares, SurnameShares

_LEAST_CHANCE = 0.03  # namesakes are often kin or share a compound name: their middle names agree more than chance
_SUFFIX_CHANCE = 0.4  # most stated suffixes are Jr.
_MANY_WAYS = 500  # to write a wrong letter or one too many
_SOME_WAYS = 30  # to leave a letter out or to swap two
_FEW_WAYS = 12  # to write a name by ear, or as a scanner sees it
_SHORT_FORMS = 3  # of a given name, in common use


def weight(query: Query, agreement: NameAgreement, recorded: Name) -> float:
    """The bits of an agreement whose parts are known."""
    claimed, surname, given = agreement.reading, agreement.surname, agreement.given
    if claimed is None:
        return 0.0
    shares = query.matching.name
    if surname is Part.OTHER and given in (Part.OTHER, Part.UNSAID):
        return log2(shares.both_other)
    return (
        log2(_odds(query, agreement, claimed, recorded))
        + (0.0 if given in (Part.MIDDLE, Part.UNSAID) else _middle_bits(query, claimed, recorded, agreement.middle))
        + _aside_bits(shares.suffix, agreement.suffix, _SUFFIX_CHANCE)
    )


def _odds(query: Query, agreement: NameAgreement, claimed: Name, recorded: Name) -> float:
    """Surname and given name: how many times likelier the filer writes them than a stranger does.

    Strangers who write to a court are often namesakes: part of them is drawn like whole names on the roll.
    """
    by_filer = (
        _reading_share(query, claimed.order)
        * _surname_share(query, claimed, recorded, agreement.surname)
        * _given_share(query, claimed, recorded, agreement.given)
    )
    same, by_stranger = _strangers(query, claimed)
    namesakes = query.matching.name.namesakes
    return by_filer / (namesakes * max(by_filer, same) / query.size + (1 - namesakes) * by_stranger)


def _reading_share(query: Query, order: Order) -> float:
    """How often a filer writes a name so that it must be read in this order."""
    shares = query.matching.name
    if order is Order.STATED:
        return 1.0
    if order is Order.ADDRESS:
        return shares.in_address
    return shares.swapped if order is Order.SWAPPED else shares.double


def _strangers(query: Query, claimed: Name) -> tuple[float, float]:
    """How many on the roll would write exactly this name, and how often somebody with a name by chance does."""
    known = query.strangers.get(id(claimed))
    if known is None:
        matching = query.matching
        same = matching.surname.same * matching.given.same * query.roll.namesakes(claimed.surname, claimed.given)
        by_chance = _surname_chance(query, claimed.surname) * _given_chance(query, claimed.given)
        if claimed.order is Order.ADDRESS:
            by_chance *= matching.name.strangers_in_address
        elif claimed.order is not Order.STATED:
            by_chance = by_chance * _reading_share(query, claimed.order) + _as_stated(query)
        known = query.strangers[id(claimed)] = (same * _reading_share(query, claimed.order), by_chance)
    return known


def _as_stated(query: Query) -> float:
    """How often a stranger's name is what the claim says in its natural reading, middle names included."""
    natural = query.natural
    if natural is None:
        return 1.0
    chance = _surname_chance(query, natural.surname) * _given_chance(query, natural.given)
    for middle in natural.middle:
        chance *= query.matching.name.middle.strangers * _given_chance(query, middle)
    return chance


def _surname_chance(query: Query, word: str) -> float:
    """How often a stranger writes this surname: it is theirs, or they slipped."""
    chance = query.surname_chances.get(word)
    if chance is None:
        count = query.roll.surname_count(word)
        slips = query.matching.surname.slip / _MANY_WAYS
        chance = (
            query.of_roll(count)
            if count
            else (query.matching.name.unheard + slips * query.surname_share(word, Likeness.SLIP))
        )
        query.surname_chances[word] = chance
    return chance


def _given_chance(query: Query, word: str) -> float:
    """How often a stranger writes this given name, a short form of theirs, or only an initial."""
    if not word:
        return 1.0
    chance = query.given_chances.get(word)
    if chance is None:
        shares = query.matching.given
        if len(word) == 1:
            chance = shares.initial * query.initial_share(word)
        else:
            count = query.roll.given_count(word)
            heard = query.of_roll(count) if count else query.matching.name.unheard
            chance = heard + shares.nickname / _SHORT_FORMS * query.nickname_share(word)
        query.given_chances[word] = chance
    return chance


def _surname_share(query: Query, claimed: Name, recorded: Name, how: Part) -> float:
    """How often the filer of the record writes just this surname."""
    shares, word = query.matching.surname, claimed.surname
    if how is Part.SAME:
        return shares.same
    if how is Part.PART and word in recorded.parts:
        return shares.part / len(recorded.parts)
    if how is Part.PART:  # a name was added, or one part changed
        added = [part for part in claimed.parts if part != recorded.surname and part not in recorded.parts]
        return shares.other * _surname_chance(query, added[0] if added else word)
    changed = shares.other * _surname_chance(query, word)
    return changed if how is Part.OTHER else changed + _slip_share(shares, how, word, recorded.surname)


def _given_share(query: Query, claimed: Name, recorded: Name, how: Part) -> float:
    """How often the filer of the record writes just this given name."""
    shares, word = query.matching.given, claimed.given
    if how is Part.SAME:
        return shares.same
    if how is Part.INITIAL:
        by_chance = _given_chance(query, word)
        return shares.initial if len(word) == 1 else min(1.0, by_chance / query.initial_share(word[0]))
    if how is Part.MIDDLE and word in recorded.middle:
        return shares.middle
    other = _given_chance(query, word) * (1.0 if how is Part.UNSAID else shares.other)
    if how in (Part.OTHER, Part.UNSAID, Part.MIDDLE):
        return other
    return other + (
        shares.nickname / _SHORT_FORMS if how is Part.NICKNAME else _slip_share(shares, how, word, recorded.given)
    )


def _slip_share(shares: SurnameShares | GivenShares, how: Part, claimed: str, recorded: str) -> float:
    """How often a slip of the pen makes just this word of the recorded one."""
    if skeleton(claimed) == skeleton(recorded) or not set(sounds(claimed)).isdisjoint(sounds(recorded)):
        ways = _FEW_WAYS
    elif len(claimed) < len(recorded) or sorted(claimed) == sorted(recorded):
        ways = _SOME_WAYS
    else:
        ways = _MANY_WAYS
    return shares.slip / ways if how is Part.SLIP else shares.sound / ways


def _middle_chance(query: Query, claimed: Name, recorded: Name) -> float:
    """How often chance alone lets two middle names agree so far: whole ones less often than initials."""
    chance = 1.0
    for one, other in zip(claimed.middle, recorded.middle, strict=False):
        whole = one == other and len(one) > 1
        chance *= query.given_share(one, Likeness.SAME) if whole else query.initial_share(one[0])
    return chance


def _middle_bits(query: Query, claimed: Name, recorded: Name, middle: Aside) -> float:
    """A middle name that agrees is worth what its initial is rare; one that is only left out says little."""
    shares = query.matching.name.middle
    if middle in (Aside.SAME, Aside.CONFLICT):
        return _aside_bits(shares, middle, max(_LEAST_CHANCE, _middle_chance(query, claimed, recorded)))
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
