"""How fast a clerk without hesitation clears ready resets by keyboard, in real Chromium.

``python -m bench.clearing`` prints keys and seconds for 20 resets, and how long the next ticket took to be drawn.
Each page arms its Approve key only after 400 ms, so 20 resets cannot take less than 8 seconds.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import cast
from tests.databases import migrate
from tests.web.clearing import clear
from tests.web.pages import sign_in
from tests.web.server import CHROMIUM, SWITCHES, running, with_cast

RESULTS = Path(__file__).resolve().parent / "results"
RESETS, MOST_KEYS, MOST_SECONDS, SOON_ENOUGH = 20, 22, 12, 150


def main() -> None:
    """Clear them, print the figures beside their bounds, write JSON."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/desk.sqlite3"
        migrate(url)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        with running(url) as live:
            with_cast(live, RESETS)
            gc.freeze()  # as wsgi.py does
            page = browser.new_page()
            sign_in(page, live.url, "clerk", cast.PASSWORD)
            cleared = clear(page, RESETS)
            browser.close()
    drawn = sorted(cleared.drawn)
    p95 = drawn[int(len(drawn) * 0.95)]
    print(f"                     the machine's load is {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
    print(f"{RESETS} ready resets     keys {cleared.keys} (at most {MOST_KEYS})")
    print(f"                     seconds {cleared.seconds:.1f} (at most {MOST_SECONDS})")
    print(f"key to next ticket   p50 {drawn[len(drawn) // 2]:.0f} ms, p95 {p95:.0f} ms (at most {SOON_ENOUGH})")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "clearing.json").write_text(json.dumps(asdict(cleared), indent=2) + "\n")


if __name__ == "__main__":
    main()
