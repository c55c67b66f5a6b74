"""From the outbox to a mail server that works, refuses, breaks or is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.config import Config, Connector
from helpdesk.desk import desk
from helpdesk.errors import DeliveryError
from helpdesk.service.stopping import no_checkpoint
from helpdesk.service.worker import Worker
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import tickets
from helpdesk.store.models import FilerRow, OutboxRow, ResetLink, Ticket
from helpdesk.store.outgoing import failed_mail, links
from helpdesk.store.people import staff
from helpdesk.vocabulary import OutboxState, TicketState
from tests import cast, desk_work
from tests.cast import ADA
from tests.conftest import add_staff, config_for
from tests.databases import free_port
from tests.edges.conftest import running
from tests.edges.eventually import eventually
from tests.edges.killing import KILLED, killed_at
from tests.edges.smtp_sink import DRIBBLE, DROP, HANG, Behaviour, Sink, sink
from tests.rules_folder import rules_folder

SOON = timedelta(minutes=1)  # after the undo window
LATER = timedelta(minutes=12)  # after a claim has become stale
WITH_LINKS: dict[str, Any] = {"connector": Connector.LINK, "reset_command": ("true",)}


@contextmanager
def approved(sqlite_url: str, server: Sink, **settings: Any) -> Iterator[Flask]:
    """Ada's reset is approved and her acknowledgement is queued; both are due a minute later."""
    with running(config_for(sqlite_url, smtp=server.server, **settings)) as app:
        with app.app_context():
            clerk = add_staff(cast.CLERK)["clerk"]
            settled = desk_work.receive(cast.mail())
            assert settled.ticket_id is not None
            desk_work.approve(settled.ticket_id, clerk, confirmed=True)
        yield app


def worker(app: Flask, *, after: timedelta = SOON, checkpoint: Callable[[str], None] = no_checkpoint) -> Worker:
    """A worker whose clock stands still."""
    with app.app_context():
        shared = desk()
    return Worker(
        app=app,
        desk=shared,
        clock=lambda: cast.NOW + after,
        stop=threading.Event(),
        checkpoint=checkpoint,
        timeout=0.3,
        deadline=1,
    )


def states(app: Flask) -> dict[str, str]:
    """The state of each outbox row by its kind."""
    with app.app_context():
        return {row.kind: row.state for row in db.session.execute(select(OutboxRow)).scalars()}


def ticket_state(app: Flask) -> str:
    with app.app_context():
        return db.session.execute(select(Ticket.state)).scalar_one()


