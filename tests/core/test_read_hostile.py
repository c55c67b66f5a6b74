"""Mail made to hang, crash or bloat a reader. Each is read within two seconds, or refused in words."""

from __future__ import annotations

import base64
import re
import time
import tracemalloc
from collections.abc import Callable

import pytest

from helpdesk.errors import UnreadableMessageError
from helpdesk.policy import Court
from helpdesk.read import Limits, read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import DefectKind
from tests.core.raw_mail import multipart, raw

SECONDS = 2.0
KB, MB = 1024, 1024 * 1024


def _nested(depth: int) -> bytes:
    openings = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )
    return b"From: a@x.example\r\n" + openings + b"Content-Type: text/plain\r\n\r\nhello\r\n"


def _mails_within_mails(depth: int) -> bytes:
    return b"From: a@x.example\r\nContent-Type: message/rfc822\r\n\r\n" * depth + b"Subject: x\r\n\r\nhello\r\n"


def _many_parts(count: int) -> bytes:
    return raw(**multipart("mixed", *["Content-Type: text/plain\r\n\r\nx"] * count))


def _bomb() -> bytes:
    """Base64 inside base64 inside base64."""
    content = b"Content-Type: text/plain\r\n\r\n" + b"x" * MB
    for _ in range(6):
        body = base64.encodebytes(content)
        content = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    return b"From: a@x.example\r\n" + content


def _html(body: str) -> bytes:
    return raw(body, content_type="text/html")


def _plain(body: str) -> bytes:
    return raw(body, content_type="text/plain")


def _answer(body: str) -> bytes:
    return raw(body, subject="Re: CM/ECF login", **{"in-reply-to": "<a@uscourts.gov>"})


def _forward(headers: str) -> bytes:
    return raw(f"See below.\r\n\r\n-----Original Message-----\r\n{headers}", subject="FW: login")


