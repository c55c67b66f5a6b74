"""Many at a time: one statement asks a question about each of many, one statement writes all their rows.

What comes in by the thousand is settled page by page. A statement costs about the same whether it is about one
message or about fifty, so nothing on that way is asked or written message by message.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Executable, Row, String, bindparam, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from helpdesk.store.database import Model, UtcDateTime, ask

_ROWS = "each"


class _Rows(FunctionElement[Any]):
    """The objects of a JSON array as a table with one column, ``value``."""

    inherit_cache = True


class _Part(ColumnElement[Any]):
    """One value of such a row."""

    _traverse_internals = [  # noqa: RUF012  SQLAlchemy's own spelling; it tells statements from one another
        ("key", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, key: str, type_: TypeEngine[Any]) -> None:
        self.key = key
        self.type = type_


class _Listed(FunctionElement[Any]):
    """All values of a column as one JSON array; NULL or an empty one where there is none."""

    inherit_cache = True
    type = JSON()


ROWS = _Rows(bindparam(_ROWS, type_=String())).table_valued("value", name=_ROWS)
"""What a question is put about: it selects from here."""


@compiles(_Rows, "sqlite")
def _rows_of_sqlite(rows: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(rows.clauses, **options)})"


@compiles(_Rows, "postgresql")
def _rows_of_postgresql(rows: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(rows.clauses, **options)} AS JSON))"


@compiles(_Listed, "sqlite")
def _listed_on_sqlite(values: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(values.clauses, **options)})"


@compiles(_Listed, "postgresql")
def _listed_on_postgresql(values: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg({compiler.process(values.clauses, **options)})"


@compiles(_Part, "sqlite")
def _part_on_sqlite(part: _Part, _compiler: SQLCompiler, **_options: Any) -> str:
    return f"(\"{_ROWS}\".value ->> '{part.key}')"


@compiles(_Part, "postgresql")
def _part_on_postgresql(part: _Part, compiler: SQLCompiler, **_options: Any) -> str:
    said = f"({_ROWS}.value ->> '{part.key}')"
    if isinstance(part.type, UtcDateTime):
        return f"(CAST({said} AS TIMESTAMP) AT TIME ZONE 'UTC')"
    return f"CAST({said} AS {compiler.dialect.type_compiler_instance.process(part.type)})"


def each(key: str, type_: type[TypeEngine[Any]]) -> ColumnElement[Any]:
    """A value of the row that a question is about: ``AskedRow.sender == each("sender", String)``."""
    return _Part(key, type_())


def listed(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The values of a column, as a list in one row: so a question about each of many rows may have many answers, and
    yet look at no more than so many for each. None, or empty, where there are no answers."""
    return _Listed(column)


def ask_each(
    session: Session, question: Executable, rows: Collection[dict[str, Any]], **values: Any
) -> Sequence[Row[Any]]:
    """The answers to a question about each of these rows, in any order. What the session has not written yet is not
    seen. values: of the question's other parameters."""
    if not rows:
        return ()
    return ask(session, question, **{_ROWS: json.dumps(list(rows), default=_moment)}, **values).all()


def put_all(session: Session, model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows at once that nobody works with. All have the same keys."""
    if rows:
        session.connection().execute(insert(model), rows)


def numbered(session: Session, model: type[Model], rows: Sequence[dict[str, Any]], *, by: str) -> dict[Any, int]:
    """Insert such rows, in their order; for each value of the column ``by`` the highest number that a row got."""
    if not rows:
        return {}
    columns = model.__table__.c
    found = session.connection().execute(insert(model).returning(columns.id, columns[by]), rows)
    return {value: number for number, value in sorted((number, value) for number, value in found)}


def _moment(value: datetime) -> str:
    """A time as both databases write it down, without its zone: it is UTC."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
