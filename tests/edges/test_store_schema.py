"""The tables in the database are those that the code describes."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from helpdesk.store.database import Model, db

pytestmark = pytest.mark.usefixtures("inside")


def _is_described(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index is the databases' own affair: other tables on each, kept in step by triggers."""
    return not (kind == "table" and name is not None and "_search" in name)


def test_migrated_tables_are_the_ones_that_the_models_describe() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        assert compare_metadata(context, Model.metadata) == []
