"""Copies of one mail are recognised; different mails never are taken for one."""

from __future__ import annotations

import hashlib

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from tests.core.raw_mail import multipart, raw


def _key(content: bytes, court: Court) -> str:
    return read_message(content, court=court).content_key


@pytest.mark.parametrize(
    "copy",
    [
        raw(top="Received: from a by b; Wed, 12 Feb 2020 10:05:00 -0800\r\nDelivered-To: x@y.example\r\n"),
        raw(return_path="<ada@filerquill.example>"),
        raw(to="attorneyadmissions@casd.uscourts.gov", cc="ecfhelp@casd.uscourts.gov"),
        raw(message_id="<other@filerquill.example>"),
        raw(date="Wed, 12 Feb 2020 18:01:11 +0000"),  # the same moment, written otherwise
        raw(body="Please reset my password.\r\n\r\n"),
        raw(content_transfer_encoding="quoted-printable", body="Please reset my pass=\r\nword.\n"),
        raw(subject="=?utf-8?q?Password?="),
        raw(**{"from": '"Ada Filer" <ADA@filerquill.example>'}),
    ],
)
def test_copies_that_came_another_way_share_their_key(copy: bytes, court: Court) -> None:
    assert _key(copy, court) == _key(raw(), court)


@pytest.mark.parametrize(
    "other",
    [
        raw(body="Please reset my password. Bar 123456.\n"),
        raw(subject="Password again"),
        raw(date="Wed, 12 Feb 2020 10:02:11 -0800"),
        raw(**{"from": "Mallory <mallory@evil.example>"}),
        raw(**multipart("mixed", "\r\nPlease reset my password.", "Content-Type: image/png\r\n\r\nx")),
    ],
)
def test_other_mail_has_another_key_even_under_the_same_message_id(other: bytes, court: Court) -> None:
    """Case 28."""
    assert _key(other, court) != _key(raw(), court)


def test_ids_that_no_database_can_be_asked_for_are_none(court: Court) -> None:
    mail = read_message(
        raw(
            message_id="<a\0b@x.example>",
            in_reply_to="<c\0d@x.example> <e@x.example>",
            references="<\0> <f@x.example>",
        ),
        court=court,
    )
    assert (mail.message_id, mail.in_reply_to, mail.references) == (None, ("e@x.example",), ("f@x.example",))
    assert "Its Message-ID is malformed." in [defect.why for defect in mail.defects]


def test_two_files_of_one_name_and_size_differ(court: Court) -> None:
    one, other = (
        raw(**multipart("mixed", f"Content-Type: image/png; name=a.png\r\n\r\n{content}")) for content in ("xx", "yy")
    )
    assert _key(one, court) != _key(other, court)


def test_without_a_date_two_like_mails_stay_two(court: Court) -> None:
    one, other = (raw(date=None, message_id=f"<{name}@x.example>") for name in ("a", "b"))
    assert _key(one, court) != _key(other, court)
    hops = [f"Received: from z by y; Wed, 12 Feb 2020 10:0{minute}:00 -0800\r\n" for minute in (1, 2)]
    one, other = (raw(top=hop, date=None, message_id=None) for hop in hops)
    assert _key(one, court) != _key(other, court)


def test_the_raw_bytes_have_their_own_hash(court: Court) -> None:
    assert read_message(raw(), court=court).sha256 == hashlib.sha256(raw()).hexdigest()
