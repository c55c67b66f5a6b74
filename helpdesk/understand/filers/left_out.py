"""Of the people whom a mail names: without those who are only told of, and without the writer who asks for others."""

from __future__ import annotations

import re
from dataclasses import replace

from helpdesk.policy.reading import NameReading
from helpdesk.understand.filers.finds import Finds
from helpdesk.understand.filers.gathering import STRONG, Group, has_address_of, names_sender
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.scene import Scene, is_sender
from helpdesk.understand.naming.found import TOLD_OF, FoundName, How
from helpdesk.understand.naming.persons import same_person
from helpdesk.understand.naming.senders import Sender
from helpdesk.understand.text.sentences import sentence_span
from helpdesk.understand.text.view import View

_TITLE = 12  # characters of a title before "Secretary to"
_SURNAME_BEFORE = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?[ ,(]{0,3}$")


def without_told_numbers(found: Finds, scene: Scene) -> Finds:
    """Without the numbers of people only told of by surname, where another number is stated."""
    left = tuple(b for b in found.bar_ids if _is_behind_full_name(b, found) or not is_of_one_told_of(b, scene))
    return replace(found, bar_ids=left) if left and len(left) < len(found.bar_ids) else found


def _is_behind_full_name(bar_id: FoundBarId, found: Finds) -> bool:
    ends = (name.name.end for name in found.names if name.name.is_full and name.name.end <= bar_id.label_start)
    return any(not found.view.plain[end : bar_id.label_start].strip(" ,(-") for end in ends)


def is_of_one_told_of(bar_id: FoundBarId, scene: Scene) -> bool:
    """ "Local counsel is Ms. Quill (SBN 234561)": a surname alone, which is nobody's who asks."""
    line_start, _ = scene.text.view.line(bar_id.start)
    surname = _SURNAME_BEFORE.search(scene.text.view.plain, line_start, bar_id.label_start)
    if surname is None:
        return False
    return scene.rules.name.others.search(scene.text.view.plain[line_start : surname.start()]) is not None


def _below_the_writer(found: Finds, sender: Sender) -> tuple[int, int]:
    """The line below the sender's signed name; an empty stretch where there is none."""
    if sender.signed is None or sender.signed.view is not found.view:
        return 0, 0
    _, end = found.view.line(sender.signed.start)
    return found.view.line(end + 1) if end < len(found.view.plain) else (0, 0)


def is_of_an_employer(bar_id: FoundBarId, scene: Scene) -> bool:
    """Whether a number stands in the line that says for whom the sender works."""
    start, end = _below_the_writer(scene.text, scene.sender)
    return start <= bar_id.start < end and _tells_employers(scene.text.view.plain[start:end], scene.rules.name)


def _tells_employers(line: str, reading: NameReading) -> bool:
    """ "Legal Secretary to Ada Filer (SBN 234561) and Grace Quay (SBN 301122)"."""
    return any(cue.start() <= _TITLE for cue in reading.on_behalf.finditer(line))


def without_employers(found: Finds, sender: Sender, reading: NameReading) -> Finds:
    """Without whom the line below the sender's name says that they work for, where a filer is stated elsewhere."""
    start, end = _below_the_writer(found, sender)
    tells = _tells_employers(found.view.plain[start:end], reading)
    employers = [n for n in found.names if start <= n.start < end and (n.how is How.ON_BEHALF or tells)]
    names = tuple(n for n in found.names if not start <= n.start < end)
    bar_ids = tuple(b for b in found.bar_ids if not start <= b.start < end)
    if not employers or not bar_ids or not any(name.how is How.BESIDE or name.how in STRONG for name in names):
        return found
    return replace(found, names=names, bar_ids=bar_ids)


def content_in(scene: Scene) -> frozenset[str]:
    """Addresses of those filers of a table or list for whom nothing is wanted: beside a number of theirs."""
    found = scene.text
    rows = [row.address.stated.value for row in found.rows if row.address and not row.is_wanted]
    content = scene.rules.name.line_wants_nothing
    lines = {found.view.line(bar_id.start) for bar_id in found.bar_ids} if len(found.bar_ids) > 1 else set()
    lines = {line for line in lines if content.search(found.view.plain[slice(*line)])}
    listed = [a.stated.value for a in found.addresses if found.view.line(a.start) in lines]
    return frozenset((*rows, *listed))


def without_the_content(groups: list[Group], view: View, reading: NameReading) -> list[Group]:
    """Of a list that says line by line who needs a reset: without those of whom it says that all is well."""
    lines = [view.plain[slice(*view.line(group.bar_id.start))] if group.bar_id else "" for group in groups]
    if len(groups) < 2 or not any(reading.line_wants.search(line) for line in lines):
        return groups
    content = [
        bool(reading.line_wants_nothing.search(line)) and not reading.line_wants.search(line) for line in lines
    ]
    return [group for group, is_content in zip(groups, content, strict=True) if not is_content]


def without_told_of(groups: list[Group], scene: Scene) -> list[Group]:
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
    return bool(name and name.how is How.ABSENT and group.bar_id and has_address_of(name, group))


def without_others(groups: list[Group], scene: Scene) -> list[Group]:
    """ "My co-counsel will write themselves": of those named, only the sender is meant."""
    if len(groups) < 2 or not scene.others_themselves:
        return groups
    return [group for group in groups if names_sender(group, scene.sender)] or groups


def without_the_writer(groups: list[Group], scene: Scene) -> list[Group]:
    """Drops the writer's own introduction where they ask for others."""
    if not (scene.asks_for_another or scene.sender.is_staff):
        return groups
    others = [group for group in groups if group.bar_id or not _is_the_writer(group, scene.sender)]
    return others if scene.sender.is_staff and scene.asks_for_another else others or groups


def _is_the_writer(group: Group, sender: Sender) -> bool:
    """The sender by name, or "I am Ada from the front desk"."""
    name = group.name
    introduced = name is not None and not name.name.is_full and name.how in (How.INTRODUCED, How.LABELLED)
    return introduced or names_sender(group, sender)


def named_again(groups: list[Group], own: Finds, scene: Scene) -> list[Group]:
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


def asked_for(groups: list[Group]) -> list[Group]:
    """ "Reset the password of Jane Doe" settles it: partners and bosses who are only told of are not meant."""
    if not any(group.name and group.name.how is How.ASKED_FOR for group in groups):
        return groups
    return [group for group in groups if not (group.name and group.name.how is How.ON_BEHALF)]


def without_mere_colleagues(groups: list[Group], scene: Scene) -> list[Group]:
    """ "My partner Ada Quay had the office cleaned": in a sentence about nothing that she could want of us.

    That is so beside a sender who asks for themselves and states their number. Or whose account is fine.
    """
    own = any(group.bar_id and names_sender(group, scene.sender) for group in groups)
    for_self = scene.asks_for_self and (own or _signs_with_number(scene))
    if len(groups) < 2 and not for_self:
        return groups
    return [group for group in groups if not _is_mere_colleague(group, scene, for_self=for_self)]


def _signs_with_number(scene: Scene) -> bool:
    signed = scene.text.within(signature=True)
    own = any(name.how is How.BESIDE and is_sender(name.name, scene.sender) for name in signed.names)
    return own and bool(signed.bar_ids)


def _is_mere_colleague(group: Group, scene: Scene, *, for_self: bool) -> bool:
    name = group.name
    if name is None or name.how is not How.ON_BEHALF or group.bar_id or group.addresses:
        return False
    first, last = sentence_span(name.view.plain, name.start, name.name.end)
    said = name.view.plain[first:last]
    if scene.rules.name.is_content.search(said):
        return True
    return for_self and scene.rules.sender.concerns.search(said) is None


def without_own(groups: list[Group], scene: Scene) -> list[Group]:
    """ "I know my own (SBN 234561), no action needed for me": a sender who wants nothing for themselves."""
    if len(groups) < 2 or not scene.rules.sender.not_me.search(scene.words):
        return groups
    return [group for group in groups if not _is_unwanted(group, scene)] or groups


def _is_unwanted(group: Group, scene: Scene) -> bool:
    if group.is_sender or names_sender(group, scene.sender):
        return True
    return group.name is None and group.bar_id is not None and is_own_and_unwanted(group.bar_id, scene)


def is_own_and_unwanted(bar_id: FoundBarId, scene: Scene) -> bool:
    """Whether the sentence around a number says that it is the sender's own, for which nothing is wanted."""
    plain = scene.text.view.plain
    first, last = sentence_span(plain, bar_id.label_start, bar_id.end)
    return scene.rules.sender.not_me.search(plain[first:last]) is not None
