"""Do the tables in the database fit this program?"""

from __future__ import annotations

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from helpdesk.errors import NotPossibleError
from helpdesk.store.database import db, migrate


@cache
def newest() -> str:
    """The revision that this program was written for."""
    return ScriptDirectory(migrate.directory).get_current_head() or ""


def mismatch() -> str:
    """Why the tables do not fit, '' when they do."""
    with db.engine.connect() as connection:
        found = ", ".join(MigrationContext.configure(connection).get_current_heads()) or "none"
    if found == newest():
        return ""
    return f"the tables are at revision {found}, this program needs {newest()}; run `flask db upgrade`"


def require_match() -> None:
    """Refuse to work on tables of another revision: what is written might be wrong."""
    problem = mismatch()
    if problem:
        raise NotPossibleError(f"The database does not fit: {problem}.")
