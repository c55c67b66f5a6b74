"""Before what the court's rules name, whoever is signed in gives the password once more (case 46)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.store import audit
from helpdesk.store.approving import reset_views
from helpdesk.store.people import staff
from helpdesk.vocabulary import ResetState, Sensitive
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import approve, receive
from tests.web.plain_browser import PlainBrowser
from tests.web.visitor import Visitor

ASKED = "Your password, please"
LATER = cast.NOW + timedelta(minutes=16)


@pytest.fixture
def proposed(web_app: Flask) -> int:
    """A ticket on which a clerk approved what a second person must agree to."""
    with web_app.app_context():
        put_on_roll(replace(cast.ADA, email_changed_on=(cast.NOW - timedelta(days=3)).date()), cast.GRACE)
        ticket_id = receive(cast.mail()).ticket_id or 0
        clerk = next(entry.member for entry in staff.everyone() if entry.member.login == "clerk")
        approve(ticket_id, clerk, confirmed=True, why="Called back.")
    return ticket_id


def set_clock(app: Flask, now: datetime) -> None:
    app.extensions[CLOCK] = lambda: now


def ask_before(app: Flask, *deeds: Sensitive) -> None:
    """The court's rules name these."""
    rules = app.extensions["helpdesk"]._rules
    again = replace(rules.approvals.password_again, before=deeds)
    app.extensions["helpdesk"]._rules = replace(rules, approvals=replace(rules.approvals, password_again=again))


def state(app: Flask, ticket_id: int) -> ResetState | None:
    with app.app_context():
        made = reset_views.newest(ticket_id)
        return made.state if made else None


def token_of(browser: FlaskClient) -> str:
    with browser.session_transaction() as kept:
        return str(kept["token"])


def kinds(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(event.kind, event.actor) for event in audit.events(limit=3)]


def test_case_46_agreeing_long_after_signing_in_takes_the_password_and_loses_nothing(
    web_app: Flask, proposed: int
) -> None:
    """With forms as the pages have them, without a script."""
    supervisor = PlainBrowser(web_app, "supervisor")
    supervisor.expects = (200, 401)
    supervisor.open(f"/tickets/{proposed}?view=second")
    before = token_of(supervisor.client)
    set_clock(web_app, LATER)
    assert ASKED in supervisor.press("Agree")
    assert state(web_app, proposed) is ResetState.PROPOSED, "nothing happens before the password"
    assert "That is not your password" in supervisor.press("Go on", current_password="not this one at all")
    assert state(web_app, proposed) is ResetState.PROPOSED
    assert kinds(web_app)[0] == ("wrong_password", "supervisor")
    supervisor.press("Go on", current_password=cast.PASSWORD)
    assert state(web_app, proposed) is ResetState.OPEN
    assert kinds(web_app)[:2] == [("reset_agreed", "supervisor"), ("password_given_again", "supervisor")]
    with web_app.app_context():
        assert staff.signed_in(token_of(supervisor.client), now=LATER) is not None
        assert staff.signed_in(before, now=LATER) is None, "the old session is dead, as after signing in"


def test_case_46_within_the_time_nobody_is_asked(supervisor: Visitor, web_app: Flask, proposed: int) -> None:
    set_clock(web_app, cast.NOW - timedelta(minutes=16))
    assert supervisor.post(f"/tickets/{proposed}/agree", version=2).status_code == 401, "the clock was put back"
    set_clock(web_app, cast.NOW + timedelta(minutes=15))
    assert supervisor.post(f"/tickets/{proposed}/agree", version=2).status_code == 303
    assert state(web_app, proposed) is ResetState.OPEN


DEEDS = {
    Sensitive.APPROVE: ("clerk", "/tickets/{id}/approve", {}),
    Sensitive.APPROVE_CONFIRMED: ("clerk", "/tickets/{id}/approve", {"confirmed": "yes"}),
    Sensitive.APPROVE_SEVERAL: ("clerk", "/queue/ready/several/done", {"do": "approve", "tickets": "1.1"}),
    Sensitive.AGREE: ("clerk", "/tickets/{id}/agree", {}),
    Sensitive.ROSTER: ("supervisor", "/roster/staged/1/apply", {}),
    Sensitive.STAFF: ("admin", "/staff/1/disable", {}),
}


@pytest.mark.parametrize("deed", Sensitive)
def test_case_46_the_rules_choose_before_what_the_password_is_asked(
    deed: Sensitive, web_app: Flask, proposed: int, request: pytest.FixtureRequest
) -> None:
    login, path, fields = DEEDS[deed]
    visitor: Visitor = request.getfixturevalue(login)
    set_clock(web_app, LATER)
    for named in (deed, *(other for other in Sensitive if other is not deed)):
        ask_before(web_app, named)
        answer = visitor.post(path.format(id=proposed), version=2, filer=cast.ADA.ecf_user_id, **fields)
        also = {deed, Sensitive.APPROVE} if deed is Sensitive.APPROVE_CONFIRMED else {deed}
        assert (ASKED in answer.text) == (named in also), named


def test_case_46_five_wrong_passwords_are_the_last_for_a_while(supervisor: Visitor, web_app: Flask) -> None:
    set_clock(web_app, LATER)
    for _ in range(5):
        assert supervisor.post("/password", current_password="wrong password!").status_code == 401
    assert supervisor.post("/password", current_password=cast.PASSWORD).status_code == 429
    assert supervisor.post("/login", login="supervisor", password=cast.PASSWORD).status_code == 429


def test_case_46_the_page_of_accounts_asks_before_it_opens_and_repeats_no_password(
    admin: Visitor, web_app: Flask
) -> None:
    set_clock(web_app, LATER)
    asked = admin.get("/staff")
    assert asked.headers["Location"] == "/password?next=/staff"
    new = {"login": "new", "role": "clerk", "password": "a password of theirs"}
    assert admin.post("/staff", **new).headers["Location"] == "/password?next=/staff"
    page = admin.get("/password?next=/staff").text
    assert "Nothing was saved" in page
    assert "a password of theirs" not in page
    assert admin.post("/password", next="/staff", current_password=cast.PASSWORD).headers["Location"] == "/staff"
    assert admin.get("/staff").status_code == 200
    assert admin.post("/staff", **new).headers["Location"] == "/staff"
