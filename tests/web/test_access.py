"""Who may open what: everything is refused but what the table allows (security cases 37-40, 42, 45)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import create_app
from helpdesk.store.people import staff
from helpdesk.vocabulary import Role
from helpdesk.web.access import ANYONE, MATRIX
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import config_for
from tests.web.visitor import Visitor

EXAMPLES = {
    "view": "ready", "ticket_id": 1, "ledger_id": 1, "index": 0, "reset_id": 1, "outbox_id": 1, "staff_id": 1,
    "view_id": 1, "note_id": 1, "ecf_user_id": "500001", "token": "x", "name": "ask", "filename": "helpdesk.css",
    "staged_id": 1,
}  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every route's endpoint and an example of its address."""
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, adapter.build(rule.endpoint, {name: EXAMPLES[name] for name in rule.arguments}))
        for rule in app.url_map.iter_rules()
    ]


def shared_addresses(app: Flask) -> dict[str, list[str]]:
    """The endpoints by address: one address may have a page and the form it sends."""
    found: dict[str, list[str]] = {}
    for endpoint, path in addresses(app):
        found.setdefault(path, []).append(endpoint)
    return found


def test_every_route_is_in_the_table_and_the_table_names_no_other_37(web_app: Flask) -> None:
    routes = {rule.endpoint: (rule.methods or set()) - {"HEAD", "OPTIONS"} for rule in web_app.url_map.iter_rules()}
    assert routes == {endpoint: set(methods) for endpoint, methods in MATRIX.items()}


def test_every_route_method_and_role_answers_as_the_table_says_37(web_app: Flask) -> None:
    web_app.config["WTF_CSRF_ENABLED"] = False  # who, not whether the form is genuine
    for role in (None, *Role):
        cookie = None
        for path, endpoints in shared_addresses(web_app).items():
            for method in METHODS:
                visitor = Visitor(web_app.test_client())
                if role is not None:
                    cookie = cookie or _cookie_of_a_session(web_app, role)
                    visitor.client.set_cookie("helpdesk", cookie)
                answer = visitor.client.open(path, method=method, buffered=True)
                where = (role, method, path, answer.status_code)
                if any(_is_listed(endpoint, method, role) for endpoint in endpoints):
                    cookie = None if method == "POST" else cookie  # it may have ended the session
                    assert answer.status_code not in (403, 405), where
                    assert b"session has ended" not in answer.data, where
                elif role is None:
                    refused = answer.status_code in (401, 403, 404) or "/login" in answer.headers.get("Location", "")
                    assert refused, where
                else:
                    assert answer.status_code in (403, 405), where


def _is_listed(endpoint: str, method: str, role: Role | None) -> bool:
    """What the table says, read here anew."""
    methods = MATRIX[endpoint]
    method = "GET" if method == "HEAD" else method
    if method not in methods:
        return False
    rank = (None, Role.CLERK, Role.SUPERVISOR, Role.ADMIN).index
    return rank(role) >= rank(methods[method])


def _cookie_of_a_session(app: Flask, role: Role) -> str:
    """What the browser of somebody with this role keeps after signing in."""
    login = {Role.CLERK: "clerk", Role.SUPERVISOR: "supervisor", Role.ADMIN: "admin"}[role]
    client = app.test_client()
    with app.app_context():
        token = staff._begin_session(_id(login), 1, "test", cast.NOW)
    with client.session_transaction() as session:
        session["token"] = token
    cookie = client.get_cookie("helpdesk")
    assert cookie is not None
    return cookie.value


def _id(login: str) -> int:
    return next(entry.member.id for entry in staff.everyone() if entry.member.login == login)


def test_only_these_pages_are_public(web_app: Flask) -> None:
    public = {endpoint for endpoint, methods in MATRIX.items() if ANYONE in methods.values()}
    assert public == {
        "static", "public.favicon", "public.reset_link", "public.use_reset_link", "health.live", "health.ready",
        "account.sign_in", "account.check_sign_in",
    }  # fmt: skip


def test_an_anonymous_visitor_is_sent_to_sign_in_and_back(anonymous: Visitor) -> None:
    answer = anonymous.get("/tickets/1?view=ready")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/tickets/1%3Fview%3Dready"


def test_an_anonymous_visitor_cannot_tell_which_addresses_exist(anonymous: Visitor) -> None:
    assert anonymous.get("/nothing/here").headers["Location"].startswith("/login")
    assert anonymous.get("/metrics").headers["Location"].startswith("/login")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "x"]
)
def test_signing_in_never_leads_to_another_site(anonymous: Visitor, target: str) -> None:
    answer = anonymous.post("/login", login="clerk", password=cast.PASSWORD, next=target)
    assert answer.headers["Location"] == "/"


def test_the_demo_mailbox_does_not_exist_outside_the_demo(clerk: Visitor) -> None:
    assert clerk.get("/demo/outbox").status_code == 404


