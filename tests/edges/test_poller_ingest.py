"""From a real mailbox to tickets: everything arrives, once, whatever others do to the mailbox meanwhile."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from helpdesk.desk import desk
from helpdesk.service import intake, poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import heartbeat
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import ledger, quarantine, tally
from helpdesk.vocabulary import Delivery
from tests import cast
from tests.conftest import config_for
from tests.databases import free_port
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.dovecot import Dovecot


def test_every_mail_becomes_a_ticket_and_is_marked_as_read(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """Zammad #243, Zammad #5192, osTicket #3132: mail that was fetched and never became a ticket."""
    imap_server.deliver(*mailroom.letters(5))
    outcome = mailroom.poll_once(mailbox_app, room)
    assert outcome.fetched == 5
    assert outcome.problems == ()
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 5}
    assert imap_server.unread() == 0


def test_polling_again_brings_nothing_twice(mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom) -> None:
    """Case 27. Chatwoot #12054, osTicket #494: mail that stays on the server was taken in again."""
    imap_server.deliver(*mailroom.letters(2))
    for _ in range(3):
        mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 2}


def test_mail_that_somebody_else_already_read_is_taken_in_all_the_same(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    imap_server.deliver(*mailroom.letters(3))
    with imap_server.client() as other:
        other.add_flags([1, 2, 3], [b"\\Seen"])
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 3}


def test_renumbered_mailbox_is_read_anew_without_a_second_ticket(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """Case 26."""
    imap_server.deliver(*mailroom.letters(3))
    mailroom.poll_once(mailbox_app, room)
    imap_server.renumber(1_900_000_000)
    imap_server.deliver(*mailroom.letters(1, first=4))
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 4, Delivery.IGNORED: 3}
    assert mailroom.rows(mailbox_app) == (7, 4)


def test_mail_below_the_cursor_is_found_by_the_sweep(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """A server restored from a backup may show old UIDs again."""
    imap_server.deliver(*mailroom.letters(3))
    with mailbox_app.app_context():
        uidvalidity = _uidvalidity(imap_server)
        cursor = ledger.open_mailbox(imap_server.plain.name, uidvalidity, now=cast.NOW)
        ledger.store_batch(cursor, [ledger.Fetched(uid=3, raw=mailroom.letters(1, first=3)[0])], now=cast.NOW)
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 3}


def _uidvalidity(server: Dovecot) -> int:
    with server.client() as client:
        return int(client.select_folder("INBOX")[b"UIDVALIDITY"])


def test_mail_stored_before_a_crash_is_settled_by_the_next_poll(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    with mailbox_app.app_context():
        cursor = ledger.open_mailbox(imap_server.plain.name, _uidvalidity(imap_server), now=cast.NOW)
        ledger.store_batch(cursor, [ledger.Fetched(uid=1, raw=mailroom.letters(1)[0])], now=cast.NOW)
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 1}


