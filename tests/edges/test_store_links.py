"""One-time links: looking consumes nothing, using one ends it, and a newer one voids the older."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.errors import ConnectorError, NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.cases import merging
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import tickets
from helpdesk.store.models import ResetLink
from helpdesk.store.outgoing import dispatch, failed_mail, links, outbox
from helpdesk.vocabulary import Filer, OutboxKind, OutgoingMail, ResetState, StaffMember, TicketState
from tests.apps import application
from tests.cast import ADA, CLERK, MALLORY, NOW, mail
from tests.conftest import add_staff, config_for, put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as sending

LATER = NOW + timedelta(seconds=16)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application with the link connector."""
    with application(config_for(database_url, connector=Connector.LINK, reset_command=("true",))) as app:
        yield app


@pytest.fixture
def clerk(inside: object) -> StaffMember:
    put_on_roll(ADA)
    return add_staff(CLERK)["clerk"]


def link_after(ticket_id: int, clerk: StaffMember, now: datetime = NOW, *, confirmed: bool = False) -> str:
    """Approve, let the mail leave, and take the token out of it."""
    approve(ticket_id, clerk, confirmed=confirmed, now=now)
    for row in outbox.claim(now=now + timedelta(seconds=16)):
        letter = dispatch.prepare(row, dispatch=sending(), now=now)
        assert letter is not None
        dispatch.sent(row, connector=Connector.LINK, now=now)
        if row.kind is OutboxKind.RESET:
            token = token_in(letter)
    return token


def handed_over(now: datetime = LATER) -> tuple[outbox.Claimed, str]:
    """The reset's mail as the worker holds it while it is on its way, and the token in it."""
    row = next(row for row in outbox.claim(now=now) if row.kind is OutboxKind.RESET)
    letter = dispatch.prepare(row, dispatch=sending(), now=now)
    assert letter is not None
    return row, token_in(letter)


def token_in(letter: OutgoingMail) -> str:
    return letter.body.partition("/password-reset/")[2].split()[0]


def set_password(_filer: Filer) -> str:
    return "a-fresh-password"


def use(token: str, now: datetime = LATER) -> str | None:
    return links.use(token, set_password, court=desk().rules.court, now=now)


def test_the_token_has_256_bits_and_only_its_hash_is_kept(clerk: StaffMember) -> None:
    token = link_after(receive(mail()).ticket_id or 0, clerk)
    assert len(token) == 43
    row = db.session.execute(select(ResetLink)).scalar_one()
    assert token not in row.token_hash


def test_case_65_looking_consumes_nothing_and_using_ends_it(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)
    for _ in range(5):
        assert links.is_usable(token, now=LATER)
    assert use(token) == "a-fresh-password"
    assert not links.is_usable(token, now=LATER)
    assert use(token) is None
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.CLOSED
    assert shown.reset is not None
    assert shown.reset.state is ResetState.DONE


def test_a_mail_that_nobody_has_read_yet_is_not_closed_with_the_reset(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)
    later = mail(
        "I also need to change my address, and who asked for this reset?",
        subject=f"Re: {outbox.tag_of(ticket_id)}",
        message_id="<later@filerquill.example>",
    )
    assert receive(later).ticket_id == ticket_id
    assert use(token) == "a-fresh-password"
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert shown.reset.state is ResetState.DONE


def test_a_ticket_that_became_part_of_another_stays_so_when_its_link_is_used(clerk: StaffMember) -> None:
    ticket_id, other = (
        receive(mail(message_id=f"<{n}@x>", at=NOW - timedelta(days=n))).ticket_id or 0 for n in (1, 3)
    )
    token = link_after(ticket_id, clerk)
    merging.merge(ticket_id, other, version=tickets.view(ticket_id).version, actor=clerk, now=LATER)
    assert use(token) == "a-fresh-password"
    assert tickets.view(ticket_id).state is TicketState.MERGED
    merging.unmerge(ticket_id, version=tickets.view(ticket_id).version, actor=clerk, now=LATER)
    assert tickets.view(ticket_id).state is TicketState.CLOSED


@pytest.mark.parametrize("token", ["", "wrong", "x" * 43, "é" * 10_000])
def test_a_wrong_token_is_answered_like_a_used_one(clerk: StaffMember, token: str) -> None:
    assert not links.is_usable(token, now=NOW)
    assert use(token) is None


def test_a_link_ends_after_its_hours(clerk: StaffMember) -> None:
    token = link_after(receive(mail()).ticket_id or 0, clerk)
    assert links.is_usable(token, now=NOW + timedelta(hours=23, minutes=59))
    assert use(token, now=NOW + timedelta(hours=24, minutes=1)) is None


