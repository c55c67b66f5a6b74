"""A reset goes to the stored primary address and nowhere else. These tests try to break that.

Numbers in names are those of the cases in docs/threats.md.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from helpdesk import policy
from helpdesk.desk import desk
from helpdesk.doors.outgoing import require_one_address
from helpdesk.errors import (
    Change,
    DeliveryError,
    HelpdeskError,
    NeedsConfirmationError,
    NotPossibleError,
    StaleTicketError,
)
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Press
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import handling, tickets
from helpdesk.store.models import OutboxRow, Reset
from helpdesk.store.outgoing import dispatch, failed_mail, outbox
from helpdesk.store.roll.primaries import hindrance
from helpdesk.vocabulary import Filer, FilerStatus, OutboxKind, ResetState, StaffMember, TicketState
from tests.cast import ADA, CLERK, GRACE, MALLORY, NAMESAKE, NOW, OTHER_CLERK, SUPERVISOR, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as sending

AFTER_UNDO = NOW + timedelta(seconds=16)


@pytest.fixture
def staff(inside: object) -> dict[str, StaffMember]:
    put_on_roll(ADA, NAMESAKE, GRACE)
    return add_staff(CLERK, OTHER_CLERK, SUPERVISOR)


@pytest.fixture
def ticket(staff: dict[str, StaffMember]) -> int:
    settled = receive(mail(headers={"Reply-To": ADA.primary_email}))
    assert settled.ticket_id is not None
    return settled.ticket_id


def leave(now: datetime = AFTER_UNDO) -> list[tuple[str, str]]:
    """Everything due leaves; (kind, address) of each."""
    left = []
    for row in outbox.claim(now=now):
        letter = dispatch.prepare(row, dispatch=sending(), now=now)
        if letter is not None:
            left.append((letter.kind.value, letter.to))
            dispatch.sent(row, connector=sending().connector, now=now)
    return left


def test_case_1_an_approved_reset_leaves_for_exactly_the_stored_primary_address(
    staff: dict[str, StaffMember], ticket: int
) -> None:
    approve(ticket, staff["clerk"])
    assert ("reset", ADA.primary_email) in leave()
    assert tickets.view(ticket).state is TicketState.SENT


@pytest.mark.parametrize("header", ["Reply-To", "Sender", "Cc", "Return-Path", "X-Original-From"])
def test_case_3_and_10_no_header_of_the_request_changes_where_the_reset_goes(
    staff: dict[str, StaffMember], header: str
) -> None:
    ticket_id = receive(mail(headers={header: MALLORY})).ticket_id or 0
    approve(ticket_id, staff["supervisor"], confirmed=True)
    assert [to for kind, to in leave() if kind == "reset"] == [ADA.primary_email]


def test_case_4_a_primary_that_changes_after_the_approval_goes_back_to_staff(
    staff: dict[str, StaffMember], ticket: int
) -> None:
    approve(ticket, staff["clerk"])
    put_on_roll(replace(ADA, primary_email=MALLORY), NAMESAKE, GRACE)
    assert [to for kind, to in leave() if kind == "reset"] == []
    shown = tickets.view(ticket)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert shown.reset.state is ResetState.RETURNED


def test_case_8_a_wrong_bar_id_is_never_a_one_press_approval(staff: dict[str, StaffMember]) -> None:
    wrong = mail().replace(b"234561", b"234516")
    ticket_id = receive(wrong).ticket_id or 0
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    if shown.chosen is None:
        handling.choose(ticket_id, ADA.ecf_user_id, version=shown.version, actor=staff["clerk"], now=NOW)
    with pytest.raises(NotPossibleError, match="second look"):
        approve(ticket_id, staff["clerk"])


def test_case_9_of_two_records_that_fit_none_is_chosen_beforehand(staff: dict[str, StaffMember]) -> None:
    nameless = mail("Please reset my CM/ECF password. My name is Ada Filer.", sender="assistant@elsewhere.example")
    ticket_id = receive(nameless).ticket_id or 0
    shown = tickets.view(ticket_id)
    assert len(shown.decision.requests[0].ranking.candidates) >= 2
    assert shown.chosen is None
    press = Press(filer=ADA.ecf_user_id, version=shown.version, confirmed=True, why="")
    with pytest.raises(NotPossibleError, match="Choose the filer first"):
        resets.approve(ticket_id, press, actor=staff["clerk"], policy=desk().approving(), now=NOW)


def test_case_9_a_filer_chosen_by_hand_needs_confirmation(staff: dict[str, StaffMember], ticket: int) -> None:
    shown = tickets.view(ticket)
    handling.choose(ticket, GRACE.ecf_user_id, version=shown.version, actor=staff["clerk"], now=NOW)
    with pytest.raises(NotPossibleError, match="second look"):
        approve(ticket, staff["clerk"])


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (replace(ADA, primary_email=""), "no usable primary"),
        (replace(ADA, primary_email="a@b.example, c@d.example"), "no usable primary"),
        (replace(ADA, primary_email="ecfhelp@casd.uscourts.gov"), "court's own"),
        (replace(ADA, status=FilerStatus.SUSPENDED), "suspended"),
        (replace(ADA, status=FilerStatus.DECEASED), "deceased"),
        (replace(ADA, pacer_linked=True), "linked to PACER"),
    ],
)
def test_cases_14_and_15_records_that_may_not_be_reset_are_refused(
    staff: dict[str, StaffMember], ticket: int, record: Filer, why: str
) -> None:
    put_on_roll(record, NAMESAKE, GRACE)
    with pytest.raises(NotPossibleError, match=why):
        approve(ticket, staff["supervisor"], confirmed=True)


@pytest.mark.parametrize(
    "address",
    [
        "ada",
        "ada@",
        "@b.example",
        "a@b.example;c@d.example",
        "a@b.example c@d.example",
        "Ada <ada@b.example>",
        "ada@b.example\r\nBcc: m@e.example",
        "ada@b..example",
        "ada@b.example.",
        '"ada"@b.example',
        "ada@b.example\u202e",
        f"{'a' * 250}@b.example",
    ],
)
def test_case_14_what_the_mail_door_would_refuse_is_refused_when_somebody_approves(
    address: str, court: policy.Court
) -> None:
    assert hindrance(replace(ADA, primary_email=address), court) == "The record has no usable primary address."
    with pytest.raises(DeliveryError):
        require_one_address(address)


@pytest.mark.parametrize("address", ["ECFhelp@casd.USCOURTS.gov", "x@ＣＡＳＤ.uscourts.gov"])
def test_case_14_the_helpdesks_own_address_is_known_in_any_letters(address: str, court: policy.Court) -> None:
    assert "court's own" in hindrance(replace(ADA, primary_email=address), court)


def test_a_press_on_a_page_that_shows_another_filer_is_refused(staff: dict[str, StaffMember], ticket: int) -> None:
    shown = tickets.view(ticket)
    with pytest.raises(StaleTicketError):
        press(ticket, staff["clerk"], shown.version, filer=GRACE.ecf_user_id)


def test_case_47_a_press_on_an_old_page_says_what_changed(staff: dict[str, StaffMember], ticket: int) -> None:
    before = tickets.view(ticket).version
    handling.note(ticket, "A note makes no page stale.", actor=staff["clerk"], now=NOW)
    handling.assign(ticket, staff["otherclerk"].id, version=before, actor=staff["otherclerk"], now=NOW)
    with pytest.raises(StaleTicketError) as caught:
        press(ticket, staff["clerk"], before)
    assert caught.value.changes == (Change(what="assigned", who="otherclerk", when=NOW),)


def press(ticket: int, actor: StaffMember, version: int, *, filer: str = ADA.ecf_user_id) -> int:
    """A press on Approve on a page that showed this version and this filer."""
    shown = Press(filer=filer, version=version, confirmed=False, why="")
    return resets.approve(ticket, shown, actor=actor, policy=desk().approving(), now=NOW)


def test_pressing_twice_is_one_reset(staff: dict[str, StaffMember], ticket: int) -> None:
    assert approve(ticket, staff["clerk"]) == approve(ticket, staff["clerk"])
    assert db.session.execute(select(func.count()).select_from(Reset)).scalar_one() == 1


def test_two_tickets_for_one_filer_are_one_reset_a_day(staff: dict[str, StaffMember], ticket: int) -> None:
    docket = ADA.secondary_emails[0]
    again = mail(sender=f"Docket <{docket}>", message_id="<again@x.example>", at=NOW + timedelta(hours=1))
    other = receive(again).ticket_id or 0
    approve(ticket, staff["clerk"], confirmed=True)
    with pytest.raises(NotPossibleError, match="already on its way"):
        approve(other, staff["supervisor"], confirmed=True)


def test_a_ticket_whose_reset_waits_to_be_performed_gets_no_second_one(
    staff: dict[str, StaffMember], ticket: int
) -> None:
    approve(ticket, staff["clerk"])
    leave()
    version = tickets.view(ticket).version
    handling.choose(ticket, GRACE.ecf_user_id, version=version, actor=staff["clerk"], now=AFTER_UNDO)
    with pytest.raises(NotPossibleError, match="another record waits"):
        approve(ticket, staff["supervisor"], confirmed=True, why="She called.", now=AFTER_UNDO)


def test_case_13_a_second_reset_within_a_day_takes_a_second_look(staff: dict[str, StaffMember], ticket: int) -> None:
    evening, next_day = NOW + timedelta(hours=20), NOW + timedelta(hours=25)
    made = approve(ticket, staff["clerk"], now=evening)
    leave(evening + timedelta(minutes=1))
    resets.mark_done(made, actor=staff["clerk"], court=desk().rules.court, now=evening + timedelta(hours=1))
    again = receive(mail(message_id="<again@x.example>", at=next_day), now=next_day).ticket_id or 0
    assert tickets.view(again).state is TicketState.READY
    with pytest.raises(NeedsConfirmationError, match="within the last 24 hours"):
        approve(again, staff["clerk"], now=next_day)
    approve(again, staff["clerk"], confirmed=True, now=next_day)


def test_an_approval_that_counts_for_an_hour_says_hour_when_it_is_over(
    staff: dict[str, StaffMember], ticket: int
) -> None:
    made = approve(ticket, staff["clerk"])
    later = NOW + timedelta(hours=2)
    for row in outbox.claim(now=later):
        dispatch.prepare(row, dispatch=replace(sending(), approval_hours=1), now=later)
    assert db.session.get_one(Reset, made).outcome == "The approval is older than 1 hour."


def test_undo_within_the_window_sends_nothing(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    assert [to for kind, to in leave_before(NOW + timedelta(seconds=14)) if kind == "reset"] == []
    resets.undo(ticket, actor=staff["clerk"], now=NOW + timedelta(seconds=14))
    assert [to for kind, to in leave() if kind == "reset"] == []
    assert tickets.view(ticket).state is TicketState.READY
    approve(ticket, staff["clerk"])
    assert tickets.view(ticket).state is TicketState.HELD


def leave_before(now: object) -> list[tuple[str, str]]:
    return [(row.kind.value, "") for row in outbox.claim(now=now)]  # type: ignore[arg-type]


def test_undo_after_the_mail_began_to_leave_is_refused(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    outbox.claim(now=AFTER_UNDO)
    with pytest.raises(NotPossibleError, match="Too late"):
        resets.undo(ticket, actor=staff["clerk"], now=AFTER_UNDO)


def test_undo_after_the_mail_has_left_is_refused(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    leave()
    with pytest.raises(NotPossibleError, match="Too late"):
        resets.undo(ticket, actor=staff["clerk"], now=AFTER_UNDO)


def test_a_letter_whose_approval_is_not_in_force_does_not_leave(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    with transaction() as session:
        session.execute(text("UPDATE reset SET state = 'returned'"))
    assert [kind for kind, _ in leave()] == ["reply"]
    assert failed_mail.troubled() == ()


FORGERIES = (
    "UPDATE outbox SET to_address = :a WHERE kind = 'reset'",
    "UPDATE outbox SET body = :a WHERE kind = 'reset'",
    "UPDATE outbox SET subject = :a WHERE kind = 'reset'",
    "UPDATE outbox SET in_reply_to = :a WHERE kind = 'reset'",
    "UPDATE outbox SET template = :a WHERE kind = 'reset'",
    "UPDATE outbox SET last_error = :a WHERE kind = 'reset'",
    "UPDATE outbox SET \"references\" = '[\"mallory@elsewhere.example\"]' WHERE kind = 'reset' AND :a <> ''",
    "UPDATE outbox SET kind = 'reply', reset_id = NULL, to_address = :a, subject = 's', body = 'b'"
    " WHERE kind = 'reset'",
)


def test_the_database_lets_no_reset_row_hold_an_address(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    for statement in FORGERIES:
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text(statement), {"a": MALLORY})
    row = db.session.execute(select(OutboxRow).where(OutboxRow.kind == OutboxKind.RESET.value)).scalar_one()
    assert row.to_address is None


def test_an_error_that_quotes_the_address_is_kept_without_it(staff: dict[str, StaffMember], ticket: int) -> None:
    approve(ticket, staff["clerk"])
    row = next(row for row in outbox.claim(now=AFTER_UNDO) if row.kind is OutboxKind.RESET)
    outbox.failed(row, f"550 5.1.1 <{ADA.primary_email}>: no such user", now=AFTER_UNDO)
    assert "filerquill" not in failed_mail.troubled()[0].last_error
    assert "no such user" in failed_mail.troubled()[0].last_error


def test_case_60_an_approval_without_its_record_does_not_happen(
    staff: dict[str, StaffMember], ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise HelpdeskError("the disk is full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(HelpdeskError):
        approve(ticket, staff["clerk"])
    assert tickets.view(ticket).state is TicketState.READY
    assert db.session.execute(select(func.count()).select_from(Reset)).scalar_one() == 0


def test_case_60_nor_does_one_whose_record_the_database_refuses(staff: dict[str, StaffMember], ticket: int) -> None:
    with transaction() as session:  # another row stands where the next event belongs
        session.execute(
            text(
                "INSERT INTO event SELECT id + 1, at, actor, kind, ticket_id, details, seal FROM event"
                " ORDER BY id DESC LIMIT 1"
            )
        )
    with pytest.raises((NotPossibleError, DatabaseError)):
        approve(ticket, staff["clerk"])
    assert tickets.view(ticket).state is TicketState.READY
    assert db.session.execute(select(func.count()).select_from(Reset)).scalar_one() == 0


def test_case_11_fifty_approvals_at_once_make_exactly_one_reset(
    app: Flask, staff: dict[str, StaffMember], ticket: int
) -> None:
    shown = tickets.view(ticket)
    db.session.remove()
    outcomes: list[str] = []
    start = threading.Barrier(50)

    def at_once(actor: StaffMember) -> None:
        with app.app_context():
            start.wait()
            try:
                press(ticket, actor, shown.version)
                outcomes.append("approved")
            except (StaleTicketError, NotPossibleError):
                outcomes.append("refused")
            finally:
                db.session.remove()

    people = [*([staff["clerk"], staff["otherclerk"]] * 20), *[staff["supervisor"]] * 10]
    threads = [threading.Thread(target=at_once, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 50
    assert outcomes.count("approved") in (10, 20), "the winner's own presses are answered with the same reset"
    assert db.session.execute(select(func.count()).select_from(Reset)).scalar_one() == 1
    assert audit.verify().ok
