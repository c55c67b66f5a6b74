"""A request by telephone goes the same way as a mail."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import ledger, tally
from helpdesk.store.models import OutboxRow
from helpdesk.vocabulary import Arrival, Missing, Route, TicketState
from tests import cast
from tests.conftest import put_on_roll
from tests.web.visitor import Visitor

CALL = {
    "arrival": "phone",
    "category": "password_reset",
    "name": "Ada Quill Filer",
    "bar_id": "234561",
    "bar_state": "CA",
    "claimed_email": "ada@filerquill.example",
}


@pytest.fixture(autouse=True)
def roll(web_app: Flask) -> None:
    """The cast is on the roll."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE)


def opened(web_app: Flask, clerk: Visitor, **fields: str) -> tickets.TicketView:
    answer = clerk.post("/new", **(CALL | fields))
    assert answer.status_code == 303, answer.text
    with web_app.app_context():
        return tickets.view(int(answer.location.rpartition("/")[2]))


def test_a_complete_request_by_telephone_is_ready_and_says_who_entered_it(web_app: Flask, clerk: Visitor) -> None:
    ticket = opened(web_app, clerk)
    assert ticket.state is TicketState.READY
    assert ticket.chosen == cast.ADA
    assert ticket.arrived_by is Arrival.PHONE
    assert ticket.created_by
    assert ticket.created_by.login == "clerk"
    page = clerk.get(f"/tickets/{ticket.id}").text
    assert "By telephone, entered by Clerk" in page
    with web_app.app_context():
        assert [event.kind for event in audit.events(ticket_id=ticket.id)] == ["entered"]
        assert audit.verify().ok


def test_nothing_is_sent_even_where_a_mail_would_be_answered(web_app: Flask, clerk: Visitor) -> None:
    ticket = opened(web_app, clerk, bar_id="")
    assert (ticket.state, ticket.decision.route) == (TicketState.REVIEW, Route.ASK)
    assert ticket.decision.missing == (Missing.BAR_ID,)
    assert ticket.decision.reply is None
    with web_app.app_context():
        assert db.session.execute(select(func.count()).select_from(OutboxRow)).scalar_one() == 0


def test_the_same_words_twice_are_two_tickets(web_app: Flask, clerk: Visitor) -> None:
    assert opened(web_app, clerk).id != opened(web_app, clerk).id


def test_a_form_sent_twice_opens_one_ticket(web_app: Flask, clerk: Visitor, other_clerk: Visitor) -> None:
    forms = [re.search(r'name="form" value="([^"]{20,})"', clerk.get("/new").text) for _ in range(2)]
    first, second = (found[1] for found in forms if found)
    assert first != second
    assert f'value="{first}"' in clerk.post("/new", **(CALL | {"bar_state": "C1", "form": first})).text
    ticket = opened(web_app, clerk, form=first)
    assert opened(web_app, clerk, form=first).id == ticket.id
    assert opened(web_app, clerk, form=second).id != ticket.id
    assert opened(web_app, other_clerk, form=first).id != ticket.id


def test_an_entry_does_not_count_as_mail_of_the_mailbox(web_app: Flask, clerk: Visitor) -> None:
    opened(web_app, clerk)
    with web_app.app_context():
        assert tally.accounting().total == 0
        assert tally.accounting().mailboxes == ()


def test_a_password_that_was_written_down_is_kept_nowhere(web_app: Flask, clerk: Visitor) -> None:
    ticket = opened(web_app, clerk, said="My old password is Sommer2019! and it fails.")
    assert "Sommer2019!" not in clerk.get(f"/tickets/{ticket.id}").text
    with web_app.app_context():
        assert b"Sommer2019!" not in ledger.raw_bytes(ticket.messages[0].ledger_id)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"arrival": "pigeon"}, "Say how the request came."),
        ({"category": "spam"}, "Say what is wanted."),
        ({"name": "", "bar_id": "", "claimed_email": ""}, "Write down at least a name"),
        ({"bar_id": "none"}, "A Bar ID has digits."),
        ({"says_no_bar_id": "yes"}, "Either a Bar ID or none"),
        ({"bar_state": "C1"}, "Two letters"),
        ({"claimed_email": "ada at firm"}, "not a whole e-mail address"),
        ({"said": "x" * 10_001}, "At most 10,000 characters"),
        ({"claimed_email": "a@" + "." * 200_000 + "@"}, "At most 254 characters"),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_lost(
    clerk: Visitor, fields: dict[str, str], said: str
) -> None:
    answer = clerk.post("/new", **(CALL | {"asked_by": "Pat Legal"} | fields))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Pat Legal"' in answer.text