def test_a_new_link_voids_the_old(clerk: StaffMember) -> None:
    first = link_after(receive(mail()).ticket_id or 0, clerk)
    later = NOW + timedelta(hours=1)
    request = mail(sender=f"Docket <{ADA.secondary_emails[0]}>", message_id="<2@x.example>", at=later)
    again = receive(request, now=later).ticket_id or 0
    second = link_after(again, clerk, later, confirmed=True)
    assert use(first, later) is None
    assert use(second, later + timedelta(minutes=1)) == "a-fresh-password"


def test_a_link_to_an_address_that_is_no_longer_the_primary_is_dead(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)
    put_on_roll(replace(ADA, primary_email=MALLORY))
    assert use(token) is None
    assert tickets.view(ticket_id).state is TicketState.REVIEW


def test_staff_void_a_link_that_was_sent_and_nobody_can_use_it(clerk: StaffMember) -> None:
    """The filer calls: somebody else reads that mailbox."""
    token = link_after(receive(mail()).ticket_id or 0, clerk)
    shown = tickets.view(1)
    assert shown.reset is not None
    assert links.works_until(shown.reset.id, now=LATER) == NOW + timedelta(hours=24)
    with pytest.raises(StaleTicketError):
        links.void(shown.reset.id, version=shown.version - 1, actor=clerk, now=LATER)
    links.void(shown.reset.id, version=shown.version, actor=clerk, now=LATER)
    assert not links.is_usable(token, now=LATER)
    assert use(token) is None
    voided = tickets.view(1)
    assert (voided.state, voided.reset and voided.reset.state) == (TicketState.REVIEW, ResetState.RETURNED)
    assert links.works_until(shown.reset.id, now=LATER) is None
    with pytest.raises(NotPossibleError, match="nothing to void"):
        links.void(shown.reset.id, version=voided.version, actor=clerk, now=LATER)


@pytest.mark.parametrize("unchanged", [True, False])
def test_when_the_courts_program_fails_the_link_is_spent_and_staff_learn_why(
    clerk: StaffMember, unchanged: bool
) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)

    def fails(_filer: Filer) -> str:
        raise ConnectorError("it ended with code 1: the store of ada@filerquill.example is down", retryable=unchanged)

    with pytest.raises(ConnectorError):
        links.use(token, fails, court=desk().rules.court, now=LATER)
    assert use(token) is None
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert "it ended with code 1: the store of (an address) is down" in shown.reset.outcome
    assert ("Nothing was changed" in shown.reset.outcome) == unchanged
    assert ("is not known" in shown.reset.outcome) != unchanged
    assert "spent: approve again" in shown.reset.outcome


def test_a_web_server_that_dies_while_the_program_runs_leaves_a_task_for_staff(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)
    assert links._spend(token, desk().rules.court, LATER) is not None  # and then nothing more
    assert links.recover_interrupted(now=LATER + timedelta(minutes=9)) == 0, "the program may still run"
    assert links.recover_interrupted(now=LATER + timedelta(minutes=11)) == 1
    assert links.recover_interrupted(now=LATER + timedelta(minutes=12)) == 0
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert "interrupted" in shown.reset.outcome


def test_fifty_presses_on_one_link_set_one_password(app: Flask, clerk: StaffMember) -> None:
    token = link_after(receive(mail()).ticket_id or 0, clerk)
    db.session.remove()
    shown: list[str | None] = []
    start = threading.Barrier(50)

    def press() -> None:
        with app.app_context():
            start.wait()
            shown.append(use(token))
            db.session.remove()

    presses = [threading.Thread(target=press) for _ in range(50)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(filter(None, shown)) == ["a-fresh-password"]
    assert shown.count(None) == 49


def test_the_database_keeps_links_single(clerk: StaffMember) -> None:
    token = link_after(receive(mail()).ticket_id or 0, clerk)
    twin = (
        "INSERT INTO reset_link (token_hash, reset_id, filer_id, made_at, expires_at)"
        " SELECT 'twin', reset_id, filer_id, made_at, expires_at FROM reset_link"
    )
    for statement in (twin, "UPDATE reset_link SET expires_at = '2030-01-01 00:00:00'"):
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text(statement))
    assert use(token) == "a-fresh-password"
    for column in ("used_at = NULL", "token_hash = 'x'", "reset_id = 2"):
        with pytest.raises(DatabaseError, match="settled"), transaction() as session:
            session.execute(text(f"UPDATE reset_link SET {column}"))  # noqa: S608 - of this test


