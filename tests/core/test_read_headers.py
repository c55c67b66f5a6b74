"""Headers as people see them: encoded words, raw 8-bit letters, addresses, dates; broken ones too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import Address, Defect, DefectKind
from tests.core.raw_mail import raw


def _from(written: str | bytes, court: Court) -> list[tuple[str, str]]:
    bare = raw("Please reset my password.\n", **{"from": None})
    line = written.encode("utf-8") if isinstance(written, str) else written
    message = read_message(b"From: " + line + b"\r\n" + bare, court=court)
    return [(sender.display_name, sender.address) for sender in message.senders]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain words", "plain words"),
        ("=?utf-8?q?contrase=C3=B1a_ECF?=", "contraseña ECF"),
        ("=?UTF-8?B?Y29udHJhc2XDsWE=?=", "contraseña"),
        ("=?utf-8?q?one?= =?utf-8?q?_word?=", "one word"),
        ("=?utf-8?b?w6k=?= and =?iso-8859-1?q?=E9?=", "é and é"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),  # one letter split between two words
        ("=?us-ascii*en?q?hello?=", "hello"),  # RFC 2231: with a language
        ("=?utf-8?b?Y29udHJhc2XDsWE?=", "contraseña"),  # padding lost
        ("=?utf-8?q?are you there??=", "are you there?"),  # blanks and question marks in it
        ("=?x-nonsense?q?ab=C3=B1?=", "abñ"),
        ("=?utf-8?x?kept?=", "=?utf-8?x?kept?="),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?utf-8?q?two=0D=0ABcc:_mallory@evil.example?=", "two Bcc: mallory@evil.example"),
        ("=?utf-8?q?nul=00_byte?=", "nul byte"),
        ("folded\r\n and\r\n\tfolded", "folded and folded"),
        ("\u202ereversed\u202c", "reversed"),
        ("zero\u200bwidth", "zerowidth"),
        ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?gb2312?b?1tC5+g==?=", "中国"),
        ("=?windows-1252?q?=93quoted=94?=", "“quoted”"),
        ("=?iso-8859-1?q?=93quoted=94?=", "“quoted”"),  # what it is in truth
    ],
)
def test_a_subject_is_read_as_people_see_it(written: str, seen: str, court: Court) -> None:
    """Case 24: no line break survives."""
    assert read_message(raw(subject=written), court=court).subject == seen


@pytest.mark.parametrize("content", ["contraseña".encode(), "contraseña".encode("latin-1")])
def test_raw_8_bit_subjects_are_read(content: bytes, court: Court) -> None:
    assert read_message(b"Subject: " + content + b"\r\n\r\nhello", court=court).subject == "contraseña"


@pytest.mark.parametrize(
    ("written", "senders"),
    [
        ("ada@firm.example", [("", "ada@firm.example")]),
        ("<Ada@Firm.EXAMPLE>", [("", "ada@firm.example")]),
        ("Ada Filer <ada@firm.example>", [("Ada Filer", "ada@firm.example")]),
        ('"Filer, Ada" <ada@firm.example>', [("Filer, Ada", "ada@firm.example")]),
        ("Filer, Ada <ada@firm.example>", [("Filer, Ada", "ada@firm.example")]),
        ("Filer, Ada M., Esq. <ada@firm.example>", [("Filer, Ada M., Esq.", "ada@firm.example")]),
        ('"Ada \\"Quill\\" Filer" <ada@firm.example>', [('Ada "Quill" Filer', "ada@firm.example")]),
        ("ada@firm.example (Ada Filer)", [("Ada Filer", "ada@firm.example")]),
        ("Ada (she (her)) <ada@firm.example>", [("Ada", "ada@firm.example")]),
        ("Ada Filer ada@firm.example", [("Ada Filer", "ada@firm.example")]),
        ("=?utf-8?q?Filer=2C_Ada?= <ada@firm.example>", [("Filer, Ada", "ada@firm.example")]),
        ('"=?utf-8?q?Pe=C3=B1a?=" <p@firm.example>', [("Peña", "p@firm.example")]),
        ("=?utf-8?b?QWRhIDxhZGFAZmlybS5leGFtcGxlPg==?=", [("Ada", "ada@firm.example")]),
        ("a@x.example, b@y.example", [("", "a@x.example"), ("", "b@y.example")]),
        ("a@x.example; B <b@y.example>", [("", "a@x.example"), ("B", "b@y.example")]),
        ("Team: a@x.example, B <b@y.example>;", [("", "a@x.example"), ("B", "b@y.example")]),
        ("unlisted-recipients:;", []),
        ("undisclosed-recipients: ;", []),
        ("", []),
        ("Ada Filer", [("Ada Filer", "")]),
        ("Ada <>", [("Ada", "")]),
        ("mailto:ada@firm.example", [("", "ada@firm.example")]),
        ("<@relay.example:ada@firm.example>", [("", "ada@firm.example")]),
        ("Ada <<ada@firm.example>>", [("Ada", "ada@firm.example")]),
        ("Ada <ada@firm.example", [("Ada", "ada@firm.example")]),
        ("Ada <ada @ firm.example>", [("Ada", "ada@firm.example")]),
        ("'Ada Filer' <ada@firm.example>", [("Ada Filer", "ada@firm.example")]),
        ("clerk@casd.uscourts.gov <mallory@evil.example>", [("clerk@casd.uscourts.gov", "mallory@evil.example")]),
        (
            "clerk@casd.uscourts.gov, Mallory <mallory@evil.example>",
            [("", "clerk@casd.uscourts.gov"), ("Mallory", "mallory@evil.example")],
        ),
        ("=?utf-8?q?a=0D=0AX=3A_y?= <a@x.example>", [("a X: y", "a@x.example")]),
        ("\u202eadA\u202c <a@x.example>", [("adA", "a@x.example")]),
    ],
)
def test_senders_are_read_whole(written: str, senders: list[tuple[str, str]], court: Court) -> None:
    """Case 25: none, one or several; never a first one picked."""
    assert _from(written, court) == senders


def test_an_address_with_unseen_characters_never_equals_the_one_it_imitates(court: Court) -> None:
    for trick in (
        "ada\u200b@firm.example",
        "ada\x00@firm.example",
        "\u202eada@firm.example",
        "ada@firm\u00ad.example",
    ):
        ((_, address),) = _from(f"Ada <{trick}>", court)
        assert address != "ada@firm.example"


@pytest.mark.parametrize("letter", ["\u212a", "\u0130", "\uff2b"])  # Kelvin sign, dotted I, full-width K
def test_letters_outside_ascii_stay_different_from_those_they_resemble(letter: str, court: Court) -> None:
    address = f"ada@{letter}nightlaw.example"
    message = read_message(
        raw(**{"from": f"Ada <Ada@{letter}Nightlaw.example>", "return_path": f"<{address}>"}), court=court
    )
    assert [sender.address for sender in message.senders] == [address]
    assert message.return_path == address


def test_several_from_headers_are_all_kept_and_noted(court: Court) -> None:
    message = read_message(b"From: Mallory <m@evil.example>\r\n" + raw(), court=court)
    assert [sender.address for sender in message.senders] == ["m@evil.example", "ada@filerquill.example"]
    assert message.sender is None
    assert Defect(why="It has 2 From headers.", kind=DefectKind.DECEPTION) in message.defects


def test_other_address_headers_are_read(court: Court) -> None:
    message = read_message(
        raw(reply_to="X <x@evil.example>", cc="a@x.example, b@x.example", return_path="<Bounce@Firm.example>"),
        court=court,
    )
    assert message.reply_to == (Address(display_name="X", address="x@evil.example"),)
    assert [copy.address for copy in message.cc] == ["a@x.example", "b@x.example"]
    assert [one.address for one in message.to] == ["ecfhelp@casd.uscourts.gov"]
    assert message.return_path == "bounce@firm.example"


def test_the_null_return_path_is_not_a_missing_one(court: Court) -> None:
    assert read_message(raw(return_path="<>"), court=court).return_path == ""
    assert read_message(raw(), court=court).return_path is None


NOON = datetime(2020, 2, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Wed, 12 Feb 2020 04:00:00 -0800", NOON),
        ("12 Feb 2020 12:00 GMT", NOON),
        ("Wed, 12 Feb 2020 12:00:00", NOON),  # no zone
        ("Wed, 12 Feb 2020 12:00:00 -0000", NOON),
        ("Wed, 12 Feb 20 07:00:00 EST", NOON),
        ("Wed, 12 Feb 2020 04:00:00 -0800 (Pacific Standard Time)", NOON),
        ("Wed, 12 Feb 2020 12:00:60 +0000", NOON.replace(second=59)),  # a leap second
        ("12-Feb-2020 12:00:00 +0000", NOON),
        ("yesterday", None),
        ("", None),
        ("Wed, 32 Feb 2020 12:00:00 +0000", None),
        ("Wed, 12 Feb 1901 12:00:00 +0000", None),
        ("Wed, 12 Feb 9999 12:00:00 +0000", None),
        ("Wed, 12 Feb 2020 25:61:00 +0000", None),
        ("Wed, 12 Feb 2020 12:00:00 +9999", None),
    ],
)
def test_dates_are_read_or_left_out(written: str, moment: datetime | None, court: Court) -> None:
    message = read_message(raw(date=written), court=court)
    assert message.sent_at == moment
    assert bool([defect for defect in message.defects if "Date" in defect.why]) == (moment is None and bool(written))


def test_the_newest_received_tells_when_it_came(court: Court) -> None:
    received = (
        "Received: from a by mx.casd.uscourts.gov; Wed, 12 Feb 2020 04:00:00 -0800\r\n"
        "Received: from b by a; Tue, 11 Feb 2020 04:00:00 -0800\r\n"
    )
    assert read_message(raw(top=received), court=court).received_at == NOON


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("<a@x.example>", "a@x.example"),
        (" <a@x.example> ", "a@x.example"),
        ("<two words@x.example>", None),
        ("a@x.example", None),
        ("<a@x.example><b@x.example>", None),
        ("<>", None),
        (None, None),
    ],
)
def test_a_malformed_message_id_is_none(written: str | None, found: str | None, court: Court) -> None:
    assert read_message(raw(message_id=written), court=court).message_id == found


def test_threads_are_read(court: Court) -> None:
    message = read_message(raw(in_reply_to="<a@x.example> (Ada)", references="<b@x>\r\n <c@x>"), court=court)
    assert message.in_reply_to == ("a@x.example",)
    assert message.references == ("b@x", "c@x")


@pytest.mark.parametrize(
    ("content", "subject", "text"),
    [
        (b"Subject: a\r\n\r\nbody", "a", "body"),
        (b"Subject: a\n\nbody", "a", "body"),
        (b"Subject: a\r\rbody", "a", "body"),  # line breaks of another age
        (b"\r\n\r\nSubject: a\r\n\r\nbody", "a", "body"),  # blank lines on top
        (b"From mallory Wed Feb 12\nSubject: a\n\nbody", "a", "body"),  # out of an mbox
        (b"Subject: a\nnot a header\nFrom: x@y.example\n\nbody", "a", "body"),  # a broken fold
        (b"Subject: a\nDear clerk,\nName: Ada\n\nbody", "a", "Dear clerk,\nName: Ada\n\nbody"),  # no blank line
        (b"Dear clerk,\n\nno headers at all", "", "Dear clerk,\n\nno headers at all"),
        (b"\xff\xfe\x00", "", "ÿþ"),
        (b"Subject : a\r\n\r\nbody", "a", "body"),
        (b"SUBJECT:a\r\n\r\nbody", "a", "body"),
        (b"Subject: a", "a", ""),
    ],
)
def test_broken_header_blocks_lose_nothing(content: bytes, subject: str, text: str, court: Court) -> None:
    message = read_message(content, court=court)
    assert (message.subject, message.text) == (subject, text)
