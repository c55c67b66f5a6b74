"""kill -9 at every step, then again: nothing lost, nothing doubled, nothing left unread (case 29)."""

from __future__ import annotations

import pytest

from helpdesk.service.reading import ReadingRoom
from helpdesk.vocabulary import Delivery
from tests.conftest import config_for
from tests.databases import PostgreSQL
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.dovecot import Dovecot
from tests.edges.killing import KILLED

MAILS = 7


@pytest.mark.parametrize(("step", "visit"), [(step, 1) for step in mailroom.STEPS] + [("placed", 4), ("settled", 5)])
def test_a_poller_killed_at_any_step_loses_and_doubles_nothing(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom, step: str, visit: int
) -> None:
    """FreeScout #4888, FreeScout #3892: mail was marked as read and no ticket came of it."""
    mails = mailroom.letters(MAILS)
    imap_server.deliver(*mails)
    config = config_for(sqlite_url, mailboxes=(imap_server.plain,))
    with running(config) as app:
        assert mailroom.kill_at(step, visit, config) == KILLED
        assert MAILS - imap_server.unread() <= mailroom.rows(app)[0]  # told of nothing that is not committed
        assert mailroom.poll_once(app, room).problems == ()
        assert mailroom.counts(app) == {Delivery.TICKETED: MAILS}
        assert mailroom.rows(app) == (MAILS, MAILS)
        assert len(set(mailroom.ticket_subjects(app))) == MAILS
    assert imap_server.unread() == 0


def test_a_poller_killed_while_moving_loses_and_doubles_nothing(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom
) -> None:
    imap_server.deliver(*mailroom.letters(MAILS))
    with imap_server.client() as other:
        other.create_folder("Done")
    config = config_for(sqlite_url, mailboxes=(imap_server.plain,), imap_after="move:Done")
    with running(config) as app:
        assert mailroom.kill_at("flagged", 1, config) == KILLED
        assert mailroom.poll_once(app, room).problems == ()
        assert mailroom.counts(app) == {Delivery.TICKETED: MAILS}
    with imap_server.client() as other:
        assert other.select_folder("Done")[b"EXISTS"] == MAILS
        assert other.select_folder("INBOX")[b"EXISTS"] == 0


@pytest.mark.parametrize("step", ["stored", "settled"])
def test_a_poller_killed_at_any_step_loses_and_doubles_nothing_on_postgresql_either(
    imap_server: Dovecot, postgresql_server: PostgreSQL, room: ReadingRoom, step: str
) -> None:
    url = postgresql_server.fresh()
    imap_server.deliver(*mailroom.letters(MAILS))
    config = config_for(url, mailboxes=(imap_server.plain,))
    with running(config) as app:
        assert mailroom.kill_at(step, 1, config) == KILLED
        assert mailroom.poll_once(app, room).problems == ()
        assert mailroom.counts(app) == {Delivery.TICKETED: MAILS}
        assert mailroom.rows(app) == (MAILS, MAILS)
    assert imap_server.unread() == 0
    postgresql_server.drop(url)
