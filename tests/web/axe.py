"""What axe complains of on a page, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import JSHandle, Page

ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
CONTRAST = "color-contrast"  # all that the colour scheme changes
_SCRIPT = Axe().axe_script
_RUN = """([where, options]) => axe.run(where, options).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target).join(", ")}`)
)"""
# Of words that are drawn alike, on a ground that is drawn alike up to the root, the first.
_ONE_OF_A_KIND = """() => {
  const known = new Map(), kinds = new Map();
  const drawn = (node, ...names) => { const style = getComputedStyle(node); return names.map(name => style[name]); };
  const ground = node => {
    if (!node) return "";
    if (!known.has(node)) known.set(node, ground(node.parentElement) + drawn(
      node, "backgroundColor", "backgroundImage", "opacity", "filter", "position", "clip", "clipPath", "transform"));
    return known.get(node);
  };
  const isWritten = node => node.matches("input, select, textarea")
    || [...node.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim());
  for (const node of document.querySelectorAll("body *")) {
    if (!node.getClientRects().length || !isWritten(node)) continue;
    const off = node.closest(":disabled, [aria-disabled=true]") || node.control && node.control.disabled;
    const kind = [ground(node), Boolean(off), ...drawn(
      node, "color", "fontSize", "fontWeight", "visibility", "textShadow", "overflow")].join();
    if (!kinds.has(kind)) kinds.set(kind, node);
  }
  return [...kinds.values()];
}"""


def complaints(page: Page) -> list[str]:
    """The rules that the page as it stands breaks, each with the first places. Only those are worked out in full."""
    colours_apart = {"runOnly": list(ALL), "rules": {CONTRAST: {"enabled": False}}}
    return _run(page, page.evaluate_handle("document"), colours_apart) + complaints_of_colours(page)


def complaints_of_colours(page: Page) -> list[str]:
    """The contrast alone: measuring it takes most of the time, so one example stands for all that is drawn alike."""
    return _run(page, page.evaluate_handle(_ONE_OF_A_KIND), {"runOnly": [CONTRAST]})


def _run(page: Page, where: JSHandle, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [where, options | {"resultTypes": ["violations"]}])
    return found
