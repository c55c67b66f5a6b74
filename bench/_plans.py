"""The queries of a page, and what the database does for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection

from helpdesk.store.database import db
from helpdesk.store.desk.newest_first import STEPS_SIDE_BY_SIDE
from helpdesk.store.search_index import STRETCH

# Tables that stay small whatever the mailbox brings.
SMALL = frozenset(
    {"staff", "staff_session", "mailbox", "saved_view", "roster_import", "audit_head", "heartbeat", "lease", "draft"}
    | {"sign_in_attempt", "mention", "restoration", "domain_pace"}
)


# What a query may read however much there is: rows, of which the most are those of the stretches of tickets that a
# search for words side by side looks through at once (``store.desk.newest_first``); on SQLite steps.
MOST = {"postgresql": STEPS_SIDE_BY_SIDE[-1] * STRETCH, "sqlite": 200_000}
FEW = MOST["postgresql"]  # rows that PostgreSQL may as well read whole as through an index
_SCAN = re.compile(r"SCAN (\w+)(?: AS \w+)?(?! VIRTUAL)(?: USING (?:COVERING )?INDEX (\w+))?")
_PARTIAL = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"  # as long as what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One statement as the driver got it."""

    statement: str
    parameters: Any


@contextmanager
def watched(app: Flask) -> Iterator[list[Query]]:
    """Every statement that the application sends meanwhile."""
    seen: list[Query] = []

    def note(_conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE", "EXPLAIN", "SET")):
            seen.append(Query(statement=statement, parameters=parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a query reads. rows: at one place of its plan, found or thrown away; on SQLite, which counts no rows, the
    steps of its virtual machine. whole: growing tables that it reads from end to end, whatever for."""

    rows: int = 0
    at: str = ""
    whole: frozenset[str] = frozenset()


def most_read(queries: list[Query]) -> Reading:
    """Run the queries again and take the largest reading. A plan alone would not do: an index that is walked along
    with a filter looks like an index that is looked up, and may be read from end to end to find nothing."""
    most = Reading()
    with db.engine.connect() as connection:
        of = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
        for query in queries:
            if query.statement.lstrip().upper().startswith(("SELECT", "WITH")):
                found = of(connection, query)
                larger = found if found.rows > most.rows else most
                most = replace(larger, whole=(most.whole | found.whole) - SMALL)
    return most


def _on_sqlite(connection: Connection, query: Query) -> Reading:
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.statement}", query.parameters).all()
    steps = [_SCAN.match(step[3]) for step in plan]
    partial = {name for (name,) in connection.exec_driver_sql(_PARTIAL).all()}
    whole = {_table(scan[1], query.statement) for scan in steps if scan and scan[2] not in partial}
    raw, ticks = connection.connection.dbapi_connection, count()
    assert raw is not None
    raw.set_progress_handler(lambda: next(ticks) and None, 1)  # called at each step
    connection.exec_driver_sql(query.statement, query.parameters).all()
    raw.set_progress_handler(None, 0)
    return Reading(rows=next(ticks), at=_first_table(query.statement), whole=frozenset(whole - {""}))


def _on_postgresql(connection: Connection, query: Query) -> Reading:
    (plan,) = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query.statement}", query.parameters
    ).one()
    tree = plan if isinstance(plan, list) else json.loads(plan)
    scans = [node for node in _nodes(tree[0]["Plan"]) if "Relation Name" in node]
    sizes: dict[str, float] = dict(
        connection.exec_driver_sql("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'").all()
    )
    # One that a LIMIT ends after few rows does not read its table whole.
    read = {node["Relation Name"] for node in scans if node["Node Type"] == "Seq Scan" and _rows(node) > FEW}
    rows, at = max(((_rows(node), node["Relation Name"]) for node in scans), default=(0, ""))
    return Reading(rows=rows, at=at, whole=frozenset(name for name in read if sizes[name] > FEW))


def _rows(node: dict[str, Any]) -> int:
    thrown_away = sum(node.get(f"Rows Removed by {check}", 0) for check in ("Filter", "Index Recheck"))
    return int((node["Actual Rows"] + thrown_away) * node["Actual Loops"])


def _first_table(statement: str) -> str:
    named = re.search(r"FROM (\w+)", statement)
    return named[1] if named else ""


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _table(alias: str, statement: str) -> str:
    """The table behind an alias, '' for what comes out of the query itself."""
    if re.search(rf"WITH (?:RECURSIVE )?{alias}\b", statement):
        return ""
    named = re.search(rf"(?:FROM|JOIN) (\w+) (?:AS )?{alias}\b", statement)
    return named[1] if named else alias if re.search(rf"(?:FROM|JOIN) {alias}\b", statement) else ""
