"""One automatic reply a sender and a conversation a day, and a breaker over all that only a person closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.desk import desk
from helpdesk.doors.outgoing import as_bytes
from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import intake
from helpdesk.store.models import OutboxRow
from helpdesk.store.outgoing import dispatch, outbox, reply_limits
from helpdesk.vocabulary import StaffMember, TicketState
from tests.cast import ADA, GRACE, MALLORY, NOW, SUPERVISOR, mail
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import migrate
from tests.desk_work import dispatch as sending
from tests.desk_work import read, receive, store
from tests.rules_folder import rules_folder

PACER = "How do I upgrade my PACER account?"


@pytest.fixture
def boss(inside: object) -> StaffMember:
    put_on_roll(ADA, GRACE)
    return add_staff(SUPERVISOR)["supervisor"]


_numbers = count(1)


def ask(sender: str, *, at: datetime = NOW, limit: int = 60, **more: object) -> int:
    """A question of somebody's, where so many automatic replies an hour are allowed; its ticket."""
    number = next(_numbers)
    raw = mail(f"{PACER}\n({number})", sender=sender, message_id=f"<{number}@x.example>", at=at, **more)  # type: ignore[arg-type]
    rules = desk().rules
    triaged = desk().triage(*read(raw), rules, at)
    house = replace(desk().house(rules, at), limits=replace(rules.mail, replies_per_hour=limit))
    return intake.settle(store(raw, now=at), triaged, house=house, now=at).ticket_id or 0


def replies() -> list[OutboxRow]:
    return list(db.session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars())


def leaves(now: datetime) -> list[int]:
    """The tickets whose letters a worker takes up."""
    return [row.ticket_id for row in outbox.claim(now=now, limit=100)]


def test_case_22_many_mails_from_one_sender_get_one_reply_a_day_whatever_tag_the_address_has(
    boss: StaffMember,
) -> None:
    minutes = (timedelta(minutes=14 * number) for number in range(12))
    for number, passed in enumerate(minutes):
        ask(f"a+{number}@firm.example" if number % 2 else "A@firm.example", at=NOW + passed)
    assert [row.queued_at for row in replies()] == [NOW]
    ask("a@firm.example", at=NOW + timedelta(hours=24))
    assert len(replies()) == 2


def test_one_conversation_gets_one_automatic_reply_a_day_whoever_writes_in_it(boss: StaffMember) -> None:
    """Case 18."""
    ask("first@firm.example")
    (ours,) = replies()
    for number in range(3):
        stranger = ask(f"machine{number}@elsewhere.example", headers={"In-Reply-To": ours.message_id})
        assert stranger != ours.ticket_id
    withheld = [event.details["reason"] for event in audit.events(limit=99) if event.kind == "reply_withheld"]
    assert withheld == ["This conversation already got an automatic reply today."] * 3
    ask("late@elsewhere.example", at=NOW + timedelta(days=1), headers={"In-Reply-To": ours.message_id})
    assert len(replies()) == 2


def test_case_22_too_many_replies_open_a_breaker_that_stays_open_and_loses_nothing(boss: StaffMember) -> None:
    """FreeScout #4143: thousands of mails went round in a circle."""
    opened = [ask(f"p{number}@firm{number}.example", limit=3) for number in range(5)]
    assert reply_limits.paused() == NOW
    assert [mail.ticket_id for mail in reply_limits.held()] == opened[3:]
    assert leaves(NOW) == opened[:3]
    assert {tickets.view(ticket).state for ticket in opened[3:]} == {TicketState.REVIEW}, "people see them meanwhile"
    assert [event.kind for event in audit.events(limit=99)].count("replies_paused") == 1
    later = NOW + timedelta(hours=30)
    after = ask("late@firm.example", at=later, limit=3)
    assert leaves(later) == [], "it does not close by itself"
    assert outbox.next_due() is None, "nothing is overdue that waits for a person"
    assert reply_limits.resume(send=True, actor=boss, now=later) == 3
    assert leaves(later) == [*opened[3:], after]
    with pytest.raises(NotPossibleError, match="not paused"):
        reply_limits.resume(send=True, actor=boss, now=later)
    ask("another@firm.example", at=later, limit=3)
    assert reply_limits.paused() is None, "counted anew from the moment somebody looked"


def test_what_is_held_back_can_be_dropped_one_by_one_or_all_together(boss: StaffMember) -> None:
    opened = [ask(f"p{number}@firm{number}.example", limit=1) for number in range(4)]
    first, *others = reply_limits.held()
    reply_limits.drop(first.id, actor=boss, now=NOW)
    with pytest.raises(NotPossibleError, match="not held back"):
        reply_limits.drop(first.id, actor=boss, now=NOW)
    assert reply_limits.resume(send=False, actor=boss, now=NOW) == len(others)
    assert leaves(NOW) == opened[:1]
    assert {row.state for row in replies()[1:]} == {"cancelled"}
    assert "dropped by supervisor" in (replies()[1].last_error or "")


def _as_sent(raw: bytes) -> bytes:
    return raw


def _washed(raw: bytes) -> bytes:
    """What a careless relay makes of it: nothing says any more that a machine wrote it."""
    letter = message_from_bytes(raw)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Helpdesk-Loop"):
        del letter[name]
    return letter.as_bytes()


@pytest.mark.parametrize(("relay", "sent"), [(_as_sent, 1), (_washed, 2)])
def test_case_18_two_copies_of_us_facing_each_other_send_one_message_each_at_most(
    relay: Callable[[bytes], bytes], sent: int, sqlite_url: str, tmp_path: Path
) -> None:
    other_court = rules_folder(
        tmp_path,
        ("court.toml", 'helpdesk_address = "ecfhelp@casd', 'helpdesk_address = "help@other'),
        ("court.toml", '"ecfhelp@casd.uscourts.gov", "attorneyadmissions@casd', '"help@other'),
        ("court.toml", 'own_domains = ["casd', 'own_domains = ["other'),
    )
    other_url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    migrate(other_url)
    here, there = create_app(config_for(sqlite_url)), create_app(config_for(other_url, rules_dir=other_court))
    with here.app_context():
        put_on_roll(ADA)
        ask("ECF Help <help@other.uscourts.gov>", authenticated=False)
    total, side, facing = 0, here, there
    for passed in range(5):
        answers = _outgoing(side, NOW + timedelta(minutes=passed))
        total += len(answers)
        with facing.app_context():
            for raw in answers:
                receive(relay(raw), now=NOW + timedelta(minutes=passed))
        side, facing = facing, side
    for app in (here, there):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    assert total == sent


def _outgoing(app: Flask, now: datetime) -> list[bytes]:
    """Everything that leaves, as bytes."""
    left = []
    with app.app_context():
        for row in outbox.claim(now=now):
            letter = dispatch.prepare(row, dispatch=sending(), now=now)
            assert letter is not None
            left.append(as_bytes(letter, desk().rules.court, now=now))
            dispatch.sent(row, connector=sending().connector, now=now)
    return left


def test_mail_that_poses_as_the_courts_own_is_not_answered(boss: StaffMember) -> None:
    """Case 17."""
    ask("ECF Help Desk <ecfhelp@CASD.uscourts.gov>")
    assert replies() == []
    ask(f"Mallory <{MALLORY}>")
    assert len(replies()) == 1
