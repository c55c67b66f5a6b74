"""What the agreement of two names weighs, in bits.

The question is always the same: how likely is it that the filer of this record writes this name, and how likely that
a stranger does? A stranger's name is drawn from the roll's own frequencies, and strangers spell, shorten and swap as
filers do. So a slip that makes no other name weighs much ("Hwnson" can only mean Henson or its like), one that makes
another name weighs little (who writes Hanson may well be a Hanson).

I. Fellegi and A. Sunter, A Theory for Record Linkage, 1969; frequencies as in W. Winkler, Frequency-Based Matching in
the Fellegi-Sunter Model of Record Linkage, 1989.
"""

from __future__ import annotations

from math import log2, prod

from helpdesk.match.comparing.query import Query
from helpdesk.match.roll.chances import MANY_WAYS, SHORT_FORMS, stated_bits
from helpdesk.match.written.agreement import Aside, Part
from helpdesk.match.written.likeness import skeleton, sounds
from helpdesk.match.written.names import Name, Order
from helpdesk.policy.matching import GivenShares, SurnameShares

_LEAST_CHANCE = 0.03  # namesakes are often kin or share a compound name: their middle names agree more than chance
_SOME_WAYS = 30  # to leave a letter out or to swap two
_FEW_WAYS = 12  # to write a name by ear, or as a scanner sees it


def name_bits(query: Query, claimed: Name, recorded: Name, surname: Part, given: Part) -> float:
    """Surname and given name: how many times likelier the filer writes them than a stranger does.

    Strangers who write to a court are often namesakes: part of them is drawn like whole names on the roll.
    """
    chances = query.chances
    by_filer = (
        chances.reading[claimed.order]
        * _surname_share(query, claimed, recorded, surname)
        * _given_share(query, claimed, recorded, given)
    )
    strangers = query.strangers.get(claimed)
    if strangers is None:
        strangers = query.strangers[claimed] = _strangers(query, claimed)
    same, by_chance = strangers
    namesakes = query.matching.name.namesakes
    by_stranger = namesakes * max(by_filer, same) / chances.size + (1 - namesakes) * by_chance
    return log2(by_filer / by_stranger)


def _strangers(query: Query, claimed: Name) -> tuple[float, float]:
    """How many on the roll would write exactly this name, and how often somebody with a name by chance does."""
    matching, chances = query.matching, query.chances
    same = matching.surname.same * matching.given.same * chances.namesakes(claimed.surname, claimed.given)
    by_chance = chances.surname(claimed.surname) * chances.given(claimed.given)
    if claimed.order is Order.ADDRESS:
        by_chance *= matching.name.strangers_in_address
    elif claimed.order is not Order.STATED:
        by_chance = by_chance * chances.reading[claimed.order] + _as_stated(query) / _middle_share(query, claimed)
    return same * chances.reading[claimed.order], by_chance


def _as_stated(query: Query) -> float:
    """How often a stranger's name is what the claim says in its natural reading, middle names included."""
    natural = query.natural
    if natural is None:
        return 1.0
    return query.chances.surname(natural.surname) * query.chances.given(natural.given) * _middle_share(query, natural)


def _middle_share(query: Query, name: Name) -> float:
    """How often a stranger states just these middle names or initials, or none."""
    chances, stated = query.chances, query.matching.name.middle.strangers
    if not name.middle:
        return 1 - stated
    return prod([stated * (chances.given(one) if len(one) > 1 else chances.initial(one)) for one in name.middle])


def _surname_share(query: Query, claimed: Name, recorded: Name, how: Part) -> float:
    """How often the filer of the record writes just this surname."""
    shares, word = query.matching.surname, claimed.surname
    if how is Part.SAME:
        return shares.same
    if how is Part.PART and word in recorded.parts:
        return shares.part / len(recorded.parts)
    if how is Part.PART:  # a name was added, or one part changed
        added = [part for part in claimed.parts if part != recorded.surname and part not in recorded.parts]
        return shares.other * query.chances.surname(added[0] if added else word)
    changed = shares.other * query.chances.surname(word)
    return changed if how is Part.OTHER else changed + _slip_share(shares, how, word, recorded.surname)


def _given_share(query: Query, claimed: Name, recorded: Name, how: Part) -> float:
    """How often the filer of the record writes just this given name."""
    shares, word = query.matching.given, claimed.given
    if how is Part.SAME:
        return shares.same
    if how is Part.INITIAL:
        by_chance = query.chances.given(word)
        return shares.initial if len(word) == 1 else min(1.0, by_chance / query.chances.initial(word[0]))
    if how is Part.MIDDLE and word in recorded.middle:
        return shares.middle
    other = query.chances.given(word) * (1.0 if how is Part.UNSAID else shares.other)
    if how in (Part.OTHER, Part.UNSAID, Part.MIDDLE):
        return other
    return other + (
        shares.nickname / SHORT_FORMS if how is Part.NICKNAME else _slip_share(shares, how, word, recorded.given)
    )


def _slip_share(shares: SurnameShares | GivenShares, how: Part, claimed: str, recorded: str) -> float:
    """How often a slip of the pen makes just this word of the recorded one."""
    if skeleton(claimed) == skeleton(recorded) or not set(sounds(claimed)).isdisjoint(sounds(recorded)):
        ways = _FEW_WAYS
    elif len(claimed) < len(recorded) or sorted(claimed) == sorted(recorded):
        ways = _SOME_WAYS
    else:
        ways = MANY_WAYS
    return shares.slip / ways if how is Part.SLIP else shares.sound / ways


def middle_bits(query: Query, claimed: Name, recorded: Name, middle: Aside) -> float:
    """A middle name that agrees is worth what its initial is rare; one that is only left out says little."""
    unstated = query.chances.middle_bits.get(middle)
    if unstated is not None:
        return unstated
    chance = max(_LEAST_CHANCE, _middle_chance(query, claimed, recorded))
    return stated_bits(query.matching.name.middle, chance, middle)


def _middle_chance(query: Query, claimed: Name, recorded: Name) -> float:
    """How often chance alone lets two middle names agree so far: whole ones less often than initials."""
    chances, chance = query.chances, 1.0
    for one, other in zip(claimed.middle, recorded.middle, strict=False):
        whole = one == other and len(one) > 1
        chance *= chances.of_roll(chances.given_count(one)) if whole else chances.initial(one[0])
    return chance