def test_signing_in_makes_a_new_session_and_ends_the_old_one_39(clerk: Visitor, web_app: Flask) -> None:
    with clerk.client.session_transaction() as session:
        old = session["token"]
    clerk.post("/login", login="clerk", password=cast.PASSWORD)
    with clerk.client.session_transaction() as session:
        assert session["token"] != old
    with web_app.app_context():
        assert staff.signed_in(old, now=cast.NOW) is None


def test_a_stolen_cookie_is_worthless_after_sign_out(clerk: Visitor) -> None:
    stolen = clerk.client.get_cookie("helpdesk")
    assert stolen is not None
    clerk.post("/logout")
    clerk.client.set_cookie("helpdesk", stolen.value)
    assert clerk.get("/queue/ready").status_code == 303


@pytest.mark.parametrize("change", ["disabled", "another role", "another password"])
def test_sessions_die_with_a_change_of_the_account_40(clerk: Visitor, web_app: Flask, change: str) -> None:
    assert clerk.get("/queue/ready").status_code == 200
    with web_app.app_context():
        if change == "disabled":
            staff.disable(_id("clerk"), actor=cast.NOBODY, now=cast.NOW)
        else:
            role = Role.SUPERVISOR if change == "another role" else Role.CLERK
            password = cast.PASSWORD if change == "another role" else "another good password"
            staff.add("clerk", role, password, actor=cast.NOBODY, now=cast.NOW)
    assert clerk.get("/queue/ready").status_code == 303


def test_a_session_ends_when_idle_and_the_page_refreshing_itself_does_not_keep_it_alive(
    clerk: Visitor, web_app: Flask
) -> None:
    for minutes in (10, 20, 29):
        web_app.extensions[CLOCK] = lambda minutes=minutes: cast.NOW + timedelta(minutes=minutes)
        assert clerk.get("/queue/counts").status_code == 200
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(minutes=31)
    assert clerk.get("/queue/counts").status_code == 401
    assert clerk.get("/queue/ready").status_code == 303


def test_working_keeps_a_session_alive(clerk: Visitor, web_app: Flask) -> None:
    for minutes in (20, 40, 60, 80):
        web_app.extensions[CLOCK] = lambda minutes=minutes: cast.NOW + timedelta(minutes=minutes)
        assert clerk.get("/queue/ready").status_code == 200


def test_wrong_and_unknown_logins_look_alike_and_five_failures_throttle_42(
    anonymous: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = anonymous.post("/login", login="clerk", password="not the password")
    unknown = anonymous.post("/login", login="nobody", password="not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert (
        wrong.text.replace("clerk", "").split("<main")[1].count("not right") == unknown.text.count("not right") == 1
    )
    for _ in range(4):
        anonymous.post("/login", login="clerk", password="not the password")
    throttled = anonymous.post("/login", login="clerk", password=cast.PASSWORD)
    assert throttled.status_code == 429
    assert "15 minutes" in throttled.text
    said = [record.getMessage() for record in caplog.records if "127.0.0.1" in record.getMessage()]
    assert said == 6 * ["a sign-in from '127.0.0.1' was refused"] + ["sign-ins from '127.0.0.1' are throttled"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost:8080"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "localhost, evil.example"},
    ],
)
def test_a_forged_host_is_refused_45(anonymous: Visitor, headers: dict[str, str]) -> None:
    answer = anonymous.get("/login", headers=headers)
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_health_answers_a_probe_by_address_and_says_what_is_wrong(anonymous: Visitor) -> None:
    assert anonymous.get("/health/live", headers={"Host": "10.0.0.7:8080"}).json == {"status": "ok"}
    answer = anonymous.get("/health/ready", headers={"Host": "10.0.0.7:8080"})
    assert answer.status_code == 503
    assert [reason.split(":")[0] for reason in answer.get_json()["reasons"]] == ["poller", "worker", "mailbox"]


@pytest.mark.parametrize(("proxies", "answers"), [(0, [429, 429]), (1, [429, 401])])
def test_behind_a_trusted_proxy_each_visitor_is_throttled_apart_42(
    sqlite_url: str, proxies: int, answers: list[int]
) -> None:
    """Without one, the header is the visitor's own invention and changes nothing."""
    app = create_app(config_for(sqlite_url, trusted_proxies=proxies))
    app.extensions[CLOCK] = lambda: cast.NOW
    visitor = Visitor(app.test_client())

    def fail(asks_for: str) -> int:
        form = {"login": "clerk", "password": "wrong", "csrf_token": visitor.token()}
        return visitor.client.post("/login", data=form, headers={"X-Forwarded-For": asks_for}).status_code

    for _ in range(5):
        assert fail("192.0.2.1") == 401
    assert [fail("192.0.2.1"), fail("192.0.2.2")] == answers
