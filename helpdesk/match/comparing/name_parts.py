"""How a claimed name agrees with a recorded one, part by part; what that weighs is in ``weigh_names``."""

from __future__ import annotations

from helpdesk.match.comparing.query import Query
from helpdesk.match.written.agreement import Aside, Part
from helpdesk.match.written.likeness import Likeness, likeness
from helpdesk.match.written.names import Name
from helpdesk.short_forms import nicknames

_PARTS = (Part.SAME, Part.SLIP, Part.SOUND, Part.OTHER)  # by Likeness


def surname_part(query: Query, claimed: Name, recorded: Name) -> Part:
    one, other = claimed.surname, recorded.surname
    if one == other:
        return Part.SAME
    if one in recorded.parts or other in claimed.parts or not set(claimed.parts).isdisjoint(recorded.parts):
        return Part.PART
    return _PARTS[query.surname_likeness(one, other)]


def given_part(query: Query, claimed: Name, recorded: Name) -> Part:
    one, other = claimed.given, recorded.given
    if not one or not other:
        return Part.UNSAID
    if one == other:
        return Part.SAME if len(one) > 1 else Part.INITIAL
    if len(one) == 1 or len(other) == 1:
        if one[0] == other[0]:
            return Part.INITIAL
        return Part.OTHER if not _by_middle(claimed, recorded) else Part.MIDDLE
    if other in nicknames(one):
        return Part.NICKNAME
    agreement = _PARTS[query.given_likeness(one, other)]
    if agreement is Part.OTHER and _by_middle(claimed, recorded):
        return Part.MIDDLE
    return agreement


def _by_middle(claimed: Name, recorded: Name) -> bool:
    """Whether one of the two goes by what the other has as a full middle name, or by its short form."""
    return _goes_by(claimed.given, recorded.middle) or _goes_by(recorded.given, claimed.middle)


def _goes_by(given: str, middle: tuple[str, ...]) -> bool:
    return len(given) > 1 and (given in middle or not nicknames(given).isdisjoint(middle))


def middle_aside(claimed: Name, recorded: Name) -> Aside:
    if not claimed.middle or not recorded.middle:
        return _one_sided(bool(claimed.middle), bool(recorded.middle))
    if all(map(_agree, claimed.middle, recorded.middle)):  # as far as both go
        return Aside.SAME
    skipped = any(_agree(claimed.middle[0], other) for other in recorded.middle[1:]) or any(
        _agree(one, recorded.middle[0]) for one in claimed.middle[1:]
    )
    return Aside.SAME if skipped and len(claimed.middle) != len(recorded.middle) else Aside.CONFLICT


def _agree(one: str, other: str) -> bool:
    """Whether two middle names or initials can be the same."""
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    return min(len(one), len(other)) > 1 and (likeness(one, other) is not Likeness.OTHER or other in nicknames(one))


def suffix_aside(claimed: str, recorded: str) -> Aside:
    if not claimed or not recorded:
        return _one_sided(bool(claimed), bool(recorded))
    return Aside.SAME if claimed == recorded else Aside.CONFLICT


def _one_sided(claimed: bool, recorded: bool) -> Aside:
    if claimed:
        return Aside.UNRECORDED
    return Aside.LEFT_OUT if recorded else Aside.NEITHER
