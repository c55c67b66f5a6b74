"""Is the database away, or did it only refuse these values? The first stops the work, the second is one mail's."""

from __future__ import annotations

import random
import sqlite3
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from helpdesk.store.database import db, is_away, transaction
from helpdesk.store.incoming import ledger
from helpdesk.store.incoming.ledger import Fetched
from helpdesk.store.models import Mailbox
from tests.cast import NOW, mail
from tests.databases import free_port
from tests.desk_work import receive


def error_of(work: Callable[[], object]) -> Exception:
    with pytest.raises(DBAPIError) as caught:
        work()
    return caught.value


def add_mailbox(name: str) -> None:
    with transaction() as session:
        session.add(Mailbox(name=name, uidvalidity=1))


@pytest.mark.usefixtures("inside")
def test_a_table_that_is_missing_stops_the_work() -> None:
    assert is_away(error_of(lambda: db.session.execute(text("SELECT * FROM nowhere"))))


@pytest.mark.usefixtures("inside")
def test_a_row_that_is_there_already_does_not() -> None:
    add_mailbox("desk")
    assert not is_away(error_of(lambda: add_mailbox("desk")))


@pytest.mark.usefixtures("inside")
def test_a_value_too_large_for_an_index_does_not() -> None:
    chance = random.Random(1)
    name = "".join(chance.choices(string.ascii_letters, k=9_000))
    if db.engine.dialect.name == "sqlite":
        add_mailbox(name)  # it takes any
    else:
        assert not is_away(error_of(lambda: add_mailbox(name)))


def test_a_server_that_is_not_there_stops_the_work() -> None:
    engine = create_engine(f"postgresql+psycopg://helpdesk@127.0.0.1:{free_port()}/nowhere")
    assert is_away(error_of(engine.connect))


def test_a_file_that_another_has_locked_stops_the_work(tmp_path: Path) -> None:
    file = tmp_path / "locked.sqlite3"
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    with sqlite3.connect(file) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert is_away(error_of(lambda: engine.connect().execute(text("SELECT 1 FROM sqlite_master"))))
    holder.close()
    engine.dispose()


@pytest.mark.usefixtures("inside")
def test_numbers_of_a_mailbox_may_need_all_32_bits() -> None:
    cursor = ledger.open_mailbox("desk", 4_294_967_295, now=NOW)
    ledger.store_batch(cursor, [Fetched(uid=4_294_967_295, raw=mail())], now=NOW)
    assert ledger.open_mailbox("desk", 4_294_967_295, now=NOW).last_uid == 4_294_967_295


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("where", ["the sender's address", "the Message-ID"])
def test_a_mail_with_a_name_beyond_all_measure_becomes_a_ticket(where: str) -> None:
    chance = random.Random(2)
    long = "".join(chance.choices(string.ascii_lowercase + string.digits, k=7_000))
    old = b"ada@filerquill.example" if where == "the sender's address" else b"first@filerquill.example"
    assert receive(mail().replace(old, f"{long}@x.example".encode())).ticket_id
