"""The shape of calendar.toml: when the court is open."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT, Text


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Closure:
    """A day on which nobody works."""

    day: date
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Calendar:
    """calendar.toml: business hours, for every figure that measures people."""

    opens: time
    closes: time
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]  # ISO, Monday = 1
    closures: tuple[Closure, ...]
