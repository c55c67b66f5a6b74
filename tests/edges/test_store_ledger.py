"""Every mail is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import transaction
from helpdesk.store.incoming import ledger, numbering, quarantine, tally
from helpdesk.store.incoming.ledger import Fetched
from helpdesk.store.models import LedgerEntry
from helpdesk.vocabulary import Delivery
from tests.cast import NOBODY, NOW

pytestmark = pytest.mark.usefixtures("inside")


def batch(*uids: int) -> list[Fetched]:
    return [Fetched(uid=uid, raw=f"From: p{uid}@x.example\r\n\r\nmail {uid}\r\n".encode()) for uid in uids]


def test_bytes_come_back_exactly_as_the_server_gave_them() -> None:
    raw = b"From: a@b.example\r\n\r\n\x00\xff 8-bit and NUL\r\n"
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, [Fetched(uid=3, raw=raw)], now=NOW)
    (stored,) = ledger.pending(limit=5)
    assert stored.raw == ledger.raw_bytes(stored.ledger_id) == raw


def test_a_uid_that_is_known_is_not_stored_again() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1, 2), now=NOW)
    after = ledger.store_batch(cursor, batch(1, 2, 3), now=NOW)
    assert after.last_uid == 3
    assert len(ledger.pending(limit=9)) == 3
    assert set(numbering.marks(after, [1, 2, 3, 4])) == {1, 2, 3}


def test_the_database_itself_holds_each_message_of_a_mailbox_once() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1), now=NOW)
    columns = [column for column in LedgerEntry.__table__.columns if column.name != "id"]
    again = insert(LedgerEntry).from_select([column.name for column in columns], select(*columns))
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(again)


def test_the_same_bytes_under_two_uids_are_two_entries_and_one_copy_of_the_bytes() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    same = b"From: a@b.example\r\n\r\nhello\r\n"
    ledger.store_batch(cursor, [Fetched(uid=1, raw=same), Fetched(uid=2, raw=same)], now=NOW)
    assert [stored.raw for stored in ledger.pending(limit=9)] == [same, same]


def test_case_26_a_new_uidvalidity_reads_the_mailbox_from_the_start_and_says_so() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1, 2), now=NOW)
    assert ledger.open_mailbox("desk", 7, now=NOW).last_uid == 2
    renumbered = ledger.open_mailbox("desk", 8, now=NOW)
    assert renumbered.last_uid == 0
    assert audit.events()[0].kind == "mailbox_renumbered"
    ledger.store_batch(renumbered, batch(1), now=NOW)
    assert tally.accounting().total == tally.glance().total == 3


def test_the_server_is_told_only_of_what_is_committed() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(4, 5, 6), now=NOW)
    assert ledger.to_flag(cursor, limit=2) == (4, 5)
    ledger.mark_flagged(cursor, [4, 6], now=NOW)
    assert ledger.to_flag(cursor, limit=9) == (5,)


def test_quarantine_keeps_the_bytes_and_gives_them_back_for_another_try() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1), now=NOW)
    (stored,) = ledger.pending(limit=1)
    quarantine.set_aside(stored.ledger_id, "too many parts", now=NOW)
    assert ledger.pending(limit=1) == ()
    (held,) = quarantine.held()
    assert (held.ledger_id, held.reason) == (stored.ledger_id, "too many parts")
    quarantine.requeue(stored.ledger_id, actor=NOBODY, now=NOW)
    assert ledger.pending(limit=1) == ()  # fresh mail goes first
    assert ledger.pending(limit=1, again=True) == (stored,)
    with pytest.raises(NotPossibleError):
        quarantine.requeue(stored.ledger_id, actor=NOBODY, now=NOW)


def test_all_of_quarantine_can_be_tried_again_at_once() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1, 2, 3), now=NOW)
    for stored in ledger.pending(limit=2):
        quarantine.set_aside(stored.ledger_id, "x", now=NOW)
    assert quarantine.requeue_all(actor=NOBODY, now=NOW) == 2
    assert quarantine.held() == ()
    assert audit.events(limit=1)[0].details["messages"] == 2
    assert quarantine.requeue_all(actor=NOBODY, now=NOW) == 0


def test_how_far_behind_we_are_is_the_age_of_the_oldest_mail_without_a_place() -> None:
    assert tally.seconds_behind(now=NOW) == 0
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(1), now=NOW)
    ledger.store_batch(cursor, batch(2), now=NOW + timedelta(minutes=1))
    assert tally.seconds_behind(now=NOW + timedelta(minutes=2)) == 120
    quarantine.set_aside(ledger.pending(limit=1)[0].ledger_id, "x", now=NOW)
    assert tally.seconds_behind(now=NOW + timedelta(minutes=2)) == 60
    quarantine.requeue_all(actor=NOBODY, now=NOW)
    assert tally.seconds_behind(now=NOW + timedelta(minutes=2)) == 60, "what is tried again waits for nobody's sake"


def test_a_mailbox_that_never_could_be_read_is_known_by_its_error_and_then_opened() -> None:
    ledger.poll_failed("desk", "login refused")
    assert [(box.name, box.error) for box in tally.glance().mailboxes] == [("desk", "login refused")]
    assert ledger.open_mailbox("desk", 7, now=NOW).last_uid == 0
    assert audit.events(limit=1)[0].kind == "mailbox_opened"


def test_what_waits_and_what_has_its_place_adds_up_to_all_mail() -> None:
    cursor = ledger.open_mailbox("desk", 7, now=NOW)
    ledger.store_batch(cursor, batch(*range(1, 11)), now=NOW)
    quarantine.set_aside(ledger.pending(limit=1)[0].ledger_id, "x", now=NOW)
    counted = tally.accounting()
    assert counted.total == 10
    assert counted.waiting == 9
    assert counted.counts[Delivery.QUARANTINED] == 1


def test_a_message_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        ledger.raw_bytes(12345)
