"""Numbers in words: digit by digit, in pairs, or as one number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_TIMES = {"double": 2, "doble": 2, "triple": 3}
_MOST_WORDS = 11  # after the first


def spoken_pattern(values: Mapping[str, str]) -> re.Pattern[str]:
    """Finds runs of at least three number words (the keys of ``values``) or single digits."""
    return _pattern_of(tuple(values))


@cache
def _pattern_of(number_words: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, number_words), key=len, reverse=True))
    unit = rf"(?:(?:{'|'.join(_TIMES)})[ -])?(?:\b(?:{words})\b|\d)"
    joint = r"[ ,-]{1,3}(?:(?:and|y) )?"
    return re.compile(rf"(?<!\w){unit}(?:{joint}{unit}){{2,{_MOST_WORDS}}}(?!\w)", re.IGNORECASE)


def spoken_digits(written: str, values: Mapping[str, str]) -> str:
    """The digits of "two three four", "twenty-three four", "double two one" or "twenty-three thousand four"."""
    groups = _Groups()
    times = 1
    for word in re.findall(r"[a-z]+|\d", written.lower()):
        if word in _TIMES:
            times = _TIMES[word]
        elif word in values or word.isdigit():
            for _ in range(times):
                groups.add(int(values.get(word, word)))
            times = 1
    return groups.digits()


class _Groups:
    """Words that are spoken as one number are one group; the digits of all groups make the number."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._thousands = 0
        self._current: int | None = None

    def add(self, value: int) -> None:
        """Take the next word's value."""
        current = self._current
        if value == 1_000:
            self._thousands, self._current = (current or 1) * 1_000, None
        elif value == 100 and current is not None and 0 < current < 10:
            self._current = current * 100
        elif current is None:
            self._current = value
        elif _continues(current, value):
            self._current = current + value
        elif self._thousands and 0 < current < 10 <= value:  # "twenty-three thousand four fifty-six"
            self._current = current * 100 + value
        else:
            self._close()
            self._current = value

    def digits(self) -> str:
        """Everything said so far."""
        self._close()
        return "".join(self._done)

    def _close(self) -> None:
        if self._current is not None or self._thousands:
            self._done.append(str(self._thousands + (self._current or 0)))
        self._thousands, self._current = 0, None


def _continues(current: int, value: int) -> bool:
    """ "three hundred" goes on with "twelve", "twenty" with "three"."""
    if value == 0:
        return False
    return (current >= 100 and current % 100 == 0 and value < 100) or (
        current >= 20 and current % 10 == 0 and value < 10
    )
