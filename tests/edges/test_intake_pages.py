"""Mail is settled in pages of one commit, with the same outcome as one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from helpdesk.desk import desk
from helpdesk.service.intake import AT_ONCE, Intake
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.stopping import no_checkpoint
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import ledger
from helpdesk.store.models import LedgerEntry, OutboxRow, Ticket
from helpdesk.vocabulary import Delivery
from tests.cast import ADA, MALLORY, NOW, mail
from tests.conftest import put_on_roll
from tests.desk_work import store
from tests.edges.mailroom import letters

pytestmark = pytest.mark.usefixtures("inside")


def settle(room: ReadingRoom) -> list[Delivery]:
    intake = Intake(desk=desk(), room=room, clock=lambda: NOW, checkpoint=no_checkpoint)
    return list(intake.run(go_on=lambda: True))


def subjects() -> list[str]:
    return list(db.session.execute(select(Ticket.subject).order_by(Ticket.id)).scalars())


def test_tickets_are_numbered_in_the_order_of_arrival_over_several_pages(room: ReadingRoom) -> None:
    mails = letters(2 * AT_ONCE + 3)
    for raw in mails:
        store(raw)
    assert settle(room) == [Delivery.TICKETED] * len(mails)
    assert subjects() == [f"Password reset, case {number}" for number in range(1, len(mails) + 1)]
    assert audit.verify().ok


def test_mails_of_one_page_know_of_each_other(room: ReadingRoom) -> None:
    put_on_roll(ADA)
    store(mail())
    store(mail(), mailbox="another of ours")
    store(mail("Did you get my mail? My bar number is 234561.", message_id="<b@x.example>"))
    store(mail(sender=MALLORY, message_id="<c@x.example>"))
    assert settle(room) == [Delivery.TICKETED, Delivery.IGNORED, Delivery.TICKETED, Delivery.TICKETED]
    replies = list(db.session.execute(select(OutboxRow.to_address)).scalars())
    assert replies == [ADA.primary_email, MALLORY.rpartition("<")[2].rstrip(">")]  # one a sender and day
    third = tickets.view(3).decision.requests[0]
    assert "other_requests" in [signal.name for signal in third.signals]


def test_a_mail_that_cannot_be_settled_holds_back_none_of_its_page(room: ReadingRoom) -> None:
    """django-helpdesk #1240, django-helpdesk #1247: an exception over one mail ended the run."""
    refuse_tickets_about("case 2")
    for raw in letters(4):
        store(raw)
    expected = [Delivery.TICKETED, Delivery.QUARANTINED, Delivery.TICKETED, Delivery.TICKETED]
    assert settle(room) == expected
    states = db.session.execute(select(LedgerEntry.state).order_by(LedgerEntry.id)).scalars()
    assert list(states) == [state.value for state in expected]
    assert subjects() == [f"Password reset, case {number}" for number in (1, 3, 4)]
    assert audit.verify().ok


def refuse_tickets_about(words: str) -> None:
    """The database itself refuses a ticket, as it would one that breaks a constraint."""
    with transaction() as session:
        if db.engine.dialect.name == "sqlite":
            session.execute(
                text(
                    "CREATE TRIGGER refuse BEFORE INSERT ON ticket WHEN NEW.subject LIKE '%" + words + "' "
                    "BEGIN SELECT RAISE(ABORT, 'refused'); END"
                )
            )
        else:
            session.execute(text(f"ALTER TABLE ticket ADD CONSTRAINT refused CHECK (subject NOT LIKE '%{words}')"))


def test_large_mails_come_in_smaller_pages() -> None:
    for raw in letters(5):
        store(raw)
    size = len(letters(1)[0])
    assert len(ledger.pending(limit=9)) == 5
    assert len(ledger.pending(limit=3)) == 3
    assert len(ledger.pending(limit=9, most_bytes=2 * size + 50)) == 2
    assert len(ledger.pending(limit=9, most_bytes=1)) == 1  # a single one may always come
    first, second, *_ = ledger.pending(limit=9)
    assert ledger.pending(limit=1, after=first.ledger_id) == (second,)
