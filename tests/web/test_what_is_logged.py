"""A database that is full or takes nothing: said in plain words, and logged without what it was to take (case 61)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, insert
from sqlalchemy.exc import IntegrityError

from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.models import Note
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.apps import application
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import PostgreSQL
from tests.desk_work import receive
from tests.web.visitor import Visitor

SECRET = "what Ada told us in confidence"


@contextmanager
def _saying(app: Flask, pragma: str) -> Iterator[None]:
    """Every connection of an SQLite database is told this before it is used."""

    def tell(connection: object, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", tell)
    try:
        yield
    finally:
        event.remove(engine, "checkout", tell)
        engine.dispose()


@contextmanager
def _read_only(app: Flask, url: str) -> Iterator[None]:
    """A PostgreSQL server that takes nothing, as a standby does."""
    name = url.rpartition("/")[2]
    with app.app_context():
        engine = db.engine
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for to in ("on", "off"):
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {to}")
            engine.dispose()
            if to == "on":
                yield


@pytest.mark.parametrize("unwell", ["full", "read-only", "postgresql"])
def test_case_61_a_note_that_the_database_cannot_take_is_said_so_and_stands_in_no_log(
    unwell: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    server: PostgreSQL | None = request.getfixturevalue("postgresql_server") if unwell == "postgresql" else None
    url = server.fresh() if server else request.getfixturevalue("sqlite_url")
    with application(config_for(url)) as app:
        app.extensions[CLOCK] = lambda: cast.NOW
        with app.app_context():
            put_on_roll(cast.ADA)
            add_staff(cast.CLERK)
            receive(cast.mail())
        clerk = Visitor(app.test_client()).signed_in("clerk")
        pragma = "max_page_count = 1" if unwell == "full" else "query_only = on"
        with _read_only(app, url) if server else _saying(app, pragma):
            answers = [clerk.post("/tickets/1/note", text=SECRET * 100) for _ in range(12)]
            assert (answers[-1].status_code, "Nothing was lost" in answers[-1].text) == (503, True)
            app.extensions[CLOCK] = lambda: cast.NOW + timedelta(minutes=5)  # signs of life would be written again
            assert clerk.get("/tickets/1").status_code == 200, "what is there can still be read"
        assert "the database did not do it" in caplog.text
        assert SECRET not in caplog.text
        assert clerk.post("/tickets/1/note", text="Called back").status_code == 303
        with app.app_context():
            taken = sum(answer.status_code == 303 for answer in answers)
            assert [note.text for note in tickets.view(1).notes] == [SECRET * 100] * taken + ["Called back"]
            assert audit.verify().ok
    if server:
        server.drop(url)


def test_case_61_what_was_to_be_written_stands_in_no_error(sqlite_app: Flask) -> None:
    """Also where nobody asks what the error says, but a command ends with it."""
    with sqlite_app.app_context(), pytest.raises(IntegrityError) as caught:
        db.session.execute(insert(Note), {"ticket_id": None, "text": SECRET})
    assert SECRET not in str(caught.value)
