"""The demo's page of sent mail: for staff, mailbox by mailbox, and harmless whatever a mail says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.desk import desk
from helpdesk.web.outside.demo_mail import AT_MOST
from tests.web.visitor import Visitor


@pytest.fixture
def sink(web_app: Flask, tmp_path: Path) -> Path:
    """The folder of a mail sink that the application shows."""
    folder = tmp_path / "outgoing"
    folder.mkdir()
    with web_app.app_context():
        desk().config = replace(desk().config, demo_mail_dir=folder)
    return folder


def put(folder: Path, number: int, to: str, body: str = "Hello", subject: str = "About your request") -> None:
    envelope = f"X-Envelope-From: <>\r\nX-Envelope-To: {to}\r\n"
    headers = f"To: somebody.else@shown.example\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    (folder / f"{number:06}.eml").write_bytes(f"{envelope}{headers}\r\n{body}\r\n".encode())


def test_only_staff_may_look(sink: Path, anonymous: Visitor) -> None:
    put(sink, 1, "ada@filer.example", body="https://desk.example/password-reset/secret-token")
    answer = anonymous.get("/demo/outbox")
    assert answer.status_code == 303
    assert "secret-token" not in answer.text


def test_an_empty_sink_says_so(sink: Path, clerk: Visitor) -> None:
    assert "Nothing has been sent yet" in clerk.get("/demo/outbox").text


def test_mail_is_shown_with_its_envelopes_recipient_newest_first(sink: Path, clerk: Visitor) -> None:
    put(sink, 1, "ada@filer.example", subject="First")
    put(sink, 2, "mallory@elsewhere.example", subject="Second")
    page = clerk.get("/demo/outbox").text
    assert page.index("Second") < page.index("First")
    assert "ada@filer.example" in page
    assert "somebody.else@shown.example" not in page


def test_one_mailbox_can_be_looked_at_alone(sink: Path, clerk: Visitor) -> None:
    put(sink, 1, "ada@filer.example", subject="For Ada")
    put(sink, 2, "mallory@elsewhere.example", subject="For the other")
    page = clerk.get("/demo/outbox?to=ada@filer.example").text
    assert "For Ada" in page
    assert "For the other" not in page
    assert "This mailbox is empty" in clerk.get("/demo/outbox?to=nobody@filer.example").text


def test_links_can_be_followed_and_markup_stays_text(sink: Path, clerk: Visitor) -> None:
    link = "http://127.0.0.1:8080/password-reset/abc_DEF-123"
    put(sink, 1, "ada@filer.example", body=f"<script>alert(1)</script>\n\n{link}\n", subject="<b>bold</b>")
    page = clerk.get("/demo/outbox?to=%3Cscript%3Ealert(2)").text
    assert "<script>alert" not in page
    page = clerk.get("/demo/outbox").text
    assert f'<a href="{link}" rel="noreferrer">' in page.replace('rel="noopener noreferrer"', 'rel="noreferrer"')
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_a_long_list_ends_with_a_word_about_the_rest(sink: Path, clerk: Visitor) -> None:
    for number in range(AT_MOST + 5):
        put(sink, number, f"filer{number}@firm.example")
    page = clerk.get("/demo/outbox").text
    assert page.count("<article") == AT_MOST
    assert f"Only the newest {AT_MOST} are shown" in page
