"""What a probe is told: 200 when the house can do its work, else 503 with every reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from helpdesk.store import heartbeat, schema
from helpdesk.store.database import transaction
from helpdesk.store.incoming import ledger
from helpdesk.store.incoming.ledger import Fetched
from helpdesk.store.outgoing import outbox
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor


@pytest.fixture
def healthy(web_app: Flask) -> Flask:
    """Poller and worker live, the mailbox was just read, nothing waits."""
    with web_app.app_context():
        cursor = ledger.open_mailbox("desk", 1, now=cast.NOW)
        ledger.poll_succeeded(cursor.mailbox_id, 0, now=cast.NOW)
        for service in ("poller", "worker"):
            heartbeat.beat(service, now=cast.NOW)
    return web_app


def reasons(visitor: Visitor) -> list[str]:
    answer = visitor.get("/health/ready")
    found: list[str] = answer.get_json()["reasons"]
    assert answer.status_code == (503 if found else 200)
    return found


@pytest.mark.usefixtures("healthy")
def test_a_house_in_which_all_works_gives_no_reason(anonymous: Visitor) -> None:
    assert reasons(anonymous) == []


def test_tables_of_another_revision_are_the_only_reason_given(anonymous: Visitor, healthy: Flask) -> None:
    """Before `flask db upgrade` nothing else can be told."""
    with healthy.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    [reason] = reasons(anonymous)
    assert reason == (
        f"database: the tables are at revision 0001, this program needs {schema.newest()}; run `flask db upgrade`"
    )


def test_a_message_that_is_due_and_does_not_leave_is_told(anonymous: Visitor, healthy: Flask) -> None:
    with healthy.app_context():
        put_on_roll(cast.ADA)
        receive(cast.mail())
        assert outbox.next_due() == cast.NOW
        later = cast.NOW + timedelta(minutes=12)
        ledger.poll_succeeded(1, 0, now=later)
        for service in ("poller", "worker"):
            heartbeat.beat(service, now=later)
    healthy.extensions[CLOCK] = lambda: later
    found = reasons(anonymous)
    assert "outbox: the oldest message has been due for 12 minutes" in found


def test_mail_that_was_taken_in_and_becomes_no_ticket_is_told(anonymous: Visitor, healthy: Flask) -> None:
    later = cast.NOW + timedelta(minutes=12)
    with healthy.app_context():
        cursor = ledger.open_mailbox("desk", 1, now=cast.NOW)
        ledger.store_batch(cursor, [Fetched(uid=1, raw=cast.mail())], now=cast.NOW)
        ledger.poll_succeeded(cursor.mailbox_id, 1, now=later)
        for service in ("poller", "worker"):
            heartbeat.beat(service, now=later)
    healthy.extensions[CLOCK] = lambda: later
    assert reasons(anonymous) == ["intake: the oldest message has waited for 12 minutes to be read"]


def test_a_poller_that_gives_no_sign_is_told(anonymous: Visitor, healthy: Flask) -> None:
    healthy.extensions[CLOCK] = lambda: cast.NOW + timedelta(minutes=6)
    assert [reason.partition(":")[0] for reason in reasons(anonymous)] == ["poller", "worker", "mailbox"]