def test_a_link_that_was_used_shows_that_its_mail_arrived(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    row, token = handed_over()
    outbox.uncertain(row, "the connection broke", now=LATER)
    assert use(token) == "a-fresh-password"
    assert failed_mail.troubled() == ()
    assert tickets.view(ticket_id).state is TicketState.CLOSED


@pytest.mark.parametrize("end", ["uncertain", "deferred", "sending"])
def test_while_a_link_is_used_nothing_brings_a_second_one_under_the_same_approval(
    clerk: StaffMember, end: str
) -> None:
    """Cases 11 and 12: the server said nothing, or "later", or is still at it; but the letter arrived."""
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    row, token = handed_over()
    if end == "uncertain":
        outbox.uncertain(row, "the connection broke", now=LATER)
    elif end == "deferred":
        outbox.deferred(row, "451 later", limits=desk().rules.mail, jitter=0, now=LATER)
    tomorrow = LATER + timedelta(hours=20)

    def meanwhile(_filer: Filer) -> str:
        with pytest.raises(NotPossibleError, match="not waiting"):
            failed_mail.retry(row.id, actor=clerk, now=LATER)
        with pytest.raises(NotPossibleError, match="Too late"):
            resets.undo(ticket_id, actor=clerk, now=LATER)
        outbox.recover_stale(now=tomorrow)
        assert [one for one in outbox.claim(now=tomorrow) if one.kind is OutboxKind.RESET] == []
        assert dispatch.prepare(row, dispatch=sending(), now=LATER) is None
        return "a-fresh-password"

    assert links.use(token, meanwhile, court=desk().rules.court, now=LATER) == "a-fresh-password"
    assert tickets.view(ticket_id).state is TicketState.CLOSED


def test_the_database_lets_one_link_be_used_under_one_approval(clerk: StaffMember) -> None:
    approve(receive(mail()).ticket_id or 0, clerk)
    row, _ = handed_over()
    outbox.uncertain(row, "the connection broke", now=LATER)
    failed_mail.retry(row.id, actor=clerk, now=LATER)
    handed_over()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE reset_link SET used_at = made_at"))


def test_a_program_that_ends_after_all_hands_over_its_password_and_staff_keep_the_ticket(clerk: StaffMember) -> None:
    """The clock jumped, so the program seemed to have died."""
    token = link_after(receive(mail()).ticket_id or 0, clerk)

    def slowly(_filer: Filer) -> str:
        assert links.recover_interrupted(now=LATER + timedelta(minutes=11)) == 1
        return "a-fresh-password"

    assert links.use(token, slowly, court=desk().rules.court, now=LATER) == "a-fresh-password"
    shown = tickets.view(1)
    assert (shown.state, shown.reset and shown.reset.state) == (TicketState.REVIEW, ResetState.RETURNED)
    assert audit.events(ticket_id=1)[0].kind == "reset_performed"


def test_a_dead_link_that_comes_back_stops_a_second_letter_with_it(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    row, token = handed_over()
    outbox.uncertain(row, "the connection broke", now=LATER)
    failed_mail.retry(row.id, actor=clerk, now=LATER)
    put_on_roll(replace(ADA, pacer_linked=True))
    assert use(token) is None
    assert tickets.view(ticket_id).state is TicketState.REVIEW
    assert [row for row in outbox.claim(now=LATER) if row.kind is OutboxKind.RESET] == []


def test_giving_a_reset_s_mail_up_returns_the_ticket_and_voids_the_link(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    row, token = handed_over()
    outbox.failed(row, "550 no such user", now=LATER)
    failed_mail.give_up(row.id, actor=clerk, now=LATER)
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert shown.reset.outcome == "A mail of this ticket was given up: 550 no such user"
    assert use(token) is None
    approve(ticket_id, clerk, confirmed=True)
    assert tickets.view(ticket_id).state is TicketState.HELD


def test_a_retried_mail_carries_a_fresh_link_and_the_older_one_is_dead(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    tokens = []
    for attempt in range(2):
        now = LATER + timedelta(hours=attempt)
        row, token = handed_over(now)
        tokens.append(token)
        outbox.deferred(row, "451", limits=desk().rules.mail, jitter=0, now=now)
    assert not links.is_usable(tokens[0], now=now)
    assert links.is_usable(tokens[1], now=now)


@pytest.mark.parametrize(("fails", "left_in"), [(False, TicketState.CLOSED), (True, TicketState.REVIEW)])
def test_an_older_link_that_is_used_leaves_the_ticket_to_the_newer_approval(
    clerk: StaffMember, fails: bool, left_in: TicketState
) -> None:
    """Else the newer one would wait on a ticket that looks finished, and nobody would see it."""
    ticket_id = receive(mail(at=LATER), now=LATER).ticket_id or 0
    token = link_after(ticket_id, clerk, LATER, confirmed=True)
    again = approve(ticket_id, clerk, confirmed=True, now=LATER)
    if fails:
        with pytest.raises(ConnectorError):
            links.use(token, broken, court=desk().rules.court, now=LATER)
    else:
        assert use(token, LATER) == "a-fresh-password"
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.HELD
    assert shown.reset is not None
    assert (shown.reset.id, shown.reset.state) == (again, ResetState.OPEN)
    resets.undo(ticket_id, actor=clerk, now=LATER)
    assert tickets.view(ticket_id).state is left_in


def broken(_filer: Filer) -> str:
    raise ConnectorError("it is away", retryable=True)
