"""Alembic's entry point: the same migrations for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from helpdesk.store import search_index
from helpdesk.store.database import Model, db, trouble

context.config.set_main_option("sqlalchemy.url", str(db.engine.url).replace("%", "%%"))


def run() -> None:
    """Apply what is missing: all of it, or nothing."""
    options = current_app.extensions["migrate"].configure_args
    with _connected() as connection, _foreign_keys_held_back(connection) as check:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            transactional_ddl=True,
            include_name=_is_ours,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
            search_index.keep_in_step(connection)
            check()


def _connected() -> Connection:
    try:
        return db.engine.connect()
    except DBAPIError as error:
        raise CommandError(trouble(error)) from error  # which `flask db` prints as one line


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models know it; the tables of the search belong to the database alone."""
    return kind != "table" or not (name or "").startswith(tuple(search_index.TABLES))


@contextmanager
def _foreign_keys_held_back(connection: Connection) -> Iterator[Callable[[], None]]:
    """SQLite makes a table anew to change it, and would take the dropped one's rows for lost. ``check`` looks too."""
    raw = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield lambda: None
        return

    def check() -> None:
        lost = raw.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"the migration would leave rows that refer to nothing: {lost[:5]}")

    raw.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction, hence before it begins
    raw.execute("PRAGMA legacy_alter_table = ON")  # triggers may name a table while it is being made anew
    yield check
    raw.execute("PRAGMA legacy_alter_table = OFF")
    raw.execute("PRAGMA foreign_keys = ON")


run()
