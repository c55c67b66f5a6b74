"""What staff see of the mail itself: related tickets, returned letters, the quarantine."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.store.database import db
from helpdesk.store.models import OutboxRow
from tests import cast
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
