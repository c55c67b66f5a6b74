"""Servers that refuse, dribble, hang up or have no room: one clear line each, and the next look gets everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import trustme

from helpdesk.config import MailServer, Transport
from helpdesk.desk import desk
from helpdesk.doors.imap import Mailbox
from helpdesk.doors.imap_connection import Timeouts
from helpdesk.errors import MailboxError
from helpdesk.service.collector import Collector
from helpdesk.service.stopping import Checkpoint, no_checkpoint
from helpdesk.store.incoming import tally
from tests import cast
from tests.conftest import config_for
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.dovecot import Dovecot, dovecot
from tests.edges.imap_proxy import DRIBBLE, HANG_UP, in_front_of

Look = Callable[[], int]
IMPATIENT = Timeouts(connect=5, read=5, answer=0.3)


@contextmanager
def looking(
    server: MailServer,
    database_url: str,
    *,
    after: str = "seen",
    batch: int = 100,
    checkpoint: Checkpoint = no_checkpoint,
) -> Iterator[Look]:
    """A poller's way of looking at a mailbox, again and again, with a new connection each time."""
    with running(config_for(database_url, mailboxes=(server,))) as app, app.app_context():
        collector = Collector(server=server, after=after, clock=mailroom.clock, checkpoint=checkpoint)
        limits = replace(desk().rules.mail, fetch_batch=batch)

        def look() -> int:
            mailbox = Mailbox.connect(server)
            try:
                return collector.collect(mailbox, limits)
            finally:
                mailbox.close()

        yield look


def in_the_ledger() -> int:
    return tally.glance().total


@pytest.mark.parametrize("verb", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "IDLE"])
def test_an_answer_that_never_ends_is_cut_off_although_bytes_keep_coming(imap_server: Dovecot, verb: str) -> None:
    """Zammad #2321, osTicket #5645: fetching hung for hours and days, without an error."""
    imap_server.deliver(*mailroom.letters(1))
    with in_front_of(imap_server) as door:
        door.answers[verb] = [DRIBBLE]
        with pytest.raises(MailboxError, match="does not finish its answer"):
            _do_everything(door.server)


def _do_everything(server: MailServer) -> None:
    mailbox = Mailbox.connect(server, timeouts=IMPATIENT)
    try:
        uids = mailbox.uids(mailbox.look())
        list(mailbox.fetch(uids, batch=10, largest=1_000_000))
        mailbox.flag_seen(uids)
        mailbox.idle(0.1)
    finally:
        mailbox.close()


def test_a_greeting_that_never_ends_is_cut_off(imap_server: Dovecot) -> None:
    impatient = replace(IMPATIENT, connect=0.2)
    with in_front_of(imap_server, greeting=DRIBBLE) as door, pytest.raises(MailboxError, match="cannot connect"):
        Mailbox.connect(door.server, timeouts=impatient)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("transport", ["tls", "starttls"])
def test_the_watchdog_cuts_encrypted_connections_too(imap_server: Dovecot, transport: str) -> None:
    mailbox = Mailbox.connect(getattr(imap_server, transport), timeouts=IMPATIENT)
    imap_server.freeze()
    try:
        with pytest.raises(MailboxError, match="does not finish its answer"):
            mailbox.look()
    finally:
        imap_server.thaw()
        mailbox.close()


@pytest.mark.parametrize("answer", ["NO [UNAVAILABLE] not now", "BAD what did you say"])
@pytest.mark.parametrize("verb", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "UID MOVE"])
def test_a_server_that_says_no_once_gets_asked_again(
    imap_server: Dovecot, sqlite_url: str, verb: str, answer: str
) -> None:
    """FreeScout #2762, Zammad #6043: after trouble with the server nothing was fetched until a person stepped in."""
    imap_server.deliver(*mailroom.letters(3))
    with imap_server.client() as other:
        other.create_folder("Done")
    after = "move:Done" if verb == "UID MOVE" else "seen"
    with in_front_of(imap_server) as door, looking(door.server, sqlite_url, after=after) as look:
        door.answers[verb] = [answer] * 2 if verb == "UID FETCH" else [answer]  # at the first it asks for less
        with pytest.raises(MailboxError):
            look()
        look()
        assert in_the_ledger() == 3
        with imap_server.client() as other:
            assert other.folder_status("Done")[b"MESSAGES"] == (3 if verb == "UID MOVE" else 0)
    assert imap_server.unread() == 0


