"""What is on its way out is sent by one worker, tried again politely, and never lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bench._plans import watched
from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import tickets
from helpdesk.store.models import Reset
from helpdesk.store.outgoing import dispatch, failed_mail, links, outbox, restoring
from helpdesk.store.people import staff
from helpdesk.vocabulary import OutboxKind, OutboxState, ResetState, TicketState
from tests.cast import ADA, ADMIN, CLERK, NOW, PASSWORD, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as sending

LATER = NOW + timedelta(seconds=16)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ticket(inside: object) -> int:
    put_on_roll(ADA)
    return receive(mail()).ticket_id or 0


def test_a_claimed_row_is_nobody_elses(ticket: int) -> None:
    assert len(outbox.claim(now=NOW)) == 1
    assert outbox.claim(now=NOW) == ()


def test_workers_that_claim_at_once_share_the_rows_without_doubles(app: Flask, ticket: int) -> None:
    for number in range(20):
        receive(mail(sender=f"p{number}@firm{number}.example", message_id=f"<{number}@x.example>"))
    db.session.remove()
    claimed: list[int] = []

    def work() -> None:
        with app.app_context():
            while rows := outbox.claim(now=NOW, limit=3):
                claimed.extend(row.id for row in rows)
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 21


def test_a_temporary_failure_is_tried_again_later_and_less_and_less_often(ticket: int) -> None:
    now, gaps = NOW, []
    for _ in range(4):
        (row,) = outbox.claim(now=now)
        state = outbox.deferred(row, "451 try later", limits=desk().rules.mail, jitter=0, now=now)
        assert state is OutboxState.DEFERRED
        due = outbox.next_due()
        assert due is not None
        gaps.append((due - now) / timedelta(minutes=1))
        now = due
    assert gaps == [1, 2, 4, 8]


def test_after_the_last_attempt_it_is_before_staff_who_can_retry_with_the_same_message_id(ticket: int) -> None:
    now = NOW
    for _ in range(desk().rules.mail.attempts):
        (row,) = outbox.claim(now=now)
        outbox.deferred(row, "451 try later", limits=desk().rules.mail, jitter=1, now=now)
        now += timedelta(hours=6)
    (failed,) = failed_mail.troubled()
    assert failed.state is OutboxState.FAILED
    assert "36 attempts" in failed.last_error
    clerk = add_staff(CLERK)["clerk"]
    failed_mail.retry(failed.id, actor=clerk, now=now)
    (row,) = outbox.claim(now=now)
    letter = dispatch.prepare(row, dispatch=sending(), now=now)
    assert letter is not None
    assert (letter.to, letter.outbox_id) == (ADA.primary_email, failed.id)


def test_cancelled_mail_does_not_leave(ticket: int) -> None:
    (row,) = outbox.claim(now=NOW)
    outbox.failed(row, "550 no such user", now=NOW)
    clerk = add_staff(CLERK)["clerk"]
    failed_mail.give_up(row.id, actor=clerk, now=NOW)
    assert outbox.claim(now=NOW + timedelta(days=9)) == ()
    with pytest.raises(NotPossibleError):
        failed_mail.retry(row.id, actor=clerk, now=NOW)


def test_when_a_question_is_given_up_its_ticket_no_longer_waits_for_the_answer(inside: object) -> None:
    ticket = receive(mail("Please reset my ECF password.\n\nAda Filer\n")).ticket_id or 0
    assert tickets.view(ticket).state is TicketState.WAITING
    (row,) = outbox.claim(now=NOW)
    outbox.failed(row, "550 no such user", now=NOW)
    failed_mail.give_up(row.id, actor=add_staff(CLERK)["clerk"], now=NOW)
    assert tickets.view(ticket).state is TicketState.REVIEW


def test_case_63_after_a_backup_was_restored_nothing_is_sent_again_and_no_old_link_works(ticket: int) -> None:
    clerk = add_staff(CLERK)["clerk"]
    token = staff.sign_in("clerk", PASSWORD, network="n", now=NOW)
    assert token is not None
    approve(ticket, clerk)
    with transaction() as session:
        old = links.make(session, session.execute(select(Reset)).scalar_one(), hours=24, now=NOW)
    stopped = restoring.after_restore(actor=clerk, now=LATER)
    assert (stopped.messages, stopped.approvals, stopped.links, stopped.sessions) == (2, 0, 1, 1)
    assert outbox.claim(now=LATER + timedelta(days=9)) == ()
    assert len(failed_mail.troubled()) == 2
    assert not links.is_usable(old, now=LATER)
    assert staff.signed_in(token, now=LATER) is None
    assert audit.events(limit=1)[0].kind == "restored"
    again = receive(mail(sender="g@other.example", message_id="<2@x.example>", at=NOW), now=LATER)
    assert tickets.view(again.ticket_id or 0).mail == (), "its sender was answered before"
    new = receive(mail(sender="h@other.example", message_id="<3@x.example>", at=LATER + SECOND), now=LATER + SECOND)
    assert len(tickets.view(new.ticket_id or 0).mail) == 1


@pytest.mark.parametrize("performed", [False, True])
def test_case_63_what_may_have_been_agreed_to_or_performed_since_the_backup_is_approved_anew(
    ticket: int, performed: bool
) -> None:
    people = add_staff(CLERK, ADMIN)
    put_on_roll(ADA if performed else replace(ADA, email_changed_on=NOW.date()))
    approve(ticket, people["clerk"], confirmed=True, why="They called.")
    for row in outbox.claim(now=LATER):
        dispatch.prepare(row, dispatch=sending(), now=LATER)
        dispatch.sent(row, connector=Connector.WORKLIST, now=LATER)
    [reset] = db.session.execute(select(Reset)).scalars()
    assert reset.state == ("to_do" if performed else "proposed")
    assert restoring.after_restore(actor=people["admin"], now=LATER).approvals == 1
    shown = tickets.view(ticket)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert (shown.reset.state, "restored from a backup" in shown.reset.outcome) == (ResetState.RETURNED, True)


def test_a_worker_that_lost_its_claim_cannot_settle_the_row(ticket: int) -> None:
    (row,) = outbox.claim(now=NOW)
    outbox.recover_stale(now=NOW + timedelta(hours=1))
    (again,) = outbox.claim(now=NOW + timedelta(hours=1))
    outbox.failed(row, "late", now=NOW + timedelta(hours=1))
    assert failed_mail.troubled() == ()
    dispatch.sent(again, connector=desk().config.connector, now=NOW + timedelta(hours=1))
    assert outbox.of_ticket(ticket)[0].state is OutboxState.SENT


def test_case_12_after_a_crash_a_reply_is_due_again_and_a_reset_waits_for_a_person(ticket: int) -> None:
    approve(ticket, add_staff(CLERK, ADMIN)["clerk"])
    assert len(outbox.claim(now=LATER)) == 2
    assert outbox.recover_stale(now=LATER + timedelta(minutes=5)) == 0, "the worker may still be at it"
    assert outbox.recover_stale(now=LATER + timedelta(minutes=11)) == 2
    states = {view.kind: view.state for view in outbox.of_ticket(ticket)}
    assert states == {OutboxKind.REPLY: OutboxState.DEFERRED, OutboxKind.RESET: OutboxState.UNCERTAIN}


def test_whoever_looks_for_mail_to_send_or_counts_replies_reads_none_that_has_left(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), watched(sqlite_app) as seen:
        outbox.next_due()
        outbox.claim(now=NOW)
        outbox.recover_stale(now=NOW)
        failed_mail.troubled()
        receive(mail())
        connection = db.session.connection()
        about = [query for query in seen if "outbox" in query.statement and "INSERT" not in query.statement]
        plans = [
            step.detail
            for query in about
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.statement}", query.parameters)
        ]
    assert len(about) >= 5
    assert not [step for step in plans if "outbox" in step and "USING" not in step], plans
