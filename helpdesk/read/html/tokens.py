"""HTML as a stream of tags and text, read as browsers read it where that decides what is seen."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# Possessive, so linear: no part of a tag is ever looked at twice. A quote opens a value only after "=".
_TOKEN = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))"""
    r"""|<(/?)([A-Za-z][^\s/>]*+)((?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+)(?:>|\Z)"""  # slash, name, rest
    r"""|<[!?/][^>]*+(?:>|\Z)""",
    re.S,
)
_CONDITIONAL = re.compile(r"<!--\[if [^\]>]{0,100}\]>", re.I)
_ATTRIBUTE = re.compile(r"""([^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++)))?+""")
_LONG_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "template"})
_SHOWN = frozenset({"textarea", "xmp"})  # whose tags are shown as text
_MOST_ATTRIBUTES = 40
_LONGEST_VALUE = 2_000


@dataclass(slots=True)
class Tag:
    """A start or end tag, its name in lower case. ``written`` are its attributes as they stand."""

    name: str
    closes: bool
    written: str = ""

    def attributes(self, *, whole: bool = False) -> dict[str, str]:
        """Attributes by lower-case name; the first of a name counts. whole: all of them, however long they are."""
        most, longest = (None, None) if whole else (_MOST_ATTRIBUTES, _LONGEST_VALUE)
        found: dict[str, str] = {}
        for attribute in islice(_ATTRIBUTE.finditer(self.written), most):
            value = attribute.group(2) or attribute.group(3) or attribute.group(4) or ""
            found.setdefault(attribute.group(1).lower(), _unescaped(value[:longest]))
        return found


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The contents of a style element."""

    written: str


@dataclass(frozen=True, slots=True)
class Conditional:
    """HTML in a comment that Word and Outlook alone show."""

    written: str


def tokens(source: str) -> Iterator[Tag | StyleSheet | Conditional | str]:
    """Tags, style sheets and unescaped text in order; other comments, scripts and titles are left out."""
    position = 0
    while (found := _TOKEN.search(source, position)) is not None:
        start = found.start()
        if start > position:
            yield _unescaped(source[position:start])
        position = found.end()
        slash, name, attributes = found.groups()
        if name is None:
            if conditional := _CONDITIONAL.match(found.group()):
                yield Conditional(found.group()[conditional.end() :].removesuffix("-->").removesuffix("<![endif]"))
            continue
        name = name.lower()
        if name in _RAW and not slash:
            end = _raw_end(source, position, name)
            if name == "style":
                yield StyleSheet(source[position:end])
            elif name in _SHOWN:
                yield Tag(name, closes=False)
                yield _unescaped(source[position:end])
            position = end
        else:
            yield Tag(name, bool(slash), attributes)
    if position < len(source):
        yield _unescaped(source[position:])


def _raw_end(source: str, position: int, name: str) -> int:
    end = re.compile(f"</{name}", re.I).search(source, position)
    return end.start() if end else len(source)


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    if "&#" in text:
        text = _LONG_NUMBER.sub("\ufffd", text)
    return html.unescape(text)
