"""Who is meant: names, Bar IDs and addresses that belong to one filer, gathered into one group a filer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from helpdesk.policy.reading import NameReading
from helpdesk.understand.filers.addresses import FoundAddress
from helpdesk.understand.filers.finds import Finds
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.scene import Scene, is_sender, subject_names
from helpdesk.understand.filers.tables import Row
from helpdesk.understand.naming.found import TOLD_OF, FoundName, How
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.naming.senders import Sender
from helpdesk.understand.text.sentences import sentence_span
from helpdesk.understand.text.view import View

_SURNAME_BEFORE = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?[ ,(]{0,3}$")
_Item = FoundName | FoundBarId | FoundAddress | Row
T = TypeVar("T", FoundName, FoundBarId, FoundAddress)


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


def groups_in(scene: Scene) -> list[Group]:
    """The filers named in the own words, else in the subject; a single empty group where nobody is named."""
    own = scene.text.within(signature=False)
    if not own.all_bar_ids and _signature_lists_filers(scene):
        own = scene.text
    own = _without_employers(_without_told_numbers(own, scene), scene.sender)
    gathered = _without_the_content(_gathered(own, scene.sender), own.view, scene.rules.name)
    groups = _joined_by_address(_without_told_of(gathered, scene))
    groups = _named_again(groups, own, scene)
    groups = _asked_for(_without_the_writer(_without_others(groups, scene), scene))
    groups = _without_mere_colleagues(_without_own(groups, scene), scene)
    listed = any(group.bar_id and (group.name or len(groups) > 1) for group in groups)
    if listed:
        groups = [g for g in groups if g.bar_id or (g.addresses and g.name) or (g.name and g.name.how in _STRONG)]
    groups = _merged(groups)
    if len(groups) > 1 and scene.one_of_them and all(g.name is None or g.name.how is How.BESIDE for g in groups):
        return [Group()]  # a letterhead, and not said which of those in it
    if not groups or (len(groups) == 1 and not groups[0].name and not groups[0].bar_id):
        return _from_subject(groups, scene)
    return groups


_STRONG = (How.LABELLED, How.ASKED_FOR, How.ON_BEHALF)


def _signature_lists_filers(scene: Scene) -> bool:
    """Whether what looks like a signature is the list of those who are meant: people beside their numbers."""
    if not (scene.asks_for_another or scene.sender.is_staff):
        return False
    own = scene.text.within(signature=False).names
    if any(name.how >= How.OWNER and not is_sender(name.name, scene.sender) for name in own):
        return False
    block = scene.text.within(signature=True)
    beside = [name for name in block.names if name.how is How.BESIDE or name.how is How.LABELLED]
    return bool(block.bar_ids) and any(not is_sender(name.name, scene.sender) for name in beside)


def _without_told_numbers(found: Finds, scene: Scene) -> Finds:
    """Without the numbers of people only told of by surname, where another number is stated."""
    left = tuple(b for b in found.bar_ids if _is_behind_full_name(b, found) or not is_of_one_told_of(b, scene))
    return replace(found, bar_ids=left) if left and len(left) < len(found.bar_ids) else found


def _is_behind_full_name(bar_id: FoundBarId, found: Finds) -> bool:
    ends = (name.name.end for name in found.names if name.name.is_full and name.name.end <= bar_id.label_start)
    return any(not found.view.plain[end : bar_id.label_start].strip(" ,(-") for end in ends)


def _without_employers(found: Finds, sender: Sender) -> Finds:
    """Without whom the line below the sender's name says that they work for, where a filer is stated elsewhere."""
    if sender.signed is None or sender.signed.view is not found.view:
        return found
    _, end = found.view.line(sender.signed.start)
    start, end = found.view.line(min(end + 1, len(found.view.plain)))
    employers = [n for n in found.names if start <= n.start < end and n.how is How.ON_BEHALF]
    names = tuple(n for n in found.names if not start <= n.start < end)
    bar_ids = tuple(b for b in found.bar_ids if not start <= b.start < end)
    if not employers or not bar_ids or not any(name.how is How.BESIDE or name.how in _STRONG for name in names):
        return found
    return replace(found, names=names, bar_ids=bar_ids)


