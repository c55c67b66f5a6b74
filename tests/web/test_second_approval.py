"""Two people, two presses: what each of them sees and may do (cases 5, 43, 47)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk.store.desk.tickets import TicketView
from helpdesk.vocabulary import TicketState
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor, now_shown

WHY = "They called from the number on record."


@pytest.fixture
def ticket(web_app: Flask) -> int:
    """A request for a filer whose primary address changed three days ago."""
    with web_app.app_context():
        put_on_roll(replace(cast.ADA, email_changed_on=(cast.NOW - timedelta(days=3)).date()))
        return receive(cast.mail()).ticket_id or 0


def press(visitor: Visitor, action: str, ticket: TicketView, **more: str) -> int:
    fields = {"filer": cast.ADA.ecf_user_id, "version": ticket.version, "view": "second", "confirmed": "yes"}
    return visitor.post(f"/tickets/{ticket.id}/{action}", **(fields | more)).status_code


def test_one_approves_with_a_reason_and_another_agrees(
    clerk: Visitor, other_clerk: Visitor, supervisor: Visitor, ticket: int, web_app: Flask
) -> None:
    page = clerk.get(f"/tickets/{ticket}/approve").text
    assert "A second person must agree before anything is sent" in page
    assert "The primary address changed recently" in page
    assert re.search(r'<textarea[^>]*name="why"[^>]*required', page)
    press(clerk, "approve", now_shown(web_app, ticket))
    assert now_shown(web_app, ticket).state is TicketState.REVIEW, "without a reason nothing happens"
    press(clerk, "approve", now_shown(web_app, ticket), why=WHY)
    assert "waits for a second person" in clerk.get("/queue/second").text

    waiting = now_shown(web_app, ticket)
    assert ">Agree" not in clerk.get(f"/tickets/{ticket}").text
    assert press(clerk, "agree", waiting) == 403
    assert press(other_clerk, "agree", waiting) == 403, "one of the two must be a supervisor"
    page = supervisor.get(f"/tickets/{ticket}?view=second").text
    assert WHY in page
    assert ">Agree" in page
    assert press(supervisor, "agree", waiting) == 303
    assert now_shown(web_app, ticket).state is TicketState.HELD
    assert "Approved by clerk and supervisor" in clerk.get(f"/tickets/{ticket}").text
    assert press(supervisor, "agree", waiting) == 303, "a second press changes nothing"


def test_a_stale_page_is_told_what_changed_by_whom_and_when_47(
    clerk: Visitor, supervisor: Visitor, ticket: int, web_app: Flask
) -> None:
    before = now_shown(web_app, ticket)
    press(clerk, "approve", before, why=WHY)
    answer = supervisor.post(f"/tickets/{ticket}/refuse", version=before.version, why="x")
    assert answer.status_code == 409
    assert re.search(r"<li>Reset approved by clerk, <time datetime=\"2020-02-11T18:00:00", answer.text)


def test_who_does_not_agree_sends_it_back_with_the_reason(
    clerk: Visitor, supervisor: Visitor, ticket: int, web_app: Flask
) -> None:
    press(clerk, "approve", now_shown(web_app, ticket), why=WHY)
    assert press(supervisor, "refuse", now_shown(web_app, ticket), why=" ") == 409
    assert press(supervisor, "refuse", now_shown(web_app, ticket), why="The number is not theirs.") == 303
    assert now_shown(web_app, ticket).state is TicketState.REVIEW
    assert "Supervisor did not agree: The number is not theirs." in clerk.get(f"/tickets/{ticket}").text


def test_the_first_person_takes_it_back(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    press(clerk, "approve", now_shown(web_app, ticket), why=WHY)
    assert ">Undo" in clerk.get(f"/tickets/{ticket}").text
    clerk.post(f"/tickets/{ticket}/undo")
    assert now_shown(web_app, ticket).state is TicketState.REVIEW
