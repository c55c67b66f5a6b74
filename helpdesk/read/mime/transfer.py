"""Content-Transfer-Encoding undone, as far as the bytes allow."""

from __future__ import annotations

import binascii

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(code for code in range(256) if code not in _ALPHABET)
_UUENCODE = frozenset({"x-uuencode", "x-uue", "uuencode", "uue"})


def undo(content: bytes, encoding: str) -> bytes:
    """The bytes behind an encoding named as in the header; an unknown one is left as it is."""
    if encoding == "base64":
        return from_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    if encoding in _UUENCODE:
        return _from_uuencode(content)
    return content


def from_base64(content: bytes) -> bytes:
    """Base64, also with letters missing at its end or foreign ones in between."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        letters = content.translate(None, _NOT_BASE64)
        whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_uuencode(content: bytes) -> bytes:
    decoded = []
    for line in content.splitlines():
        if line.startswith(b"begin ") or not line:
            continue
        if line.startswith(b"end") or line == b"`":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(decoded)
