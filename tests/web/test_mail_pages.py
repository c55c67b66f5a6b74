"""What staff see of the mail itself: related tickets, returned letters, the quarantine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.store.database import db
from helpdesk.store.incoming import ledger, quarantine
from helpdesk.store.models import OutboxRow
from helpdesk.store.outgoing import dispatch, outbox
from helpdesk.store.people import staff
from tests import cast, desk_work
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor


@pytest.fixture
def asked(web_app: Flask) -> str:
    """Ada was asked for her Bar ID; the letter's Message-ID."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        receive(cast.mail("Please reset my CM/ECF password. My name is Ada Filer."))
        return db.session.execute(select(OutboxRow.message_id)).scalar_one()


def test_tickets_that_answer_each_other_but_were_kept_apart_name_each_other(
    clerk: Visitor, web_app: Flask, asked: str
) -> None:
    with web_app.app_context():
        receive(cast.mail(sender=cast.MALLORY, message_id="<2@x.example>", headers={"In-Reply-To": asked}))
    assert '<a href="/tickets/1">ticket #1</a>' in clerk.get("/tickets/2").text
    assert '<a href="/tickets/2">Ticket #2</a>' in clerk.get("/tickets/1").text


def test_an_address_that_returns_our_mail_is_marked_wherever_staff_may_use_it(
    clerk: Visitor, supervisor: Visitor, web_app: Flask
) -> None:
    later = cast.NOW + timedelta(minutes=1)
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        receive(cast.mail())
        clerk_ = next(entry.member for entry in staff.everyone() if entry.member.login == "clerk")
        desk_work.approve(1, clerk_)
        for row in outbox.claim(now=later):
            dispatch.prepare(row, dispatch=desk_work.dispatch(), now=later)
            dispatch.sent(row, connector=desk_work.dispatch().connector, now=later)
        sent = db.session.execute(select(OutboxRow.message_id).where(OutboxRow.kind == "reset")).scalar_one()
        receive(cast.bounce(sent), now=later)
    pages = [clerk.get("/tickets/1"), clerk.get("/todo"), clerk.get("/failed"), supervisor.get("/roster?find=Filer")]
    assert ["came back" in page.text for page in pages] == [True] * len(pages)
    assert clerk.post("/tickets/1/address-works", version="1").status_code == 303
    assert "The address works" not in clerk.get("/tickets/1").text


def test_everything_in_quarantine_is_tried_again_by_one_button(clerk: Visitor, web_app: Flask) -> None:
    with web_app.app_context():
        for number in range(3):
            quarantine.set_aside(desk_work.store(cast.mail(subject=f"{number}")), "It is odd.", now=cast.NOW)
    page = clerk.get("/quarantine").text
    assert page.count("It is odd.") == 3
    assert clerk.post("/quarantine/again").status_code == 303
    assert "The quarantine is empty" in clerk.get("/quarantine").text
    with web_app.app_context():
        assert len(ledger.pending(limit=9, again=True)) == 3
