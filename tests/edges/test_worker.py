"""From the outbox to a mail server that works, refuses, breaks or is away."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.desk import desk
from helpdesk.errors import DeliveryError
from helpdesk.service.stopping import no_checkpoint
from helpdesk.service.worker import Worker
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, OutboxRow, Ticket
from helpdesk.vocabulary import OutboxState, TicketState
from tests import cast, desk_work
from tests.conftest import add_staff, config_for
from tests.databases import free_port
from tests.edges import mailroom
from tests.edges.conftest import running
from tests.edges.eventually import eventually
from tests.edges.smtp_sink import DROP, HANG, Behaviour, Sink, sink

SOON = timedelta(minutes=1)  # after the undo window
LATER = timedelta(minutes=12)  # after a claim has become stale


@contextmanager
def approved(sqlite_url: str, server: Sink) -> Iterator[Flask]:
    """Ada's reset is approved and her acknowledgement is queued; both are due a minute later."""
    with running(config_for(sqlite_url, smtp=server.server)) as app:
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
        ({"MAIL": [DROP]}, "deferred"),
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
        assert states(app) == {"reply": "failed", "reset": "failed"}
    assert len([line for line in server.lines if line.startswith("RCPT")]) == 20


@pytest.mark.parametrize("step", ["claimed", "prepared", "accepted"])
def test_a_worker_killed_while_sending_a_reply_sends_it_again_later(sqlite_url: str, step: str) -> None:
    with sink() as server, approved(sqlite_url, server) as app:
        assert kill_at(step, config_for(sqlite_url, smtp=server.server)) == mailroom.KILLED
        worker(app).once()
        assert states(app) == {"reply": "sending", "reset": "sent"}
        worker(app, after=LATER).once()
        assert states(app) == {"reply": "sent", "reset": "sent"}
    ids = {taken.letter["Message-ID"] for taken in server.taken}
    assert len(ids) == 2  # whatever was sent twice carries the same Message-ID
    assert len(server.taken) == (3 if step == "accepted" else 2)


def test_a_worker_killed_while_sending_a_reset_leaves_the_decision_to_staff(sqlite_url: str) -> None:
    """Case 12."""
    with sink() as server, approved(sqlite_url, server) as app:
        assert kill_at("accepted", config_for(sqlite_url, smtp=server.server), visit=2) == mailroom.KILLED
        worker(app, after=LATER).once()
        assert states(app) == {"reply": "sent", "reset": "uncertain"}
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
    """Run a worker in a process of its own that kills itself the nth time it comes to a step."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    visits = itertools.count(1)

    def die(name: str) -> None:
        if name == step and next(visits) == visit:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        worker(create_app(config), checkpoint=die).once()
    finally:
        os._exit(0)
