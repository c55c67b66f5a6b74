"""A header block as its fields, and one field as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from helpdesk.errors import UnreadableMessageError
from helpdesk.read.limits import Limits
from helpdesk.read.mime.charset import read_once_more
from helpdesk.read.mime.encoded_words import decode_words
from helpdesk.read.text import clean_line
from helpdesk.vocabulary import Defect

_BLANK_LINE = re.compile(rb"\n\r?\n")  # behind the end of the line above
# A field's name, where it has one, and the rest of its line with the folds below it.
_FIELD = re.compile(rb"(?:([!-9;-~]{1,200})[ \t]*:|(?=[^\n]))([^\n]*+(?:\n[ \t][^\n]*+)*+)")
# A line without colon ends the headers, unless one of these still follows: then it is a broken fold.
_SURE_NAME = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|return-path|reply-to|mime-version|dkim-signature"
    rb"|content-(?:type|transfer-encoding|disposition))[ \t]*:",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one block, top first, in raw bytes without their line breaks. Names are in lower case."""

    fields: tuple[tuple[str, bytes], ...] = ()
    _by_name: dict[str, tuple[bytes, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self._by_name[name] = (*self._by_name.get(name, ()), value)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def all(self, name: str) -> tuple[bytes, ...]:
        """Every value under this name, top first."""
        return self._by_name.get(name, ())

    def token(self, name: str) -> str:
        """The first value under this name in lower case, '' when there is none: for headers of keywords."""
        values = self._by_name.get(name)
        return raw_text(values[0]).strip().lower() if values else ""


def raw_text(value: bytes) -> str:
    """A header's characters as they stand, encoded words left alone; 8-bit ones as UTF-8 or western letters."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def header_text(value: bytes, defects: list[Defect]) -> str:
    """A header as people see it: decoded, on one line, nothing invisible in it."""
    return clean_line(read_once_more(decode_words(raw_text(value), defects)), defects)


def split_headers(
    source: bytes, start: int, end: int, *, limits: Limits, defects: list[Defect]
) -> tuple[Headers, int]:
    """The header block at ``source[start:end]`` and where the body begins.

    Raises UnreadableMessageError for a block or a number of headers beyond the limits.
    """
    if source.startswith((b"\n", b"\r\n"), start, end):
        return Headers(), source.index(b"\n", start) + 1
    blank = _BLANK_LINE.search(source, start, min(end, start + limits.header_block_bytes))
    if blank is None and end - start > limits.header_block_bytes:
        raise UnreadableMessageError(f"Its header block is larger than {limits.header_block_bytes // 1024} KB.")
    block_end, body_start = blank.span() if blank else (end, end)
    found = list(islice(_FIELD.finditer(source, start, block_end), limits.headers + 1))
    if len(found) > limits.headers:
        raise UnreadableMessageError(f"It has more than {limits.headers} headers.")
    last_sure: int | None = None
    fields: list[tuple[str, bytes]] = []
    for number, line in enumerate(found):
        name, value = line.groups()
        if name is not None:
            fields.append((name.lower().decode("ascii"), _value(name, value, limits, defects)))
        elif number > 0 or not value.startswith((b"From ", b">From ")):
            defects.append(Defect(why="A line among its headers is not a header."))
            last_sure = _last_sure(found) if last_sure is None else last_sure
            if number > last_sure:
                body_start = line.start()
                break
    return Headers(tuple(fields)), body_start


def _last_sure(lines: list[re.Match[bytes]]) -> int:
    """Which of the lines is the last that is surely a header; -1 where none is."""
    return max((number for number, line in enumerate(lines) if _SURE_NAME.match(line[0])), default=-1)


def _value(name: bytes, written: bytes, limits: Limits, defects: list[Defect]) -> bytes:
    value = written.removesuffix(b"\r")
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    if len(value) > limits.header_bytes:
        shown = name[:40].decode("ascii")
        defects.append(Defect(why=f"Its {shown} header was longer than {limits.header_bytes} bytes and was cut."))
        return value[: limits.header_bytes]
    return value
