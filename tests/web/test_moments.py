"""Errors, as people meet them: a page that says what happened, with one way on, readable everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import cast
from tests.web import axe, moments
from tests.web.conftest import DEMO_DAY
from tests.web.pages import sign_in
from tests.web.server import LiveServer, running

SAYS = {
    "error-409-changed": ("Someone was faster", "Open ticket #13 as it is now"),
    "error-409-impossible": ("That is not possible now", "Back to ticket #13"),
    "error-400-form": ("This page was open too long", "Back to ticket #13"),
    "error-413": ("That was too large", "Back to ticket #13"),
    "error-500": ("Something went wrong on our side", "Go to the start page"),
    "error-503": ("The helpdesk cannot reach its database", "Go to the start page"),
}


@pytest.fixture
def of_our_own(furnished: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """A gallery whose tickets may be touched."""
    own = shutil.copy(furnished, tmp_path / "gallery.sqlite3")
    with running(f"sqlite:///{own}", now=DEMO_DAY) as live:
        yield live


def test_every_error_says_what_happened_and_leads_on(of_our_own: LiveServer, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 720})
    sign_in(page, of_our_own.url, "clerk", cast.PASSWORD)
    assert set(SAYS) == set(moments.ERRORS)
    for name, (title, way_on) in SAYS.items():
        moments.ERRORS[name](page, of_our_own)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link")).to_have_text(way_on)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        if name in ("error-409-changed", "error-503"):  # within the frame, and bare; the others are made alike
            assert axe.complaints(page) == [], name
    page.close()
