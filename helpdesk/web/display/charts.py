"""Geometry of the charts; the template only draws. Shapes carry classes and attributes, never styles (CSP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
_HEIGHT, _TOP, _FLOOR = 222, 28, 190
_MOST_LABELS = 9
_MOST_SPARSE = 3  # labels that still fit on a narrow screen, where the text is drawn larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One bar: a rectangle with a label and a value; '' where there is no room for the text."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    title: str
    sparse: bool  # keeps its label on a narrow screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of ``width`` by ``height`` units, and its figures for the table below it."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    rows: tuple[tuple[str, int], ...]


def columns(values: Sequence[tuple[str, int]]) -> Chart:
    """Upright bars for counts in time; labels are thinned out so that they never collide."""
    most = max((count for _, count in values), default=0)
    step = WIDTH / max(len(values), 1)
    every = -(-len(values) // _MOST_LABELS) or 1
    seldom = every * (-(-_MOST_LABELS // _MOST_SPARSE))
    shapes = []
    for index, (label, count) in enumerate(values):
        height = (_FLOOR - _TOP) * count / most if most else 0.0
        shapes.append(
            Shape(
                x=round(index * step + step * 0.1, 2),
                y=round(_FLOOR - height, 2),
                width=round(min(step * 0.8, 60), 2),
                height=round(height, 2),
                label=label if index % every == every // 2 else "",
                value=f"{count:,}" if count and (len(values) <= _MOST_LABELS * 2 or count == most) else "",
                title=f"{label}: {count:,}",
                sparse=index % seldom == every // 2 + every * (_MOST_LABELS // _MOST_SPARSE // 2),
            )
        )
    return Chart(width=WIDTH, height=_HEIGHT, shapes=tuple(shapes), rows=tuple(values))
