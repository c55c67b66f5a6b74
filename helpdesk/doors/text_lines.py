"""Lines of a text file of unknown encoding, decoded one by one without guessing silently."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from helpdesk.errors import RosterError

LONGEST_LINE = 1 << 20  # bytes
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TextLines:
    """Iterates over a file's lines as text: UTF-8 or UTF-16 by byte order mark, else UTF-8, else Windows-1252.

    ``foreign`` collects the numbers of lines that only Windows-1252 could read, ``unicode`` counts the lines with
    UTF-8 letters beyond ASCII: where both occur, encodings are mixed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.foreign: list[int] = []
        self.unicode = 0

    def __iter__(self) -> Iterator[str]:
        with self._path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start.startswith(_UTF16):
                yield from self._utf16()
            else:
                yield from self._bytewise(file)

    def _utf16(self) -> Iterator[str]:
        try:
            with self._path.open(encoding="utf-16", newline="") as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except UnicodeError:
            raise RosterError("The file starts like UTF-16 but is damaged further on.") from None

    def _bytewise(self, file: BinaryIO) -> Iterator[str]:
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
