"""The state in which a Bar ID was given out, by the words around it."""

from __future__ import annotations

import re

from helpdesk.policy.reading import BarIdReading

_BEFORE = re.compile(  # "California (No. 234561)"
    r"\b((?:new )?[A-Za-z.]{2,12})[ :()#/-]{0,3}(?:(?:no|nr|number)\b[ .:#]{0,3})?$", re.IGNORECASE
)
_AFTER = re.compile(r"[ ,-]{0,3}\(?([A-Za-z.]{2,12})\b")
_REACH = 24  # characters before a number
_NEAR = (12, 14)  # … and before its label and behind it
_ADDRESS = re.compile(r"[^\s<>()@]{1,64}@[^\s<>()@]{1,64}")  # "ada@fl-law.example" is in no state
_LONGEST_ADDRESS = 80


def state_of(
    plain: str, number: tuple[int, int], label: tuple[int, int], prefix: str, reading: BarIdReading
) -> str | None:
    """The state that a number's label or the words around it name.

    label: where it stands, the number included. prefix: "CA" of "CA234561".
    """
    named, (start, end) = reading.jurisdiction.key, label
    said = plain[start : number[0]] + plain[number[1] : end]
    before = _BEFORE.search(plain[max(0, number[0] - _REACH) : number[0]])
    around = _words_within(plain, start - _NEAR[0], end + _NEAR[1]).replace("\n", "  ")
    return named(f"{said} {prefix}") or (before and named(before[1])) or named(around)


def stands_beside_state(plain: str, start: int, end: int, reading: BarIdReading) -> bool:
    """ "(CA 234561)", "California (234561)", "234561 (California)"."""
    before, after = _BEFORE.search(plain[max(0, start - _REACH) : start]), _AFTER.match(plain, end)
    return any(word is not None and reading.jurisdiction.key(word[1]) for word in (before, after))


def _words_within(plain: str, start: int, end: int) -> str:
    """The text between, without addresses, and without the words that the bounds cut: the end of Quill is not Ill."""
    first = max(0, start - _LONGEST_ADDRESS)
    plain = _ADDRESS.sub(lambda address: " " * len(address[0]), plain[first : end + _LONGEST_ADDRESS])
    start, end = max(0, start - first), min(end - first, len(plain))
    while 0 < start < end and plain[start - 1].isalpha() and plain[start].isalpha():
        start += 1
    while start < end < len(plain) and plain[end - 1].isalpha() and plain[end].isalpha():
        end -= 1
    return plain[start:end]
