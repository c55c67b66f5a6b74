"""What waits for hands: resets to perform, mail that did not leave or could not be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from helpdesk.desk import desk
from helpdesk.store.approving import reset_views
from helpdesk.store.incoming import ledger, quarantine
from helpdesk.vocabulary import TicketState
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import store
from tests.web.server import send_what_is_due
from tests.web.visitor import Visitor, approve, now_shown


def test_a_reset_to_perform_is_listed_and_marked_done(
    clerk: Visitor, other_clerk: Visitor, ticket: int, web_app: Flask
) -> None:
    approve(clerk, ticket)
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(seconds=20)
    with web_app.app_context():
        send_what_is_due(cast.NOW + timedelta(seconds=20))
        (waiting,) = reset_views.to_do(desk().rules.court)
    assert cast.ADA.login in clerk.get("/todo").text
    clerk.post(f"/todo/{waiting.id}/done")
    assert now_shown(web_app, ticket).state is TicketState.CLOSED
    assert clerk.post(f"/todo/{waiting.id}/done").status_code == 303, "a second press changes nothing"
    assert other_clerk.post(f"/todo/{waiting.id}/done").status_code == 409


def test_a_reset_whose_record_changed_is_not_performed_but_returned(
    clerk: Visitor, ticket: int, web_app: Flask
) -> None:
    """Case 4."""
    approve(clerk, ticket)
    with web_app.app_context():
        send_what_is_due(cast.NOW + timedelta(seconds=20))
        put_on_roll(replace(cast.ADA, primary_email=cast.MALLORY))
        (waiting,) = reset_views.to_do(desk().rules.court)
    page = clerk.get("/todo").text
    assert "The primary address changed after the approval. Do not perform it." in page
    assert "Mark done" not in page
    assert clerk.post(f"/todo/{waiting.id}/done").status_code == 409
    assert clerk.post(f"/todo/{waiting.id}/back", why="").status_code == 409
    assert clerk.post(f"/todo/{waiting.id}/back", why="The address is new.").status_code == 303
    assert now_shown(web_app, ticket).state is TicketState.REVIEW
    assert "Not performed by Clerk: The address is new." in clerk.get(f"/tickets/{ticket}").text


def test_empty_views_say_so(clerk: Visitor) -> None:
    assert "Nothing is ready to approve" in clerk.get("/queue/ready").text
    assert "The quarantine is empty" in clerk.get("/quarantine").text
    assert "All mail has left" in clerk.get("/failed").text
    assert clerk.get("/queue/nothing").status_code == 404
    assert clerk.get("/queue/ready?after=x").status_code == 404
    assert clerk.get("/tickets/1").status_code == 404
    assert clerk.get("/tickets/99999999999999999999").status_code == 404


def test_quarantined_mail_is_shown_downloaded_and_read_again(clerk: Visitor, web_app: Flask) -> None:
    with web_app.app_context():
        ledger_id = store(b"broken", now=cast.NOW)
        quarantine.set_aside(ledger_id, "It nests too deeply.", now=cast.NOW)
    assert "It nests too deeply." in clerk.get("/quarantine").text
    download = clerk.get(f"/quarantine/{ledger_id}/raw")
    assert download.data == b"broken"
    assert download.headers["Content-Disposition"].startswith("attachment; ")
    clerk.post(f"/quarantine/{ledger_id}/again")
    with web_app.app_context():
        assert [mail.ledger_id for mail in ledger.pending(limit=5, again=True)] == [ledger_id]
