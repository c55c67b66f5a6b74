"""Bar IDs of the own words that no claim holds: whether they are told of somebody else, or cast a doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.understand.filers.left_out import is_of_an_employer, is_of_one_told_of, is_own_and_unwanted
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.particulars import own_name, owner_of, told_licence
from helpdesk.understand.filers.scene import Scene
from helpdesk.understand.naming.found import TOLD_OF, FoundName
from helpdesk.understand.naming.persons import same_person
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Claim, Stated

_BESIDE = 60  # characters within which a name and a number belong together
_OR_ANOTHER = re.compile(
    r"[ ,;(?-]{0,4}(?:or|maybe|perhaps|possibly|o|quiza|tal vez)\b[a-z' #.,]{0,24}(?P<other>\d{4,8})\b(?!-)",
    re.IGNORECASE,
)


def unclaimed(claims: Sequence[Claim], scene: Scene) -> tuple[Stated, ...]:
    """Labelled or named Bar IDs in the own words that no claim holds and that are nobody else's."""
    text = scene.text
    taken = {claim.bar_id.value.lstrip("0") for claim in claims if claim.bar_id}
    left = [other for bar_id in text.all_bar_ids if (other := _alternative(bar_id, text.view, taken))]
    left += [bar_id.stated for bar_id in scene.subject.bar_ids if bar_id.labelled and bar_id.bare not in taken]
    for bar_id in text.bar_ids:
        if bar_id.in_signature or bar_id.bare in taken:
            continue
        anothers = any(name.how in TOLD_OF and _near(name, bar_id) for name in text.names)
        anothers = anothers or is_own_and_unwanted(bar_id, scene) or is_of_an_employer(bar_id, scene)
        if (bar_id.labelled or owner_of(bar_id, text)) and not anothers:
            left.append(bar_id.stated)
    return tuple(left)


def explained(claims: Sequence[Claim], scene: Scene) -> frozenset[Stated]:
    """Numbers told of another person by name, in a mail whose sender asks for themselves alone with their own.

    Or of another state's licence: beside their own number, or where they say under which they are registered here.
    """
    own = own_name(scene.sender)
    if len(claims) != 1 or own is None or not claims[0].filer_is_sender or claims[0].bar_id is None:
        return frozenset()
    told = told_licence(scene)
    if told is not None and told.stated == claims[0].bar_id:
        return frozenset(bar_id.stated for bar_id in scene.text.bar_ids if bar_id.state not in (None, told.state))
    own_number = next((bar_id for bar_id in scene.text.bar_ids if bar_id.stated == claims[0].bar_id), None)
    return frozenset(
        bar_id.stated
        for bar_id in scene.text.bar_ids
        if _is_second_licence(bar_id, own_number, scene)
        or is_of_one_told_of(bar_id, scene)
        or ((owner := _named_before(bar_id, scene)) and not same_person(owner.name, own.name, with_suffix=True))
    )


def _is_second_licence(bar_id: FoundBarId, own: FoundBarId | None, scene: Scene) -> bool:
    """ "California State Bar No. 150034 | Nevada Bar No. 8871": right behind the own number, no name between."""
    if own is None or bar_id.state in (None, own.state):
        return False
    if own.state is None:
        return bar_id.in_signature and bar_id.labelled  # "Admitted in Nevada (Nev. Bar 11842)"
    first, last = sorted((own, bar_id), key=lambda number: number.start)
    between = [name for name in scene.text.names if first.end <= name.start < last.start]
    return not between and last.label_start - first.end <= _BESIDE


def _named_before(bar_id: FoundBarId, scene: Scene) -> FoundName | None:
    """The name that stands before a number within its sentence and line, no other number between."""
    view = scene.text.view
    line_start, _ = view.line(bar_id.start)
    names = [name for name in scene.text.names if line_start <= name.start < bar_id.start]
    if not names:
        return None
    between = view.plain[names[-1].name.end : max(names[-1].name.end, bar_id.label_start)]
    return None if re.search(r"[.!?] |\d{4}", between) else names[-1]


def _alternative(bar_id: FoundBarId, view: View, taken: set[str]) -> Stated | None:
    """ "123456 (or was it 123465?)": the other number, where it is another one."""
    match = _OR_ANOTHER.match(view.plain, bar_id.end)
    if match is None or match["other"].lstrip("0") in taken:
        return None
    return view.stated(match["other"], match.start("other"), match.end("other"))


def _near(name: FoundName, bar_id: FoundBarId) -> bool:
    return abs(name.start - bar_id.start) < _BESIDE
