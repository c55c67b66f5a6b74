"""Real mail servers for the edge tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from flask import Flask
from flask.ctx import AppContext

from helpdesk.config import Config
from helpdesk.service.reading import ReadingRoom
from helpdesk.vocabulary import StaffMember
from tests import cast
from tests.apps import application
from tests.conftest import config_for, put_on_roll
from tests.edges.casework import everybody
from tests.edges.dovecot import Dovecot, dovecot


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of the tests."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process trusts the tests' authority, as a court's machine trusts the court's."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.fixture
def imap_server(authority: trustme.CA) -> Iterator[Dovecot]:
    """A fresh Dovecot with an empty inbox."""
    with dovecot(authority) as server:
        yield server


@contextmanager
def running(config: Config) -> Iterator[Flask]:
    """The application with these settings and the cast on its roll; its connections are closed at the end."""
    with application(config) as app:
        with app.app_context():
            put_on_roll(cast.ADA, cast.NAMESAKE)
        yield app


@pytest.fixture(scope="session")
def room() -> Iterator[ReadingRoom]:
    """One reading process for all tests: starting it takes a second."""
    with ReadingRoom() as shared:
        yield shared


@pytest.fixture
def mailbox_app(imap_server: Dovecot, sqlite_url: str) -> Iterator[Flask]:
    """The application pointed at the Dovecot."""
    with running(config_for(sqlite_url, mailboxes=(imap_server.plain,))) as app:
        yield app


@pytest.fixture
def people(inside: AppContext) -> dict[str, StaffMember]:
    """Two clerks by login, and everybody of their cases on the roll."""
    return everybody()


@pytest.fixture
def clerk(people: dict[str, StaffMember]) -> StaffMember:
    """One of them."""
    return people["clerk"]
