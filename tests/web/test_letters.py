"""A supervisor reads the letters and tries a wording with real tickets before it is put into its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from helpdesk.desk import desk
from helpdesk.letters import LetterError, Letters
from helpdesk.store.desk import tickets
from helpdesk.vocabulary import OutboxKind
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor


@pytest.fixture
def asked(web_app: Flask) -> int:
    """A ticket whose requester was asked for the Bar ID."""
    with web_app.app_context():
        put_on_roll(cast.ADA)
        settled = receive(
            cast.mail("Please reset my CM/ECF password. My name is Ada Filer.", subject="Locked out since Monday")
        )
        return settled.ticket_id or 0


def test_all_letters_are_listed_with_what_they_answer(supervisor: Visitor) -> None:
    page = supervisor.get("/letters").text
    assert "Ask for what is missing" in page
    assert "Something is missing from a request" in page
    assert "The primary address" in page
    assert "at most 120" not in page


def test_a_letter_is_shown_as_a_real_requester_would_read_it(supervisor: Visitor, asked: int) -> None:
    page = supervisor.get("/letters/ask").text
    assert f"#{asked}</a>, Locked out since Monday" in page
    assert "We need one more detail" in page
    assert page.count("Bar ID (if there is none, please say so)") == 2  # in the template and in the letter
    assert page.count("full name") == 1  # in the template alone: the name was given


def test_without_tickets_there_is_an_example(supervisor: Visitor) -> None:
    assert "There is no ticket yet" in supervisor.get("/letters/general").text


def test_a_wording_is_tried_with_real_tickets_and_changes_nothing(
    web_app: Flask, supervisor: Visitor, asked: int
) -> None:
    tried = supervisor.post(
        "/letters/ask", language="en", subject="Almost done", body="Ticket {{ number }} lacks {{ missing|length }}."
    )
    assert tried.status_code == 200
    assert f"Ticket {asked} lacks 1." in tried.text
    assert "It is not in force" in tried.text
    assert "Almost done" not in supervisor.get("/letters/ask").text
    with web_app.app_context():
        (sent,) = tickets.view(asked).mail
        assert (sent.kind, sent.subject.startswith("We need one more detail")) == (OutboxKind.REPLY, True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Hello\n{{ filer.primary_email }} {{ missing }}", "line 2: &#39;filer.primary_email&#39; is not known"),
        ("{{ missing }}{% for x in missing %}x{% endfor %}", "&#39;for&#39; is not allowed"),
        ("{{ missing }}{{ court.__class__ }}", "&#39;court&#39; has no &#39;__class__&#39; here"),
        ("Please write to us again.", "does not use &#39;missing&#39;"),
        ("{{", "is not a template"),
        ("", "the letter is empty"),
    ],
)
def test_a_wording_that_could_tell_of_the_roll_or_is_wrong_is_refused(
    supervisor: Visitor, asked: int, body: str, reason: str
) -> None:
    refused = supervisor.post("/letters/ask", language="en", subject="Hello", body=body)
    assert refused.status_code == 422
    assert "This wording is refused" in refused.text
    assert reason in refused.text
    assert f"#{asked}</a>" not in refused.text


def test_what_is_typed_comes_back_as_text(supervisor: Visitor) -> None:
    hostile = "</textarea><script>alert(1)</script> {{ filer }}"
    page = supervisor.post("/letters/general", language="en", subject=hostile, body=hostile).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_there_are_only_known_letters_and_languages(supervisor: Visitor) -> None:
    assert supervisor.get("/letters/no_such_letter").status_code == 404
    assert supervisor.post("/letters/no_such_letter", language="en", subject="x", body="x").status_code == 404
    assert supervisor.get("/letters/ask?language=fr").status_code == 400


def test_clerks_do_not_see_the_letters(clerk: Visitor) -> None:
    assert clerk.get("/letters").status_code == 403
    assert clerk.post("/letters/ask", language="en", subject="x", body="x").status_code == 403


def test_letters_to_primary_addresses_are_never_sent_to_a_requester(
    web_app: Flask, clerk: Visitor, asked: int
) -> None:
    with web_app.app_context():
        version = tickets.view(asked).version
        for name in ("reset_link", "reset_approved", "reset_done"):
            with pytest.raises(LetterError, match="primary addresses alone"):
                desk().letters.to_requester(
                    name,
                    number=1,
                    tag="",
                    language="en",
                    missing=(),
                    court_asked=None,
                    rules=desk().rules,
                    now=cast.NOW,
                )
    assert clerk.post(f"/tickets/{asked}/answer", reply="reset_link", version=version).status_code == 400


def test_a_refused_file_is_told_on_the_page_and_to_probes(
    web_app: Flask, supervisor: Visitor, anonymous: Visitor, tmp_path: Path
) -> None:
    import shutil

    with web_app.app_context():
        folder = Path(shutil.copytree(desk().letters.folder, tmp_path / "mail"))
        desk().letters = Letters(folder)
    (folder / "general" / "body.txt").write_text("Dear {{ filer.first_name }}", encoding="utf-8")
    page = supervisor.get("/letters/general").text
    assert "the last good ones stay in force" in page
    assert "Our staff will read it and answer you" in page
    reasons = anonymous.get("/health/ready").json
    assert reasons is not None
    assert any("general/body.txt, line 1: 'filer.first_name'" in reason for reason in reasons["reasons"])
