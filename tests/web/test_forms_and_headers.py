"""Forms need their token, GET changes nothing, every answer carries its headers (security cases 38, 53)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from helpdesk import create_app
from helpdesk.store.database import db
from helpdesk.web.access import MATRIX
from tests import cast
from tests.conftest import config_for, put_on_roll
from tests.desk_work import receive
from tests.web.test_access import addresses
from tests.web.visitor import Visitor


def test_every_post_without_its_token_is_refused_in_plain_words_38(admin: Visitor, web_app: Flask) -> None:
    for endpoint, path in addresses(web_app):
        if "POST" in MATRIX[endpoint]:
            answer = admin.client.post(path, data={"csrf_token": "forged"})
            assert answer.status_code == 400, endpoint
            assert "open too long" in answer.text


def test_no_get_writes_to_the_domain_38(admin: Visitor, web_app: Flask) -> None:
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        receive(cast.mail())
        before = _everything()
    for endpoint, path in addresses(web_app):
        if "GET" in MATRIX[endpoint]:
            admin.get(path)
            admin.client.head(path, buffered=True)
    with web_app.app_context():
        assert _everything() == before


def _everything() -> dict[str, list[tuple[object, ...]]]:
    tables = [table for table in db.metadata.sorted_tables if table.name not in ("staff_session", "sign_in_attempt")]
    return {
        table.name: [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table.name}"))]  # noqa: S608
        for table in tables
    }


@pytest.mark.parametrize("path", ["/login", "/queue/ready", "/nothing", "/queue/counts", "/password-reset/x"])
def test_every_page_carries_the_headers_53(clerk: Visitor, path: str) -> None:
    headers = clerk.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_over_tls_the_cookie_is_bound_to_the_host_53(sqlite_url: str) -> None:
    app = create_app(config_for(sqlite_url, base_url="https://helpdesk.court.example"))
    answer = app.test_client().get("/login", buffered=True, base_url="https://helpdesk.court.example")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-helpdesk=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert f"; {attribute}" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    with app.app_context():
        db.engine.dispose()


def test_static_files_are_kept_for_ever_only_under_their_own_hash(clerk: Visitor) -> None:
    page = clerk.get("/queue/ready").text
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(links) == 4
    for link in links:
        answer = clerk.get(link)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert clerk.get("/static/helpdesk.css?v=000000000000").headers["Cache-Control"] == "no-cache"
    assert clerk.get("/static/..%2f__init__.py").status_code == 404


def test_no_template_holds_inline_script_or_style() -> None:
    for template in Path("templates").rglob("*.html"):
        written = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*src=)", written), template.name
        assert not re.search(r"\|\s*safe", written), template.name


def test_a_broken_server_says_so_without_details(
    clerk: Visitor, web_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_app.testing = False
    web_app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(web_app.view_functions, "queue.page", lambda **_: 1 / 0)
    answer = clerk.get("/queue/ready")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Nothing was lost" in answer.text


@pytest.mark.parametrize(
    "path", ["/queue/ready?sort=a%00b", "/tickets/1?find=%00", "/search/filer/5%00", "/search?q=a%00"]
)
def test_no_page_is_asked_with_a_nul(clerk: Visitor, path: str) -> None:
    """PostgreSQL would answer with an error of its own."""
    assert clerk.get(path).status_code == 400
    assert clerk.post("/login", login="cl\0erk", password="x").status_code == 400
