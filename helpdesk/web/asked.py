"""What the address of a page asks for, and the numbers that addresses and forms hold."""

from __future__ import annotations

from flask import request

LONGEST = 200  # characters that are looked for


def words(field: str) -> str:
    """The words to look for, '' for none."""
    return request.args.get(field, "").strip()[:LONGEST]


def number(field: str) -> int | None:
    """A ticket's number, None where there is none."""
    written = request.args.get(field, "")
    return int(written) if is_number(written) else None


def is_number(written: str) -> bool:
    """Whether this is a whole number such as a row may have."""
    return written.isascii() and written.isdigit() and len(written) < 10
