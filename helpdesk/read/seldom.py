"""Patterns that few texts match."""

from __future__ import annotations

import re

from re2._re2 import RE2

from helpdesk.patterns import options

_OTHERWISE = re.compile(r"\\[wWd]")  # re2 knows fewer letters and digits than Python
_ANYWHERE = RE2.Anchor.UNANCHORED


class Seldom:
    """Alternatives of which a text seldom holds any: then one quick look tells so. Letter case is ignored.

    Python tries each alternative at each letter; re2 reads a text once, however many there are. So re2 is asked
    first, with the ends of words left out and ``\\w``, ``\\W`` and ``\\d`` (which may stand in no class) as any
    letter: it may take a text for one that matches, never the other way round.
    """

    __slots__ = ("_may_match", "_pattern", "source")

    def __init__(self, *alternatives: str) -> None:
        self.source = "|".join(alternatives)
        self._pattern = re.compile(self.source, re.I)
        quick = RE2(_OTHERWISE.sub("(?s:.)", self.source.replace(r"\b", "")).encode(), options())
        if not quick.ok():
            raise ValueError(quick.error())
        self._may_match = quick.Match

    def search(self, text: str) -> re.Match[str] | None:
        """The leftmost match, or None."""
        written = text.replace("İ", "i").replace("ı", "i").encode("utf-8", "replace")  # which Python takes for an i
        if self._may_match(_ANYWHERE, written, 0, len(written))[0][0] < 0:
            return None
        return self._pattern.search(text)

    def without(self, text: str) -> str:
        """The text with a space in place of every match."""
        return self._pattern.sub(" ", text) if self.search(text) else text
