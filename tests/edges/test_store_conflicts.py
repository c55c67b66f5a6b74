"""PostgreSQL ends one of two transactions that wait for each other; what it ended is done again, unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.desk import desk
from helpdesk.errors import NotPossibleError
from helpdesk.service.intake import Intake
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import audit
from helpdesk.store.database import db, retried, transaction
from helpdesk.store.desk import bulk, tickets
from helpdesk.store.people import staff
from helpdesk.vocabulary import Delivery, Role, TicketState
from tests.cast import ADMIN, CLERK, NOW, mail
from tests.conftest import add_staff, config_for
from tests.databases import PostgreSQL
from tests.desk_work import receive, store
from tests.edges.conftest import running
from tests.edges.eventually import eventually
from tests.edges.mailroom import letters
from tests.web.visitor import Visitor


@contextmanager
def rival(url: str, table: str) -> Iterator[Callable[[], None]]:
    """Somebody who holds the head of the record, for which every transaction waits last. Called, they begin to wait
    for the first row of a table, once. Of the two it is the application that gives way."""
    plain = url.replace("+psycopg", "")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(plain, autocommit=True) as watcher, psycopg.connect(plain) as own:
        watcher.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET deadlock_timeout = '20ms'")
        own.execute("SET deadlock_timeout = '1min'")
        own.execute("SELECT last_id FROM audit_head FOR UPDATE")

        def take_the_first() -> None:
            own.execute(sql.SQL("SELECT id FROM {} WHERE id = 1 FOR UPDATE").format(sql.Identifier(table)))
            own.rollback()

        crossing = threading.Thread(target=take_the_first)

        def cross() -> None:
            if not crossing.ident:
                crossing.start()
                eventually(lambda: watcher.execute(waiting).fetchone() == (1,), "the rival waits")

        yield cross
        crossing.join()


def test_a_page_of_mails_that_meets_a_deadlock_is_settled_all_the_same(
    postgresql_server: PostgreSQL, room: ReadingRoom
) -> None:
    url = postgresql_server.fresh()
    placed: list[str] = []
    with running(config_for(url)) as app, app.app_context():
        for raw in letters(3):
            store(raw)
        with rival(url, "ledger") as cross:

            def step(name: str) -> None:
                if name == "placed":
                    placed.append(name)
                    cross()

            intake = Intake(desk=desk(), room=room, clock=lambda: NOW, checkpoint=step)
            assert list(intake.run(go_on=lambda: True)) == [Delivery.TICKETED] * 3
            assert len(placed) == 3 + 3  # undone by the deadlock when they are put on the record, and placed again
            assert audit.verify().ok
    postgresql_server.drop(url)


def test_what_a_clerk_does_that_meets_a_deadlock_is_done_all_the_same(postgresql_server: PostgreSQL) -> None:
    url = postgresql_server.fresh()
    with running(config_for(url)) as app:
        with app.app_context():
            receive(mail())
            add_staff(CLERK)
        clerk = Visitor(app.test_client()).signed_in("clerk")
        given: list[str] = []
        with rival(url, "ticket") as cross:

            def before(_session: Session) -> None:
                given.append("up")
                cross()

            event.listen(db.session, "before_commit", before, insert=True)
            try:
                answer = clerk.post("/tickets/1/note", text="Called back")
            finally:
                event.remove(db.session, "before_commit", before)
            assert answer.status_code == 303
            assert len(given) > 1
        with app.app_context():
            assert [note.text for note in tickets.view(1).notes] == ["Called back"]
            assert audit.verify().ok
    postgresql_server.drop(url)


def test_of_several_tickets_the_one_that_meets_a_deadlock_is_done_all_the_same(
    postgresql_server: PostgreSQL,
) -> None:
    url = postgresql_server.fresh()
    with running(config_for(url)) as app, app.app_context(), ExitStack() as rivals:
        for raw in letters(2):
            receive(raw)
        clerk = add_staff(CLERK)["clerk"]
        given: list[str] = []

        def before(_session: Session) -> None:
            given.append("up")
            if len(given) == 2:
                rivals.enter_context(rival(url, "ticket"))()

        event.listen(db.session, "before_commit", before, insert=True)
        try:
            outcome = bulk.finish(bulk.shown([2, 1]), TicketState.CLOSED, actor=clerk, now=NOW)
        finally:
            event.remove(db.session, "before_commit", before)
        assert (outcome.done, outcome.skipped) == ((2, 1), ())
        assert audit.verify().ok
    postgresql_server.drop(url)


def test_a_new_login_that_somebody_else_saves_at_the_same_moment_is_refused_in_words(
    postgresql_server: PostgreSQL,
) -> None:
    url = postgresql_server.fresh()
    plain = url.replace("+psycopg", "")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with running(config_for(url)) as app, psycopg.connect(plain) as other, psycopg.connect(plain) as watcher:
        watcher.autocommit = True
        with app.app_context():
            boss = add_staff(ADMIN)["admin"]
        other.execute(
            "INSERT INTO staff"
            " (login, name, role, password_hash, credentials_version, created_at, keys_on, advance_on)"
            " SELECT 'newcomer', name, role, password_hash, 1, created_at, keys_on, advance_on FROM staff LIMIT 1"
        )

        def let_go() -> None:
            eventually(lambda: watcher.execute(waiting).fetchone() == (1,), "the second waits for the first")
            other.commit()

        first = threading.Thread(target=let_go)
        first.start()
        with app.app_context(), pytest.raises(NotPossibleError, match="just now"):
            staff.add("newcomer", Role.CLERK, "a long enough secret", actor=boss, now=NOW)
        first.join()
        with app.app_context():
            assert audit.verify().ok
    postgresql_server.drop(url)


def test_what_was_committed_before_a_conflict_is_not_done_twice(sqlite_app: Flask) -> None:
    done: list[int] = []

    def act() -> None:
        with transaction():
            done.append(1)
        refused = psycopg.Error("refused")
        refused.sqlstate = "40P01"
        raise OperationalError("UPDATE", {}, refused)

    with sqlite_app.app_context(), pytest.raises(OperationalError):
        retried(act)
    assert len(done) == 1


def test_a_conflict_that_does_not_end_is_not_retried_for_ever(sqlite_app: Flask) -> None:
    tries: list[int] = []

    def fail(sqlstate: str) -> None:
        tries.append(1)
        refused = psycopg.Error("refused")
        refused.sqlstate = sqlstate
        raise OperationalError("UPDATE", {}, refused)

    for sqlstate, expected in (("40P01", 5), ("40001", 5), ("53100", 1)):
        tries.clear()
        with sqlite_app.app_context(), pytest.raises(OperationalError):
            retried(lambda sqlstate=sqlstate: fail(sqlstate))  # type: ignore[misc]
        assert len(tries) == expected
