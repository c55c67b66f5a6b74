"""What pages look like at moments that no address leads to: errors as people meet them, bars, questions, boxes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route

from helpdesk import create_app
from helpdesk.store.desk import handling, queue, tickets
from tests.conftest import config_for
from tests.web.conftest import DEMO_DAY
from tests.web.server import LiveServer

Moment = Callable[[Page, LiveServer], None]
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/none"


def someone_was_faster(page: Page, live: LiveServer) -> None:
    """409: the page is out of date."""
    ticket_id = _open(page, live)
    other = live.staff["otherclerk"]
    with live.app.app_context():
        handling.assign(ticket_id, other.id, version=tickets.view(ticket_id).version, actor=other, now=DEMO_DAY)
    _press(page, "Close")


def not_possible(page: Page, live: LiveServer) -> None:
    """409: what is asked for cannot be done."""
    ticket_id = _open(page, live)
    page.get_by_label("Number of the ticket it belongs to").fill(f"#{ticket_id}")
    _press(page, "Merge")


def open_too_long(page: Page, live: LiveServer) -> None:
    """400: the form's token is of another session."""
    _open(page, live)
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(one => { one.value = 'old'; })")
    _press(page, "Close")


def too_large(page: Page, live: LiveServer) -> None:
    """413: more than any form of ours holds."""
    _open(page, live)
    note = page.get_by_label("Note for colleagues")
    note.evaluate("field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(300000); }")
    _press(page, "Note")


def too_many_attempts(page: Page, live: LiveServer) -> None:
    """429: a login that is tried again and again, in a browser that nobody is signed in with."""
    page.goto(f"{live.url}/login")
    for _ in range(6):
        page.get_by_label("Login").fill("somebody")
        page.get_by_label("Password").fill("not the password")
        _press(page, "Sign in")


def _thought_of_by_nobody(**_: object) -> str:
    return str(1 / 0)


def broken(page: Page, live: LiveServer) -> None:
    """500: something that nobody thought of."""
    live.app.testing = False  # answer as a court's server does, not as a test's
    working = live.app.view_functions["queue.page"]
    live.app.view_functions["queue.page"] = _thought_of_by_nobody
    page.goto(f"{live.url}/queue/ready")
    live.app.view_functions["queue.page"] = working


def no_database(page: Page, live: LiveServer) -> None:
    """503: the database does not answer."""
    with create_app(config_for(NOWHERE, base_url=live.url)).test_client() as client:
        with client.session_transaction(base_url=live.url) as session:
            session["token"] = "one of a better time"
        answer = client.get("/queue/ready", base_url=live.url)

    def instead(route: Route) -> None:
        route.fulfill(status=answer.status_code, content_type="text/html", body=answer.text)

    page.route("**/queue/ready", instead)
    page.goto(f"{live.url}/queue/ready")
    page.unroute("**/queue/ready")


def several_to_undo(page: Page, live: LiveServer) -> None:
    """The bar after an end of several tickets."""
    page.goto(f"{live.url}/queue/ready")
    boxes = page.locator("[data-pick]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    _press(page, "Close")


def several_questioned(page: Page, live: LiveServer) -> None:
    """The page before resets that are approved together."""
    page.goto(f"{live.url}/queue/ready")
    page.get_by_label("This page").check()
    _press(page, "Approve")


def keys(page: Page, live: LiveServer) -> None:
    """The list of keys."""
    page.goto(f"{live.url}/queue/ready")
    page.keyboard.press("?")


def views_unfolded(page: Page, live: LiveServer) -> None:
    """The views of a small screen, and the filters."""
    page.goto(f"{live.url}/queue/review")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def everything_unfolded(page: Page, live: LiveServer) -> None:
    """All that a ticket folds away."""
    _open(page, live)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.wait_for_load_state("networkidle")


ERRORS: dict[str, Moment] = {
    "error-409-changed": someone_was_faster,
    "error-409-impossible": not_possible,
    "error-400-form": open_too_long,
    "error-413": too_large,
    "error-500": broken,
    "error-503": no_database,
}
OTHERS: dict[str, Moment] = {
    "several-undo": several_to_undo,
    "several-approve": several_questioned,
    "keys": keys,
    "views-unfolded": views_unfolded,
    "ticket-unfolded": everything_unfolded,
}


def _open(page: Page, live: LiveServer) -> int:
    with live.app.app_context():
        ticket_id = queue.ids("ready", actor=live.staff["admin"], limit=1)[0]
    page.goto(f"{live.url}/tickets/{ticket_id}?view=ready")
    return ticket_id


def _press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()
