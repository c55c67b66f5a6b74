"""How often chance alone brings up a name, a number or an address, by the roll's own frequencies.

One object a roll and set of rules, so that what one claim asked for is known to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from helpdesk import policy
from helpdesk.match.calibration import Scale
from helpdesk.match.roll.index import Index
from helpdesk.match.written.agreement import Aside
from helpdesk.match.written.likeness import Likeness
from helpdesk.match.written.names import Order
from helpdesk.policy.matching import AsideShares

_REMEMBERED = 20_000  # words; most claims have names that were claimed before
_SUFFIX_CHANCE = 0.4  # most stated suffixes are Jr.
MANY_WAYS = 500  # to write a wrong letter or one too many
_LEADING_BITS = 3  # numbers that agree in these are about equally large
SHORT_FORMS = 3  # of a given name, in common use


class Chances:
    """The roll's frequencies, as shares of the roll. Counting includes records that an edit replaced."""

    __slots__ = (
        *(
            "_givens",
            "_indexes",
            "_initials",
            "_numbers",
            "_surnames",
            "address_stated",
            "address_unknown",
            "both_other",
        ),
        *("matching", "middle_bits", "nobody_bits", "prior", "reading", "scale", "size"),
        "suffix_bits",
    )

    def __init__(self, indexes: tuple[Index, ...], size: int, matching: policy.Matching) -> None:
        self._indexes = indexes
        self.size = max(1, size)
        self.matching = matching
        self.prior = matching.on_roll / self.size  # that one certain record is meant
        self.nobody_bits = log2((1 - matching.on_roll) / self.prior)  # here a record is as likely as none on the roll
        self.scale = Scale(matching.calibration)
        shares = matching.address
        self.address_stated = log2((1 - shares.left_out) / (1 - shares.strangers_silent))
        self.address_unknown = self.address_stated + log2(shares.other)
        self.both_other = log2(matching.name.both_other)
        self.reading = {
            Order.STATED: 1.0,
            Order.DOUBLE: matching.name.double,
            Order.SWAPPED: matching.name.swapped,
            Order.ADDRESS: matching.name.in_address,
        }
        """How often a filer writes a name so that it must be read in this order."""
        self.middle_bits = unstated_bits(matching.name.middle)
        self.suffix_bits = unstated_bits(matching.name.suffix)
        for how in (Aside.SAME, Aside.CONFLICT):
            self.suffix_bits[how] = stated_bits(matching.name.suffix, _SUFFIX_CHANCE, how)
        self._numbers: dict[int, float] = {}
        self._surnames: dict[str, float] = {}
        self._givens: dict[str, float] = {}
        self._initials: dict[str, float] = {}

    def surname(self, word: str) -> float:
        """How often a stranger writes this surname: it is theirs, or they slipped."""
        chance = self._surnames.get(word)
        if chance is None:
            count = self.surname_count(word)
            chance = self.of_roll(count) if count else self._unheard(word)
            _remember(self._surnames, word, chance)
        return chance

    def _unheard(self, surname: str) -> float:
        near = self.surnames_like(Likeness.SLIP, self.alike_surnames(surname))
        return self.matching.name.unheard + self.matching.surname.slip / MANY_WAYS * self.of_roll(near)

    def given(self, word: str) -> float:
        """How often a stranger writes this given name, a short form of theirs, or only an initial."""
        if not word:
            return 1.0
        chance = self._givens.get(word)
        if chance is None:
            shares = self.matching.given
            if len(word) == 1:
                chance = shares.initial * self.initial(word)
            else:
                count = self.given_count(word)
                heard = self.of_roll(count) if count else self.matching.name.unheard
                chance = heard + shares.nickname / SHORT_FORMS * self.of_roll(self._forms_count(word))
            _remember(self._givens, word, chance)
        return chance

    def initial(self, letter: str) -> float:
        """Share of the roll whose first given name begins with this letter."""
        share = self._initials.get(letter)
        if share is None:
            share = self.of_roll(sum([index.givens.count_beginning(letter) for index in self._indexes]))
            _remember(self._initials, letter, share)
        return share

    def surname_count(self, surname: str) -> int:
        """How many records have this folded surname, alone or as a part."""
        return sum([index.surnames.count(surname) for index in self._indexes])

    def given_count(self, given: str) -> int:
        """How many records have this folded first given name."""
        return sum([index.givens.count(given) for index in self._indexes])

    def _forms_count(self, given: str) -> int:
        """How many records have this folded first given name, a short form of it, or what it is short for."""
        return sum([index.givens.count_of_forms(given) for index in self._indexes])

    def namesakes(self, surname: str, given: str) -> int:
        """How many records have this surname (or part) and given (or full middle) name, all folded."""
        return sum([index.namesakes(surname, given) for index in self._indexes])

    def surnames_like(self, at_least: Likeness, alike: Mapping[str, Likeness]) -> int:
        """How many records have one of these surnames that agree at least so well."""
        return sum([self.surname_count(word) for word, how in alike.items() if how <= at_least])

    def alike_surnames(self, surname: str) -> Mapping[str, Likeness]:
        """Surnames (and parts) of the roll that look or sound like this one."""
        return _merged([index.surnames.alike(surname) for index in self._indexes])

    def alike_givens(self, given: str) -> Mapping[str, Likeness]:
        """Given names of the roll that look or sound like this one."""
        return _merged([index.givens.alike(given) for index in self._indexes])

    def local(self, local: str) -> float:
        """Share of the roll with this part before the @."""
        return self.of_roll(sum([index.locals.count(local) for index in self._indexes]))

    def domain_holders(self, domain: str) -> int:
        """How many records have their primary address at this domain."""
        return sum([index.domains.count(domain) for index in self._indexes])

    def number(self, key: str | int) -> float:
        """How often a stranger states one certain Bar ID (``BarId.key``): as the roll has those about as large.

        Strangers add and lose digits as filers do, so numbers of a length that nobody has occur, too.
        """
        if isinstance(key, str):
            return 0.1 ** sum(map(str.isdigit, key))
        start, _ = _about_as_large(key)
        chance = self._numbers.get(start)
        if chance is None:
            slip, others = self.matching.bar_id.slip, (10 * start, start // 10)
            chance = (1 - slip) * self._near(start) + slip * sum(map(self._near, others)) / 2
            self._numbers[start] = chance
        return chance

    def _near(self, number: int) -> float:
        """The share of the roll with a Bar ID about as large as this number, spread evenly over all such numbers."""
        start, width = _about_as_large(number)
        count = sum([index.bar_ids.count_between(start, start + width) for index in self._indexes])
        return self.of_roll(count) / width

    def of_roll(self, count: int) -> float:
        """So many records as a share of the roll: never none and never all, so that its logarithm is finite.

        Records that an edit replaced still count among the words, so a count may be larger than the roll.
        """
        return (min(count, self.size) + 0.5) / (self.size + 1)


def unstated_bits(shares: AsideShares) -> dict[Aside, float]:
    """The weight of a middle name or suffix that claim or record does not have."""
    silent = 1 - shares.strangers
    return {
        Aside.UNRECORDED: log2(shares.unrecorded / shares.strangers),
        Aside.LEFT_OUT: log2(shares.left_out / silent),
        Aside.NEITHER: log2((1 - shares.unrecorded) / silent),
    }


def stated_bits(shares: AsideShares, chance: float, how: Aside) -> float:
    """The weight of one that both have; ``chance`` is how often two that are stated agree by chance."""
    agrees = shares.same / chance if how is Aside.SAME else (1 - shares.same) / (1 - chance)
    return log2((1 - shares.left_out) / shares.strangers * agrees)


def _remember(known: dict[str, float], word: str, chance: float) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[word] = chance


def _merged(found: list[Mapping[str, Likeness]]) -> Mapping[str, Likeness]:
    """The words found in several vocabularies; each word is alike to the same degree in all of them."""
    return found[0] if len(found) == 1 else {word: how for words in found for word, how in words.items()}


def _about_as_large(number: int) -> tuple[int, int]:
    """The first of the numbers that agree with this one in their leading bits, and how many they are."""
    width = 1 << max(0, number.bit_length() - _LEADING_BITS)
    return number - number % width, width