def test_a_poller_shows_that_it_lives_while_it_works_through_a_backlog(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(intake, "AT_ONCE", 1)
    imap_server.deliver(*mailroom.letters(3))
    minutes = itertools.count()
    beats = []

    def note(step: str) -> None:
        if step == "settled":
            beats.append(heartbeat.last_beat("poller"))

    def later() -> datetime:
        return mailroom.clock() + timedelta(minutes=next(minutes))

    mailroom.poller(mailbox_app, room, checkpoint=note, now=later).once()
    assert len(set(beats)) == 3


def test_an_unreadable_mail_is_set_aside_and_the_next_goes_on(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """Case 30. Zammad #2754: one mail that could not be read stopped all others. Zammad #811, osTicket #6787:
    staff want to see it.
    """
    poison = mailroom.unreadable()
    first, second = mailroom.letters(2)
    imap_server.deliver(first, poison, second)
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 2, Delivery.QUARANTINED: 1}
    with mailbox_app.app_context():
        [bad] = quarantine.held()
        assert ledger.raw_bytes(bad.ledger_id) == poison
        assert bad.reason
    assert imap_server.unread() == 0


def test_a_mail_that_is_too_large_becomes_a_ticket_for_staff(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """osTicket #6690: a mail of 26 MB ended the fetching without a word."""
    with mailbox_app.app_context():
        shared = desk()
    small = replace(shared.rules, mail=replace(shared.rules.mail, largest_message=400_000))
    monkeypatch.setattr(type(shared), "rules", property(lambda _: small))
    exhibit = EmailMessage()
    exhibit.set_content(cast.ADAS_REQUEST)
    exhibit.add_attachment(b"x" * 400_000, maintype="application", subtype="pdf", filename="exhibit.pdf")
    exhibit["From"], exhibit["Subject"] = f"Ada Filer <{cast.ADA.primary_email}>", "Password reset"
    big = exhibit.as_bytes()
    imap_server.deliver(big)
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 1}
    with mailbox_app.app_context():
        shown = tickets.view(1)
        assert shown.state.value == "review"
        assert shown.decision.reasons[0].key == "too_large"
        assert "application/pdf, exhibit.pdf, 0.5 MB" in shown.decision.reasons[0].text
        assert shown.chosen == cast.ADA


@pytest.mark.parametrize("after", ["keep", "seen", "move:Done"])
def test_what_happens_on_the_server_is_the_court_s_choice(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom, after: str
) -> None:
    imap_server.deliver(*mailroom.letters(3))
    with imap_server.client() as other:
        other.create_folder("Done")
    config = config_for(sqlite_url, mailboxes=(imap_server.plain,), imap_after=after)
    with running(config) as app:
        for _ in range(2):
            assert mailroom.poll_once(app, room).problems == ()
        assert mailroom.counts(app) == {Delivery.TICKETED: 3}
    with imap_server.client() as other:
        assert len(other.search("ALL")) == (0 if after == "move:Done" else 3)
        assert len(other.search("UNSEEN")) == (3 if after == "keep" else 0)
        assert other.folder_status("Done")[b"MESSAGES"] == (3 if after == "move:Done" else 0)


def test_several_folders_are_read_and_a_copy_in_both_is_one_ticket(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom
) -> None:
    with imap_server.client() as other:
        other.create_folder("Appeals")
    same, other_mail = mailroom.letters(2)
    imap_server.deliver(same)
    imap_server.deliver(same, other_mail, folder="Appeals")
    mailboxes = (imap_server.plain, replace(imap_server.plain, folder="Appeals"))
    with running(config_for(sqlite_url, mailboxes=mailboxes)) as app:
        assert mailroom.poll_once(app, room).fetched == 3
        assert mailroom.counts(app) == {Delivery.TICKETED: 2, Delivery.IGNORED: 1}


@pytest.mark.parametrize("problem", ["down", "wrong password", "no folder"])
def test_a_mailbox_that_fails_does_not_keep_the_other_waiting(
    imap_server: Dovecot, sqlite_url: str, room: ReadingRoom, problem: str
) -> None:
    broken = {
        "down": replace(imap_server.plain, port=free_port()),
        "wrong password": replace(imap_server.plain, password="wrong-one"),
        "no folder": replace(imap_server.plain, folder="Nowhere"),
    }[problem]
    imap_server.deliver(*mailroom.letters(1))
    with running(config_for(sqlite_url, mailboxes=(broken, imap_server.plain))) as app:
        outcome = mailroom.poll_once(app, room)
        assert len(outcome.problems) == 1
        assert broken.name in outcome.problems[0]
        assert "wrong-one" not in outcome.problems[0]
        assert mailroom.counts(app) == {Delivery.TICKETED: 1}


def test_a_server_that_drops_the_connection_in_mid_fetch_costs_nothing(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    imap_server.deliver(*mailroom.letters(4))
    cut = iter([True])

    def drop(step: str) -> None:
        if step == "fetched" and next(cut, False):
            imap_server.stop()
            imap_server.start()

    outcome = mailroom.poller(mailbox_app, room, checkpoint=drop).once()
    assert len(outcome.problems) == 1
    assert mailroom.poll_once(mailbox_app, room).problems == ()
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 4}
    assert imap_server.unread() == 0
    with mailbox_app.app_context():
        assert tally.accounting().mailboxes[0].error is None


def test_two_pollers_never_read_one_mailbox_together(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """osTicket #1908, FreeScout #3186: two runs at a time made two tickets of one mail."""
    imap_server.deliver(*mailroom.letters(1))
    with mailbox_app.app_context():
        name = f"mailbox {imap_server.plain.name}"
        assert heartbeat.acquire(name, "another machine 1 abc", now=mailroom.clock(), seconds=45)
    waiting = mailroom.poller(mailbox_app, room)
    waiting.stop.set()
    outcome = waiting.once()
    assert outcome.problems == (f"{imap_server.plain.name}: another poller is reading this mailbox",)
    later = mailroom.poller(mailbox_app, room, now=lambda: mailroom.clock() + timedelta(seconds=60))
    assert later.once().problems == ()
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 1}


def test_the_last_error_stays_visible_to_staff(mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom) -> None:
    mailroom.poll_once(mailbox_app, room)
    imap_server.stop()
    outcome = mailroom.poll_once(mailbox_app, room)
    with mailbox_app.app_context():
        assert tally.accounting().mailboxes[0].error == outcome.problems[0]
