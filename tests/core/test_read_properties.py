"""Whatever bytes arrive: a Message or a refusal, never anything else, and the same one every time."""

from __future__ import annotations

import base64
import quopri
import random
import re
from datetime import UTC

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpdesk.errors import UnreadableMessageError
from helpdesk.read import attachment_content, read_message
from helpdesk.read.mime.charset import read_once_more
from helpdesk.vocabulary import Message, ascii_lower
from tests.core.court_rules import COURT
from tests.core.raw_mail import HEADERS, raw

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NAMES = [
    *HEADERS,
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Received",
    "Return-Path",
    "Reply-To",
    "Authentication-Results",
    "References",
    "In-Reply-To",
    "Auto-Submitted",
    "X-\u00e9",
    "",
]
VALUES = st.sampled_from(
    [
        "text/plain",
        "text/html; charset=utf-16",
        "multipart/mixed; boundary=b",
        "multipart/alternative; boundary=b",
        "message/rfc822",
        "application/ms-tnef",
        "multipart/report; report-type=delivery-status; boundary=b",
        "base64",
        "quoted-printable",
        "x-uuencode",
        'attachment; filename="../x"',
        "text/calendar; method=REPLY",
        "text/rtf",
        "=?utf-8?b?4pyT?= =?utf-8?q?=E2=9C?=",
        "mx.casd.uscourts.gov; dmarc=pass",
        '<a@b>, "x" <y@z>; (c) :;',
        "\0\x1b[31m",
        "text/plain; format=flowed; delsp=yes",
        'text/plain; charset="iso-2022-jp"',
    ]
)
FRAGMENTS = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"Content-Type: text/html\r\n\r\n",
        b"<div style='display:none'>",
        b"<table><tr><td>",
        b"</td>",
        b"<blockquote type=cite>",
        b"&#x110000;",
        b"> ",
        b"On Jan 1, 2020 a@b.c wrote:\n",
        b"Thanks,\n",
        b"\xff\xfe",
        b"\x00",
        b"=?utf-8?q?",
        b"=E9",
        b"\x78\x9f\x3e\x22",
        b"{\\rtf1 \\u-4000 ?}",
        b"begin 644 x\n",
        b"From: x\nSent: y\nTo: z\n",
        b"-- \n",
        b"\xed\xa0\x80",
    ]
)


def _read(content: bytes) -> Message | None:
    try:
        message = read_message(content, court=COURT)
    except UnreadableMessageError:
        return None
    _check(message)
    for attachment in message.attachments:
        found = attachment_content(content, attachment.index)
        assert found is not None
        assert len(found) == attachment.size
    return message


def _check(message: Message) -> None:
    """What others rely on: clean text, whole sections, one-line values, aware times."""
    position = 0
    for section in message.sections:
        assert section.start == position < section.end
        position = section.end
    assert position == len(message.text)
    for text in (message.text, message.hidden_text, message.subject, message.sender_line, message.html or ""):
        assert "\0" not in text
        text.encode("utf-8")  # no lone surrogates
    shown = [
        message.subject,
        *(defect.why for defect in message.defects),
        *(attachment.file_name for attachment in message.attachments),
    ]
    shown += [one.display_name for one in (*message.senders, *message.reply_to, *message.to, *message.cc)]
    assert not any(_UNSEEN.search(line) for line in shown)
    assert all(one.address == ascii_lower(one.address) for one in message.senders)
    assert all(moment is None or moment.tzinfo is UTC for moment in (message.sent_at, message.received_at))
    assert all("/" not in attachment.file_name and attachment.file_name for attachment in message.attachments)


@given(st.binary(max_size=600))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert _read(content) == _read(content)


def _written(headers: list[tuple[str, str]], fragments: list[bytes]) -> bytes:
    top = b"".join(f"{name}: {value}\r\n".encode("utf-8", "replace") for name, value in headers)
    return top + b"\r\n" + b"".join(fragments)


MESSAGES = st.builds(
    _written,
    st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(VALUES, st.text(max_size=60))), max_size=12),
    st.lists(st.one_of(FRAGMENTS, st.binary(max_size=20)), max_size=25),
)


@given(MESSAGES)
@settings(max_examples=400)
def test_any_headers_over_any_body_are_read_or_refused(content: bytes) -> None:
    _read(content)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=30))
@settings(max_examples=200, deadline=None)
def test_a_damaged_message_is_read_or_refused(seed: int, damages: int) -> None:
    chance = random.Random(seed)
    content = bytearray(SAMPLE)
    for _ in range(damages):
        place = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(40)]
            case _:
                content[place:place] = content[place : place + chance.randrange(200)]
    _read(bytes(content))


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "utf-32", "gb18030"]), st.booleans())
def test_text_survives_charset_and_encoding(text: str, charset: str, quoted: bool) -> None:
    """A sender's own characters arrive, whichever charset and encoding carry them; fillers are not seen."""
    visible = "".join(c for c in text if (c.isalnum() or c == " ") and c not in FILLERS).strip()
    assume(read_once_more(visible) == visible)  # "Ã±" may be meant as it stands, but nobody writes that
    encoded = visible.encode(charset)
    body = quopri.encodestring(encoded) if quoted else base64.encodebytes(encoded)
    message = read_message(
        raw(
            body,
            content_type=f"text/plain; charset={charset}",
            content_transfer_encoding="quoted-printable" if quoted else "base64",
        ),
        court=COURT,
    )
    kept = [c for c in visible if not c.isspace()]
    assert [c for c in message.text if not c.isspace()] == kept


FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"
SAMPLE = raw(
    b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    b"--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Please reset mine.\r\n\r\nThanks,\r\nAda\r\n\r\n"
    b"On Jan 2, 2020 at 9:14 AM X <x@y.example> wrote:\r\n> quoted\r\n"
    b"--i\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b'<p style=3D"color:red">Please</p><table><tr><td>Name</td><td>Ada</td></tr></table>\r\n--i--\r\n'
    b"--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?inner?=\r\n\r\ninner words\r\n"
    b"--o\r\nContent-Type: image/png; name*0*=utf-8''a%20; name*1=b.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--o--\r\n",
    content_type='multipart/mixed; boundary="o"',
)
