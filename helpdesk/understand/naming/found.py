"""A person's name found in a message, and how reliable the finding is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.text.view import View, fold

_CALLED = re.compile(r"(?<=[\w.] )[(\"'\u2018\u201c]{1,2}([A-Z][^\W\d_]+)[)\"'\u2019\u201d]{1,2}(?!\w)")
_LONGEST_NICKNAME = 15  # characters behind a name among which it stands
_INDENT = re.compile(r"[ *>|-]*")


class How(IntEnum):
    """How a name was found; a higher value is the more reliable one."""

    ANOTHERS = 0  # opposing counsel, a judge: never a filer of this request
    ABSENT = 5  # who left or died: meant where nobody else is
    REQUESTER = 10  # "requested by X": who writes, not who is meant
    DISPLAYED = 30
    MENTIONED = 40  # the sender's own last name, somewhere in the text
    SIGNED = 50
    OWNER = 60  # "X's password"
    FITTING = 70  # an address in the text is made of it
    BESIDE = 80  # beside a Bar ID or an address
    ON_BEHALF = 85  # "my boss X"
    ASKED_FOR = 87  # "the password of X"
    INTRODUCED = 90
    LABELLED = 100


TOLD_OF = (How.ANOTHERS, How.ABSENT)
NOT_MEANT = (*TOLD_OF, How.REQUESTER)  # whatever else points at such a name


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundName:
    """A person's name in one of the message's texts."""

    name: ParsedName
    view: View
    how: How
    in_signature: bool

    @property
    def start(self) -> int:
        return self.name.start


def as_found(view: View, name: ParsedName | None, how: How) -> list[FoundName]:
    """The name as found in ``view``, or nothing."""
    if name is None:
        return []
    called = _CALLED.search(view.original, name.start, name.end + _LONGEST_NICKNAME)
    if called:
        name = replace(name, nickname=fold(called[1]).lower())
    return [FoundName(name=name, view=view, how=how, in_signature=view.in_signature(name.start))]


def indent(plain: str, start: int) -> int:
    """How many signs of a list or quotation stand at ``start``."""
    match = _INDENT.match(plain, start)
    return match.end() - start if match else 0


def lines_of(view: View, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of each line between two offsets that is not empty."""
    lines, position = [], start
    for text in view.plain[start:end].split("\n"):
        if text.strip():
            lines.append((position, position + len(text)))
        position += len(text) + 1
    return lines