def test_a_server_that_lets_nothing_be_marked_still_gets_all_its_mail_read(
    imap_server: Dovecot, sqlite_url: str
) -> None:
    imap_server.deliver(*mailroom.letters(3))
    with in_front_of(imap_server) as door, looking(door.server, sqlite_url, batch=1) as look:
        door.answers["UID STORE"] = ["NO read-only"]
        with pytest.raises(MailboxError, match="cannot mark messages as read"):
            look()
        assert in_the_ledger() == 3
        assert look() == 0
    assert imap_server.unread() == 0


def test_mail_over_which_the_connection_broke_waits_for_no_sweep(imap_server: Dovecot, sqlite_url: str) -> None:
    """Chatwoot #5081, Zammad #2754: mail behind one that cannot be fetched was not fetched either."""
    with in_front_of(imap_server) as door, looking(door.server, sqlite_url) as look:
        look()
        imap_server.deliver(*mailroom.letters(3))
        door.answers["UID FETCH"] = [HANG_UP]
        with pytest.raises(MailboxError):
            look()
        imap_server.deliver(*mailroom.letters(1, first=4))
        door.answers["UID FETCH"] = [None, None, HANG_UP]  # the new one is fetched, the first suspect breaks it again
        with pytest.raises(MailboxError):
            look()
        assert in_the_ledger() == 1
        assert look() == 3
        assert in_the_ledger() == 4
    assert imap_server.unread() == 0


def test_mail_of_a_long_outage_is_taken_in_whatever_its_age(imap_server: Dovecot, sqlite_url: str) -> None:
    """Chatwoot #10429: what had come in more than a day before was never fetched."""
    with looking(imap_server.plain, sqlite_url) as look:
        imap_server.deliver(*mailroom.letters(1))
        assert look() == 1
        with imap_server.client() as other:
            for days, mail in enumerate(mailroom.letters(3, first=2)):
                other.append("INBOX", mail, flags=[b"\\Seen"], msg_time=cast.NOW - timedelta(days=30 * days))
        assert look() == 3


def test_mail_that_vanishes_before_it_is_marked_is_taken_in_once(imap_server: Dovecot, sqlite_url: str) -> None:
    """Zammad #1662: marking a mail that another client had removed failed, and the next run made a second ticket."""
    imap_server.deliver(*mailroom.letters(3))

    def remove(step: str) -> None:
        if step == "stored":
            with imap_server.client() as other:
                other.delete_messages([2])
                other.expunge()

    with looking(imap_server.plain, sqlite_url, checkpoint=remove) as look:
        assert (look(), look()) == (3, 0)
        assert in_the_ledger() == 3
    assert imap_server.unread() == 0


@pytest.mark.parametrize("answer", ["NO not here", "BAD unknown command", "OK but I begin no encryption"])
def test_a_server_that_refuses_starttls_hears_no_password(imap_server: Dovecot, answer: str) -> None:
    """django-helpdesk fell back to a login in clear text."""
    with in_front_of(imap_server, STARTTLS=[answer]) as door:
        server = replace(door.server, transport=Transport.STARTTLS, host="localhost")
        with pytest.raises(MailboxError, match="cannot encrypt the connection"):
            Mailbox.connect(server, timeouts=replace(IMPATIENT, answer=3))
        assert "STARTTLS" in door.heard
        assert {"LOGIN", "AUTHENTICATE"}.isdisjoint(door.heard)


def test_a_server_without_starttls_hears_no_password(imap_server: Dovecot) -> None:
    with in_front_of(imap_server, CAPABILITY=["OK nothing to tell"]) as door:
        server = replace(door.server, transport=Transport.STARTTLS, host="localhost")
        with pytest.raises(MailboxError):
            Mailbox.connect(server, timeouts=IMPATIENT)
        assert {"LOGIN", "AUTHENTICATE"}.isdisjoint(door.heard)


def test_a_server_out_of_connections_is_waited_for(authority: trustme.CA, sqlite_url: str) -> None:
    with dovecot(authority, connections=1) as server, looking(server.plain, sqlite_url) as look:
        server.deliver(*mailroom.letters(2))
        with server.client(), pytest.raises(MailboxError, match=server.plain.name):
            look()
        assert look() == 2
        assert server.unread() == 0
