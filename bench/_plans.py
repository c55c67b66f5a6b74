"""The queries of a page, and what the database does for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection

from helpdesk.store.database import db

# Tables that stay small whatever the mailbox brings.
SMALL = frozenset(
    {"staff", "staff_session", "mailbox", "saved_view", "roster_import", "audit_head", "heartbeat", "lease", "draft"}
    | {"sign_in_attempt", "mention", "restoration", "domain_pace"}
)


FEW = 5_000  # rows that PostgreSQL rightly reads whole rather than through an index


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
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")):
            seen.append(Query(statement=statement, parameters=parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def whole_table_reads(queries: list[Query]) -> set[str]:
    """Tables that grow with the mailbox and that one of the queries reads from end to end."""
    found: set[str] = set()
    with db.engine.connect() as connection:
        for query in {query.statement: query for query in queries}.values():
            if query.statement.lstrip().upper().startswith(("SELECT", "WITH")):
                found |= _scanned(connection, query)
    return found - SMALL


def _scanned(connection: Connection, query: Query) -> set[str]:
    if connection.dialect.name == "sqlite":
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.statement}", query.parameters).all()
        scans = [re.match(r"SCAN (\w+)(?: AS \w+)?(?! USING)(?! VIRTUAL)", step[3]) for step in steps]
        return {_table(scan[1], query.statement) for scan in scans if scan} - {""}
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query.statement}", query.parameters).one()
    tree = plan if isinstance(plan, list) else json.loads(plan)
    read = {node["Relation Name"] for node in _nodes(tree[0]["Plan"]) if node["Node Type"] == "Seq Scan"}
    rows = connection.exec_driver_sql("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'").all()
    return {name for name, count in rows if name in read and count > FEW}


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
