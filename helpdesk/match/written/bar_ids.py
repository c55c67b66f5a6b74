"""Bar IDs as people write them: prefixes, separators, leading zeros, letters a scanner mistakes for digits."""

from __future__ import annotations

import re
import string
import unicodedata
from typing import NamedTuple

_POSTAL = (
    "AL AK AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND MP"
    " OH OK OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY"
)
_STATES = frozenset(_POSTAL.split())
_WRITTEN_STATES = _STATES - {"ID"}  # "Bar ID 123456" is no number of Idaho
_MISREAD = str.maketrans("OQILSBZG", "00115826")
LONGEST_BAR_ID = 40  # characters looked at
_MOST_DIGITS = 14  # of a number whose neighbours are looked for
_MOST_COUNTED = 18  # digits that fit into 64 bits
_LEAST_DIGITS = 4  # of a number that stands beside another one
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"[0-9]")


class BarId(NamedTuple):
    """A Bar ID ready to compare. ``number`` has no leading zeros; ``state`` is "" where none is stated."""

    number: str
    state: str

    @property
    def key(self) -> str | int:
        """The number as the index keeps it."""
        return int(self.number) if is_plain(self.number) else self.number


def bar_id_of(text: str, state: str = "") -> BarId | None:
    """The Bar ID in a text that holds one; None where there is none ("pending", "n/a")."""
    if text.isdigit() and text.isascii() and len(text) <= LONGEST_BAR_ID:
        return BarId(text.lstrip("0") or "0", state.upper())
    words = _WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST_BAR_ID]).upper())
    first = next((place for place, word in enumerate(words) if _DIGIT.search(word)), len(words))
    last = next((place for place in range(first, len(words)) if not _DIGIT.search(words[place])), len(words))
    if first == len(words):
        return None
    prefix, number, suffix = _split(_one_number(words[first:last]))
    before, after = words[:first], words[last:] if last + 1 == len(words) else []
    near = (prefix, *before[-1:], *before[:1], suffix, *after)  # "CA 12345", "CA Bar No. 12345", "12345 (CA)"
    stated = state.upper() or next((word for word in near if word in _WRITTEN_STATES), "")
    return BarId(number.lstrip("0") or "0", stated)


def key_of(text: str) -> str | int | None:
    """The number in a text as the index keeps it, None where there is none."""
    if is_plain(text):
        return int(text)
    bar_id = bar_id_of(text)
    return None if bar_id is None else bar_id.key


def _one_number(words: list[str]) -> str:
    """The number in words with digits: "301 122" is one number; of "301122 4455667" the first counts."""
    several = sum(len(word) >= _LEAST_DIGITS for word in words) > 1
    return words[0] if several else "".join(words)


def _split(word: str) -> tuple[str, str, str]:
    """Prefix, number and suffix. Letters amid digits that a scanner confuses with digits are read as digits."""
    start = _DIGIT.search(word)
    place = start.start() if start else 0
    prefix, number = word[:place], word[place:]
    if place == 1 or (place == 2 and prefix not in _WRITTEN_STATES and prefix.translate(_MISREAD).isdigit()):
        # "l90338", "OO1234": no prefix is one letter long but the misread first digit.
        read = word.translate(_MISREAD)
        if read.isdigit():
            return "", read, ""
    if number[-2:] in _WRITTEN_STATES and number[:-2].isdigit():
        return prefix, number[:-2], number[-2:]
    read = number.translate(_MISREAD)
    if read.isdigit():
        return prefix, read, ""
    without = number.rstrip(string.ascii_uppercase)
    return (prefix, without, "") if len(number) - len(without) > 1 else (prefix, number, "")


def one_edit_away(number: str) -> set[int]:
    """Every number one digit off: a digit replaced, missing, added, or two neighbours swapped."""
    if not is_plain(number) or len(number) > _MOST_DIGITS:
        return set()
    value, place, near = int(number), 1, set[int]()
    for _ in range(len(number) + 1):
        before, after = divmod(value, place)  # the digits in front of this place, and those behind
        rest, digit = divmod(before, 10)
        near.update(range(before * 10 * place + after, (before + 1) * 10 * place + after, place))  # one added
        near.update(range(rest * 10 * place + after, (rest + 1) * 10 * place + after, place))  # replaced
        near.add(rest * place + after)  # left out
        near.add(value + (digit - rest % 10) * 9 * place)  # swapped with its neighbour
        place *= 10
    return near - {value, 0}


def is_plain(number: str) -> bool:
    """Whether a number consists of nothing but digits, and not too many to count with."""
    return number.isdigit() and number.isascii() and len(number) <= _MOST_COUNTED
