"""A claim made ready to compare."""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk import policy
from helpdesk.match.identity import ClaimedIdentity
from helpdesk.match.roll.memory import Roll
from helpdesk.match.written.addresses import MailAddress, address_of
from helpdesk.match.written.bar_ids import BarId, bar_id_of
from helpdesk.match.written.likeness import Likeness, likeness
from helpdesk.match.written.names import Name
from helpdesk.match.written.readings import name_in_address, written

_SHORTEST_WORD = 2  # letters; shorter ones occur in any address


class Query:
    """One claim against one roll. What not every claim needs is worked out when it is first asked for."""

    __slots__ = (
        *("_alike_givens", "_alike_surnames", "_names", "_written", "address", "address_holders", "bar_id"),
        *("by_address", "by_bar_id", "chances", "identity", "matching", "natural", "number_bits"),
        *("number_holders", "roll", "strangers"),
    )

    def __init__(self, identity: ClaimedIdentity, roll: Roll, matching: policy.Matching) -> None:
        self.identity = identity
        self.roll = roll
        self.matching = matching
        self.chances = roll.chances(matching)
        self._written = written(identity.name, matching.titles)
        self.natural = self._written.natural()  # the claimed name as it is most naturally read, None without one
        self._names: tuple[Name, ...] | None = None
        self.bar_id: BarId | None = bar_id_of(identity.bar_id, identity.bar_state)
        self.address: MailAddress | None = address_of(identity.email)
        # The rows of each index that have the very number, of whatever jurisdiction, or address that is claimed.
        self.by_bar_id = roll.numbered(self.bar_id.key) if self.bar_id else []
        self.by_address = roll.addressed(self.address.whole) if self.address else []
        self.number_holders = max(1, sum(map(len, self.by_bar_id)))
        self.address_holders = max(1, sum(map(len, self.by_address)))
        self.number_bits: dict[str, float] = {}  # what compare_numbers has worked out, by agreement
        self.strangers: dict[Name, tuple[float, float]] = {}  # what weigh_names has worked out, by reading
        self._alike_surnames: dict[str, Mapping[str, Likeness]] = {}
        self._alike_givens: dict[str, Mapping[str, Likeness]] = {}

    @property
    def names(self) -> tuple[Name, ...]:
        """The claimed name in every reading, the natural one first, that by the address last."""
        if self._names is None:
            by_address = None if any(self.by_address) else self._name_in_address()  # whose it is counts by itself
            self._names = (
                *((self.natural,) if self.natural else ()),
                *self._written.others(),
                *((by_address,) if by_address else ()),
            )
        return self._names

    def alike_surnames(self, surname: str) -> Mapping[str, Likeness]:
        """Surnames (and parts) of the roll that look or sound like this one."""
        found = self._alike_surnames.get(surname)
        if found is None:
            found = self._alike_surnames[surname] = self.chances.alike_surnames(surname)
        return found

    def alike_givens(self, given: str) -> Mapping[str, Likeness]:
        """Given names of the roll that look or sound like this one."""
        found = self._alike_givens.get(given)
        if found is None:
            found = self._alike_givens[given] = self.chances.alike_givens(given)
        return found

    def surname_likeness(self, claimed: str, recorded: str) -> Likeness:
        """How alike two surnames are; looked up where the claimed one's neighbours are known."""
        known = self._alike_surnames.get(claimed)
        return likeness(claimed, recorded) if known is None else known.get(recorded, Likeness.OTHER)

    def given_likeness(self, claimed: str, recorded: str) -> Likeness:
        """How alike two given names are, likewise."""
        known = self._alike_givens.get(claimed)
        return likeness(claimed, recorded) if known is None else known.get(recorded, Likeness.OTHER)

    def _name_in_address(self) -> Name | None:
        """The claimed name with the surname in its address, where that is another one and somebody has it."""
        if self.address is None or self.natural is None:
            return None
        name = name_in_address(self.address.local, self.natural)
        return name if name is not None and self.chances.surname_count(name.surname) else None

    def is_address_from_name(self) -> bool:
        """Whether the claimed address is made of the claimed name, and so says little beyond it."""
        if self.address is None or self.natural is None:
            return False
        local, surname, given = self.address.local, self.natural.surname, self.natural.given
        if len(surname) > _SHORTEST_WORD and surname in local:
            return True
        letters = "".join(filter(str.isalpha, local))
        if any(letters in (first + surname, surname + first) for first in (given[:1], given)):  # jli@ for Jo Li
            return True
        if len(given) <= _SHORTEST_WORD or given not in local:
            return False
        beside = "".join(filter(str.isalpha, local.replace(given, "", 1)))  # jane.d@ for Jane Doe, not for Jane Roe
        return any(word.startswith(beside) for word in (surname, *self.natural.middle))
