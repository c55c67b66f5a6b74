"""A mailbox that was deleted and made again, or put back from a backup, under the same UIDVALIDITY."""

from __future__ import annotations

import shutil

import pytest
from flask import Flask

from helpdesk.desk import desk
from helpdesk.doors.imap import Mailbox
from helpdesk.service.collector import Collector
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.reconciling import compare
from helpdesk.store import audit
from helpdesk.store.incoming import numbering
from helpdesk.vocabulary import Delivery
from tests.edges import mailroom
from tests.edges.dovecot import USER, Dovecot

LARGEST = 1_000_000


@pytest.mark.parametrize("fresh", [1, 3, 5])
def test_a_mailbox_made_again_under_its_old_number_loses_nothing(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom, fresh: int
) -> None:
    """Fewer messages than before, as many, and more: the next UID alone tells of the first two only."""
    imap_server.deliver(*mailroom.letters(3))
    mailroom.poll_once(mailbox_app, room)
    imap_server.recreate(*mailroom.letters(fresh, first=4))
    with mailbox_app.app_context():
        assert compare(imap_server.plain, LARGEST).recreated
    assert mailroom.poll_once(mailbox_app, room).problems == ()
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 3 + fresh}
    assert imap_server.unread() == 0
    with mailbox_app.app_context():
        found = compare(imap_server.plain, LARGEST)
        assert (found.in_ledger, found.missing, found.recreated, found.series) == (fresh, (), False, 1)
        assert any(event.kind == "mailbox_recreated" for event in audit.events())


def test_mail_that_is_known_is_recognised_in_a_mailbox_made_again(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """Also the mail that is in quarantine."""
    known = [*mailroom.letters(3), mailroom.unreadable()]
    imap_server.deliver(*known)
    mailroom.poll_once(mailbox_app, room)
    imap_server.recreate(*mailroom.letters(2, first=4), *known)
    mailroom.poll_once(mailbox_app, room)
    expected = {Delivery.TICKETED: 5, Delivery.IGNORED: 4, Delivery.QUARANTINED: 1}
    assert mailroom.counts(mailbox_app) == expected


def test_a_poller_at_work_notices_and_goes_on(mailbox_app: Flask, imap_server: Dovecot) -> None:
    """Also twice, and without the great comparison that each poller makes at its beginning."""
    imap_server.deliver(*mailroom.letters(3))
    with mailbox_app.app_context():
        collector = Collector(server=imap_server.plain, after="seen", clock=mailroom.clock)
        limits = desk().rules.mail

        def look() -> int:
            mailbox = Mailbox.connect(imap_server.plain)
            try:
                return collector.collect(mailbox, limits)
            finally:
                mailbox.close()

        assert (look(), look()) == (3, 0)
        imap_server.recreate(*mailroom.letters(4, first=11))
        assert (look(), look()) == (4, 0)
        imap_server.recreate()
        assert look() == 0
        imap_server.deliver(*mailroom.letters(1, first=21))
        assert look() == 1
        cursor = numbering.cursor_of(imap_server.plain.name)
        assert cursor is not None
        assert (cursor.series, cursor.last_uid) == (2, 1)
    assert imap_server.unread() == 0


def test_uids_given_again_after_a_backup_was_put_back_are_noticed(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    """The server forgets the last two messages and gives their UIDs to others."""
    maildir = imap_server.folder / "mail" / USER
    imap_server.deliver(*mailroom.letters(2))
    imap_server.stop()
    shutil.copytree(maildir, imap_server.folder / "backup")
    imap_server.start()
    imap_server.deliver(*mailroom.letters(2, first=3))
    mailroom.poll_once(mailbox_app, room)
    imap_server.stop()
    shutil.rmtree(maildir)
    shutil.copytree(imap_server.folder / "backup", maildir)
    imap_server.own_mail()
    imap_server.start()
    imap_server.deliver(*mailroom.letters(3, first=5))
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 7, Delivery.IGNORED: 2}
    assert len(set(mailroom.ticket_subjects(mailbox_app))) == 7


def test_a_server_that_describes_its_messages_in_another_way_is_still_the_same(
    mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom
) -> None:
    imap_server.deliver(*mailroom.letters(3))
    mailroom.poll_once(mailbox_app, room)
    with mailbox_app.app_context():
        cursor = numbering.cursor_of(imap_server.plain.name)
        assert cursor is not None
        before = numbering.marks(cursor, [1, 2, 3])
        numbering.note_marks(cursor, {1: "another", 3: "yet another"})
    mailroom.poll_once(mailbox_app, room)
    assert mailroom.counts(mailbox_app) == {Delivery.TICKETED: 3}
    with mailbox_app.app_context():
        assert numbering.marks(cursor, [1, 2, 3]) == before


def test_reconcile_says_what_happened_in_words(mailbox_app: Flask, imap_server: Dovecot, room: ReadingRoom) -> None:
    def reconcile() -> tuple[int, str]:
        with mailbox_app.app_context():
            ended = mailbox_app.test_cli_runner().invoke(args=["reconcile"])
        return ended.exit_code, ended.output

    imap_server.deliver(*mailroom.letters(3))
    mailroom.poll_once(mailbox_app, room)
    imap_server.deliver(*mailroom.letters(2, first=4))
    with imap_server.client() as other:
        other.delete_messages([1, 4])
        other.expunge()
    mailroom.poll_once(mailbox_app, room)
    code, said = reconcile()
    assert code == 0
    assert "3 on the server, 4 in the ledger; 1 of them moved or deleted on the server since" in said
    assert "1 gone before we looked, moved or deleted by others" in said
    imap_server.recreate(*mailroom.letters(1, first=9))
    code, said = reconcile()
    assert code == 1
    assert "deleted and created again, or put back from a backup, under the same UIDVALIDITY" in said
    mailroom.poll_once(mailbox_app, room)
    code, said = reconcile()
    assert code == 0
    assert "1 on the server, 1 in the ledger; created again once under the same UIDVALIDITY" in said