READ: dict[str, Callable[[], bytes]] = {
    "64 KB of commas in To": lambda: raw(to="a," * 32 * KB),
    "64 KB of commas without names": lambda: raw(to="," * 64 * KB),
    "400 nested comments": lambda: raw(to="(" * 400 + "x" + ")" * 400 + " <a@x.example>"),
    "5,000 comments that never close": lambda: raw(**{"from": "(" * 5000 + "a@x.example"}),
    "a From of 127 KB": lambda: raw(**{"from": '"' + "Ada " * 32 * KB + '" <ada@x.example>'}),
    "quotation marks that never close": lambda: raw(**{"from": '"\\' * 4 * KB + "<a@x.example>"}),
    "angle brackets that never close": lambda: raw(to="<" * 64 * KB),
    "parameters of 64 KB": lambda: raw(content_type="text/plain" + '; a="' * 16 * KB),
    "2231 pieces": lambda: raw(content_type="text/plain" + "".join(f"; n*{i}*=%41" for i in range(5000))),
    "broken encoded words": lambda: raw(subject="=?utf-8?q?" * 6 * KB),
    "encoded words with blanks": lambda: raw(subject="=?a?q? " * 9 * KB),
    "an encoded word of 400 KB": lambda: raw(subject="=?utf-8?b?" + "QUFB" * (100 * KB) + "?="),
    "references of 400 KB": lambda: raw(references="<a@x> " * (400 * KB // 6)),
    "an Authentication-Results of 64 KB": lambda: raw(authentication_results="mx;" + " dkim=pass;" * 6 * KB),
    "digits in a date": lambda: raw(date="9" * 64 * KB),
    "dates of absurd size": lambda: raw(date="Wed, 12 Feb 99999999 10:01:11 +9999"),
    "NUL bytes": lambda: raw(b"pass\0word\0" * KB, content_type="text/plain"),
    "only NUL bytes": lambda: b"\0" * KB,
    "20 MB in one attachment": lambda: raw(
        **multipart(
            "mixed",
            "Content-Type: text/plain\r\n\r\nhello",
            'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="x.pdf"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n" + ("QUFB" * 19 + "\r\n") * (20 * MB // 78),
        )
    ),
    "20 MB of plain text": lambda: _plain("Please reset my password. " * (20 * MB // 26)),
    "20 MB in one line of quotes": lambda: _plain(">" * (20 * MB)),
    "200,000 short lines": lambda: _plain("On x\n" * 200_000),
    "lines that all begin an attribution": lambda: _plain("On Jan 1, 2020 Ada <a@x.example> \n" * 20_000),
    "lines that all begin a header block": lambda: _plain("From: Ada Filer,\nTo: a,\n" * 20_000),
    "closings only": lambda: _plain("Thanks,\n" * 50_000),
    "thanks without end": lambda: _plain("Thank you " * 50_000),
    "dashes only": lambda: _plain("-" * MB),
    "names in capitals": lambda: _plain("ADA FILER\n" * 50_000),
    "the beginning of every disclaimer": lambda: _plain("This message confidential\n" * 20_000),
    "sentences of a notice": lambda: _plain("Reset passwords will only be sent to the primary. " * 10_000),
    "dots": lambda: _plain("." * MB),
    "lines that resemble boundaries": lambda: raw(
        "--bb\r\n\r\n" + "--bbx\r\n" * 15_000 + "--bb--", content_type="multipart/mixed; boundary=bb"
    ),
    "boundary of blanks": lambda: raw("--\r\n" * 10_000, content_type='multipart/mixed; boundary=" "'),
    "a base64 bomb": _bomb,
    "html: 1 MB of open tags": lambda: _html("<div>" * (MB // 5)),
    "html: 1 MB of open formatting": lambda: _html("<b><p>" * (MB // 6)),
    "html: closing tags only": lambda: _html("</p>" * (MB // 4)),
    "html: nested tables": lambda: _html("<table><tr><td>" * 30_000),
    "html: nested quotes": lambda: _html("<blockquote type=cite>x" * 20_000),
    "html: nested lists": lambda: _html("<ul><li>" * 50_000),
    "html: spans under a div": lambda: _html("<p>" + "<span>" * 250 + "<div>" * 100_000),
    "html: comments that never close": lambda: _html("<!--" * (MB // 4)),
    "html: tags that never close": lambda: _html("<a b=" * (MB // 5)),
    "html: quotes that never close": lambda: _html("<a b=\"'" * (MB // 7)),
    "html: less-than signs": lambda: _html("<" * MB),
    "html: ampersands": lambda: _html("&" * MB),
    "html: a number of 1 MB": lambda: _html("&#" + "9" * MB + ";"),
    "html: attributes": lambda: _html("<a " + "b=c " * 100_000 + ">x</a>"),
    "html: styles": lambda: _html('<p style="' + "color:red;" * 100_000 + '">x</p>'),
    "html: a style sheet": lambda: _html("<style>" + ".a{color:red}" * 40_000 + "</style>x"),
    "html: braces": lambda: _html("<style>" + "{" * 400_000),
    "html: a picture of 1 MB in the text": lambda: _html('<img src="data:image/png;base64,' + "A" * MB + '">hello'),
    "html: script without end": lambda: _html("<script>" * (MB // 8)),
    "winmail.dat of rubbish": lambda: raw(
        b"\x78\x9f\x3e\x22" + b"\x01\x02\x03\x04" * 250_000, content_type="application/ms-tnef"
    ),
    "winmail.dat with 4 billion properties": lambda: raw(
        b"\x78\x9f\x3e\x22\0\0\x01\x03\x90\x06\0\x08\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0",
        content_type="application/ms-tnef",
    ),
    "iso-2022-jp escapes": lambda: raw(b"\x1b$B" * 100_000, content_type="text/plain; charset=iso-2022-jp"),
    "introductions of quoted mail that never end": lambda: _answer(
        "My Bar ID is 234561.\r\n\r\n" + (">" * 9 + "a" * 290 + "\r\n>" + " >" * 800 + "\r\nok\r\n") * 33
    ),
    "a forward from blanks": lambda: _forward("From:" + " " * 18_000 + "x<\r\nSent: now\r\n\r\nreset it\r\n"),
    "a forward from stars": lambda: _forward("From: a@b" + "*" * 18_000 + "!\r\nSent: now\r\n\r\nreset it\r\n"),
    "a forward of empty lines": lambda: _forward("From: a@b.example\r\n" + "\r\n" * 30_000 + "Sent: now\r\n"),
    "a table whose rows the plain version lost": lambda: raw(
        **multipart(
            "alternative",
            "Content-Type: text/plain\r\n\r\n" + "a\r\n" * 99_000,
            "Content-Type: text/html\r\n\r\n<table><tr><td>123456<td>q" + "<tr><td>a<td>c" * 20_000,
        )
    ),
    "a folded subject of 100,000 lines": lambda: raw(subject="x\r\n " * 100_000),
}  # fmt: skip

REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "blanks": lambda: b"\r\n \r\n",
    "1,000 multiparts in each other": lambda: _nested(1_000),
    "40,000 multiparts in each other": lambda: _nested(40_000),
    "1,000 mails in each other": lambda: _mails_within_mails(1_000),
    "10,000 parts": lambda: _many_parts(10_000),
    "500,000 parts": lambda: _many_parts(500_000),
    "10,000 headers": lambda: b"X-A: b\r\n" * 10_000 + b"\r\nhello",
    "10,000 headers in a part": lambda: raw(**multipart("mixed", "X-A: b\r\n" * 10_000 + "\r\nhello")),
    "1 MB of headers": lambda: b"X-A: " + b"b" * MB + b"\r\n\r\nhello",
    "60 MB": lambda: raw(b"x" * 60 * MB),
    "boundaries by the million": lambda: raw(
        "--b\r\n\r\n" + "--bx\n" * MB, content_type="multipart/mixed; boundary=b"
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_a_hostile_message_is_read_in_time(make: Callable[[], bytes], court: Court) -> None:
    """Cases 24, 30, 31, 32."""
    content = make()
    start = time.process_time()
    message = read_message(content, court=court)
    assert time.process_time() - start < SECONDS
    assert len(message.text) <= 2 * Limits().text_characters


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_a_hostile_message_is_understood_in_time(make: Callable[[], bytes], rules: Rules) -> None:
    message = read_message(make(), court=rules.court)
    start = time.process_time()
    understand(message, rules)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_a_message_beyond_the_limits_is_refused_in_words(make: Callable[[], bytes], court: Court) -> None:
    content = make()
    start = time.process_time()
    with pytest.raises(UnreadableMessageError) as refusal:
        read_message(content, court=court)
    assert re.fullmatch(r"It.* \S.*\.", str(refusal.value)), "a sentence that staff can read"
    assert time.process_time() - start < SECONDS


def test_a_large_attachment_costs_only_a_few_times_its_size(court: Court) -> None:
    content = READ["20 MB in one attachment"]()
    tracemalloc.start()
    read_message(content, court=court)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(content)


@pytest.mark.parametrize(
    ("limits", "body"),
    [
        (Limits(parts=3), multipart("mixed", *["\r\nx"] * 4)),
        (Limits(depth=0), multipart("mixed", "\r\nx")),
        (Limits(headers=3), {"body": "x"}),
        (Limits(message_bytes=100), {"body": "x" * 100}),
    ],
)
def test_limits_are_the_callers(limits: Limits, body: dict[str, str], court: Court) -> None:
    read_message(raw(**body), court=court)
    with pytest.raises(UnreadableMessageError):
        read_message(raw(**body), court=court, limits=limits)


def test_what_is_cut_is_noted(court: Court) -> None:
    limits = Limits(header_bytes=40, text_characters=30, addresses=2)
    message = read_message(
        raw("x" * 100, subject="y" * 100, cc="a@x.example, b@x.example, c@x.example"), court=court, limits=limits
    )
    assert (len(message.subject), len(message.text), len(message.cc)) == (39, 30, 2)
    assert any("Subject header" in defect.why for defect in message.defects)
    assert any("text was longer" in defect.why for defect in message.defects)
    assert any("Cc header names more than 2" in defect.why for defect in message.defects)


def test_many_texts_are_read_no_further_than_one(court: Court) -> None:
    limits = Limits(text_characters=1_000, html_characters=1_000)
    plain = "Content-Type: text/plain\r\n\r\n" + "words of it " * 50
    rich = "Content-Type: text/html\r\n\r\n" + "<p>words of it</p>" * 50
    for part in (plain, rich):
        message = read_message(raw(**multipart("mixed", *[part] * 40)), court=court, limits=limits)
        assert 500 < len(message.text) <= 1_100
        assert {defect.kind for defect in message.defects} == {DefectKind.UNREAD}
