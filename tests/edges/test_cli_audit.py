"""``flask audit`` as others script against it: the record, and checkpoints of it kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from tests import cast
from tests.commands import flask
from tests.conftest import config_for
from tests.databases import PostgreSQL
from tests.edges import mailroom
from tests.edges.conftest import running


def test_checkpoints_of_a_log_show_that_the_end_was_cut_off(sqlite_url: str, tmp_path: Path) -> None:
    env = mailroom.environment(sqlite_url)
    log = tmp_path / "worker.log"
    with running(config_for(sqlite_url)) as app, app.app_context():
        with transaction() as session:
            audit.record(session, "noted", actor=cast.NOBODY, now=cast.NOW)
        printed = flask("audit", "checkpoint", env=env)
        log.write_text('{"event": "started"}\nnot a line of ours\n' + printed.stdout)
        whole = flask("audit", "verify", "--checkpoints", str(log), env=env)
        assert (whole.returncode, whole.stdout) == (0, "The record is whole: 2 events, 1 checkpoint.\n")
        log.write_text('{"events": 2, "seal": "é"}', encoding="utf-8")
        other = flask("audit", "verify", "--checkpoints", str(log), env=env)
        assert "event 2 is not the one of the checkpoint" in other.stderr
        log.write_text(printed.stdout)

        with transaction() as session:
            for name in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER event_refuses_{name}"))
            session.execute(text("DELETE FROM event WHERE id = 2"))
            session.execute(text("UPDATE audit_head SET last_id = 1, seal = (SELECT seal FROM event WHERE id = 1)"))
        db.session.rollback()
        assert flask("audit", "verify", env=env).returncode == 0
        cut = flask("audit", "verify", "--checkpoints", str(log), env=env)
        assert cut.returncode == 1
        assert "1 event found, 2 expected" in cut.stderr


def test_a_copy_that_takes_nothing_is_verified_all_the_same(postgresql_server: PostgreSQL) -> None:
    """A standby, or a backup that is looked at."""
    url = postgresql_server.fresh()
    env = {**mailroom.environment(url), "PGOPTIONS": "-c default_transaction_read_only=on"}
    verified = flask("audit", "verify", env=env)
    postgresql_server.give_back(url)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "The record is whole: 0 events.\n", "")


def test_a_file_without_checkpoints_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    strange = ("nothing", "[" * 100_000, '{"events": true, "seal": ""}', '{"events": -1, "seal": ""}')
    (tmp_path / "empty").write_text("\n".join(strange))
    refused = flask("audit", "verify", "--checkpoints", str(tmp_path / "empty"), env=mailroom.environment(sqlite_url))
    assert refused.returncode == 1
    assert "holds no checkpoint" in refused.stderr


@pytest.mark.parametrize("command", [("audit", "verify"), ("db", "upgrade")])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "Connection refused"),
        (f"sqlite:///{__file__}", "file is not a database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(url: str, reason: str, command: tuple[str, ...]) -> None:
    refused = flask(*command, env=mailroom.environment(url))
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("Error: The database cannot be used: ")
    assert line.endswith(f"{reason}. Check HELPDESK_DATABASE_URL.")


def test_a_database_without_tables_asks_for_them(tmp_path: Path) -> None:
    refused = flask("audit", "verify", env=mailroom.environment(f"sqlite:///{tmp_path / 'new.sqlite3'}"))
    assert refused.returncode == 1
    assert "Run `flask db upgrade` first." in refused.stderr
