"""A claim made ready to compare, and what the roll's own frequencies say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpdesk import policy
from helpdesk.match.addresses import MailAddress, address_of
from helpdesk.match.bar_ids import BarId, bar_id_of
from helpdesk.match.identity import ClaimedIdentity
from helpdesk.match.likeness import Likeness, likeness_in_writing
from helpdesk.match.names import Name, name_in_address, readings
from helpdesk.match.roll import Roll

_SHORTEST_WORD = 2  # letters; shorter ones occur in any address


class Query:
    """One claim against one roll. What costs time is worked out when it is first asked for."""

    __slots__ = (
        *("_alike_givens", "_alike_surnames", "_counts", "_holders", "_names", "_readings", "address", "bar_id"),
        *("given_chances", "identity", "matching", "natural", "roll", "size", "strangers", "surname_chances"),
    )

    def __init__(self, identity: ClaimedIdentity, roll: Roll, matching: policy.Matching) -> None:
        self.identity = identity
        self.roll = roll
        self.size = max(1, len(roll))
        self.matching = matching
        self._readings = readings(identity.name, matching.titles)
        self.natural: Name | None = next(self._readings, None)  # the claimed name as it is most naturally read
        self._names: tuple[Name, ...] | None = None
        self.bar_id: BarId | None = bar_id_of(identity.bar_id, identity.bar_state)
        self.address: MailAddress | None = address_of(identity.email)
        # What weigh_names has worked out: by reading, by surname, by given name.
        self.strangers: dict[int, tuple[float, float]] = {}
        self.surname_chances: dict[str, float] = {}
        self.given_chances: dict[str, float] = {}
        self._holders = 0
        self._counts: dict[tuple[str, str, int], int] = {}
        self._alike_surnames: dict[str, Mapping[str, Likeness]] = {}
        self._alike_givens: dict[str, Mapping[str, Likeness]] = {}

    @property
    def names(self) -> tuple[Name, ...]:
        """The claimed name in every reading, the natural one first, that by the address last."""
        if self._names is None:
            by_address = self._name_in_address()
            self._names = (
                *((self.natural,) if self.natural else ()),
                *self._readings,
                *((by_address,) if by_address else ()),
            )
        return self._names

    def alike_surnames(self, surname: str) -> Mapping[str, Likeness]:
        """Surnames (and parts) of the roll that look or sound like this one."""
        found = self._alike_surnames.get(surname)
        if found is None:
            found = _merged([index.surnames.alike(surname) for index in self.roll.indexes])
            self._alike_surnames[surname] = found
        return found

    def alike_givens(self, given: str) -> Mapping[str, Likeness]:
        """Given names of the roll that look or sound like this one."""
        found = self._alike_givens.get(given)
        if found is None:
            found = _merged([index.givens.alike(given) for index in self.roll.indexes])
            self._alike_givens[given] = found
        return found

    def surname_likeness(self, claimed: str, recorded: str) -> Likeness:
        """How alike two surnames are: in every way where the claimed one's neighbours are known, else in writing."""
        known = self._alike_surnames.get(claimed)
        return likeness_in_writing(claimed, recorded) if known is None else known.get(recorded, Likeness.OTHER)

    def given_likeness(self, claimed: str, recorded: str) -> Likeness:
        """How alike two given names are, likewise."""
        known = self._alike_givens.get(claimed)
        return likeness_in_writing(claimed, recorded) if known is None else known.get(recorded, Likeness.OTHER)

    def surnames_like(self, surname: str, at_least: Likeness) -> int:
        """How many records have a surname that agrees with this one at least so well."""
        if at_least is Likeness.SAME:
            return self.roll.surname_count(surname)
        return self._count("surname", self.roll.surname_count, surname, at_least, self.alike_surnames(surname))

    def surname_share(self, surname: str, at_least: Likeness) -> float:
        """Share of the roll whose surname agrees with this one at least so well: how far chance explains it."""
        return self.of_roll(self.surnames_like(surname, at_least))

    def given_share(self, given: str, at_least: Likeness) -> float:
        """Share of the roll whose first given name agrees with this one at least so well."""
        if at_least is Likeness.SAME:
            return self.of_roll(self.roll.given_count(given))
        return self.of_roll(self._count("given", self.roll.given_count, given, at_least, self.alike_givens(given)))

    def _count(
        self, kind: str, count: Callable[[str], int], word: str, at_least: Likeness, alike: Mapping[str, Likeness]
    ) -> int:
        found = self._counts.get((kind, word, at_least))
        if found is None:
            found = sum(count(other) for other, how in alike.items() if how <= at_least)
            self._counts[kind, word, at_least] = found
        return found

    def nickname_share(self, given: str) -> float:
        """Share of the roll whose first given name is this one or another form of it."""
        return self.of_roll(self.roll.forms_count(given))

    def initial_share(self, letter: str) -> float:
        """Share of the roll whose first given name begins with this letter."""
        return self.of_roll(self.roll.initial_count(letter))

    def of_roll(self, count: int) -> float:
        """So many records as a share of the roll: never none and never all, so that its logarithm is finite.

        Records that an edit replaced still count among the words, so a count may be larger than the roll.
        """
        return (min(count, self.size) + 0.5) / (self.size + 1)

    def _name_in_address(self) -> Name | None:
        """The claimed name with the surname in its address, where that is another one and somebody has it."""
        if self.address is None or self.natural is None:
            return None
        name = name_in_address(self.address.local, self.natural)
        return name if name is not None and self.roll.surname_count(name.surname) else None

    def is_address_from_name(self) -> bool:
        """Whether the claimed address is made of the claimed name, and so says little beyond it."""
        if self.address is None or self.natural is None:
            return False
        words = (self.natural.surname, self.natural.given)
        return any(len(word) > _SHORTEST_WORD and word in self.address.local for word in words)

    @property
    def holders(self) -> int:
        """How many records have the very address that is claimed, at least one."""
        if not self._holders:
            self._holders = max(1, self.roll.holders(self.address.whole)) if self.address else 1
        return self._holders

    def local_share(self, local: str) -> float:
        """Share of the roll with this part before the @."""
        return self.of_roll(sum(index.locals.count(local) for index in self.roll.indexes))

    def domain_holders(self, domain: str) -> int:
        """How many records have their primary address at this domain."""
        return sum(index.domains.count(domain) for index in self.roll.indexes)


def _merged(found: list[Mapping[str, Likeness]]) -> Mapping[str, Likeness]:
    """The words found in several vocabularies; each word is alike to the same degree in all of them."""
    return found[0] if len(found) == 1 else {word: how for words in found for word, how in words.items()}
