"""Every page a signed-in person can open, by name."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from helpdesk.store.desk import queue
from tests.web.server import LINK, LiveServer

Opener = Callable[..., Page]  # of the fixture open_page


def all_pages(live: LiveServer) -> dict[str, str]:
    """Name and address of every page, with the tickets that this server has."""
    with live.app.app_context():
        admin = live.staff["admin"]
        ready = queue.page("ready", actor=admin).rows[0].id
        review = [row.id for row in queue.page("review", actor=admin).rows]
        sent = queue.page("sent", actor=admin).rows[0].id
        several = next(row.id for row in queue.page("review", actor=admin).rows if row.requests > 1)
        proposed = next(row.id for row in queue.page("review", actor=admin).rows if row.filer)
        asleep = queue.page("snoozed", actor=admin).rows[0].id
        second = queue.page("second", actor=admin).rows[0].id
        failed = queue.page("answered", actor=admin).rows[0].id
    views = {f"queue-{view}": f"/queue/{view}" for view in ("review", "second", "snoozed", "mine", "sent", "closed")}
    return {
        "queue": "/queue/ready",
        **views,
        "ready-ticket": f"/tickets/{ready}?view=ready",
        "review-ticket": f"/tickets/{review[0]}?view=review",
        "another-review-ticket": f"/tickets/{review[-1]}?view=review&find=Ma",
        "several-filers": f"/tickets/{several}?view=review",
        "second-approval": f"/tickets/{second}?view=second",
        "snoozed-ticket": f"/tickets/{asleep}?view=snoozed",
        "sent-ticket": f"/tickets/{sent}?view=sent",
        "answered-ticket": f"/tickets/{failed}",
        "confirm": f"/tickets/{proposed}/approve?view=review",
        "answer": f"/tickets/{proposed}/letter?reply=general&view=review",
        "mentions": "/mentions",
        "new": "/new",
        "todo": "/todo",
        "failed": "/failed",
        "quarantine": "/quarantine",
        "search": "/search?q=reset",
        "search-empty": "/search?q=zzzz",
        "settings": "/settings",
        "password-again": "/password?next=/settings",
        "metrics": "/metrics?days=30",
        "roster": "/roster?find=Ma",
        "brakes": "/brakes",
        "letters": "/letters",
        "letter": "/letters/ask?language=es",
        "audit": "/audit",
        "staff": "/staff",
        "not-found": "/tickets/99999",
        "link": f"/password-reset/{LINK}",
        "link-used": "/password-reset/wrong",
    }


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    """Sign in through the page."""
    page.goto(f"{url}/login")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/queue/*")
