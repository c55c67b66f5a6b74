"""Whether bytes are a picture that a browser may be given: of a plain kind, whole, and of a sensible size."""

from __future__ import annotations

import struct

from helpdesk.read.contents.attachments import true_type

LARGEST_FILE = 10_000_000  # bytes
MOST_PIXELS = 50_000_000  # a small file can unfold into more memory than a machine has
_MOST_PIECES = 20_000  # chunks or segments looked at
_PNG_SIGNATURE = 8
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that state the size
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # JPEG markers without a length


def showable(content: bytes) -> str | None:
    """The media type of a PNG, JPEG or GIF that may be shown, else None. What its sender calls it does not count."""
    if len(content) > LARGEST_FILE:
        return None
    kind = true_type(content)
    measure = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif}.get(kind)
    size = measure(content) if measure else None
    return kind if size and 0 < size[0] * size[1] <= MOST_PIXELS else None


def _png(content: bytes) -> tuple[int, int] | None:
    """Width and height, where the chunks follow one another from IHDR to IEND."""
    position, size = _PNG_SIGNATURE, None
    for _ in range(_MOST_PIECES):
        if len(content) < position + 12:
            return None
        length, kind = struct.unpack_from(">I4s", content, position)
        if size is None:
            if kind != b"IHDR" or length != 13:
                return None
            size = struct.unpack_from(">II", content, position + 8)
        if kind == b"IEND":
            return size
        position += length + 12
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header, where the segments before it follow one another."""
    position = 2
    for _ in range(_MOST_PIECES):
        if len(content) < position + 9 or content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        if marker == 0xFF:  # fill
            position += 1
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None


def _gif(content: bytes) -> tuple[int, int] | None:
    """Width and height of the canvas; the file must end as a GIF does."""
    if len(content) < 14 or content.rstrip(b"\0")[-1:] != b";":
        return None
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height