def test_the_reset_reaches_the_primary_address_and_the_answer_the_sender(sqlite_url: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        assert worker(app).once() == {OutboxState.SENT: 2}
        assert states(app) == {"reply": "sent", "reset": "sent"}
        assert ticket_state(app) == TicketState.SENT
    assert [taken.recipients for taken in server.taken] == [("ada@filerquill.example",)] * 2
    assert server.connections == 1


def test_the_login_name_is_told_to_the_primary_address_alone(sqlite_url: str) -> None:
    """A forgotten login name is handled as a reset is; the answer to the sender never names it."""
    with sink() as server, approved(sqlite_url, server) as app:
        worker(app).once()
    told = [letter for letter in (taken.letter for taken in server.taken) if ADA.login in letter.get_content()]
    assert len(server.taken) == 2
    assert [letter["To"] for letter in told] == [ADA.primary_email]
    assert "will be reset" in str(told[0]["Subject"])


def test_what_is_not_due_yet_stays(sqlite_url: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        worker(app, after=timedelta(seconds=1)).once()
        assert states(app) == {"reply": "sent", "reset": "queued"}


def test_nothing_is_sent_twice(sqlite_url: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        worker(app).once()
        assert worker(app, after=LATER).once() == {}
    assert len(server.taken) == 2


def test_an_address_that_changed_after_the_approval_gets_nothing(sqlite_url: str) -> None:
    """Case 4."""
    with sink() as server, approved(sqlite_url, server) as app:
        with app.app_context(), transaction() as session:
            record = session.execute(select(FilerRow).where(FilerRow.ecf_user_id == cast.ADA.ecf_user_id))
            record.scalar_one().primary_email = cast.MALLORY
        worker(app).once()
        assert states(app) == {"reply": "sent", "reset": "cancelled"}
        assert ticket_state(app) == TicketState.REVIEW
    assert not any(cast.MALLORY in taken.recipients for taken in server.taken)


def test_a_mail_server_that_is_away_costs_no_attempt_and_drains_once_it_is_back(sqlite_url: str) -> None:
    """Case 64."""
    with sink() as server, approved(sqlite_url, server) as app:
        with app.app_context():
            shared = desk()
        there = shared.config
        shared.config = replace(there, smtp=replace(server.server, port=free_port()))
        for _ in range(20):
            with pytest.raises(DeliveryError, match="cannot connect: Connection refused"):
                worker(app).once()
        assert states(app) == {"reply": "queued", "reset": "queued"}
        shared.config = there
        worker(app).once()
        assert states(app) == {"reply": "sent", "reset": "sent"}
    assert len(server.taken) == 2


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"RCPT": ["450 greylisted"]}, "deferred"),
        ({"RCPT": ["550 no such user"]}, "failed"),
        ({"DATA": ["451 later"]}, "deferred"),
        ({"END": [DROP]}, "uncertain"),
        ({"END": [HANG]}, "uncertain"),
        ({"END": [DRIBBLE]}, "uncertain"),
        ({"MAIL": [DROP]}, "deferred"),
        ({"MAIL": [DRIBBLE]}, "deferred"),
    ],
)
def test_the_first_message_s_trouble_does_not_stop_the_second(
    sqlite_url: str, fault: dict[str, list[str]], state: str
) -> None:
    with sink(Behaviour(faults=fault)) as server, approved(sqlite_url, server) as app:
        worker(app).once()
        assert states(app) == {"reply": state, "reset": "sent"}


def test_a_deferred_message_goes_out_later_under_the_same_message_id(sqlite_url: str) -> None:
    with sink(Behaviour(faults={"END": ["451 later"]})) as server, approved(sqlite_url, server) as app:
        worker(app).once()
        assert states(app)["reply"] == "deferred"
        worker(app, after=timedelta(hours=1)).once()
        assert states(app) == {"reply": "sent", "reset": "sent"}
    ids = [line for line in server.lines if line.startswith("RCPT")]
    assert len(ids) == 3


def test_a_message_is_given_up_after_the_last_attempt(sqlite_url: str) -> None:
    with sink(Behaviour(faults={"RCPT": ["450 greylisted"] * 100})) as server, approved(sqlite_url, server) as app:
        for hours in range(0, 200, 5):
            worker(app, after=SOON + timedelta(hours=hours)).once()
        assert states(app) == {"reply": "failed", "reset": "cancelled"}, "an approval is void after a day"
    assert len([line for line in server.lines if line.startswith("RCPT")]) == 36 + 5