def _gathered(found: Finds, sender: Sender) -> list[Group]:
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


def _without_the_content(groups: list[Group], view: View, reading: NameReading) -> list[Group]:
    """Of a list that says line by line who needs a reset: without those of whom it says that all is well."""
    lines = [view.plain[slice(*view.line(group.bar_id.start))] if group.bar_id else "" for group in groups]
    if len(groups) < 2 or not any(reading.line_wants.search(line) for line in lines):
        return groups
    content = [
        bool(reading.line_wants_nothing.search(line)) and not reading.line_wants.search(line) for line in lines
    ]
    return [group for group, is_content in zip(groups, content, strict=True) if not is_content]


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


def _without_told_of(groups: list[Group], scene: Scene) -> list[Group]:
    """Drops opposing counsel and the like; who left or died is meant where another is asked for and nobody named.

    So is who is absent, but stated with number and address.
    """
    here = [g for g in groups if not (g.name and g.name.how in TOLD_OF) or _is_stated_though_absent(g)]
    if any(group.name or group.bar_id for group in here) or not scene.asks_for_another:
        return here
    return here + [group for group in groups if group.name and group.name.how is How.ABSENT]


def _is_stated_though_absent(group: Group) -> bool:
    """ "My wife Ada Filer is in trial all week. Bar 234561, ada@filer.example"."""
    name = group.name
    return bool(name and name.how is How.ABSENT and group.bar_id and _has_address_of(name, group))


def _without_mere_colleagues(groups: list[Group], scene: Scene) -> list[Group]:
    """ "My partner Ada Quay had the office cleaned": in a sentence about nothing that she could want of us.

    That is so beside a sender who asks for themselves and states their number. Or whose account is fine.
    """
    own = any(group.bar_id and _names_sender(group, scene.sender) for group in groups)
    if len(groups) < 2:
        return groups
    for_self = scene.asks_for_self and own
    return [group for group in groups if not _is_mere_colleague(group, scene, for_self=for_self)]


def _is_mere_colleague(group: Group, scene: Scene, *, for_self: bool) -> bool:
    name = group.name
    if name is None or name.how is not How.ON_BEHALF or group.bar_id or group.addresses:
        return False
    first, last = sentence_span(name.view.plain, name.start, name.name.end)
    said = name.view.plain[first:last]
    if scene.rules.name.is_content.search(said):
        return True
    return for_self and scene.rules.sender.concerns.search(said) is None


def _without_own(groups: list[Group], scene: Scene) -> list[Group]:
    """ "I know my own (SBN 234561), no action needed for me": a sender who wants nothing for themselves."""
    if len(groups) < 2 or not scene.rules.sender.not_me.search(scene.words):
        return groups
    return [group for group in groups if not _is_unwanted(group, scene)] or groups


def _is_unwanted(group: Group, scene: Scene) -> bool:
    if group.is_sender or _names_sender(group, scene.sender):
        return True
    return group.name is None and group.bar_id is not None and is_own_and_unwanted(group.bar_id, scene)


def is_of_one_told_of(bar_id: FoundBarId, scene: Scene) -> bool:
    """ "Local counsel is Ms. Quill (SBN 234561)": a surname alone, which is nobody's who asks."""
    line_start, _ = scene.text.view.line(bar_id.start)
    surname = _SURNAME_BEFORE.search(scene.text.view.plain, line_start, bar_id.label_start)
    if surname is None:
        return False
    return scene.rules.name.others.search(scene.text.view.plain[line_start : surname.start()]) is not None


def is_own_and_unwanted(bar_id: FoundBarId, scene: Scene) -> bool:
    """Whether the sentence around a number says that it is the sender's own, for which nothing is wanted."""
    plain = scene.text.view.plain
    first, last = sentence_span(plain, bar_id.label_start, bar_id.end)
    return scene.rules.sender.not_me.search(plain[first:last]) is not None


