"""``flask audit`` as others script against it: the record, and checkpoints of it kept elsewhere."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from tests import cast
from tests.commands import flask
from tests.conftest import config_for
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

        with transaction() as session:
            for name in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER event_refuses_{name}"))
            session.execute(text("DELETE FROM event WHERE id = 2"))
            session.execute(text("UPDATE audit_head SET last_id = 1, seal = (SELECT seal FROM event WHERE id = 1)"))
        db.session.rollback()
        assert flask("audit", "verify", env=env).returncode == 0
        cut = flask("audit", "verify", "--checkpoints", str(log), env=env)
        assert cut.returncode == 1
        assert "1 events found, 2 expected" in cut.stderr


def test_a_file_without_checkpoints_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("nothing\n")
    refused = flask("audit", "verify", "--checkpoints", str(tmp_path / "empty"), env=mailroom.environment(sqlite_url))
    assert refused.returncode == 1
    assert "holds no checkpoint" in refused.stderr
