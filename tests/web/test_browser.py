"""The pages as people meet them: real Chromium, by keyboard, on a small screen, in the dark, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk.store.desk import tickets
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import OutboxKind, TicketState
from tests import cast
from tests.web import axe
from tests.web.clearing import wait_until_armed
from tests.web.pages import Opener, all_pages
from tests.web.server import LiveServer, with_cast

LOOKS = (
    (1280, "light", axe.complaints),
    (1280, "dark", axe.complaints_of_colours),
    (320, "dark", axe.complaints_of_colours),
    (320, "light", axe.complaints),
)


STICKS_OUT = """() => [...document.querySelectorAll('.panel')].flatMap(panel =>
  [...panel.querySelectorAll('a, button, input, select, textarea, .usa-tag, .level, td, th, p')].filter(one => {
    const box = one.getClientRects()[0];
    const hidden = one.matches('.visually-hidden, .visually-hidden *');
    return box && !hidden && box.right > panel.getBoundingClientRect().right + 1;
  }).map(one => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`))"""


def does_not_scroll_sideways(page: Page, width: int, *, text: str = "100%") -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_accessible_wide_and_narrow_in_light_and_in_the_dark_and_never_scrolls_sideways(
    gallery: LiveServer, open_page: Opener, half: int
) -> None:
    page = open_page(gallery.url, "admin")
    found: dict[str, list[str]] = {}
    for name, path in list(all_pages(gallery).items())[half::2]:
        page.goto(gallery.url + path)
        for width, scheme, complaints in LOOKS:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert does_not_scroll_sideways(page, width), (name, width, scheme)
            assert page.evaluate(STICKS_OUT) == [], (name, width)
            found[f"{name}, {width}, {scheme}"] = complaints(page)
        assert does_not_scroll_sideways(page, 640), name
        assert does_not_scroll_sideways(page, 640, text="200%"), f"{name}, large text"
    assert {look: said for look, said in found.items() if said} == {}


def test_what_can_be_read_in_light_only_is_complained_of_in_the_dark(browser: Browser) -> None:
    page = browser.new_page()
    grey = "@media (prefers-color-scheme: dark) { i { color: #777 } b { background: #888 } }"
    words = "<p>Hm</p> <p><b>Hm</b></p> <p>Hm</p> <p><i>Hm</i></p> <p><b>Hm</b></p>"
    page.set_content(f"<style>{grey} p {{ color: #555 }}</style>{words}")
    assert axe.complaints_of_colours(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe.complaints_of_colours(page) == ["color-contrast: p:nth-child(2) > b, i"]
    page.close()


def test_the_sign_in_page_is_accessible(gallery: LiveServer, browser: Browser) -> None:
    page = browser.new_page()
    for width in (1280, 320):
        page.goto(f"{gallery.url}/login")
        assert does_not_scroll_sideways(page, width)
        assert axe.complaints(page) == []
    page.close()


def test_on_a_small_screen_every_cell_keeps_its_label(gallery: LiveServer, open_page: Opener) -> None:
    page = open_page(gallery.url, "admin", viewport={"width": 320, "height": 900})
    for path in ("/queue/review", "/failed", "/quarantine", "/todo", "/roster?find=Ma", "/staff", "/audit"):
        page.goto(gallery.url + path)
        unlabelled = page.evaluate(
            "Array.from(document.querySelectorAll('.cards tbody td, .cards tbody th'))"
            ".filter(cell => cell.getClientRects().length && !cell.dataset.label).length"
        )
        assert unlabelled == 0, path


def test_on_a_small_screen_the_views_are_one_line_that_unfolds(gallery: LiveServer, open_page: Opener) -> None:
    page = open_page(gallery.url, "admin", viewport={"width": 320, "height": 900})
    views = page.get_by_role("navigation", name="Queue views")
    box = views.bounding_box()
    assert box is not None
    assert box["height"] < 50
    views.get_by_text("Views").click()
    assert axe.complaints(page) == []
    views.get_by_role("link", name="Quarantine").click()
    expect(page.get_by_role("heading", name="Quarantine")).to_be_visible()


def approvals(live: LiveServer, ids: list[int]) -> list[int]:
    with live.app.app_context():
        return [ticket_id for ticket_id in ids if tickets.view(ticket_id).state is TicketState.HELD]


def press_when_armed(page: Page, key: str = "a") -> None:
    wait_until_armed(page)
    page.keyboard.press(key)


def test_a_key_held_down_approves_one_person_only(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 4)
    page = open_page(live.url)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    wait_until_armed(page)
    for _ in range(30):
        page.keyboard.down("a")
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    for _ in range(30):
        page.keyboard.down("a")
    page.keyboard.up("a")
    assert approvals(live, ids) == ids[:1]


def test_a_key_pressed_before_the_page_can_be_read_does_nothing(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 2)
    page = open_page(live.url)
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 60000"))
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    page.keyboard.press("a")
    page.clock.run_for(300)
    page.keyboard.press("a")
    assert page.url.endswith(f"/tickets/{ids[0]}?view=ready")
    assert approvals(live, ids) == []
    page.clock.run_for(300)
    page.keyboard.press("a")
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")


def test_a_double_click_sends_one_approval(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 3)
    page = open_page(live.url)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    page.get_by_role("button", name="Approve", exact=True).dblclick()
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    assert approvals(live, ids) == ids[:1]


def test_undo_by_key_takes_the_last_approval_back(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 2)
    page = open_page(live.url)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    press_when_armed(page)
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    expect(page.get_by_role("status")).to_contain_text("goes out in")
    page.keyboard.press("z")
    page.wait_for_url(f"**/tickets/{ids[0]}?view=ready")
    assert approvals(live, ids) == []
    with live.app.app_context():
        resets_left = [row for row in outbox.of_ticket(ids[0]) if row.kind is OutboxKind.RESET]
        assert [row.state.value for row in resets_left] == ["cancelled"]


def test_ask_leads_to_what_is_asked_for_and_a_page_about_one_form_sends_it_with_control_enter(
    live: LiveServer, open_page: Opener
) -> None:
    ids = with_cast(live, 2)
    page = open_page(live.url)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    page.keyboard.press("x")
    expect(page.get_by_label("name", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("x")
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    expect(page.get_by_role("status").first).to_contain_text("the requester was asked")
    page.goto(f"{live.url}/tickets/{ids[0]}/approve")
    wait_until_armed(page)
    page.keyboard.press("a")  # no letter approves what needs a second look
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("goes out in")
    assert approvals(live, ids) == ids[:1]


def test_back_from_a_ticket_one_stands_on_its_row_and_results_are_put_into_the_live_region(
    live: LiveServer, open_page: Opener
) -> None:
    ids = with_cast(live, 3)
    page = open_page(live.url)
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    page.keyboard.press("u")
    expect(page.locator(f"#t{ids[1]}")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f"#t{ids[2]}")).to_be_focused()
    page.add_init_script(
        "window.told = []; new MutationObserver(all => all.forEach(one => {"
        " if (one.target.dataset?.results !== undefined) one.addedNodes.forEach(node => told.push(node.innerText));"
        "})).observe(document, {childList: true, subtree: true});"
    )
    page.keyboard.press("s")
    expect(page.get_by_role("status").first).to_contain_text("1 ticket was marked as spam.")
    wait_until_armed(page)
    assert any("1 ticket was marked as spam." in text for text in page.evaluate("told.slice(-1)"))
    assert page.locator("[data-results] [data-seconds]").get_attribute("aria-hidden") == "true"


def test_letters_typed_into_a_field_are_only_letters(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 2)
    page = open_page(live.url)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    wait_until_armed(page)
    page.keyboard.press("n")
    page.keyboard.type("a sax az")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("n")
    expect(page.get_by_label("Note for colleagues")).to_have_value("a sax az")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Note saved.")
    assert approvals(live, ids) == []


def test_keys_can_be_turned_off(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 1)
    page = open_page(live.url)
    page.goto(f"{live.url}/settings")
    page.get_by_label("Single-letter keys").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    keys = page.locator("[data-key]").evaluate_all("all => all.map(one => one.dataset.key)")
    assert {"a", "u", "s", "U"} <= set(keys)
    wait_until_armed(page)
    for key in (*keys, "j", "k", "?", "1", "z"):
        page.keyboard.press(key)
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator("[aria-keyshortcuts], kbd:visible")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")
    assert page.url.endswith(f"/tickets/{ids[0]}?view=ready")
    assert approvals(live, ids) == []


def test_the_list_of_keys_opens_and_closes(live: LiveServer, open_page: Opener) -> None:
    page = open_page(live.url)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert axe.complaints(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_everything_works_without_a_script(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 6)
    page = open_page(live.url, java_script_enabled=False)
    page.get_by_role("link", name="Password reset").first.click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("goes out in")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was sent")
    page.goto(f"{live.url}/tickets/{ids[1]}?view=ready")
    page.get_by_label("Bar ID", exact=True).check()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("was asked")
    presses = [("PACER", "PACER account"), ("Not ours", "Another court"), ("Spam", "spam")]
    for number, (button, said) in enumerate(presses, 2):
        page.goto(f"{live.url}/tickets/{ids[number]}?view=ready")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("status")).to_contain_text(said)
    page.goto(f"{live.url}/tickets/{ids[5]}")
    page.get_by_label("Reason, for the record").fill("Asked by telephone to drop it.")
    page.get_by_role("button", name="Decline", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("was declined")
    page.get_by_role("button", name="Reopen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is open again")
    page.get_by_label("Colleague", exact=True).select_option(label="Supervisor")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is with Supervisor now.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_stale_tab_learns_what_changed(live: LiveServer, open_page: Opener) -> None:
    ids = with_cast(live, 2)
    slow, fast = open_page(live.url), open_page(live.url, "otherclerk")
    for page in (slow, fast):
        page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    fast.get_by_role("button", name="Approve", exact=True).click()
    fast.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    slow.get_by_role("button", name="Approve", exact=True).click()
    expect(slow.get_by_role("heading", name="Someone was faster")).to_be_visible()
    expect(slow.get_by_text("Reset approved by otherclerk")).to_be_visible()


@contextmanager
def nothing_moves(page: Page) -> Iterator[None]:
    """Whatever happens inside shifts no layout."""
    page.evaluate(
        "window.shifts = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(one => window.shifts += one.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    yield
    assert page.evaluate("window.shifts") == 0


def test_the_queue_draws_without_a_shift_and_its_counts_stay_fresh(live: LiveServer, open_page: Opener) -> None:
    with_cast(live, 2)
    page = open_page(live.url)
    page.clock.install()
    page.goto(f"{live.url}/queue/ready")
    with nothing_moves(page):
        with live.app.app_context():
            from tests.desk_work import receive

            receive(cast.mail(message_id="<late@filerquill.example>"))
        page.clock.run_for(31_000)
        expect(page.locator("[data-count=ready]:visible")).to_have_text("3")
