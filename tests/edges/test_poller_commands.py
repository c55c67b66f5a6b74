"""``flask poll``, ``flask work`` and ``flask reconcile`` as others script against them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import policy
from helpdesk.store.desk import handling
from helpdesk.store.incoming import retention
from helpdesk.vocabulary import Delivery, TicketState
from tests import cast
from tests.commands import flask
from tests.conftest import config_for
from tests.databases import free_port
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.dovecot import Dovecot
from tests.edges.eventually import eventually
from tests.project import PROJECT


def test_poll_once_drains_and_reconcile_proves_it(imap_server: Dovecot, sqlite_url: str) -> None:
    """FreeScout #2001: users ask for mailbox and tickets to be compared."""
    imap_server.deliver(*mailroom.letters(3))
    env = mailroom.environment(sqlite_url, imap_server.plain)
    with running(config_for(sqlite_url)):
        pass  # there is a roll
    before = flask("reconcile", env=env)
    assert before.returncode == 1
    assert "3 not in the ledger (UID 1, 2, 3)" in before.stderr
    polled = flask("poll", "--once", env=env)
    assert (polled.returncode, polled.stdout) == (0, "3 fetched; 3 ticketed.\n")
    for line in polled.stderr.splitlines():
        assert json.loads(line)["level"] == "info"
    assert "person1" not in polled.stderr
    after = flask("reconcile", env=env)
    assert after.returncode == 0
    assert "3 on the server, 3 in the ledger" in after.stdout
    assert "3 = 0 stored + 3 ticketed + 0 attached + 0 ignored + 0 quarantined" in after.stdout
    with running(config_for(sqlite_url)) as app, app.app_context():
        for ticket_id in (1, 2, 3):
            handling.finish(ticket_id, TicketState.CLOSED, version=1, actor=cast.NOBODY, now=cast.NOW)
        keep = policy.Keep(original_days=1, text_days=1)
        gone = retention.forget(keep, now=datetime.now(UTC) + timedelta(days=2))
    assert gone == retention.Forgotten(originals=3, texts=3)
    assert flask("reconcile", env=env).stdout == after.stdout, "what accounts for mail outlives it"


def test_mail_that_others_deleted_is_no_loss(imap_server: Dovecot, sqlite_url: str) -> None:
    imap_server.deliver(*mailroom.letters(2))
    env = mailroom.environment(sqlite_url, imap_server.plain)
    flask("poll", "--once", env=env)
    with imap_server.client() as other:
        other.delete_messages([1])
        other.expunge()
    checked = flask("reconcile", env=env)
    assert checked.returncode == 0
    assert "1 of them moved or deleted on the server since" in checked.stdout


def test_mail_that_is_stored_but_not_settled_is_a_difference(imap_server: Dovecot, sqlite_url: str) -> None:
    imap_server.deliver(*mailroom.letters(2))
    env = mailroom.environment(sqlite_url, imap_server.plain)
    mailroom.kill_at("noted", 1, config_for(sqlite_url, mailboxes=(imap_server.plain,)))
    checked = flask("reconcile", env=env)
    assert checked.returncode == 1
    assert "2 stored, but not settled yet" in checked.stderr


@pytest.mark.parametrize("command", [("poll", "--once"), ("reconcile",)])
@pytest.mark.parametrize("problem", ["down", "password"])
def test_a_server_that_is_down_or_refuses_is_one_clear_line(
    imap_server: Dovecot, sqlite_url: str, command: tuple[str, ...], problem: str
) -> None:
    there = imap_server.plain
    broken = replace(there, port=free_port()) if problem == "down" else replace(there, password="wrong-one")
    ended = flask(*command, env=mailroom.environment(sqlite_url, broken))
    assert ended.returncode == 1
    assert broken.name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "wrong-one" not in ended.stderr


@pytest.mark.parametrize(
    ("command", "variable"), [("poll", "IMAP_URL"), ("work", "SMTP_URL"), ("reconcile", "IMAP_URL")]
)
def test_a_missing_setting_is_named(sqlite_url: str, command: str, variable: str) -> None:
    env = mailroom.environment(sqlite_url)
    del env["HELPDESK_SMTP_URL"]
    ended = flask(command, env=env)
    assert ended.returncode == 1
    assert f"HELPDESK_{variable}" in ended.stderr


def test_a_running_poller_takes_in_mail_as_it_comes_survives_an_outage_and_ends_on_sigterm(
    imap_server: Dovecot, sqlite_url: str
) -> None:
    env = mailroom.environment(sqlite_url, imap_server.plain)
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "poll"], cwd=PROJECT, env=env, stderr=subprocess.PIPE, text=True
    )
    try:
        with running(config_for(sqlite_url, mailboxes=(imap_server.plain,))) as app:
            imap_server.deliver(*mailroom.letters(1))
            eventually(lambda: mailroom.counts(app) == {Delivery.TICKETED: 1}, "the first mail became a ticket")
            imap_server.stop()
            imap_server.start()
            imap_server.deliver(*mailroom.letters(1, first=2))
            eventually(lambda: mailroom.counts(app) == {Delivery.TICKETED: 2}, "the second mail became a ticket")
    finally:
        process.send_signal(signal.SIGTERM)
        _, printed = process.communicate(timeout=20)
    assert process.returncode == 0
    events = [json.loads(line) for line in printed.splitlines()]
    assert events[0]["event"] == "started"
    assert events[-1]["event"] == "ended"
    assert any(event["event"] == "mailbox fails" for event in events)
    assert imap_server.unread() == 0
