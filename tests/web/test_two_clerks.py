"""Two clerks in two browsers: each sees the other, and one decision is made once."""

from __future__ import annotations

from playwright.sync_api import expect

from helpdesk.store import audit
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import OutboxKind
from tests.web.pages import Opener
from tests.web.server import LiveServer, with_cast

PRESS = "document.querySelector('#actions [data-key=a]').click()"


def test_of_two_clerks_who_press_approve_at_once_one_does_and_the_other_learns_who(
    live: LiveServer, open_page: Opener
) -> None:
    ids = with_cast(live, 3)
    pages = [open_page(live.url), open_page(live.url, "otherclerk")]
    for page in pages:
        page.goto(f"{live.url}/tickets/{ids[0]}")
    for page in pages:
        page.evaluate(PRESS)
    faster = [page.get_by_text("Approved by") for page in pages]
    slower = [page.get_by_role("heading", name="Someone was faster") for page in pages]
    for page, done, late in zip(pages, faster, slower, strict=True):
        expect(done.or_(late).first).to_be_visible()
        page.wait_for_load_state()
    assert sorted(late.count() for late in slower) == [0, 1]
    with live.app.app_context():
        approved = [event for event in audit.events(ticket_id=ids[0]) if event.kind == "reset_approved"]
        assert len(approved) == 1
        assert len([row for row in outbox.of_ticket(ids[0]) if row.kind is OutboxKind.RESET]) == 1
    loser = pages[[late.count() for late in slower].index(1)]
    expect(loser.get_by_text(f"Reset approved by {approved[0].actor}")).to_be_visible()


def test_a_list_and_a_ticket_say_who_has_it_open(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 2)
    first, second = open_page(live.url), open_page(live.url, "otherclerk")
    with first.expect_response("**/presence"):
        first.goto(f"{live.url}/tickets/{ids[0]}")
        first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    second.goto(f"{live.url}/queue/ready")
    rows = second.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("Open with Clerk")
    expect(rows.nth(1)).not_to_contain_text("Open with")
    second.goto(f"{live.url}/tickets/{ids[0]}")
    expect(second.get_by_text("Open with Clerk")).to_be_visible()
