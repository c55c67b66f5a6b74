"""Outlook's winmail.dat: opened, bounded, and never trusted."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.policy import Court
from helpdesk.read import attachment_content, read_message
from helpdesk.read.outlook.rtf import rtf_to_text
from helpdesk.read.outlook.rtf_compressed import decompress_rtf
from helpdesk.read.outlook.tnef import parse_tnef
from helpdesk.vocabulary import Message
from tests.core.raw_mail import multipart, raw

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)
BODY, ATTACH_BYTES, ATTACH_TITLE, ATTACH_START = 0x800C, 0x800F, 0x8010, 0x9002
MESSAGE_PROPERTIES, ATTACH_PROPERTIES, CODE_PAGE = 0x9003, 0x9005, 0x9007
P_BODY, P_HTML, P_RTF, P_LONG_NAME = 0x1000, 0x1013, 0x1009, 0x3707
STRING, UNICODE, BINARY, INTEGER = 0x1E, 0x1F, 0x102, 0x03
# The examples of MS-OXRTFCP, 4.1 and 4.2.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def _attribute(name: int, value: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(name: int, kind: int, value: bytes) -> bytes:
    if kind == INTEGER:
        return struct.pack("<HH", kind, name) + value
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def _properties(*written: bytes) -> bytes:
    return struct.pack("<I", len(written)) + b"".join(written)


def _tnef(*attributes: bytes) -> bytes:
    return SIGNATURE + b"".join(attributes)


def _mail(content: bytes, *, text: str = "") -> bytes:
    encoded = base64.encodebytes(content).decode()
    part = (
        f"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )
    return raw(**multipart("mixed", f"Content-Type: text/plain\r\n\r\n{text}", part))


def _read(content: bytes, court: Court) -> Message:
    return read_message(_mail(content), court=court)


@pytest.mark.parametrize(
    "attribute",
    [
        _attribute(BODY, b"Reset mine, bar 123456\0"),
        _attribute(MESSAGE_PROPERTIES, _properties(_property(P_BODY, STRING, b"Reset mine, bar 123456\0"))),
        _attribute(
            MESSAGE_PROPERTIES,
            _properties(_property(P_BODY, UNICODE, "Reset mine, bar 123456\0".encode("utf-16-le"))),
        ),
        _attribute(MESSAGE_PROPERTIES, _properties(_property(P_HTML, BINARY, b"<p>Reset mine, bar <b>123456</b>"))),
        _attribute(
            MESSAGE_PROPERTIES,
            _properties(
                _property(0x0017, INTEGER, b"\1\0\0\0"),
                _property(0x3FDE, INTEGER, struct.pack("<I", 65001)),
                _property(P_HTML, BINARY, "<p>Reset\u00a0mine, bar 123456".encode()),
            ),
        ),
        _attribute(
            MESSAGE_PROPERTIES,
            _properties(
                # A named property with several values before the one that counts.
                struct.pack("<HH", UNICODE | 0x1000, 0x8001)
                + b"\x07" * 16
                + struct.pack("<II", 1, 4)
                + b"K\0\0\0"
                + struct.pack("<I", 2)
                + struct.pack("<I", 2)
                + b"a\0\0\0"
                + struct.pack("<I", 2)
                + b"b\0\0\0",
                _property(P_BODY, STRING, b"Reset mine, bar 123456"),
            ),
        ),
    ],
)
def test_the_body_is_read_from_wherever_outlook_put_it(attribute: bytes, court: Court) -> None:
    assert _read(_tnef(attribute), court).text == "Reset mine, bar 123456"


def test_a_code_page_is_heeded(court: Court) -> None:
    content = _tnef(_attribute(CODE_PAGE, struct.pack("<II", 1250, 0)), _attribute(BODY, "Łódź".encode("cp1250")))
    assert _read(content, court).text == "Łódź"


def test_rtf_is_the_last_resort(court: Court) -> None:
    rtf = _properties(_property(P_RTF, BINARY, HELLO))
    assert _read(_tnef(_attribute(MESSAGE_PROPERTIES, rtf)), court).text == "hello world"


def test_a_text_part_of_the_mail_goes_before_winmail_dat(court: Court) -> None:
    message = read_message(_mail(_tnef(_attribute(BODY, b"inner")), text="outer"), court=court)
    assert message.text == "outer"


def test_files_inside_are_listed_and_found_again(court: Court) -> None:
    name = _properties(_property(P_LONG_NAME, UNICODE, "Screen shot ñ.png\0".encode("utf-16-le")))
    content = _mail(
        _tnef(
            _attribute(BODY, b"see files"),
            _attribute(ATTACH_START, b"\0" * 14, 2),
            _attribute(ATTACH_TITLE, b"SCREEN~1.PNG\0", 2),
            _attribute(ATTACH_BYTES, b"\x89PNG\r\n\x1a\nxx", 2),
            _attribute(ATTACH_PROPERTIES, name, 2),
            _attribute(ATTACH_START, b"\0" * 14, 2),
            _attribute(ATTACH_TITLE, b"..\\..\\a.pdf\0", 2),
            _attribute(ATTACH_BYTES, b"%PDF-1.4", 2),
        )
    )
    attachments = read_message(content, court=court).attachments
    assert [(one.file_name, one.true_type) for one in attachments] == [
        ("Screen shot ñ.png", "image/png"),
        ("a.pdf", "application/pdf"),
    ]
    assert [attachment_content(content, one.index) for one in attachments] == [b"\x89PNG\r\n\x1a\nxx", b"%PDF-1.4"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x78\x9f",
        b"not tnef at all",
        _tnef(),
        _tnef(_attribute(BODY, b"x"))[:-4],
        SIGNATURE + struct.pack("<BHHI", 1, BODY, 0, 0xFFFFFFFF) + b"x",
        _tnef(_attribute(MESSAGE_PROPERTIES, struct.pack("<I", 0xFFFFFFFF))),
        _tnef(_attribute(MESSAGE_PROPERTIES, struct.pack("<IHHI", 1, STRING, P_BODY, 0xFFFFFFFF))),
        _tnef(_attribute(MESSAGE_PROPERTIES, struct.pack("<IHHII", 1, STRING, P_BODY, 1, 0xFFFFFFF0))),
        _tnef(_attribute(MESSAGE_PROPERTIES, struct.pack("<IHH", 1, 0x99, P_BODY))),
        _tnef(_attribute(MESSAGE_PROPERTIES, b"\1")),
        _tnef(_attribute(ATTACH_BYTES, b"no file begun", 2)),
        _tnef(_attribute(CODE_PAGE, struct.pack("<I", 7)), _attribute(BODY, b"\xe9")),
    ],
)
def test_a_damaged_winmail_dat_hurts_nobody(content: bytes, court: Court) -> None:
    assert "999" not in _read(content, court).text


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_signature_are_read(content: bytes) -> None:
    parse_tnef(SIGNATURE + content, [])


@given(st.binary(max_size=300))
def test_any_bytes_are_decompressed_to_something(content: bytes) -> None:
    assert len(decompress_rtf(struct.pack("<IIII", 0, 5_000, 0x75465A4C, 0) + content)) <= 5_000


def test_the_published_examples_of_compressed_rtf_come_out() -> None:
    assert decompress_rtf(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress_rtf(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert decompress_rtf(struct.pack("<IIII", 0, 5, 0x414C454D, 0) + b"{\\rtf}") == b"{\\rtf"


def test_a_bomb_of_compressed_rtf_is_cut() -> None:
    letters = (b"\0" + b"x" * 8) * 200_000
    assert len(decompress_rtf(struct.pack("<IIII", 0, 0xFFFFFFFF, 0x75465A4C, 0) + letters)) == 1_000_000


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (b"{\\rtf1 plain words}", "plain words"),
        (b"{\\rtf1 one\\par two\\line three\\tab four}", "one\ntwo\nthree\tfour"),
        (b"{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}text}", "text"),
        (b"{\\rtf1{\\*\\generator Word;}text}", "text"),
        (b"{\\rtf1 Pe\\'f1a}", "Peña"),
        (b"{\\rtf1\\uc1 Pe\\u241?a}", "Peña"),
        (b"{\\rtf1\\uc0\\u-3913 x}", "\uf0b7x"),
        (b"{\\rtf1 a\\{b\\}c\\\\d\\~e}", "a{b}c\\d e"),
        (b"{\\rtf1 seen{\\v hidden}\\v0 seen}", "seenseen"),
        (b"{\\rtf1 unclosed {{{", "unclosed "),
        (b"}}}} {\\rtf1 text", " text"),
        (b"\\u99999999x", "\ufffd"),
        (b"", ""),
    ],
)
def test_rtf_becomes_text(rtf: bytes, text: str) -> None:
    assert rtf_to_text(rtf, longest=1_000) == text


@given(st.binary(max_size=300))
def test_any_rtf_is_text_of_bounded_length(content: bytes) -> None:
    assert len(rtf_to_text(content, longest=50)) <= 50