def _without_others(groups: list[Group], scene: Scene) -> list[Group]:
    """ "My co-counsel will write themselves": of those named, only the sender is meant."""
    if len(groups) < 2 or not scene.others_themselves:
        return groups
    return [group for group in groups if _names_sender(group, scene.sender)] or groups


def _without_the_writer(groups: list[Group], scene: Scene) -> list[Group]:
    """Drops the writer's own introduction where they ask for others."""
    if not (scene.asks_for_another or scene.sender.is_staff):
        return groups
    others = [group for group in groups if group.bar_id or not _is_the_writer(group, scene.sender)]
    return others if scene.sender.is_staff and scene.asks_for_another else others or groups


def _is_the_writer(group: Group, sender: Sender) -> bool:
    """The sender by name, or "I am Ada from the front desk"."""
    name = group.name
    introduced = name is not None and not name.name.is_full and name.how in (How.INTRODUCED, How.LABELLED)
    return introduced or _names_sender(group, sender)


def _named_again(groups: list[Group], own: Finds, scene: Scene) -> list[Group]:
    """Of a letterhead that lists its lawyers beside their numbers: the one whom subject and letter name again.

    Name and number both stand there a second time, below that line; of the others nothing does.
    """
    beside = [group.name for group in groups if group.name and group.bar_id]
    if len(beside) < 2 or len({own.view.line(name.start) for name in beside}) > 1:
        return groups
    _, end = own.view.line(beside[0].start)
    below = [name.name for name in own.names if name.start > end]
    numbers = {bar_id.bare for bar_id in own.all_bar_ids if bar_id.start > end}
    again = [g for g in groups if g.name and any(same_person(g.name.name, name) for name in below)]
    if len(again) != 1 or numbers != {again[0].bar_id.bare if again[0].bar_id else ""}:
        return groups
    in_subject = [g for g in groups if g.name and _is_in(scene.subject.view.plain, g.name)]
    return again if in_subject == again else groups


def _is_in(subject: str, name: FoundName) -> bool:
    return name.name.words[-1] in re.findall(r"[\w'-]+", subject.lower())


def _asked_for(groups: list[Group]) -> list[Group]:
    """ "Reset the password of Jane Doe" settles it: partners and bosses who are only told of are not meant."""
    if not any(group.name and group.name.how is How.ASKED_FOR for group in groups):
        return groups
    return [group for group in groups if not (group.name and group.name.how is How.ON_BEHALF)]


def _merged(groups: list[Group]) -> list[Group]:
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


def _joined_by_address(groups: list[Group]) -> list[Group]:
    """A nameless number with an address goes to the one named of whose name the address is made."""
    for group in [group for group in groups if group.name is None and group.addresses]:
        owners = [g for g in groups if g.name and not g.bar_id and _has_address_of(g.name, group)]
        if len(owners) == 1 and group.bar_id and not group.is_sender:
            owners[0].bar_id = group.bar_id
            owners[0].addresses += group.addresses
            groups = [other for other in groups if other is not group]
    return groups


def _has_address_of(name: FoundName, group: Group) -> bool:
    return any(fits_address(name.name, address.stated.value) for address in group.addresses)


def _from_subject(groups: list[Group], scene: Scene) -> list[Group]:
    """The subject's finds, where the text names nobody."""
    found = _merged(_gathered(replace(scene.subject, names=subject_names(scene)), scene.sender)) or [Group()]
    if len(found) == 1 and groups:
        found[0].addresses += groups[0].addresses
    return found


def _names_another(group: Group, sender: Sender) -> bool:
    """Whether a group is about somebody who is not the sender, as far as one can tell."""
    known = sender.signed or sender.displayed or sender.called
    return bool(known and group.name and group.name.how is not How.INTRODUCED and not _names_sender(group, sender))


def _names_sender(group: Group, sender: Sender) -> bool:
    return group.name is not None and is_sender(group.name.name, sender)
