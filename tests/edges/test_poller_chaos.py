"""Kills at random moments, and a standby that takes over: the same exact accounting at the end."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable

import pytest

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.service import leases, poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import heartbeat
from helpdesk.vocabulary import Delivery
from tests.conftest import config_for
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.dovecot import Dovecot
from tests.edges.eventually import eventually

KILLS = int(os.environ.get("KILLS", "12"))
LONGEST_LIFE = float(os.environ.get("LONGEST_LIFE", "0.7"))  # seconds
MAILS = int(os.environ.get("MAILS", "150"))


def in_a_process(config: Config, act: Callable[[Config], None]) -> int:
    """Run it in a process of its own; the process id."""
    child = os.fork()
    if not child:
        try:
            act(config)
        finally:
            os._exit(0)
    return child


def poll_for_long(config: Config) -> None:
    """A poller as ``flask poll`` runs it."""
    with ReadingRoom() as room:
        mailroom.poller(create_app(config), room).run()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def test_kills_at_random_moments_lose_and_double_nothing(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom
) -> None:
    """Case 29."""
    imap_server.deliver_many(mailroom.letters(MAILS))
    config = config_for(sqlite_url, mailboxes=(imap_server.plain,))
    chance = random.Random(29)
    unfinished = 0
    with running(config) as app:
        for _ in range(KILLS):
            unfinished += mailroom.counts(app) != {Delivery.TICKETED: MAILS}
            process = in_a_process(config, poll_for_long)
            time.sleep(chance.uniform(0.05, LONGEST_LIFE))
            kill(process)
        assert unfinished > KILLS / 4  # else the kills came too late to mean anything
        outcome = mailroom.poll_once(app, room)
        assert outcome.problems == ()
        assert mailroom.counts(app) == {Delivery.TICKETED: MAILS}
        assert mailroom.rows(app) == (MAILS, MAILS)
        assert len(set(mailroom.ticket_subjects(app))) == MAILS
    assert imap_server.unread() == 0


def test_a_standby_takes_over_within_a_minute_when_the_first_poller_falls_silent_elsewhere(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another machine nobody sees that it died: its lease must run out. Here it is a short one."""
    assert leases.SECONDS + poller.STANDBY_SECONDS < 60
    monkeypatch.setattr(poller, "STANDBY_SECONDS", 0.05)
    imap_server.deliver(*mailroom.letters(1))
    with running(config_for(sqlite_url, mailboxes=(imap_server.plain,))) as app:
        with app.app_context():
            for lease in (f"mailbox {imap_server.plain.name}", "intake"):
                assert heartbeat.acquire(lease, "another machine 1 abc", now=mailroom.clock(), seconds=1)
        standby = mailroom.poller(app, room, stop=threading.Event())
        thread = threading.Thread(target=standby.run)
        thread.start()
        try:
            eventually(lambda: mailroom.counts(app) == {Delivery.TICKETED: 1}, "the standby works")
        finally:
            standby.stop.set()
            thread.join()


def test_a_standby_takes_over_when_the_first_poller_ends(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom
) -> None:
    config = config_for(sqlite_url, mailboxes=(imap_server.plain,))
    with running(config) as app:
        first = in_a_process(config, poll_for_long)
        imap_server.deliver(*mailroom.letters(1))
        eventually(lambda: mailroom.counts(app) == {Delivery.TICKETED: 1}, "the first poller works")
        standby = mailroom.poller(app, room, stop=threading.Event())
        thread = threading.Thread(target=standby.run)
        thread.start()
        try:
            kill(first)
            imap_server.deliver(*mailroom.letters(1, first=2))
            eventually(lambda: mailroom.counts(app) == {Delivery.TICKETED: 2}, "the standby works")
        finally:
            standby.stop.set()
            thread.join()
