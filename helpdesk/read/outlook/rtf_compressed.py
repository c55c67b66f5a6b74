"""Outlook's compressed RTF (MS-OXRTFCP) decompressed, at most one megabyte of it."""

from __future__ import annotations

import struct

_STORED = 0x414C454D  # "MELA": not compressed at all
_MOST = 1_000_000
_WINDOW = 4096
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def decompress_rtf(content: bytes) -> bytes:
    """The RTF document behind ``content``, as far as it goes; b'' when it is none."""
    if len(content) < 16:
        return b""
    _, size, kind = struct.unpack_from("<III", content)
    if kind == _STORED:
        return content[16 : 16 + min(size, _MOST)]
    return _decompressed(content, min(size, _MOST))


def _decompressed(content: bytes, size: int) -> bytes:
    """Eight tokens behind each byte of flags: a literal byte, or 12 bits of place and 4 of length in the window."""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    write = len(_DICTIONARY)
    out = bytearray()
    position = 16
    while position < len(content) and len(out) < size:
        flags = content[position]
        position += 1
        for bit in range(8):
            piece = content[position : position + 1 + (flags >> bit & 1)]
            position += len(piece)
            if len(piece) == 2:
                place, length = piece[0] << 4 | piece[1] >> 4, (piece[1] & 15) + 2
                if place == write:  # the end mark
                    return bytes(out)
                letters = _copied(window, place, length, write)
            else:
                letters = piece
            for letter in letters:
                window[write] = letter
                write = (write + 1) % _WINDOW
            out += letters
    return bytes(out[:size])


def _copied(window: bytearray, place: int, length: int, write: int) -> bytes:
    """Bytes of the window; a copy may reach into what it is just writing."""
    gap = (write - place) % _WINDOW
    return bytes(window[(place + step % gap) % _WINDOW] for step in range(length))
