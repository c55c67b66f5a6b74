"""Geometry of the charts; the template only draws. Shapes carry classes and attributes, never styles (CSP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 800
_HEIGHT, _TOP, _FLOOR = 220, 20, 190
_ROW, _LABEL, _VALUE = 26, 170, 60
_MOST_LABELS = 12


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
    shapes = []
    for index, (label, count) in enumerate(values):
        height = (_FLOOR - _TOP) * count / most if most else 0.0
        shapes.append(
            Shape(
                x=round(index * step + step * 0.1, 2),
                y=round(_FLOOR - height, 2),
                width=round(min(step * 0.8, 60), 2),
                height=round(height, 2),
                label=label if index % every == 0 else "",
                value=f"{count:,}" if count and (len(values) <= _MOST_LABELS * 2 or count == most) else "",
                title=f"{label}: {count:,}",
            )
        )
    return Chart(width=WIDTH, height=_HEIGHT, shapes=tuple(shapes), rows=tuple(values))


def bars(values: Sequence[tuple[str, int]]) -> Chart:
    """Lying bars for counts by name, each labelled directly."""
    most = max((count for _, count in values), default=0)
    room = WIDTH - _LABEL - _VALUE
    shapes = tuple(
        Shape(
            x=_LABEL,
            y=index * _ROW + 4,
            width=round(room * count / most, 2) if most else 0.0,
            height=_ROW - 8,
            label=label,
            value=f"{count:,}",
            title=f"{label}: {count:,}",
        )
        for index, (label, count) in enumerate(values)
    )
    return Chart(width=WIDTH, height=max(len(values), 1) * _ROW, shapes=shapes, rows=tuple(values))
