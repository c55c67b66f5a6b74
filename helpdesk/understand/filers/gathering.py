"""Names, Bar IDs and addresses gathered into one group a filer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from helpdesk.understand.filers.addresses import FoundAddress
from helpdesk.understand.filers.finds import Finds
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.scene import is_sender
from helpdesk.understand.filers.tables import Row
from helpdesk.understand.naming.found import TOLD_OF, FoundName, How
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.naming.senders import Sender

_Item = FoundName | FoundBarId | FoundAddress | Row
T = TypeVar("T", FoundName, FoundBarId, FoundAddress)
# A name that says by itself that this person is meant, whether or not a number stands beside it.
STRONG = (How.LABELLED, How.ASKED_FOR, How.ON_BEHALF)


@dataclass(slots=True)
class Group:
    """What is said about one filer, while it is being gathered."""

    name: FoundName | None = None
    bar_id: FoundBarId | None = None
    addresses: list[FoundAddress] = field(default_factory=list)
    is_sender: bool = False  # "and my own"

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.bar_id or self.addresses)


def gathered(found: Finds, sender: Sender) -> list[Group]:
    """Walks through the finds; another person's name or another number opens a new group."""
    names = [name for name in found.names if name.how is not How.REQUESTER]
    items: list[_Item] = [*names, *found.bar_ids, *found.addresses, *found.rows]
    items.sort(key=lambda item: item.start)
    groups: list[Group] = []
    current: Group | None = None
    while items:
        paired = _paired(items)
        if paired:
            groups += paired
            current = groups[-1]
            items = items[sum(len(group.addresses) + 2 for group in paired) :]
            continue
        item = items.pop(0)
        if isinstance(item, Row):
            if not item.is_wanted:
                continue
            current = Group(name=item.name, bar_id=item.bar_id, addresses=[item.address] if item.address else [])
            groups.append(current)
        else:
            current = _group_for(item, current, groups, sender)
            _put(item, current)
    return groups


def _paired(items: Sequence[_Item]) -> list[Group]:
    """ "Jane Doe and John Roe (123456 and 234567)": several names, then as many numbers (and addresses)."""
    names = _leading(items, FoundName)
    bar_ids = _leading(items[len(names) :], FoundBarId)
    if len(names) < 2 or len(bar_ids) != len(names) or any(name.how in TOLD_OF for name in names):
        return []
    addresses = _leading(items[2 * len(names) :], FoundAddress)
    if len(addresses) != len(names):
        addresses = []
    return [
        Group(name=name, bar_id=bar_id, addresses=addresses[place : place + 1])
        for place, (name, bar_id) in enumerate(zip(names, bar_ids, strict=True))
    ]


def _leading(items: Sequence[_Item], kind: type[T]) -> list[T]:
    """Those of one kind that ``items`` begins with."""
    leading: list[T] = []
    for item in items:
        if not isinstance(item, kind):
            break
        leading.append(item)
    return leading


def _put(item: FoundName | FoundBarId | FoundAddress, group: Group) -> None:
    if isinstance(item, FoundName):
        group.name = _better(item, group.name)
    elif isinstance(item, FoundBarId):
        group.bar_id = group.bar_id or item
        group.is_sender = group.is_sender or (group.name is None and item.is_said_own)
    else:
        group.addresses.append(item)


def _better(name: FoundName, known: FoundName | None) -> FoundName:
    """Of two names of one filer the one that says more; a whole one counts as much as the surname it goes with."""
    if known is None:
        return name
    more = len(name.name.words) - len(known.name.words)
    goes_with = not known.name.is_full or name.name.words[more:] == known.name.words  # "St. John" is a surname
    if more > 0 and name.name.is_full and goes_with and same_person(name.name, known.name):
        return replace(name, how=max(name.how, known.how))
    return name if name.how > known.how else known


def _group_for(
    item: FoundName | FoundBarId | FoundAddress, current: Group | None, groups: list[Group], sender: Sender
) -> Group:
    if isinstance(item, FoundName):
        same = next((g for g in groups if g.name and same_person(g.name.name, item.name)), None)
        if same:
            return same
    if current is None or _opens(item, current, sender):
        current = Group()
        groups.append(current)
    return current


def _opens(item: FoundName | FoundBarId | FoundAddress, group: Group, sender: Sender) -> bool:
    """Whether an item cannot belong to the group before it."""
    if isinstance(item, FoundName):
        return group.name is not None or (group.is_sender and _is_told_of(item, sender))
    if isinstance(item, FoundBarId):
        known = group.bar_id
        if known is None:
            return item.is_said_own and _names_another(group, sender)
        return known.bare != item.bare and known.state == item.state
    return False


def _is_told_of(name: FoundName, sender: Sender) -> bool:
    """Whether a name beside the sender's own number is somebody else's."""
    return name.how not in (How.INTRODUCED, How.LABELLED) and not is_sender(name.name, sender)


def _names_another(group: Group, sender: Sender) -> bool:
    """Whether a group is about somebody who is not the sender, as far as one can tell."""
    known = sender.signed or sender.displayed or sender.called
    return bool(known and group.name and group.name.how is not How.INTRODUCED and not names_sender(group, sender))


def merged(groups: list[Group]) -> list[Group]:
    """Joins pieces about one filer: a nameless one with its neighbour."""
    several = sum(1 for group in groups if group.bar_id) > 1
    merged: list[Group] = []
    for group in groups:
        last = merged[-1] if merged else None
        stands_alone = several and any(one is not None and one.is_sender for one in (group, last))
        if last and not stands_alone and not (group.name and last.name) and not (group.bar_id and last.bar_id):
            last.name, last.bar_id = last.name or group.name, last.bar_id or group.bar_id
            last.addresses += group.addresses
        elif not group.is_empty:
            merged.append(group)
    return merged


def joined_by_address(groups: list[Group]) -> list[Group]:
    """A nameless number with an address goes to the one named of whose name the address is made."""
    for group in [group for group in groups if group.name is None and group.addresses]:
        owners = [g for g in groups if g.name and not g.bar_id and has_address_of(g.name, group)]
        if len(owners) == 1 and group.bar_id and not group.is_sender:
            owners[0].bar_id = group.bar_id
            owners[0].addresses += group.addresses
            groups = [other for other in groups if other is not group]
    return groups


def has_address_of(name: FoundName, group: Group) -> bool:
    return any(fits_address(name.name, address.stated.value) for address in group.addresses)


def names_sender(group: Group, sender: Sender) -> bool:
    return group.name is not None and is_sender(group.name.name, sender)
