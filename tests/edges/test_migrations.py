"""A database with rows in it comes through every migration, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from helpdesk.store import database
from helpdesk.store.database import db
from helpdesk.store.desk import search
from tests.databases import SECRET, PostgreSQL

EARLIER_ROWS = (
    "INSERT INTO staff (id, login, name, role, password_hash, credentials_version, created_at)"
    " VALUES (1, 'clerk@court.example', 'Clerk', 'clerk', 'x', 1, '2020-02-11 18:00:00')",
    "INSERT INTO filer (id, ecf_user_id, login, last_name, first_name, middle_name, suffix, bar_state, bar_id, firm,"
    " primary_email, secondary_emails, phone, city, state, user_type, status, on_roll) VALUES (1, '500001', '',"
    " 'Filer', 'Ada', '', '', 'CA', '234561', '', 'ada@filerquill.example', '', '', '', '', '', 'active', (1 = 1))",
    "INSERT INTO ticket (id, version, state, route, category, urgent, subject, sender_name, sender_address, language,"
    " thread_token, filer_id, summary, received_at, created_at, updated_at) VALUES (1, 1, 'sent', 'ready',"
    " 'password_reset', (1 = 0), '', '', '', 'en', 't', 1, '{}', '2020-02-11 18:00:00', '2020-02-11 18:00:00',"
    " '2020-02-11 18:00:00')",
    "INSERT INTO reset (id, ticket_id, filer_id, approved_by, approved_at, due_at, primary_seal, state, outcome)"
    " VALUES (1, 1, 1, 1, '2020-02-11 18:00:00', '2020-02-11 18:00:00', 'seal', 'sent', 'Undone by a@b.example')",
    'INSERT INTO outbox (id, kind, ticket_id, reset_id, template, "references", automatic, message_id, dedupe_key,'
    " state, queued_at, due_at, attempts) VALUES (1, 'reset', 1, 1, 'reset_link', '[]', (1 = 0), '<m>', 'reset:1',"
    " 'sent', '2020-02-11 18:00:00', '2020-02-11 18:00:00', 1)",
    "INSERT INTO reset_link (token_hash, reset_id, filer_id, made_at, expires_at) VALUES"
    " ('older', 1, 1, '2020-02-11 18:00:00', '2020-02-12 18:00:00'),"
    " ('newer', 1, 1, '2020-02-11 19:00:00', '2020-02-12 19:00:00')",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Flask]:
    """A database of the first version's form, with a reset that was sent."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/earlier.sqlite3"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql_server")
        url = server.bare()
    app = Flask("migrating")
    app.secret_key = SECRET
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    database.init_app(app)
    with app.app_context():
        flask_migrate.upgrade(revision="0004")
        with database.transaction() as session:
            for statement in EARLIER_ROWS:
                session.execute(text(statement))
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        server.drop(url)


def test_resets_and_what_refers_to_them_survive_and_references_hold_again(earlier: Flask) -> None:
    flask_migrate.upgrade()
    session = db.session()
    reset = session.execute(text("SELECT state, approved_by, needs_second, outcome FROM reset")).one()
    assert (reset.state, reset.approved_by, bool(reset.needs_second)) == ("sent", 1, False)
    assert reset.outcome == "Undone by a at b.example"
    assert session.execute(text("SELECT reset_id FROM outbox")).scalar_one() == 1
    live = session.execute(text("SELECT token_hash FROM reset_link WHERE voided_at IS NULL")).scalars().all()
    assert live == ["newer"], "of two live links the older one is void"
    with pytest.raises(IntegrityError), database.transaction() as writing:
        writing.execute(text("UPDATE reset SET finished_by = 99"))


def test_what_was_there_before_the_search_is_found_by_it(earlier: Flask) -> None:
    db.session.execute(text("UPDATE ticket SET subject = 'Réset of the password'"))
    db.session.commit()
    flask_migrate.upgrade()
    assert [filer.last_name for filer in search.people("ada@filerquill.example")] == ["Filer"]
    assert [row.id for row in search.search("reset").rows] == [1]
