"""The database: one for everything, so that nothing can be lost between two systems.

SQLite (embedded) and PostgreSQL (grown) run the same statements. On SQLite a writer takes the write lock when
its transaction begins (BEGIN IMMEDIATE): the default would let two writers read the same state and one of them fail
later, or lose an update.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from pydantic_core import to_json
from sqlalchemy import CursorResult, DateTime, Dialect, Engine, Executable, MetaData, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

BUSY_TIMEOUT_MS = 10_000  # how long a SQLite writer waits for another
LOG_PAGES = 4_000  # of SQLite's log: what changes again and again goes into the database proper once for all of it
CACHE_KIB = 16_384  # of a SQLite connection: a page of mail touches hundreds of places of the indexes
_OF_THE_VALUES = ("22", "23", "54")  # classes of SQLSTATE: bad data, broken constraint, a value too large to index
_CONFLICTS = ("40001", "40P01")  # SQLSTATE: serialization failure, deadlock
_ATTEMPTS = 5
_AT_ONCE = 500  # bound parameters
_WITHOUT_ZONE = len("2026-01-31 08:00:00.000000")
_WRITING = "in a write transaction"
_COMMITTED = "write transactions so far"
_Result = TypeVar("_Result")


class Model(DeclarativeBase):
    """Base of all tables; constraints have stable names so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _as_json(value: Any) -> str:
    return to_json(value).decode()  # several times as fast as json.dumps


# What is written into the database never stands in an error, which may end up in a log.
db = SQLAlchemy(model_class=Model, engine_options={"json_serializer": _as_json, "hide_parameters": True})
migrate = Migrate(db=db, directory=os.path.join(os.path.dirname(__file__), "migrations"), render_as_batch=True)


def init_app(app: Flask) -> None:
    """Join the database to an application. An SQLite file's folder is made, readable for its owner alone."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        os.makedirs(os.path.dirname(os.path.abspath(url.database)), mode=0o700, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app)


class _Written(sqlite.DATETIME):
    """A time that is text already: SQLAlchemy's own way of writing it takes three times as long."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing is left to do."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets time zones, so a naive value would silently change its meaning."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How the database keeps it."""
        return dialect.type_descriptor(_Written() if dialect.name == "sqlite" else self.impl_instance)  # type: ignore[no-untyped-call]

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without time zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.isoformat(" ", "microseconds")[:_WITHOUT_ZONE] if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out aware UTC times."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction: all of it is committed, or nothing. One within another is a part of it.

    What the current session has read so far is let go first, because a reader that turns into a writer half-way
    would decide on stale rows.
    """
    session = db.session()
    if session.info.get(_WRITING):
        yield session
        session.flush()
        return
    session.rollback()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    session.info[_WRITING] = True
    try:
        yield session
        session.commit()
        session.info[_COMMITTED] = session.info.get(_COMMITTED, 0) + 1
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False


def ask(session: Session, question: Executable, **values: Any) -> CursorResult[Any]:
    """Put a question that was prepared once, beside the objects that the session keeps track of: a third of the time.
    What the session has not written yet is not seen."""
    found: CursorResult[Any] = session.connection().execute(question, values)
    return found


def retried(act: Callable[[], _Result]) -> _Result:
    """Do it again, a few times, where the database preferred somebody else's transaction to ours (PostgreSQL).

    act: all of one transaction, from its beginning. Its locks are free when it is tried again, so the other comes
    through first. What committed something before the conflict is not done again.
    """
    so_far = _committed()
    for _ in range(_ATTEMPTS - 1):
        try:
            return act()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _CONFLICTS or _committed() != so_far:
                raise
    return act()


def _committed() -> int:
    """How many write transactions this session has behind it."""
    count: int = db.session().info.get(_COMMITTED, 0)
    return count


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a UNIQUE constraint refused it: somebody else was faster."""
    return "UNIQUE" in getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "") == "23505"


def is_away(error: Exception) -> bool:
    """Whether the database cannot be used (gone, full, locked, not migrated), whatever values it is given."""
    if not isinstance(error, DBAPIError) or isinstance(error, DataError | IntegrityError):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is None or not state.startswith(_OF_THE_VALUES)


def trouble(error: DBAPIError) -> str:
    """What is the matter with the database, and what to do about it, for whoever runs a command."""
    said = str(error.orig).strip() or "unknown error"
    first = said.splitlines()[0]
    if "no such table" in first or first.startswith("relation "):
        return f"The database is not set up yet ({first}). Run `flask db upgrade` first."
    return f"The database cannot be used: {first}. Check HELPDESK_DATABASE_URL."


def portions(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """So many at a time that a statement's bound parameters stay below SQLite's limit."""
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def where_it_can_be(act: Callable[[], object]) -> None:
    """Do what nobody waits for, unless the database takes nothing just now: what is there can still be read."""
    try:
        act()
    except DBAPIError as error:
        if not is_away(error):
            raise


@event.listens_for(Engine, "connect")
def _configure_connection(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # NORMAL can lose a mail that was already acknowledged
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    cursor.execute("PRAGMA temp_store = MEMORY")  # undoing a statement is prepared for there, not in a file
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        mode: Any = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
