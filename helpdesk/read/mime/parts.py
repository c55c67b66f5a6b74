"""The tree of a message's parts, found in one bounded pass without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpdesk.errors import UnreadableMessageError
from helpdesk.read.limits import Limits
from helpdesk.read.mime.headers import Headers, raw_text, split_headers
from helpdesk.read.mime.parameters import parse_parameters
from helpdesk.read.mime.transfer import undo
from helpdesk.vocabulary import Defect

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_FIRST_BOUNDARY = re.compile(rb"\n--([^\s-][^\r\n]{0,69})\r?\n")
_NESTED = frozenset({"message/rfc822", "message/global", "message/news"})
_MOST_FALSE_BOUNDARIES = 20_000


@dataclass(slots=True, eq=False)
class Part:
    """One part. ``children`` are the parts of a multipart, or the mail inside a message/rfc822."""

    index: int  # position in a depth-first walk
    depth: int
    headers: Headers
    media_type: str  # "text/plain", in lower case
    parameters: dict[str, str]
    disposition: str  # "attachment", "inline" or ""
    file_name: str  # as written, hostile
    source: bytes
    start: int
    end: int
    children: list[Part] = field(default_factory=list)

    @property
    def main_type(self) -> str:
        """``text`` of ``text/plain``."""
        return self.media_type.partition("/")[0]

    @property
    def is_message(self) -> bool:
        """Whether it holds another mail."""
        return self.media_type in _NESTED

    def content(self) -> bytes:
        """Its decoded bytes."""
        return undo(self.source[self.start : self.end], _encoding(self.headers))


@dataclass(slots=True)
class _Waiting:
    """A stretch of bytes that is a part, not yet looked into."""

    source: bytes
    start: int
    end: int
    depth: int
    parent: Part | None
    default_type: str = "text/plain"


def parse_parts(raw: bytes, *, limits: Limits, defects: list[Defect]) -> Part:
    """The root of the tree. Raises UnreadableMessageError beyond the limits on parts, nesting or headers."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    root: Part | None = None
    count = 0
    begin = len(raw) - len(raw.lstrip(b"\r\n"))
    stack = [_Waiting(source=raw, start=begin, end=len(raw), depth=0, parent=None)]
    while stack:
        waiting = stack.pop()
        if count + len(stack) >= limits.parts:
            raise UnreadableMessageError(f"It has more than {limits.parts} parts.")
        if waiting.depth > limits.depth:
            raise UnreadableMessageError(f"Its parts are nested more than {limits.depth} deep.")
        part = _part(waiting, index=count, limits=limits, defects=defects)
        count += 1
        if waiting.parent is None:
            root = part
        else:
            waiting.parent.children.append(part)
        stack.extend(reversed(_inside(part, limits, defects)))
    if root is None:  # the stack began with one part
        raise UnreadableMessageError("It has no part.")
    return root


def _part(waiting: _Waiting, *, index: int, limits: Limits, defects: list[Defect]) -> Part:
    headers, start = split_headers(waiting.source, waiting.start, waiting.end, limits=limits, defects=defects)
    written_type = headers.all("content-type")
    media_type, parameters = parse_parameters(raw_text(written_type[0]) if written_type else "", defects)
    written_disposition = headers.all("content-disposition")
    disposition, more = parse_parameters(raw_text(written_disposition[0]) if written_disposition else "", defects)
    return Part(
        index=index,
        depth=waiting.depth,
        headers=headers,
        media_type=_media_type(media_type, waiting.default_type),
        parameters=parameters,
        disposition=disposition,
        file_name=more.get("filename") or parameters.get("name", ""),
        source=waiting.source,
        start=min(start, waiting.end),
        end=waiting.end,
    )


def _media_type(written: str, default: str) -> str:
    """RFC 2045: what cannot be read is plain text; a bare "text" or "html" is what it says."""
    if _TYPE.fullmatch(written):
        return written
    if "html" in written:
        return "text/html"
    if written.startswith("multipart"):
        return "multipart/mixed"
    return default if not written or written.startswith("text") else "application/octet-stream"


def _encoding(headers: Headers) -> str:
    return headers.token("content-transfer-encoding").partition(";")[0].partition("(")[0].strip().strip("\"'")


def _inside(part: Part, limits: Limits, defects: list[Defect]) -> list[_Waiting]:
    """The stretches of a part that are parts themselves; none for a leaf."""
    if part.is_message:
        content = part.source
        start, end = part.start, part.end
        if _encoding(part.headers) in ("base64", "quoted-printable"):
            content = part.content()
            start, end = 0, len(content)
        return [_Waiting(source=content, start=start, end=end, depth=part.depth + 1, parent=part)]
    if part.main_type != "multipart":
        return []
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    spans = _split(part, limits, defects)
    if not spans and part.source[part.start : part.end].strip():
        defects.append(Defect(why=f"A {part.media_type} part has no boundaries; it was read as text."))
        part.media_type = "text/plain"
    return [
        _Waiting(source=part.source, start=start, end=end, depth=part.depth + 1, parent=part, default_type=default)
        for start, end in spans
    ]


def _split(part: Part, limits: Limits, defects: list[Defect]) -> list[tuple[int, int]]:
    """Where the parts between a multipart's boundaries lie, the line break before a boundary excluded."""
    source, end = part.source, part.end
    boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    if not boundary:
        first = _FIRST_BOUNDARY.search(source, max(part.start - 1, 0), end)
        if first is None:
            return []
        defects.append(Defect(why="A multipart names no boundary; the first one found was taken."))
        boundary = first.group(1).rstrip()
    spans: list[tuple[int, int]] = []
    begun: int | None = None
    for line_start, line_end, closes in _delimiters(source, part.start, end, b"--" + boundary[:200]):
        if begun is not None:
            spans.append((begun, max(begun, _before_break(source, line_start))))
        begun = None if closes else line_end
        if closes:
            break
        if len(spans) > limits.parts:
            raise UnreadableMessageError(f"It has more than {limits.parts} parts.")
    if begun is not None:
        defects.append(Defect(why="A multipart lacks its closing boundary."))
        spans.append((begun, end))
    return spans


def _delimiters(source: bytes, start: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Lines that are the delimiter: where each starts and ends, and whether it is the closing one."""
    needle = b"\n" + delimiter
    false = 0
    position = max(start - 1, 0)  # the line break that ends the headers
    while (found := source.find(needle, position, end)) >= 0:
        line_start = found + 1
        line_end = source.find(b"\n", line_start, end)
        line_end = end if line_end < 0 else line_end + 1
        rest = source[line_start + len(delimiter) : min(line_end, line_start + len(delimiter) + 200)].strip()
        if not rest or rest.startswith(b"--"):
            yield line_start, line_end, bool(rest)
        else:
            false += 1
        if false > _MOST_FALSE_BOUNDARIES:
            raise UnreadableMessageError("It has too many lines that resemble boundaries.")
        position = line_end - 1


def _before_break(source: bytes, line_start: int) -> int:
    if source.endswith(b"\r\n", 0, line_start):
        return line_start - 2
    return line_start - 1 if line_start else line_start
