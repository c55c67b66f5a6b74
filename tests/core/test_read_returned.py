"""A bounce says which of our messages came back, whether for good, and why; nothing in it is trusted."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import ReturnedMail
from tests.core.raw_mail import multipart, plain, raw

STATUS = (
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.example\r\n\r\n"
    "Original-Recipient: rfc822;Ada@filerquill.example\r\nFinal-Recipient: rfc822; other@x.example\r\n"
    "Action: failed\r\nStatus: 5.1.1 (no such user)\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1\r\n <ada@filerquill.example>: unknown\r\n"
)
INNER = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours-1@casd.uscourts.gov>\r\nSubject: x\r\n\r\nhello"


def returned(content: bytes, court: Court) -> ReturnedMail:
    found = read_message(content, court=court).returned
    assert found is not None
    return found


def test_a_delivery_report_names_the_mail_that_came_back(court: Court) -> None:
    found = returned(raw(**multipart("report", "\r\nfailed", STATUS, INNER)), court)
    assert found.message_ids == ("ours-1@casd.uscourts.gov",)
    assert found.recipients == ("ada@filerquill.example",)
    assert (found.status, found.permanent) == ("5.1.1", True)
    assert found.why == "550 5.1.1 <ada@filerquill.example>: unknown"


def test_a_report_of_headers_alone_and_of_delay_is_read(court: Court) -> None:
    status = (
        "Content-Type: message/delivery-status\r\n\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: delayed"
    )
    headers = "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours-2@casd.uscourts.gov>\r\n"
    found = returned(raw(**multipart("report", status, headers)), court)
    assert found.message_ids == ("ours-2@casd.uscourts.gov",)
    assert (found.recipients, found.status, found.permanent) == (("a@x.example",), "", False)


def test_a_bounce_without_a_report_returns_the_message_in_its_text(court: Court) -> None:
    text = (
        "Hi. This is the qmail-send program at x.example.\r\n\r\n<ada@filerquill.example>:\r\n"
        "192.0.2.1 does not like recipient.\r\nRemote host said: 550 5.7.1 mailbox unavailable\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <ours-3@casd.uscourts.gov>\r\n"
        "Subject: x\r\n\r\nThis was delayed.\r\n"
    )
    found = returned(raw(text, **{"from": "MAILER-DAEMON@x.example"}), court)
    assert (found.message_ids, found.permanent) == (("ours-3@casd.uscourts.gov",), True)
    assert (found.status, found.why) == ("5.7.1", "Remote host said: 550 5.7.1 mailbox unavailable")


def test_a_warning_without_a_report_is_not_for_good(court: Court) -> None:
    text = "The following message has not yet been delivered. It will be retried; you need not send it again."
    found = returned(raw(text, subject="Warning: message delayed", top="X-Failed-Recipients: A@x.example\r\n"), court)
    assert (found.permanent, found.recipients) == (False, ("a@x.example",))


def test_a_bounce_that_only_answers_names_what_it_answers(court: Court) -> None:
    content = raw("No.", in_reply_to="<ours-4@casd.uscourts.gov>", **{"from": "postmaster@x.example"})
    assert returned(content, court).message_ids == ("ours-4@casd.uscourts.gov",)


def test_mail_of_people_returns_nothing_whatever_they_attach(court: Court) -> None:
    assert plain("See the attached.", court).returned is None
    forwarded = raw(**multipart("mixed", "\r\nPlease help", "Content-Type: message/rfc822\r\n\r\n" + INNER))
    assert read_message(forwarded, court=court).returned is None


@pytest.mark.parametrize(
    "part", ["message/delivery-status", "message/rfc822", "text/rfc822-headers", "message/global-delivery-status"]
)
def test_a_report_of_rubbish_is_read_in_time(part: str, court: Court) -> None:
    rubbish = f"Content-Type: {part}\r\n\r\n" + "Action: failed\r\nFinal-Recipient: rfc822; a@x\r\n\r\n" * 20_000
    ids = "Content-Type: text/plain\r\n\r\n" + "Message-ID: <a@x>\r\n" * 20_000
    found = returned(raw(**multipart("report", ids, rubbish)), court)
    assert len(found.recipients) <= 100
