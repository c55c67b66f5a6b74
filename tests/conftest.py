"""What all tests share: databases, the application, and a fence around the network."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.ctx import AppContext
from hypothesis import settings
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from helpdesk.config import Config, MailServer, Transport
from helpdesk.policy import Court
from helpdesk.rules import Rules, load_rules
from helpdesk.store.people import staff
from helpdesk.store.roll import imports
from helpdesk.vocabulary import StaffMember
from tests import cast
from tests.apps import application
from tests.databases import SECRET, PostgreSQL, migrate, shared_postgresql
from tests.project import PROJECT
from tests.shared import folder_of_the_run, once

settings.register_profile("busy machines", deadline=5000)  # milliseconds; the usual 200 say how busy the machine is
settings.load_profile("busy machines")
_connect = socket.socket.connect


def _only_loopback(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test tried to reach {host}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches anything but this machine."""
    monkeypatch.setattr(socket.socket, "connect", _only_loopback)


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> None:
    """Passwords are hashed for real, but cheaply: the cost protects a database that tests throw away."""
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> None:
    """Tests kill processes, not machines: what a process wrote stays written, also where nothing was synced."""

    def relax(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", relax)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The project's own rules."""
    return load_rules(PROJECT / "rules")


@pytest.fixture(scope="session")
def court(rules: Rules) -> Court:
    """The court of the project's own rules."""
    return rules.court


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all processes of the run share."""
    return folder_of_the_run(tmp_path_factory)


@pytest.fixture(scope="session")
def postgresql_server(run_folder: Path) -> Iterator[PostgreSQL]:
    """One PostgreSQL server for the whole run."""
    with shared_postgresql(run_folder) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """A migrated SQLite file that tests copy."""
    return once(run_folder / "template.sqlite3", lambda file: migrate(f"sqlite:///{file}"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    file = tmp_path / "helpdesk.sqlite3"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database, once of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    url = server.fresh()
    yield url
    server.give_back(url)


def config_for(database_url: str, **changes: Any) -> Config:
    """Deployment settings of a test."""
    settings: dict[str, Any] = {
        "database_url": database_url,
        "secret_key": SECRET,
        "base_url": "http://localhost",
        "smtp": MailServer(transport=Transport.PLAIN, host="127.0.0.1", port=9),
        "rules_dir": PROJECT / "rules",
    }
    return Config(**(settings | changes))


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application on a fresh database of each kind."""
    with application(config_for(database_url)) as app:
        yield app


@pytest.fixture
def sqlite_app(sqlite_url: str) -> Iterator[Flask]:
    """The application on a fresh SQLite database, where the kind of database does not matter."""
    with application(config_for(sqlite_url)) as app:
        yield app


@pytest.fixture
def inside(app: Flask) -> Iterator[AppContext]:
    """Inside the application, on each kind of database."""
    with app.app_context() as context:
        yield context


def add_staff(*people: tuple[str, Any]) -> dict[str, StaffMember]:
    """Accounts for these people, by login; needs an application context."""
    return {
        login: staff.add(login, role, cast.PASSWORD, actor=cast.NOBODY, now=cast.NOW, name=login.title())
        for login, role in people
    }


def put_on_roll(*filers: Any) -> None:
    """Make these filers the whole roll; needs an application context."""
    differences = imports.compare(filers, now=cast.NOW)
    imports.apply(differences, file_name="roll.csv", sha256="0" * 64, actor=cast.NOBODY, now=cast.NOW)
