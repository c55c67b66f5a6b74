"""What axe complains of on a page, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast",)  # all that the colour scheme changes
_SCRIPT = Axe().axe_script
_RUN = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target).join(", ")}`)
)"""


def complaints(page: Page, rules: tuple[str, ...] = ALL) -> list[str]:
    """The rules that the page as it stands breaks, each with the first places. Only those are worked out in full."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_RUN, list(rules))
    return found
