"""An approval that is undone leaves the ticket where it stood, and never readier than it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from helpdesk.store.approving import resets
from helpdesk.store.database import db
from helpdesk.store.desk import handling, tickets
from helpdesk.store.models import Ticket
from helpdesk.store.outgoing import dispatch, failed_mail, outbox
from helpdesk.vocabulary import OutboxKind, StaffMember, TicketState
from tests.cast import ADA, ADAS_REQUEST, GRACE, MALLORY, NAMESAKE, NOW, mail
from tests.conftest import put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as sending
from tests.edges.casework import answer, reply_to_the_last_letter, snooze, state, ticket, version

AFTER_UNDO = NOW + timedelta(seconds=16)
ANOTHER_DAY = NOW + timedelta(days=3)


def undone(number: int, clerk: StaffMember, *, now: datetime = NOW) -> TicketState:
    """Undo its approval; where it stands then."""
    assert state(number) in (TicketState.APPROVED, TicketState.HELD, TicketState.QUEUED)
    resets.undo(number, actor=clerk, now=now)
    return state(number)


def waiting(clerk: StaffMember) -> int:
    """A ticket whose requester was asked."""
    number = ticket()
    answer(number, clerk, waits=True)
    return number


def all_leaves(now: datetime) -> None:
    for row in outbox.claim(now=now):
        if dispatch.prepare(row, dispatch=sending(), now=now) is not None:
            dispatch.sent(row, connector=sending().connector, now=now)


def test_a_ticket_that_was_reopened_is_looked_at_again_after_an_undone_approval(clerk: StaffMember) -> None:
    number = ticket()
    handling.finish(number, TicketState.CLOSED, version=1, actor=clerk, now=NOW)
    handling.reopen(number, version=version(number), actor=clerk, now=NOW)
    approve(number, clerk, confirmed=True)
    assert undone(number, clerk) is TicketState.REVIEW


def test_a_record_chosen_by_hand_is_not_ready_after_an_undone_approval(clerk: StaffMember) -> None:
    number = ticket()
    handling.choose(number, GRACE.ecf_user_id, version=1, actor=clerk, now=NOW)
    approve(number, clerk, confirmed=True, why="She called.")
    assert undone(number, clerk) is TicketState.REVIEW


def test_a_ticket_that_waited_or_was_answered_does_so_again(clerk: StaffMember) -> None:
    number = waiting(clerk)
    approve(number, clerk, confirmed=True)
    assert undone(number, clerk) is TicketState.WAITING
    answer(number, clerk)
    approve(number, clerk, confirmed=True)
    assert undone(number, clerk) is TicketState.ANSWERED
    assert tickets.view(number).closed_at is not None


def test_what_slept_is_awake_after_an_undone_approval(clerk: StaffMember) -> None:
    number = ticket()
    snooze(number, clerk)
    approve(number, clerk, confirmed=True)
    assert undone(number, clerk) is TicketState.READY
    assert tickets.view(number).snoozed_until is None


def test_an_approval_that_is_undone_was_no_answer(clerk: StaffMember) -> None:
    number = ticket()
    approve(number, clerk)
    assert tickets.view(number).answered_at == NOW
    undone(number, clerk)
    assert tickets.view(number).answered_at is None


def test_an_answer_before_an_undone_approval_stays_one(clerk: StaffMember) -> None:
    number = waiting(clerk)
    approve(number, clerk, confirmed=True, now=ANOTHER_DAY)
    undone(number, clerk, now=ANOTHER_DAY)
    assert tickets.view(number).answered_at == NOW


def test_an_approval_under_which_nothing_could_leave_was_no_answer(clerk: StaffMember) -> None:
    number = ticket()
    approve(number, clerk)
    put_on_roll(replace(ADA, primary_email=MALLORY), NAMESAKE, GRACE)
    all_leaves(AFTER_UNDO)
    assert (state(number), tickets.view(number).answered_at) == (TicketState.REVIEW, None)


def test_a_record_that_changes_while_a_reset_is_held_is_looked_at_once_that_is_undone(clerk: StaffMember) -> None:
    number = ticket()
    approve(number, clerk)
    put_on_roll(replace(ADA, primary_email=MALLORY), NAMESAKE, GRACE)
    assert undone(number, clerk) is TicketState.REVIEW


TAKEN_BACK = "Please do not reset anything: that was not me who asked. Ada Filer"


def a_later_mail(number: int, body: str) -> None:
    """Its sender writes once more, in the thread."""
    tag = outbox.tag_of(number)
    assert receive(mail(body, subject=f"Re: {tag}", message_id="<later@filerquill.example>")).ticket_id == number


@pytest.mark.parametrize("body", [TAKEN_BACK, ADAS_REQUEST.replace("234561", "999999")])
def test_a_mail_that_comes_in_while_a_reset_is_held_is_looked_at_once_that_is_undone(
    clerk: StaffMember, body: str
) -> None:
    number = ticket()
    approve(number, clerk)
    a_later_mail(number, body)
    assert undone(number, clerk) is TicketState.REVIEW
    db.session.expire_all()
    [why, *_] = db.session.get_one(Ticket, number).summary["reasons"]
    assert why.startswith("A later mail needs a look: ")


def test_a_mail_that_comes_in_while_a_reset_is_held_is_looked_at_once_that_has_left(clerk: StaffMember) -> None:
    number = ticket()
    approve(number, clerk)
    a_later_mail(number, TAKEN_BACK)
    all_leaves(AFTER_UNDO)
    assert state(number) is TicketState.REVIEW


def test_thanks_that_come_in_while_a_reset_is_held_change_nothing(clerk: StaffMember) -> None:
    number = ticket()
    approve(number, clerk)
    a_later_mail(number, "Thank you!")
    assert undone(number, clerk) is TicketState.READY
    approve(number, clerk)
    all_leaves(AFTER_UNDO)
    assert state(number) is TicketState.SENT


def test_an_answer_that_comes_in_while_a_reset_is_held_does_not_wait_for_another(clerk: StaffMember) -> None:
    number = waiting(clerk)
    approve(number, clerk, confirmed=True)
    assert reply_to_the_last_letter("ada@filerquill.example") == number
    assert undone(number, clerk) is TicketState.REVIEW


def test_a_letter_that_is_given_up_while_a_reset_is_held_is_waited_for_no_more(clerk: StaffMember) -> None:
    number = waiting(clerk)
    approve(number, clerk, confirmed=True)
    [letter] = [row for row in outbox.claim(now=NOW) if row.kind is OutboxKind.REPLY][-1:]
    outbox.failed(letter, "No such mailbox.", now=NOW)
    failed_mail.give_up(letter.id, actor=clerk, now=NOW)
    assert undone(number, clerk) is TicketState.REVIEW
