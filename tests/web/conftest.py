"""Visitors: the test client for rules, real Chromium against a real server for what people see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import add_staff, put_on_roll
from tests.databases import copy_sqlite
from tests.desk_work import receive
from tests.shared import once
from tests.web.pages import Opener, sign_in
from tests.web.server import CHROMIUM, SWITCHES, LiveServer, furnish, running
from tests.web.visitor import Visitor

DEMO_DAY = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # the day on which the demo's roll is true


@pytest.fixture
def web_app(sqlite_app: Flask) -> Flask:
    """The application with staff of every role, at the cast's time."""
    sqlite_app.extensions[CLOCK] = lambda: cast.NOW
    with sqlite_app.app_context():
        add_staff(cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR, cast.ADMIN)
    return sqlite_app


@pytest.fixture
def anonymous(web_app: Flask) -> Visitor:
    """Nobody in particular."""
    return Visitor(web_app.test_client())


@pytest.fixture
def clerk(web_app: Flask) -> Visitor:
    """A signed-in clerk."""
    return Visitor(web_app.test_client()).signed_in("clerk")


@pytest.fixture
def other_clerk(web_app: Flask) -> Visitor:
    """Another signed-in clerk."""
    return Visitor(web_app.test_client()).signed_in("otherclerk")


@pytest.fixture
def supervisor(web_app: Flask) -> Visitor:
    """A signed-in supervisor."""
    return Visitor(web_app.test_client()).signed_in("supervisor")


@pytest.fixture
def admin(web_app: Flask) -> Visitor:
    """A signed-in administrator."""
    return Visitor(web_app.test_client()).signed_in("admin")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium."""
    return {"executable_path": CHROMIUM, "args": SWITCHES}


@pytest.fixture(scope="session")
def furnished(run_folder: Path, sqlite_template: Path) -> Path:
    """A database with something for every page."""

    def furnish_one(file: Path) -> None:
        workshop = file.with_suffix(".workshop")
        shutil.copy(sqlite_template, workshop)
        with running(f"sqlite:///{workshop}", now=DEMO_DAY) as live:
            furnish(live, DEMO_DAY)
        copy_sqlite(workshop, file)

    return once(run_folder / "gallery.sqlite3", furnish_one)


@pytest.fixture(scope="session")
def gallery(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with something on every page, to look at; no test changes it."""
    own = shutil.copy(furnished, tmp_path_factory.mktemp("gallery"))
    with running(f"sqlite:///{own}", now=DEMO_DAY) as live:
        yield live


@pytest.fixture
def live(sqlite_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A server of one's own, empty but for its staff."""
    with running(sqlite_url) as server:
        yield server


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """A page of a browser of its own; any complaint on its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(url: str, login: str = "clerk", **look: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | look))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, url, login, cast.PASSWORD)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if "404" not in text and "409" not in text] == []


@pytest.fixture
def ticket(web_app: Flask) -> int:
    """Ada's complete request, ready."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE, replace(cast.NAMESAKE, first_name="Ada", last_name="Filer"))
        return receive(cast.mail()).ticket_id or 0
