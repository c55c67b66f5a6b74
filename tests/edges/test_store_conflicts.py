"""PostgreSQL ends one of two transactions that wait for each other; whoever settles mail then does it again."""

from __future__ import annotations

import threading

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from helpdesk.desk import desk
from helpdesk.service.intake import Intake
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import audit
from helpdesk.store.database import retried
from helpdesk.vocabulary import Delivery
from tests.cast import NOW
from tests.conftest import config_for
from tests.databases import PostgreSQL
from tests.desk_work import store
from tests.edges.conftest import running
from tests.edges.eventually import eventually
from tests.edges.mailroom import letters


def test_a_page_of_mails_that_meets_a_deadlock_is_settled_all_the_same(
    postgresql_server: PostgreSQL, room: ReadingRoom
) -> None:
    url = postgresql_server.fresh()
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as watcher, psycopg.connect(plain) as rival:
        name = url.rpartition("/")[2]
        watcher.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")  # the rival's stays long: we give way
        rival.execute("SET deadlock_timeout = '1min'")
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        placed: list[str] = []

        def take_the_first() -> None:
            rival.execute("SELECT id FROM ledger WHERE id = 1 FOR UPDATE")
            rival.rollback()

        crossing = threading.Thread(target=take_the_first)

        def cross(step: str) -> None:
            placed.extend([step] if step == "placed" else [])
            if placed == ["placed"] and not crossing.ident:
                crossing.start()
                eventually(lambda: watcher.execute(waiting).fetchone() == (1,), "the rival waits for the first mail")

        with running(config_for(url)) as app, app.app_context():
            for raw in letters(3):
                store(raw)
            rival.execute("SELECT last_id FROM audit_head FOR UPDATE")
            intake = Intake(desk=desk(), room=room, clock=lambda: NOW, checkpoint=cross)
            assert intake.drain(go_on=lambda: True) == {Delivery.TICKETED: 3}
            assert len(placed) == 3 + 3  # undone by the deadlock when they are put on the record, and placed again
            assert audit.verify().ok
        crossing.join()
    postgresql_server.drop(url)


def test_a_conflict_that_does_not_end_is_not_retried_for_ever() -> None:
    tries: list[int] = []

    def fail(sqlstate: str) -> None:
        tries.append(1)
        refused = psycopg.Error("refused")
        refused.sqlstate = sqlstate
        raise OperationalError("UPDATE", {}, refused)

    for sqlstate, expected in (("40P01", 5), ("40001", 5), ("53100", 1)):
        tries.clear()
        with pytest.raises(OperationalError):
            retried(lambda sqlstate=sqlstate: fail(sqlstate))  # type: ignore[misc]
        assert len(tries) == expected
