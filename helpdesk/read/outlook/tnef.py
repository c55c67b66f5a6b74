"""Outlook's winmail.dat (MS-OXTNEF) opened: body and attachments, in one bounded pass."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpdesk.read.mime.charset import decode
from helpdesk.read.outlook.rtf_compressed import decompress_rtf
from helpdesk.vocabulary import Defect

_SIGNATURE = 0x223E9F78
_BODY, _ATTACH_BYTES, _ATTACH_TITLE, _ATTACH_START = 0x800C, 0x800F, 0x8010, 0x9002
_MESSAGE_PROPERTIES, _ATTACH_PROPERTIES, _CODE_PAGE = 0x9003, 0x9005, 0x9007
_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_CODE_PAGE, _P_NAME, _P_LONG_NAME, _P_ATTACHED, _P_MEDIA_TYPE = 0x3FDE, 0x3704, 0x3707, 0x3701, 0x370E
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_UNICODE = 0x1F
_MOST_ATTRIBUTES = 5_000
_MOST_PROPERTIES = 2_000
_MOST_ATTACHMENTS = 200


@dataclass(slots=True)
class TnefAttachment:
    """A file inside a winmail.dat."""

    name: str = ""
    media_type: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What a winmail.dat holds; absent bodies are empty."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    charset: str = "cp1252"
    attachments: list[TnefAttachment] = field(default_factory=list)


def is_tnef(media_type: str, file_name: str) -> bool:
    """Whether a part is a winmail.dat by type or name."""
    return media_type in ("application/ms-tnef", "application/vnd.ms-tnef") or file_name.lower() == "winmail.dat"


def parse_tnef(content: bytes, defects: list[Defect]) -> Tnef | None:
    """What the bytes hold as far as they can be read; None when they are no TNEF."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        defects.append(Defect(why="Its winmail.dat is not what it says and was not opened."))
        return None
    tnef = Tnef()
    try:
        for number, (name, value) in enumerate(_attributes(content)):
            if number == _MOST_ATTRIBUTES:
                break
            _take(tnef, name, value, defects)
    except (struct.error, ValueError):
        defects.append(Defect(why="Its winmail.dat is damaged; what could be read of it was."))
    return tnef


def _attributes(content: bytes) -> Iterator[tuple[int, memoryview]]:
    view = memoryview(content)
    position = 6
    while position + 11 <= len(content):
        name, _, length = struct.unpack_from("<HHI", content, position + 1)
        begin = position + 9
        yield name, view[begin : begin + length]
        position = begin + length + 2  # a checksum follows


def _take(tnef: Tnef, name: int, value: memoryview, defects: list[Defect]) -> None:
    if name == _BODY:
        tnef.text = decode(bytes(value).rstrip(b"\0"), tnef.charset, defects)
    elif name == _CODE_PAGE and len(value) >= 4:
        tnef.charset = f"cp{struct.unpack_from('<I', value)[0]}"
    elif name == _MESSAGE_PROPERTIES:
        _take_message(tnef, value, defects)
    elif name == _ATTACH_START and len(tnef.attachments) < _MOST_ATTACHMENTS:
        tnef.attachments.append(TnefAttachment())
    elif tnef.attachments:
        _take_attachment(tnef, name, value, defects)


def _take_message(tnef: Tnef, value: memoryview, defects: list[Defect]) -> None:
    for name, kind, content in _properties(value):
        if name == _P_BODY:
            tnef.text = _string(kind, content, tnef.charset, defects)
        elif name == _P_HTML:
            tnef.html = bytes(content)
        elif name == _P_RTF:
            tnef.rtf = decompress_rtf(bytes(content))
        elif name == _P_CODE_PAGE and len(content) >= 4:
            tnef.charset = {65001: "utf-8"}.get(page := struct.unpack_from("<I", content)[0], f"cp{page}")


def _take_attachment(tnef: Tnef, name: int, value: memoryview, defects: list[Defect]) -> None:
    attachment = tnef.attachments[-1]
    if name == _ATTACH_TITLE:
        attachment.name = attachment.name or decode(bytes(value).rstrip(b"\0"), tnef.charset, defects)
    elif name == _ATTACH_BYTES:
        attachment.content = bytes(value)
    elif name == _ATTACH_PROPERTIES:
        for tag, kind, content in _properties(value):
            if tag == _P_LONG_NAME or (tag == _P_NAME and not attachment.name):
                attachment.name = _string(kind, content, tnef.charset, defects)
            elif tag == _P_MEDIA_TYPE:
                attachment.media_type = _string(kind, content, tnef.charset, defects).strip().lower()
            elif tag == _P_ATTACHED and not attachment.content:
                attachment.content = bytes(content)


def _properties(view: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """MAPI properties as (id, type, bytes); several values of one property come one after the other."""
    (count,) = struct.unpack_from("<I", view)
    position = 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", view, position)
        position += 4
        if name >= 0x8000:
            position = _after_name(view, position)
        several, kind = kind & 0x1000, kind & 0xEFFF
        values = 1
        if several or kind in _VARIABLE:
            (values,) = struct.unpack_from("<I", view, position)
            position += 4
        for _ in range(min(values, _MOST_PROPERTIES)):
            if kind in _VARIABLE:
                (length,) = struct.unpack_from("<I", view, position)
                begin, position = position + 4, position + 4 + length + (-length % 4)
            elif kind in _FIXED:
                length = _FIXED[kind]
                begin, position = position, position + length
            else:
                raise ValueError(f"unknown property type {kind:#x}")
            if begin + length > len(view):
                raise ValueError("a property ends outside its attribute")
            yield name, kind, view[begin : begin + length]


def _after_name(view: memoryview, position: int) -> int:
    """Behind the identifier of a named property: a GUID, then a number or a name."""
    kind, length = struct.unpack_from("<II", view, position + 16)
    return position + 24 if kind == 0 else position + 24 + length + (-length % 4)


def _string(kind: int, content: memoryview, charset: str, defects: list[Defect]) -> str:
    if kind == _UNICODE:
        return bytes(content).decode("utf-16-le", "replace").rstrip("\0")
    return decode(bytes(content).rstrip(b"\0"), charset, defects)
