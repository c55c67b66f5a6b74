"""Pictures of every page at 1280 and 320 px and in the dark: ``make screenshots``. Look at them."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import cast
from tests.databases import copy_sqlite, migrate
from tests.project import PROJECT
from tests.web import moments
from tests.web.conftest import DEMO_DAY
from tests.web.pages import all_pages, sign_in
from tests.web.server import CHROMIUM, SWITCHES, LiveServer, furnish, running

PICTURES = PROJECT / "instance" / "screenshots"  # not test-results, which every test run empties
IMAGES = PROJECT / "docs" / "images"
IN_README = {"queue": "queue.png", "ready-ticket": "ticket.png", "metrics": "metrics.png"}
LISTS = ("waiting", "unassigned", "answered", "spam")  # besides those among all pages
LOOKS = {"1280": (1280, 900, "light"), "dark": (1280, 900, "dark"), "320": (320, 720, "light")}


def main() -> int:
    """Take all pictures; the folder is emptied first."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/gallery.sqlite3"
        migrate(url)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        furnished = Path(folder) / "furnished.sqlite3"
        with running(url, now=DEMO_DAY) as live:
            furnish(live, DEMO_DAY)
        copy_sqlite(Path(folder) / "gallery.sqlite3", furnished)
        for look in LOOKS:  # moments change things, so each look has a gallery of its own
            own = shutil.copy(furnished, Path(folder) / f"{look}.sqlite3")
            with running(f"sqlite:///{own}", now=DEMO_DAY) as live:
                _take(browser, live, look)
        browser.close()
    print(f"{len(list(PICTURES.iterdir()))} pictures in {PICTURES.relative_to(PROJECT)}", file=sys.stderr)
    return 0


def _take(browser: Browser, live: LiveServer, look: str) -> None:
    width, height, scheme = LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, live.url, "admin", cast.PASSWORD)
    lists = {f"queue-{view}": f"/queue/{view}" for view in LISTS}
    for name, path in (all_pages(live) | lists).items():
        page.goto(live.url + path)
        page.screenshot(path=PICTURES / f"{name}-{look}.png", full_page=True)
        if look == "1280" and name in IN_README:
            page.screenshot(path=IMAGES / IN_README[name])
    for name, moment in (moments.ERRORS | moments.OTHERS).items():
        moment(page, live)
        page.screenshot(path=PICTURES / f"{name}-{look}.png", full_page=name != "keys")
    context.clear_cookies()
    page.goto(f"{live.url}/login")
    page.screenshot(path=PICTURES / f"login-{look}.png", full_page=True)
    moments.too_many_attempts(page, live)
    page.screenshot(path=PICTURES / f"error-429-{look}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
