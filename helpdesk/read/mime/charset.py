"""Bytes to characters, whatever the label says: a wrong or unknown charset never loses a message."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from helpdesk.vocabulary import Defect

# Encodings of mail. Python knows others (punycode, unicode_escape, utf-7, …) that hide text or cost too much.
_MAIL_CODEC = re.compile(
    r"(?:utf-(?:8|8-sig|16|16-le|16-be|32|32-le|32-be)|ascii|iso8859-\d+|iso2022_\w+|cp\d+|koi8-\w|gb\w+|hz|big5\w*"
    r"|euc_\w+|shift_jis\w*|johab|mac-\w+|tis-620|kz1048|ptcp154)"
)
# What mailers call by the smaller set's name is in truth the larger one.
_LARGER = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
           "euc_kr": "cp949", "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874"}  # fmt: skip
_WESTERN = "cp1252"
# What UTF-8's sequences of two to four bytes look like in it.
_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,3}"
)


def decode(content: bytes, label: str, defects: list[Defect]) -> str:
    """Characters of ``content``. ``label`` is the declared charset, '' when none is declared."""
    if _is_plain(content, label):
        return content.decode("ascii")
    codec = _codec(label)
    if codec is None:
        defects.append(Defect(why=f"Its charset {label[:40]!r} is unknown; it was read as UTF-8."))
        return _as_utf8(content)
    if codec == "utf-8":
        return _as_utf8(content)
    if codec == _WESTERN and _is_utf8(content):
        return _as_utf8(content)
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        if codec != _WESTERN:
            defects.append(Defect(why=f"Its text does not fit its charset {label[:40]!r}."))
        return content.decode(codec, "replace")


def read_once_more(text: str) -> str:
    """Text that some program took for western letters and encoded a second time: "contraseÃ±a" is "contraseña".

    Only where most letters beyond ASCII look like that: in other alphabets read wrongly a few do by chance.
    """
    if text.isascii():
        return text
    read = _TWICE.sub(_once_more, text)
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    gained = len(text) - len(read)  # each sequence of two to four letters became one
    return read if gained * 3 >= beyond else text


def _once_more(found: re.Match[str]) -> str:
    try:
        return b"".join(_western_byte(character) for character in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _western_byte(character: str) -> bytes:
    return character.encode(_WESTERN if ord(character) > 0xFF else "latin-1")


def _as_utf8(content: bytes) -> str:
    """UTF-8; failing that, Windows' western letters when that is what it plainly is; else with replacements."""
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    if _valid_sequences(text) == 0:
        return content.decode(_WESTERN, "replace")
    return text


def _valid_sequences(text: str) -> int:
    """How many characters beyond ASCII were decoded (a replacement is none)."""
    return sum(1 for character in text if character > "\x7f" and character != "\ufffd")


def _is_utf8(content: bytes) -> bool:
    """Text beyond ASCII that is valid UTF-8 is UTF-8: other encodings practically never look like it."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_plain(content: bytes, label: str) -> bool:
    """Whether it means the same in every charset of mail: no escapes to other alphabets, no wide characters."""
    if not content.isascii() or b"\x1b" in content or b"~{" in content:
        return False
    return not (b"\0" in content and ("16" in label or "32" in label))


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """Python's name of the encoding to use; None for an unknown or unsuitable one."""
    name = label.strip().strip("\"'").lower()
    if not name or name in ("us-ascii", "unknown-8bit", "8bit", "x-unknown", "default", "unknown", "none"):
        return "utf-8"
    try:
        codec = codecs.lookup(name[:60]).name
    except (LookupError, ValueError):
        return None
    if not _MAIL_CODEC.fullmatch(codec):
        return None
    return _LARGER.get(codec, codec)
