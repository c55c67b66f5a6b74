"""Other eyes than usual: forced colours, paper, and the keyboard that goes everywhere and is seen everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web import axe
from tests.web.pages import Opener, all_pages
from tests.web.server import LiveServer

WHERE = """() => {
  const at = document.activeElement;
  if (at === document.body || at === document.documentElement) return null;
  const again = at.walked === true && at !== window.before;  // inside a frame it stops several times
  at.walked = true;
  window.before = at;
  const box = at.getClientRects()[0], style = getComputedStyle(at);
  const seen = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    again,
    name: `${at.tagName} ${(at.getAttribute("aria-label") || at.textContent || at.id).trim().slice(0, 30)}`,
    drawn: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: Boolean(seen) && (at.contains(seen) || seen.contains(at) && !seen.matches("html, body, main")),
  };
}"""
REACHABLE = """[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(one => one.getClientRects().length).length"""


FORGET = "document.querySelectorAll('*').forEach(one => { delete one.walked; })"


def walk(page: Page, key: str) -> list[dict[str, Any]]:
    """Every place the focus stops at, until it comes round to one again.

    Between two of them it may be nowhere for a moment: at the page's end, or at the edge of a frame.
    """
    stops: list[dict[str, Any]] = []
    page.evaluate(FORGET)
    for _ in range(page.evaluate(REACHABLE) + 40):
        page.keyboard.press(key)
        stop = page.evaluate(WHERE)
        if stop is not None and stop["again"]:
            break
        if stop is not None:
            stops.append(stop)
    return stops


@pytest.mark.parametrize("name", ["queue", "review-ticket"])
def test_the_keyboard_reaches_everything_is_always_seen_and_never_under_a_bar(
    gallery: LiveServer, open_page: Opener, name: str
) -> None:
    page = open_page(gallery.url, "admin", viewport={"width": 1280, "height": 640}, reduced_motion="reduce")
    page.goto(gallery.url + all_pages(gallery)[name])
    page.evaluate("document.querySelectorAll('iframe').forEach(one => { one.loading = 'eager'; })")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.wait_for_load_state("networkidle")
    reachable = page.evaluate(REACHABLE)
    for key in ("Tab", "Shift+Tab"):
        stops = walk(page, key)
        assert [stop["name"] for stop in stops if not (stop["drawn"] and stop["uncovered"])] == [], (key, stops)
        assert len(stops) >= reachable, key


def test_forced_colours_keep_the_focus_the_tags_and_the_marks(gallery: LiveServer, open_page: Opener) -> None:
    page = open_page(gallery.url, "admin", forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for name in ("queue", "review-ticket", "new"):
        page.goto(gallery.url + all_pages(gallery)[name])
        assert axe.complaints(page) == [], name
        bare = page.evaluate(
            """() => [...document.querySelectorAll('.usa-tag, .level, main .usa-button, mark')]
              .filter(one => one.getClientRects().length && getComputedStyle(one).borderTopStyle === 'none')
              .map(one => one.className)"""
        )
        assert bare == [], name
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate(WHERE)["drawn"], name


def test_paper_gets_the_ticket_and_the_list_with_dates_and_without_bars(
    gallery: LiveServer, open_page: Opener
) -> None:
    page = open_page(gallery.url, "admin", viewport={"width": 720, "height": 1000})
    page.emulate_media(media="print")
    for name in ("review-ticket", "queue"):
        page.goto(gallery.url + all_pages(gallery)[name])
        for bar in ("header.bar", "footer", "#actions", ".views", "button", "input"):
            expect(page.locator(f"{bar}:visible")).to_have_count(0)
        expect(page.get_by_text("printed")).to_be_visible()
        cell = page.locator("table td:not(.no-print)").first
        assert cell.evaluate("one => getComputedStyle(one).display") == "table-cell"
        assert page.evaluate("document.documentElement.scrollWidth") <= 720
    moment = page.locator("td time").first
    assert "2026" in moment.evaluate("one => getComputedStyle(one, '::after').content")
    assert page.pdf(format="Letter").startswith(b"%PDF")
