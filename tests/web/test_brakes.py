"""Supervisors see which brake is on, everybody sees that replies are held back, and a supervisor lets them go on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from structlog.testing import capture_logs

from helpdesk.desk import desk
from helpdesk.store.database import transaction
from helpdesk.store.models import Breaker, OutboxRow
from helpdesk.store.outgoing import outbox
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.edges.test_worker import worker
from tests.web.visitor import Visitor


@pytest.fixture
def paused(web_app: Flask) -> Flask:
    """Two replies are held back."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        receive(cast.mail())
        receive(cast.mail(sender=cast.MALLORY, message_id="<2@x.example>"))
        with transaction() as session:
            session.get_one(Breaker, outbox.REPLIES).opened_at = cast.NOW
            session.query(OutboxRow).update({"held_since": cast.NOW})
    return web_app


def test_everybody_sees_that_replies_are_held_back_and_a_supervisor_sends_them(
    clerk: Visitor, supervisor: Visitor, anonymous: Visitor, paused: Flask
) -> None:
    for address in ("/queue/review", "/tickets/1", "/settings"):
        assert "Automatic replies are held back" in clerk.get(address).text
    assert 'href="/brakes"' not in clerk.get("/queue/review").text
    assert "held back" in clerk.get("/tickets/1").text.split('id="sent"')[1]
    assert "held back" not in anonymous.get("/login").text
    assert clerk.post("/brakes/resume", held="send").status_code == 403
    page = supervisor.get("/brakes").text
    assert "Go on, and send the 2 held back" in page
    assert cast.MALLORY in page.replace("<wbr>", "")
    notices = anonymous.get("/health/ready").get_json()["notices"]
    assert notices[0].startswith("replies: 2 automatic ones held back since")
    supervisor.post("/brakes/replies/2/drop")
    assert supervisor.post("/brakes/resume", held="else").status_code == 400
    supervisor.post("/brakes/resume", held="send")
    with paused.app_context():
        assert [row.id for row in outbox.claim(now=cast.NOW)] == [1]
    assert "held back" not in clerk.get("/queue/review").text
    assert supervisor.post("/brakes/resume", held="send").status_code == 409


def test_the_worker_calls_whoever_watches_its_log(paused: Flask) -> None:
    with capture_logs() as lines:
        one = worker(paused)
        for _ in range(2):
            one.once()
    told = [line for line in lines if line["log_level"] == "error"]
    assert [(line["held"], line["since"]) for line in told] == [(2, cast.NOW.isoformat())]


def test_the_page_names_the_brakes_that_are_on(supervisor: Visitor, web_app: Flask) -> None:
    assert "no brake is on" in supervisor.get("/brakes").text
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        for number in range(4):
            receive(cast.mail(f"{cast.ADAS_REQUEST}\n{number}", message_id=f"<{number}@x.example>"))
        usual = desk().rules.approvals.limits
    assert replace(usual).filer_day == 3
    page = supervisor.get("/brakes").text
    assert "4 requests for Ada Filer came in within 24 hours; up to 3 are usual." in page
    assert "a second person must agree" in page
    ticket = supervisor.get("/tickets/1").text
    assert "More requests than usual." in ticket
    assert "4 requests for Ada Filer" in supervisor.get("/tickets/1/approve").text
