"""Tickets are snoozed and woken, ends and letters taken back, on both databases and on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from helpdesk.errors import NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import handling, snoozing, tickets, undoing
from helpdesk.vocabulary import OutboxState, StaffMember, TicketState
from tests.cast import ADA, GRACE, MALLORY, NAMESAKE, NOW
from tests.conftest import put_on_roll
from tests.desk_work import approve
from tests.edges.casework import (
    LATER,
    answer,
    kinds,
    reply_to_the_last_letter,
    snooze,
    state,
    take_back,
    ticket,
    version,
)


def test_a_snoozed_ticket_sleeps_until_its_time_and_wakes_once(clerk: StaffMember) -> None:
    ready, review = ticket(1), ticket(2, "Please reset my password. Ada Filer")
    handling.finish(review, TicketState.CLOSED, version=version(review), actor=clerk, now=NOW)
    handling.reopen(review, version=version(review), actor=clerk, now=NOW)
    for number in (ready, review):
        snooze(number, clerk)
    assert snoozing.wake_due(now=LATER - timedelta(seconds=1)) == 0
    assert (state(ready), tickets.view(ready).snoozed_until) == (TicketState.SNOOZED, LATER)
    assert snoozing.wake_due(now=LATER) == 2
    assert snoozing.wake_due(now=LATER) == 0
    assert (state(ready), state(review)) == (TicketState.READY, TicketState.REVIEW)
    assert tickets.view(ready).snoozed_until is None
    assert kinds(ready)[:2] == ["woken", "snoozed"]
    assert audit.events(ticket_id=ready)[0].actor == "system"


def test_a_clerk_wakes_a_ticket_early_and_changes_the_time(clerk: StaffMember) -> None:
    number = ticket()
    snooze(number, clerk)
    again = LATER + timedelta(days=1)
    snoozing.snooze(number, again, version=version(number), actor=clerk, now=NOW)
    assert tickets.view(number).snoozed_until == again
    snoozing.wake(number, version=version(number), actor=clerk, now=NOW)
    assert state(number) is TicketState.READY
    with pytest.raises(NotPossibleError):
        snoozing.wake(number, version=version(number), actor=clerk, now=NOW)


def test_an_end_that_is_taken_back_after_the_record_changed_is_looked_at(clerk: StaffMember) -> None:
    number = ticket()
    handling.finish(number, TicketState.CLOSED, version=1, actor=clerk, now=NOW)
    put_on_roll(replace(ADA, primary_email=MALLORY), NAMESAKE, GRACE)
    take_back(number, clerk)
    assert state(number) is TicketState.REVIEW


def test_a_ticket_whose_record_was_chosen_while_it_slept_wakes_for_review(clerk: StaffMember) -> None:
    for number, choose in ((ticket(1), _choose_grace), (ticket(2), handling.choose_nobody)):
        snooze(number, clerk)
        choose(number, version=version(number), actor=clerk, now=NOW)
        snoozing.wake(number, version=version(number), actor=clerk, now=NOW)
        assert state(number) is TicketState.REVIEW


def _choose_grace(number: int, **pressed: Any) -> None:
    handling.choose(number, GRACE.ecf_user_id, **pressed)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_nothing_is_snoozed_into_the_past_or_for_ever(clerk: StaffMember, until: object) -> None:
    number = ticket()
    with pytest.raises(NotPossibleError, match="still to come"):
        snoozing.snooze(number, until, version=1, actor=clerk, now=NOW)  # type: ignore[arg-type]


def test_a_reply_wakes_a_snoozed_ticket_for_good(clerk: StaffMember) -> None:
    number = ticket(1, "Please reset my password. Ada Filer")
    answer(number, clerk)
    handling.reopen(number, version=version(number), actor=clerk, now=NOW)
    snooze(number, clerk)
    assert reply_to_the_last_letter("ada@filerquill.example") == number
    assert state(number) in (TicketState.READY, TicketState.REVIEW)
    assert snoozing.wake_due(now=LATER) == 0


@pytest.mark.parametrize("end", [TicketState.CLOSED, TicketState.SPAM, TicketState.DECLINED])
def test_an_end_is_taken_back(clerk: StaffMember, end: TicketState) -> None:
    number = ticket()
    handling.finish(number, end, version=1, actor=clerk, now=NOW, why="No.")
    take_back(number, clerk)
    assert (state(number), tickets.view(number).closed_at) == (TicketState.READY, None)
    assert kinds(number)[0] == "taken_back"


def test_a_letter_is_taken_back_before_it_leaves_and_never_after(clerk: StaffMember) -> None:
    number, late = ticket(1), ticket(2)
    answer(number, clerk, undo_seconds=15)
    (_, letter) = tickets.view(number).mail
    assert letter.due_at == NOW + timedelta(seconds=15)
    take_back(number, clerk)
    assert tickets.view(number).mail[1].state is OutboxState.CANCELLED
    assert (state(number), tickets.view(number).answered_at) == (TicketState.READY, None)
    answer(late, clerk, undo_seconds=15)
    db.session.execute(text("UPDATE outbox SET state = 'sending' WHERE state = 'queued'"))
    db.session.commit()
    with pytest.raises(NotPossibleError, match="Too late"):
        take_back(late, clerk)
    assert state(late) is TicketState.ANSWERED


def test_only_who_did_it_takes_it_back_and_only_at_once(people: dict[str, StaffMember]) -> None:
    number = ticket()
    handling.finish(number, TicketState.SPAM, version=1, actor=people["clerk"], now=NOW)
    with pytest.raises(NotPossibleError):
        take_back(number, people["otherclerk"])
    with pytest.raises(NotPossibleError):
        take_back(number, people["clerk"], seconds=16)
    with pytest.raises(StaleTicketError):
        undoing.take_back(number, version=1, within=timedelta(seconds=15), actor=people["clerk"], now=NOW)
    assert state(number) is TicketState.SPAM


def test_nothing_is_taken_back_from_under_a_reset_on_its_way(clerk: StaffMember) -> None:
    number = ticket()
    snoozing.snooze(number, NOW + timedelta(days=1), version=version(number), actor=clerk, now=NOW)
    approve(number, clerk, confirmed=True)
    with pytest.raises(NotPossibleError, match="reset is on its way"):
        take_back(number, clerk)
    assert state(number) is TicketState.HELD
