"""What a message that is too large consists of, whatever its server says."""

from __future__ import annotations

import pytest
from imapclient.response_parser import parse_fetch_response

from helpdesk.doors.outline import outline

MIXED = (
    b'1 (UID 5 BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 1200 1 NIL NIL NIL NIL)'
    b'(("TEXT" "HTML" NIL NIL NIL "7BIT" 90 1 NIL NIL NIL NIL)("IMAGE" "PNG" ("NAME" "seal.png") NIL NIL "BASE64"'
    b' 350 NIL NIL NIL NIL) "RELATED" ("BOUNDARY" "y") NIL NIL NIL)("APPLICATION" "PDF" NIL NIL NIL "BASE64" 41000000'
    b' NIL ("ATTACHMENT" ("FILENAME" "exhibit a.pdf")) NIL NIL) "MIXED" ("BOUNDARY" "x") NIL NIL NIL))'
)


def test_every_part_has_a_line() -> None:
    structure = parse_fetch_response([MIXED])[5][b"BODYSTRUCTURE"]
    assert outline(structure, 41_002_000) == (
        "41.0 MB in all",
        "text/plain, 1.2 kB",
        "text/html, 0.1 kB",
        "image/png, seal.png, 0.3 kB",
        "application/pdf, exhibit a.pdf, 41.0 MB",
    )


def _deep() -> object:
    part: object = (b"TEXT", b"PLAIN", None, None, None, b"7BIT", 5)
    for _ in range(5_000):
        part = ([part], b"MIXED")
    return part


@pytest.mark.parametrize(
    "structure",
    [None, (), (b"TEXT",), [b"TEXT"], (5, 6), ([None, [], ()],), (b"\xff\x00", b"\n", (b"NAME",), None), _deep()],
    ids=range(8),
)
def test_nonsense_is_left_out(structure: object) -> None:
    first, *rest = outline(structure, 100_000)
    assert first == "0.1 MB in all"
    assert len(rest) <= 1


def test_very_many_parts_are_cut_off() -> None:
    parts = [(b"TEXT", b"PLAIN", None, None, None, b"7BIT", 5)] * 10_000
    assert len(outline((parts, b"MIXED"), 10)) < 100
