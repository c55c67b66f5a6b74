"""Several tickets at once, with mouse and keys: ranges, whole lists, and the page before resets."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from helpdesk.store.desk import tickets
from helpdesk.vocabulary import TicketState
from tests.web import axe
from tests.web.clearing import wait_until_armed
from tests.web.pages import Opener
from tests.web.server import LiveServer, with_cast


def ticked(page: Page) -> list[bool]:
    """Which rows are ticked, from the top."""
    return page.locator("[data-pick]").evaluate_all("boxes => boxes.map(box => box.checked)")  # type: ignore[no-any-return]


def states(live: LiveServer, ids: list[int]) -> list[TicketState]:
    with live.app.app_context():
        return [tickets.view(ticket_id).state for ticket_id in ids]


def test_a_range_is_ticked_with_shift_by_mouse_and_by_key_and_ends_included(
    live: LiveServer, open_page: Opener
) -> None:
    with_cast(live, 6)
    page = open_page(live.url)
    boxes = page.locator("[data-pick]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert ticked(page) == [False, True, True, True, False, False]
    expect(page.locator("[data-picked]")).to_have_text("3 ticked")
    boxes.nth(3).click()
    boxes.nth(1).click(modifiers=["Shift"])  # upwards, and off again
    assert ticked(page) == [False] * 6
    for key in ("j", "j", "Space", "j", "j", "Shift+Space"):
        page.keyboard.press(key)
    assert ticked(page) == [False, True, True, True, False, False]
    page.get_by_label("This page").check()
    assert ticked(page) == [True] * 6


def test_a_list_longer_than_a_page_is_picked_whole_and_confirmed_first(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 52)
    page = open_page(live.url)
    assert len(ticked(page)) == 50
    page.locator("[data-row]").nth(49).focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.get_by_label("All 52 that match").check()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Mark as spam: 52 tickets?")).to_be_visible()
    assert set(states(live, ids)) == {TicketState.READY}
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_role("status").first).to_contain_text("52 tickets were marked as spam.")
    assert set(states(live, ids)) == {TicketState.SPAM}
    page.keyboard.press("z")
    expect(page.get_by_role("status").first).to_contain_text("52 tickets: undone. Nothing was sent.")
    assert set(states(live, ids)) == {TicketState.READY}


def test_resets_are_approved_together_after_a_page_that_lists_them_and_undone_together(
    live: LiveServer, open_page: Opener
) -> None:
    ids = with_cast(live, 27)
    page = open_page(live.url)
    page.get_by_label("This page").check()
    wait_until_armed(page)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Approve 25 resets?")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + 25)
    expect(page.get_by_text("only 25 are approved at once")).to_have_count(2)
    assert set(states(live, ids)) == {TicketState.READY}
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Approve 25").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("Resets for 25 tickets go out in")
    assert states(live, ids) == [TicketState.HELD] * 25 + [TicketState.READY] * 2
    page.keyboard.press("z")
    expect(page.get_by_role("status").first).to_contain_text("25 tickets: the reset was undone. Nothing was sent.")
    assert set(states(live, ids)) == {TicketState.READY}
