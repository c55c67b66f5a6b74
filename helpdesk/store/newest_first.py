"""PostgreSQL only: the newest rows in which words stand, without ever reading a whole table for them.

PostgreSQL takes words for independent of one another. Of two that are frequent but never stand together it expects
many rows, walks back from the newest, finds none and reads all of them. So how far it may walk back is bounded, and
beyond that the index of words is used whatever PostgreSQL expects.
"""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, Integer, Select, TextClause, literal_column, select, text, true
from sqlalchemy.dialects.postgresql import TSVECTOR

from helpdesk.store.database import db

_id = literal_column("id", Integer)


def newest(
    table: str, holds: TextClause, before: int | None, limit: int, *, few: int = 1_000, near: int = 5_000
) -> list[int]:
    """Ids of the newest rows that hold the words, below ``before``.

    few: rows that the index of words finds in no time. near: the newest rows, which are looked through one by one
    where more than a few are expected.
    """
    older = true() if before is None else _id < before
    if _expected(table, holds) <= few:
        return _ids(select(_id).select_from(text(table)).where(holds, older), limit)
    found = _among(table, holds, older, limit, near)
    return found if len(found) == limit else _by_index(table, holds, older, limit)


def _expected(table: str, holds: TextClause) -> int:
    """How many rows PostgreSQL expects to hold the words."""
    question = select(_id).select_from(text(table)).where(holds)
    written = question.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {written}").scalar_one()
    rows: int = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]["Plan Rows"]
    return rows


def _among(table: str, holds: TextClause, older: ColumnElement[bool], limit: int, near: int) -> list[int]:
    rows = select(_id, literal_column("words", TSVECTOR)).select_from(text(table)).where(older)
    nearest = rows.order_by(_id.desc()).limit(near).subquery("newest")
    return _ids(select(_id).select_from(nearest).where(holds), limit)


def _by_index(table: str, holds: TextClause, older: ColumnElement[bool], limit: int) -> list[int]:
    found = select(_id).select_from(text(table)).where(holds).cte("found").prefix_with("MATERIALIZED")
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    ids = _ids(select(_id).select_from(found).where(older), limit)
    db.session.execute(text("SET LOCAL enable_seqscan = DEFAULT"))
    return ids


def _ids(question: Select[int], limit: int) -> list[int]:
    return list(db.session.execute(question.order_by(_id.desc()).limit(limit)).scalars())
