"""Who is meant: the filers whom a mail names, in its own words or else in its subject."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.understand.filers.finds import Finds
from helpdesk.understand.filers.gathering import STRONG, Group, gathered, joined_by_address, merged
from helpdesk.understand.filers.left_out import (
    asked_for,
    named_again,
    without_employers,
    without_mere_colleagues,
    without_others,
    without_own,
    without_the_content,
    without_the_writer,
    without_told_numbers,
    without_told_of,
)
from helpdesk.understand.filers.scene import Scene, is_sender, subject_names
from helpdesk.understand.naming.found import How


def groups_in(scene: Scene) -> list[Group]:
    """The filers named in the own words, else in the subject; a single empty group where nobody is named."""
    own = scene.text.within(signature=False)
    below = _signature_names_owner(own, scene) if own.all_bar_ids else _signature_lists_filers(scene)
    own = scene.text if below else own
    own = without_employers(without_told_numbers(own, scene), scene.sender, scene.rules.name)
    groups = without_the_content(gathered(own, scene.sender), own.view, scene.rules.name)
    groups = joined_by_address(without_told_of(groups, scene))
    groups = named_again(groups, own, scene)
    groups = asked_for(without_the_writer(without_others(groups, scene), scene))
    groups = without_mere_colleagues(without_own(groups, scene), scene)
    listed = any(group.bar_id and (group.name or len(groups) > 1) for group in groups)
    if listed:
        groups = [g for g in groups if g.bar_id or (g.addresses and g.name) or (g.name and g.name.how in STRONG)]
    groups = merged(groups)
    if len(groups) > 1 and scene.one_of_them and all(g.name is None or g.name.how is How.BESIDE for g in groups):
        return [Group()]  # a letterhead, and not said which of those in it
    if not groups or (len(groups) == 1 and not groups[0].name and not groups[0].bar_id):
        return _from_subject(groups, scene)
    return groups


def _signature_lists_filers(scene: Scene) -> bool:
    """Whether what looks like a signature is the list of those who are meant: people beside their numbers."""
    if not (scene.asks_for_another or scene.sender.is_staff):
        return False
    own = scene.text.within(signature=False).names
    if any(name.how >= How.OWNER and not is_sender(name.name, scene.sender) for name in own):
        return False
    block = scene.text.within(signature=True)
    beside = [name for name in block.names if name.how is How.BESIDE or name.how is How.LABELLED]
    others = scene.sender.is_shared or any(not is_sender(name.name, scene.sender) for name in beside)
    return bool(block.bar_ids and beside) and others


def _signature_names_owner(own: Finds, scene: Scene) -> bool:
    """Whether the number above, beside no name, is of the one person named below beside the shared mailbox."""
    if own.names or not scene.sender.is_shared:
        return False
    full = [name for name in scene.text.names if name.name.is_full]
    return len(full) == 1 and "@" in scene.text.view.plain[slice(*scene.text.view.line(full[0].start))]


def _from_subject(groups: list[Group], scene: Scene) -> list[Group]:
    """The subject's finds, where the text names nobody."""
    found = merged(gathered(replace(scene.subject, names=subject_names(scene)), scene.sender)) or [Group()]
    if len(found) == 1 and groups:
        found[0].addresses += groups[0].addresses
    return found
