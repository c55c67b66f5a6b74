"""Encoded words in headers (RFC 2047), also broken ones."""

from __future__ import annotations

import binascii
import re

from helpdesk.read.mime.charset import decode
from helpdesk.read.mime.transfer import from_base64
from helpdesk.vocabulary import Defect

# Linear on a header's 8 KB: every repetition excludes the character that ends it.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*(?:\?(?!=)[^?]*)*)\?=")


def decode_words(text: str, defects: list[Defect]) -> str:
    """``text`` with its encoded words decoded; blanks between two of them belong to neither."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    waiting: list[bytes] = []  # neighbours in one charset: a letter may be split between them
    charset = ""
    position = 0
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        apart = bool(between.strip()) or position == 0
        label = word.group(1).lower().partition("*")[0]  # without a language (RFC 2231)
        if waiting and (apart or label != charset):
            pieces.append(decode(b"".join(waiting), charset, defects))
            waiting = []
        if apart:
            pieces.append(between)
        charset = label
        waiting.append(_bytes_of(word.group(2), word.group(3)))
        position = word.end()
    if waiting:
        pieces.append(decode(b"".join(waiting), charset, defects))
    return "".join((*pieces, text[position:]))


def _bytes_of(encoding: str, text: str) -> bytes:
    written = text.encode("utf-8", "surrogatepass")
    if encoding in "Bb":
        return from_base64(written)
    return binascii.a2b_qp(written, header=True)
