"""One-time links: looking consumes nothing, using one ends it, and a newer one voids the older."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.errors import ConnectorError
from helpdesk.store import dispatch, links, outbox, tickets
from helpdesk.store.database import db
from helpdesk.store.models import ResetLink
from helpdesk.vocabulary import Filer, OutboxKind, ResetState, StaffMember, TicketState
from tests.cast import ADA, CLERK, MALLORY, NOW, mail
from tests.conftest import add_staff, config_for, put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as sending

LATER = NOW + timedelta(seconds=16)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application with the link connector."""
    app = create_app(config_for(database_url, connector=Connector.LINK, reset_command=("true",)))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


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
            token = letter.body.partition("/password-reset/")[2].split()[0]
    return token


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
    again = receive(mail(message_id="<2@x.example>", at=later), now=later).ticket_id or 0
    second = link_after(again, clerk, later, confirmed=True)
    assert use(first, later) is None
    assert use(second, later + timedelta(minutes=1)) == "a-fresh-password"


def test_a_link_to_an_address_that_is_no_longer_the_primary_is_dead(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)
    put_on_roll(replace(ADA, primary_email=MALLORY))
    assert use(token) is None
    assert tickets.view(ticket_id).state is TicketState.REVIEW


def test_when_the_courts_program_fails_the_link_is_spent_and_staff_decide(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    token = link_after(ticket_id, clerk)

    def fails(_filer: Filer) -> str:
        raise ConnectorError("exit code 1")

    with pytest.raises(ConnectorError):
        links.use(token, fails, court=desk().rules.court, now=LATER)
    assert use(token) is None
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert "program failed" in shown.reset.outcome


def test_a_retried_mail_carries_a_fresh_link_and_the_older_one_is_dead(clerk: StaffMember) -> None:
    ticket_id = receive(mail()).ticket_id or 0
    approve(ticket_id, clerk)
    tokens = []
    for attempt in range(2):
        now = LATER + timedelta(hours=attempt)
        row = next(row for row in outbox.claim(now=now) if row.kind is OutboxKind.RESET)
        letter = dispatch.prepare(row, dispatch=sending(), now=now)
        assert letter is not None
        tokens.append(letter.body.partition("/password-reset/")[2].split()[0])
        outbox.deferred(row, "451", limits=desk().rules.mail, jitter=0, now=now)
    assert not links.is_usable(tokens[0], now=now)
    assert links.is_usable(tokens[1], now=now)
