"""Enumerations whose members cost no more than any attribute."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

_E = TypeVar("_E", bound=Enum)


def at_hand(enumeration: type[_E]) -> type[_E]:
    """Keep the members in the class itself, as Python 3.12 does; 3.11 runs a property each time one is named.

    For enumerations that are named very often: on the way of one claim through the matcher, a hundred times.
    """
    for name, member in enumeration.__members__.items():
        type.__setattr__(enumeration, name, member)
    return enumeration
