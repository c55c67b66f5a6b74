"""Lines of a text of unknown encoding, decoded one by one without guessing silently."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from helpdesk.errors import RosterError

LONGEST_LINE = 1 << 20  # bytes
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TextLines:
    """Iterates over lines as text: UTF-8 or UTF-16 by byte order mark, else UTF-8, else Windows-1252.

    ``foreign`` collects the numbers of lines that only Windows-1252 could read, ``unicode`` counts the lines with
    UTF-8 letters beyond ASCII: where both occur, encodings are mixed.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.foreign: list[int] = []
        self.unicode = 0

    def __iter__(self) -> Iterator[str]:
        yield from self._utf16() if self._raw.startswith(_UTF16) else self._bytewise()

    def _utf16(self) -> Iterator[str]:
        try:
            file = io.TextIOWrapper(io.BytesIO(self._raw), encoding="utf-16", newline="")
            while line := file.readline(LONGEST_LINE):
                yield line
        except UnicodeError:
            raise RosterError("The file starts like UTF-16 but is damaged further on.") from None

    def _bytewise(self) -> Iterator[str]:
        file = io.BytesIO(self._raw)
        if file.read(3) == codecs.BOM_UTF8:
            self.unicode += 1
        else:
            file.seek(0)
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            yield self._decoded(line, number)

    def _decoded(self, line: bytes, number: int) -> str:
        if line.isascii():
            return line.decode("ascii")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self.foreign.append(number)
            return line.decode("cp1252", errors="replace")
        self.unicode += 1
        return text