@pytest.mark.parametrize("step", ["claimed", "prepared", "accepted"])
def test_a_worker_killed_while_sending_a_reply_sends_it_again_later(sqlite_url: str, step: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        assert kill_at(step, config_for(sqlite_url, smtp=server.server)) == KILLED
        worker(app).once()
        assert states(app) == {"reply": "sending", "reset": "sent"}
        worker(app, after=LATER).once()
        assert states(app) == {"reply": "sent", "reset": "sent"}
    ids = {taken.letter["Message-ID"] for taken in server.taken}
    assert len(ids) == 2  # whatever was sent twice carries the same Message-ID
    assert len(server.taken) == (3 if step == "accepted" else 2)


@pytest.mark.parametrize("step", ["claimed", "prepared", "accepted", "noted"])
def test_a_worker_killed_while_sending_a_reset_leaves_the_decision_to_staff(sqlite_url: str, step: str) -> None:
    """Case 12: never two live links, and what may have left is not sent again by itself."""
    with sink() as server, approved(sqlite_url, server, **WITH_LINKS) as app:
        config = config_for(sqlite_url, smtp=server.server, **WITH_LINKS)
        assert kill_at(step, config, visit=2) == KILLED
        worker(app, after=LATER).once()
        assert states(app) == {"reply": "sent", "reset": "sent" if step == "noted" else "uncertain"}
        assert len(server.taken) == (1 if step in ("claimed", "prepared") else 2)
        if step == "noted":
            return
        with app.app_context():
            clerk = staff.everyone()[0].member
            failed_mail.retry(failed_mail.troubled()[0].id, actor=clerk, now=cast.NOW + LATER)
            assert live_links(app) <= 1
        worker(app, after=LATER).once()
        assert states(app) == {"reply": "sent", "reset": "sent"}
        assert live_links(app) == 1
        sent = server.taken[-1].letter.get_content()
        assert link_works(app, sent.partition("/password-reset/")[2].split()[0])
    assert {taken.recipients for taken in server.taken} == {("ada@filerquill.example",)}


def live_links(app: Flask) -> int:
    """How many one-time links could still be used."""
    with app.app_context():
        rows = select(ResetLink).where(ResetLink.used_at.is_(None), ResetLink.voided_at.is_(None))
        return len(db.session.execute(rows).all())


def link_works(app: Flask, token: str) -> bool:
    with app.app_context():
        return links.is_usable(token, now=cast.NOW + LATER)


def test_an_approval_that_could_not_leave_for_a_day_is_void(sqlite_url: str) -> None:
    """Case 64."""
    with sink() as server, approved(sqlite_url, server) as app:
        worker(app, after=timedelta(hours=24, seconds=1)).once()
        assert states(app) == {"reply": "sent", "reset": "cancelled"}
        assert ticket_state(app) == TicketState.REVIEW
        with app.app_context():
            assert "older than 24 hours" in tickets.view(1).mail[1].last_error


def test_a_domain_gets_so_much_a_minute_and_the_rest_when_it_is_over(sqlite_url: str, tmp_path: Path) -> None:
    rules = rules_folder(tmp_path, ("mail.toml", "domain_minute = 120", "domain_minute = 1"))
    with sink() as server, approved(sqlite_url, server, rules_dir=rules) as app:
        assert worker(app).once() == {OutboxState.SENT: 1}
        with app.app_context():
            waiting = db.session.execute(select(OutboxRow).where(OutboxRow.state == "deferred")).scalar_one()
            assert (waiting.attempts, waiting.due_at) == (0, cast.NOW + timedelta(minutes=2))
        assert worker(app, after=SOON + timedelta(seconds=59)).once() == {}
        assert worker(app, after=timedelta(minutes=2)).once() == {OutboxState.SENT: 1}
    assert len(server.taken) == 2


def test_work_once_waits_for_a_domain_s_turn(sqlite_url: str, tmp_path: Path) -> None:
    rules = rules_folder(tmp_path, ("mail.toml", "domain_minute = 120", "domain_minute = 1"))
    with sink() as server, approved(sqlite_url, server, rules_dir=rules) as app:
        patient = worker(app)
        began = time.monotonic()
        patient.clock = lambda: cast.NOW + timedelta(seconds=119.9 + time.monotonic() - began)
        assert patient.to_the_end() == {OutboxState.SENT: 2}
    assert len(server.taken) == 2


def test_many_workers_send_each_message_once(sqlite_url: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        crowd = [threading.Thread(target=worker(app).once) for _ in range(8)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert states(app) == {"reply": "sent", "reset": "sent"}
    assert len(server.taken) == 2


def test_a_running_worker_waits_for_its_server_and_ends_when_told(sqlite_url: str) -> None:
    with sink(Behaviour(faults={"CONNECT": ["421 busy"]})) as server, approved(sqlite_url, server) as app:
        running_worker = worker(app)
        thread = threading.Thread(target=running_worker.run)
        thread.start()
        eventually(lambda: states(app) == {"reply": "sent", "reset": "sent"}, "both left")
        running_worker.stop.set()
        thread.join(10)
        assert not thread.is_alive()


def kill_at(step: str, config: Config, *, visit: int = 1) -> int:
    """Run a worker that kills itself the nth time it comes to a step; how it ended."""
    return killed_at(step, visit, lambda die: worker(create_app(config), checkpoint=die).once())
