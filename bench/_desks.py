"""Desks with very many tickets: real ones, made by the whole pipeline, and as many copies as asked for.

A copy differs from its model in sender, dates, state and some words, so that lists, indexes and searches must work.
Beyond the first tens of thousands the database copies the finished ones itself, block by block. Most indexes are made
when everything is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, func, insert, select, text
from sqlalchemy import cast as cast_to

from bench._people import People
from helpdesk.store import search_index
from helpdesk.store.database import Model, db
from helpdesk.vocabulary import Filer, TicketState
from tests import cast
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import receive

FILERS = 12_000
MODELS = 60
AT_ONCE = 2_000
BLOCK = 5_000  # finished tickets that are made one by one; the database copies them as often as asked for
_FIRST_EVENT = 10_000  # above those of staff, roll and models
_OPEN = {TicketState.READY: 8, TicketState.REVIEW: 8, TicketState.WAITING: 3, TicketState.SNOOZED: 1}
_DONE = {
    TicketState.CLOSED: 52,
    TicketState.ANSWERED: 34,
    TicketState.SENT: 9,
    TicketState.SPAM: 4,
    TicketState.DECLINED: 1,
}
_COPIED = ("ticket", "ledger", "read_mail", "decision", "event", "reset", "outbox")
_OF_THE_SEARCH = "ix_read_mail_ticket_id"  # it looks a ticket's mail up
_UNIQUE = {
    "ticket": ("thread_token",),
    "ledger": ("content_key", "message_id"),
    "outbox": ("message_id", "dedupe_key"),
}  # texts that no two rows share
_WORDS = (
    *("deadline", "motion", "complaint", "exhibit", "docket", "notice", "Monday", "fax", "unable", "tried", "twice"),
    *("office", "screen", "error", "code"),
)
EITHER = ("counter", "telephone")  # each stands in half of all mails, both in none


def furnish(tickets: int, *, now: datetime, seed: int = 7) -> tuple[Filer, ...]:
    """Staff, a roll and so many tickets, in an empty database; the filers. Needs an application context."""
    people = People(FILERS, seed)
    filers = tuple(people.roll(FILERS))
    add_staff(cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR)
    put_on_roll(*filers)
    for number in range(MODELS):
        receive(_request(filers[number * 7], number), now=now)
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        _hurry(connection)
        search_index.leave(connection)
        with _without_indexes(connection):
            _multiply(connection, tickets, filers, now, Random(seed))
        search_index.keep_in_step(connection)
        connection.commit()
    db.engine.dispose()
    if db.engine.dialect.name == "postgresql":  # as its autovacuum does of itself
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return filers


def _hurry(connection: Connection) -> None:
    """Nothing here is worth keeping, and what is copied was checked when its model was made."""
    if connection.dialect.name == "sqlite":
        for setting in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
            connection.connection.execute(f"PRAGMA {setting}")
    else:
        for setting in ("session_replication_role = replica", "maintenance_work_mem = '1GB'"):
            connection.execute(text(f"SET {setting}"))
        connection.commit()


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Meanwhile tables that grow have hardly any but those of constraints: made anew they take less time."""
    tables = [Model.metadata.tables[name] for name in _COPIED]
    indexes = [index for table in tables for index in table.indexes if index.name != _OF_THE_SEARCH]
    for index in indexes:
        index.drop(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP INDEX ix_ticket_search_words"))
    yield
    for index in indexes:
        index.create(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(search_index.POSTGRESQL_INDEXES["ticket_search"]))
    connection.commit()


def _request(filer: Filer, number: int) -> bytes:
    stated = f"Name: {filer.full_name}\nPrimary e-mail: {filer.primary_email}\n"
    bar = "" if number % 3 == 0 else f"Bar ID: {filer.bar_id}\n"
    body = f"Hello,\n\nI cannot log in any more. Please reset my CM/ECF password.\n\n{stated}{bar}\nThank you\n"
    sender = f"{filer.first_name} {filer.last_name} <{filer.primary_email}>"
    return cast.mail(body, sender=sender, message_id=f"<model-{number}@x.example>")


def _multiply(connection: Connection, tickets: int, filers: Sequence[Filer], now: datetime, draw: Random) -> None:
    """Copies of the models until there are so many tickets; every table grows with them."""
    tables = {name: Model.metadata.tables[name] for name in ("ticket", "ledger", "read_mail", "decision", "event")}
    models = {name: _rows(connection, table) for name, table in tables.items()}
    first = MODELS + 1
    first_open = tickets - (max(tickets // 50, 20) if tickets < 300_000 else 6_000) + 1
    copied = max((first_open - first) // BLOCK - 1, 0)
    one_by_one = [*range(first, first_open - copied * BLOCK), *range(first_open, tickets + 1)]
    for start in range(0, len(one_by_one), AT_ONCE):
        fresh: dict[str, list[dict[str, Any]]] = {name: [] for name in ("raw_mail", *tables, "reset", "outbox")}
        for number in one_by_one[start : start + AT_ONCE]:
            for name, row in _copy(models, number, tickets, filers, now, draw, is_open=number >= first_open):
                fresh[name].append(row)
        for name, rows in fresh.items():
            if rows:
                connection.execute(insert(Model.metadata.tables[name]), rows)
    for name in search_index.TABLES:
        connection.execute(text(f"DELETE FROM {name}"))
    search_index.fill(connection)
    for number in range(copied):
        _copy_block(connection, range(first_open - (copied - number) * BLOCK, first_open)[:BLOCK], number)
        connection.commit()
    connection.execute(text("UPDATE mailbox SET last_uid = :n, messages = :n WHERE name = 'desk'"), {"n": tickets})
    last = connection.execute(select(func.max(tables["event"].c.id))).scalar_one()
    connection.execute(text("UPDATE audit_head SET last_id = :n"), {"n": last})


def _copy_block(connection: Connection, numbers: range, times: int) -> None:
    """Finished tickets with these numbers, each a copy of the one a whole number of blocks before."""
    by = BLOCK * (times + 1)
    for name in _COPIED:
        table = Model.metadata.tables[name]
        model = table.c.id if name == "ticket" else table.c.ticket_id
        number: ColumnElement[int] = model + by
        fresh: dict[str, ColumnElement[Any]] = {"id" if name == "ticket" else "ticket_id": number}
        if name in ("ledger", "decision"):
            fresh["id"] = number
        if name in ("read_mail", "decision"):
            fresh["ledger_id"] = number
        if name == "event":
            fresh["id"] = table.c.id + 2 * by
        if name == "ledger":
            fresh["uid"] = number
        fresh |= dict.fromkeys(_UNIQUE.get(name, ()), cast_to(number, String))
        kept = [column for column in table.c if column.name != "id" or "id" in fresh]
        chosen = select(*(fresh.get(column.name, column) for column in kept)).where(
            model.between(numbers[0] - by, numbers[-1] - by)
        )
        connection.execute(insert(table).from_select([column.name for column in kept], chosen))
    sqlite = connection.dialect.name == "sqlite"
    key = "rowid" if sqlite else "id"
    was, is_now = search_index.mark(key), search_index.mark(f"({key} + {by})")
    words = f"replace(words, {was}, {is_now})" if sqlite else "words"
    connection.execute(
        text(
            f"INSERT INTO ticket_search ({key}, words) SELECT {key} + :by, {words} FROM ticket_search"
            f" WHERE {key} BETWEEN :first AND :last"
        ),
        {"by": by, "first": numbers[0] - by, "last": numbers[-1] - by},
    )


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    by = table.c.ticket_id if "ticket_id" in table.c else table.c.id
    found = connection.execute(select(table).where(by.is_not(None)).order_by(by)).mappings()
    rows = {row[by.name]: dict(row) for row in found}
    return [rows[number] for number in range(1, MODELS + 1)]


def _copy(
    models: dict[str, list[dict[str, Any]]],
    number: int,
    tickets: int,
    filers: Sequence[Filer],
    now: datetime,
    draw: Random,
    *,
    is_open: bool,
) -> Iterator[tuple[str, dict[str, Any]]]:
    model = {name: rows[number % MODELS] for name, rows in models.items()}
    place = draw.randrange(len(filers))
    filer = filers[place]
    at = now - timedelta(days=700) * (1 - number / tickets) - timedelta(seconds=draw.randrange(3600))
    done_at = min(at + timedelta(minutes=draw.randrange(3000)), now)
    state = draw.choices(*zip(*(_OPEN if is_open else _DONE).items(), strict=True))[0]
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    said = f"{' '.join(draw.choices(_WORDS, k=8))} {EITHER[number % 2]} 3:19-cv-{number:06d}"
    subject = draw.choice(("Password reset", "CM/ECF login", f"Reset for {filer.last_name}", "cannot file"))
    yield "raw_mail", {"sha256": sha256, "size": 900, "packed": sha256.encode() * 6}
    yield (
        "ticket",
        model["ticket"]
        | {
            "id": number,
            "state": state.value,
            "urgent": draw.random() < 0.06,
            "subject": subject,
            "sender_name": f"{filer.first_name} {filer.last_name}",
            "sender_address": filer.primary_email,
            "thread_token": f"{number:016x}",
            "filer_id": place + 1,
            "summary": model["ticket"]["summary"] | {"name": filer.full_name, "bar_id": filer.bar_id},
            "assigned_to": draw.choice((None, None, 1, 2)),
            "snoozed_until": now + timedelta(days=1) if state is TicketState.SNOOZED else None,
            "parked_state": "review" if state is TicketState.SNOOZED else None,
            "received_at": at,
            "created_at": at,
            "updated_at": done_at,
            "answered_at": None if is_open else done_at,
            "closed_at": None if is_open else done_at,
        },
    )
    changed = {
        "id": number,
        "uid": number,
        "sha256": sha256,
        "content_key": sha256,
        "message_id": f"{number}@x.example",
    }
    yield (
        "ledger",
        model["ledger"] | changed | {"ticket_id": number, "stored_at": at, "settled_at": at, "flagged_at": at},
    )
    yield (
        "read_mail",
        model["read_mail"]
        | {
            "ledger_id": number,
            "ticket_id": number,
            "subject": subject,
            "sender_line": f"{filer.first_name} {filer.last_name} <{filer.primary_email}>",
            "sender_address": filer.primary_email,
            "received_at": at,
            "text": f"{model['read_mail']['text']}\n{said}\n",
        },
    )
    yield "decision", model["decision"] | {"id": number, "ticket_id": number, "ledger_id": number, "decided_at": at}
    for part in range(2):
        event_id = _FIRST_EVENT + 2 * number + part
        yield "event", model["event"] | {"id": event_id, "ticket_id": number, "at": at}
    yield "outbox", _reply(number, filer, at)
    if state in (TicketState.SENT, TicketState.CLOSED) and number % 2:
        yield "reset", _reset(number, place + 1, done_at)


def _reply(number: int, filer: Filer, at: datetime) -> dict[str, Any]:
    return {
        "kind": "reply",
        "ticket_id": number,
        "to_address": filer.primary_email,
        "template": "acknowledge",
        "subject": "Your request",
        "body": "We received your request and will answer as soon as we can.\n" * 4,
        "references": [],
        "automatic": True,
        "message_id": f"<reply-{number}@court.example>",
        "dedupe_key": f"automatic:{number}",
        "state": "sent",
        "queued_at": at,
        "due_at": at,
        "attempts": 1,
        "sent_at": at,
    }


def _reset(number: int, filer_id: int, at: datetime) -> dict[str, Any]:
    return {
        "ticket_id": number,
        "filer_id": filer_id,
        "approved_by": 1,
        "approved_at": at,
        "due_at": at,
        "primary_seal": "seal",
        "needs_second": False,
        "needed_role": "clerk",
        "doubts": [],
        "why": "",
        "state": "sent",
        "finished_at": at,
        "outcome": "",
    }


def searches(filers: Sequence[Filer], draw: Random, count: int) -> Iterable[str]:
    """What clerks type: surnames, numbers, addresses, parts of them, words of the message, cases, common
    words."""
    for number in range(count):
        filer = draw.choice(filers)
        yield (
            filer.last_name,
            filer.full_name,
            filer.bar_id or filer.last_name,
            filer.primary_email,
            filer.primary_email.rpartition("@")[2],
            filer.last_name[:4],
            "password reset",
            f"{filer.last_name} deadline",
            f"3:19-cv-{draw.randrange(1, 9999):06d}",
            "complaint exhibit docket",
        )[number % 10]
