"""Whatever state a ticket is in, its page says what that means and lets at most one action stand out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk.store.desk import tickets
from helpdesk.vocabulary import TicketState
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.server import send_what_is_due
from tests.web.visitor import Visitor


@pytest.fixture
def ticket(web_app: Flask) -> int:
    """A ready request of Ada's."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        return receive(cast.mail()).ticket_id or 0


def standing_out(page: str) -> list[str]:
    """The buttons of the action bar that are filled, not outlined."""
    bar = page[page.index('id="actions"') : page.index("</section>", page.index('id="actions"'))]
    return re.findall(r'<button class="usa-button"[^>]*>(\w[\w ]*\w)', bar)


def test_one_action_stands_out_at_most_and_a_second_reset_never(web_app: Flask, clerk: Visitor, ticket: int) -> None:
    def press(action: str, **fields: object) -> str:
        with web_app.app_context():
            version = tickets.view(ticket).version
        answer = clerk.post(f"/tickets/{ticket}/{action}", version=version, filer=cast.ADA.ecf_user_id, **fields)
        assert answer.status_code == 303, answer.text
        return clerk.get(f"/tickets/{ticket}").text

    assert standing_out(clerk.get(f"/tickets/{ticket}").text) == ["Approve"]
    page = press("ask", missing="bar_id")
    assert standing_out(page) == []
    assert "comes back by itself" in page
    assert standing_out(press("snooze", until=(cast.NOW + timedelta(days=2)).isoformat())) == ["Wake now"]
    assert standing_out(press("spam")) == ["Reopen"]
    assert standing_out(press("reopen")) == ["Approve"]
    page = press("approve", confirmed="yes")
    assert standing_out(page) == ["Undo"]
    later = cast.NOW + timedelta(minutes=1)
    web_app.extensions[CLOCK] = lambda: later
    with web_app.app_context():
        send_what_is_due(later)
        send_what_is_due(later)
        assert tickets.view(ticket).state is TicketState.SENT
    page = clerk.get(f"/tickets/{ticket}").text
    assert standing_out(page) == []
    assert "Approve another reset" in page
    assert 'data-key="a"' not in page
    press("approve")
    with web_app.app_context():
        assert tickets.view(ticket).state is TicketState.SENT  # it asked for the page with the reasons first
    assert ">Approve <kbd" in clerk.get(f"/tickets/{ticket}/approve").text
    assert standing_out(press("close")) == ["Reopen"]
