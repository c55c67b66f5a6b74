"""Alembic's entry point: the same migrations for SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context
from flask import current_app

from helpdesk.store.database import Model, db

context.config.set_main_option("sqlalchemy.url", str(db.engine.url).replace("%", "%%"))


def run() -> None:
    """Apply what is missing, in one transaction a migration."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Model.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
