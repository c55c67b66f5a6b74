"""The one-time link: looking consumes nothing, one press shows the password once, all failures look alike."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.config import Connector
from helpdesk.store.approving import reset_views
from helpdesk.store.outgoing import dispatch, outbox
from helpdesk.vocabulary import ResetState
from helpdesk.web.clock import CLOCK
from tests import cast, desk_work
from tests.apps import application
from tests.conftest import add_staff, config_for, put_on_roll
from tests.web.visitor import Visitor

SENT_AT = cast.NOW + timedelta(minutes=1)
PROGRAM = (
    "import json, sys; request = json.load(sys.stdin); open(sys.argv[1], 'a').write(json.dumps(request) + '\\n')"
)


@pytest.fixture
def linked(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Flask, str, Path]]:
    """An application with the link connector, the token of a link that was mailed, and the program's log."""
    log = tmp_path / "set.jsonl"
    command = (sys.executable, "-c", PROGRAM, str(log))
    with application(config_for(sqlite_url, connector=Connector.LINK, reset_command=command)) as app:
        app.extensions[CLOCK] = lambda: SENT_AT
        with app.app_context():
            clerk = add_staff(cast.CLERK)["clerk"]
            put_on_roll(cast.ADA)
            ticket_id = desk_work.receive(cast.mail()).ticket_id or 0
            desk_work.approve(ticket_id, clerk)
            rows = outbox.claim(now=SENT_AT)
            letters = [dispatch.prepare(row, dispatch=desk_work.dispatch(), now=SENT_AT) for row in rows]
            for row in rows:
                dispatch.sent(row, connector=Connector.LINK, now=SENT_AT)
            mailed = next(letter for letter in letters if letter is not None and "/password-reset/" in letter.body)
            assert mailed.to == cast.ADA.primary_email
            token = re.search(r"/password-reset/(\S+)", mailed.body)
            assert token is not None
        yield app, token[1], log


def test_looking_consumes_nothing_65(linked: tuple[Flask, str, Path]) -> None:
    app, token, log = linked
    for _ in range(3):
        visitor = Visitor(app.test_client())
        assert visitor.get(f"/password-reset/{token}").status_code == 200
        assert visitor.client.head(f"/password-reset/{token}").status_code == 200
    assert not log.exists()


def test_one_press_shows_the_password_that_was_set_and_only_once(linked: tuple[Flask, str, Path]) -> None:
    app, token, log = linked
    answer = Visitor(app.test_client()).post(f"/password-reset/{token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    shown = re.search(r'class="secret">([^<]+)<', answer.text)
    assert shown is not None
    assert f'"ecf_user_id": "{cast.ADA.ecf_user_id}"' in log.read_text()
    assert f'"password": "{shown[1]}"' in log.read_text()
    assert Visitor(app.test_client()).post(f"/password-reset/{token}").status_code == 404
    assert len(log.read_text().splitlines()) == 1


def test_wrong_used_and_expired_links_are_told_alike(linked: tuple[Flask, str, Path]) -> None:
    app, token, _ = linked
    visitor = Visitor(app.test_client())
    wrong = visitor.get("/password-reset/" + "x" * 43)
    visitor.post(f"/password-reset/{token}")
    used = visitor.get(f"/password-reset/{token}")
    app.extensions[CLOCK] = lambda: SENT_AT + timedelta(hours=25)
    expired = visitor.get(f"/password-reset/{token}")

    def same(page: str) -> str:
        return re.sub(r'data-now="[^"]*"', "", page)

    assert same(wrong.text) == same(used.text) == same(expired.text)
    assert wrong.status_code == used.status_code == expired.status_code == 404


def test_when_the_courts_program_fails_the_filer_learns_no_more_and_staff_decide(
    linked: tuple[Flask, str, Path], sqlite_url: str
) -> None:
    _, token, _ = linked
    program = (sys.executable, "-c", "import sys; sys.exit('the account store is down')")
    with application(config_for(sqlite_url, connector=Connector.LINK, reset_command=program)) as app:
        app.extensions[CLOCK] = lambda: SENT_AT
        answer = Visitor(app.test_client()).post(f"/password-reset/{token}")
        assert answer.status_code == 503
        assert "account store" not in answer.text
        with app.app_context():
            made = reset_views.newest(1)
            assert made is not None
            assert made.state is ResetState.RETURNED


def test_case_61_an_error_while_a_link_is_used_is_logged_without_its_token(
    linked: tuple[Flask, str, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no room to keep what the court's program says."""
    app, token, log = linked
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor = Visitor(app.test_client())
    monkeypatch.setattr(tempfile, "tempdir", str(log.parent / "gone"))
    assert visitor.post(f"/password-reset/{token}").status_code == 500
    assert re.search(r"FileNotFoundError at POST public.use_reset_link: .*connector.py:\d+", caplog.text)
    assert token not in caplog.text
    assert "gone" not in caplog.text
    with app.app_context():
        made = reset_views.newest(1)
        assert made is not None
        assert made.state is ResetState.RETURNED


def test_a_clerk_voids_a_link_on_its_ticket(linked: tuple[Flask, str, Path]) -> None:
    app, token, log = linked
    clerk = Visitor(app.test_client()).signed_in("clerk")
    page = clerk.get("/tickets/1").text
    assert "Its link works until Wed, Feb 12, 2020" in page
    shown = re.search(r'link/void">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert shown is not None
    assert clerk.post("/tickets/1/link/void", version=shown[1]).status_code == 303
    page = clerk.get("/tickets/1").text
    assert "The link is void." in page
    assert "link/void" not in page
    assert Visitor(app.test_client()).post(f"/password-reset/{token}").status_code == 404
    assert not log.exists()


def test_a_link_cannot_be_pressed_by_another_site(linked: tuple[Flask, str, Path]) -> None:
    app, token, log = linked
    assert app.test_client().post(f"/password-reset/{token}").status_code == 400
    assert not log.exists()
