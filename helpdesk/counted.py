"""Numbers of things, as one says them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """So many of them: "1 row", "2,000 rows"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
