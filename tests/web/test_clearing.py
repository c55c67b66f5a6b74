"""A morning's ready resets, cleared by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from helpdesk.store import audit
from helpdesk.store.desk import tickets
from helpdesk.vocabulary import TicketState
from tests.web.clearing import clear
from tests.web.pages import Opener
from tests.web.server import LiveServer, with_cast


def test_twenty_ready_resets_take_22_keys_and_are_twenty_decisions_on_the_record(
    live: LiveServer, open_page: Opener
) -> None:
    ids = with_cast(live, 20)
    page = open_page(live.url)
    cleared = clear(page, 20)
    expect(page.get_by_role("heading", name="Nothing is ready to approve")).to_be_visible()
    assert cleared.keys <= 22
    assert cleared.seconds < 60  # 12 on an idle machine: bench/clearing
    with live.app.app_context():
        assert {tickets.view(ticket_id).state for ticket_id in ids} == {TicketState.HELD}
        approved = audit.events(limit=20)
        assert [(event.kind, event.actor, event.ticket_id) for event in reversed(approved)] == [
            ("reset_approved", "clerk", ticket_id) for ticket_id in ids
        ]
        assert audit.verify().ok
