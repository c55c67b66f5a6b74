"""Bar IDs as people write them: prefixes, separators, leading zeros, letters a scanner mistakes for digits."""

from __future__ import annotations

import string
import unicodedata
from dataclasses import dataclass

_STATES = frozenset(
    {
        *(
            "AL",
            "AK",
            "AZ",
            "AR",
            "CA",
            "CO",
            "CT",
            "DE",
            "DC",
            "FL",
            "GA",
            "GU",
            "HI",
            "ID",
            "IL",
            "IN",
            "IA",
            "KS",
            "KY",
        ),
        *(
            "LA",
            "ME",
            "MD",
            "MA",
            "MI",
            "MN",
            "MS",
            "MO",
            "MT",
            "NE",
            "NV",
            "NH",
            "NJ",
            "NM",
            "NY",
            "NC",
            "ND",
            "MP",
            "OH",
        ),
        *("OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "VI", "WA", "WV", "WI", "WY"),
    }
)
_MISREAD = str.maketrans("OQILSBZG", "00115826")
_DIGITS = string.digits
LONGEST_BAR_ID = 40  # characters looked at
_MOST_DIGITS = 14


@dataclass(frozen=True, slots=True)
class BarId:
    """A Bar ID ready to compare. ``number`` has no leading zeros; ``state`` is "" where none is stated."""

    number: str
    state: str


def bar_id_of(text: str, state: str = "") -> BarId | None:
    """The Bar ID in a text that holds one; None where there is none."""
    if text.isdigit() and text.isascii() and len(text) <= LONGEST_BAR_ID:
        return BarId(text.lstrip("0") or "0", state.upper())
    letters = unicodedata.normalize("NFKC", text[:LONGEST_BAR_ID])
    compact = "".join(letter for letter in letters.upper() if letter.isalnum())
    if not compact:
        return None
    if compact.isdigit() and compact.isascii():
        return BarId(compact.lstrip("0") or "0", state.upper())
    prefix, number = _split(compact)
    stated = state.upper() or (prefix if prefix in _STATES else "")
    return BarId(number.lstrip("0") or "0", stated)


def _split(compact: str) -> tuple[str, str]:
    """Prefix and number. Letters amid digits that a scanner confuses with digits are read as digits."""
    start = next((index for index, letter in enumerate(compact) if letter in _DIGITS), len(compact))
    if start == len(compact):
        return "", compact
    if start == 1 or (
        start == 2 and compact[:2] not in _STATES and not compact[:2].translate(_MISREAD).strip(_DIGITS)
    ):
        # "l90338", "OO1234": no prefix is one letter long but the misread first digit.
        read = compact.translate(_MISREAD)
        return ("", read) if read.isdigit() else (compact[:start], compact[start:])
    number = compact[start:]
    read = number.translate(_MISREAD)
    return compact[:start], read if read.isdigit() else number


def one_edit_away(number: str) -> list[str]:
    """Every number one digit off: replaced, missing, added, or two neighbours swapped."""
    if len(number) > _MOST_DIGITS:
        return []
    found: set[str] = set()
    for index in range(len(number) + 1):
        head, tail = number[:index], number[index:]
        found.update(head + digit + tail for digit in _DIGITS)
        if tail:
            found.add(head + tail[1:])
            found.update(head + digit + tail[1:] for digit in _DIGITS)
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    found.discard(number)
    return [stripped for text in found if (stripped := text.lstrip("0")) and stripped != number]
