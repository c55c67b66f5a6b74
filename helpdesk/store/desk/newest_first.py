"""The newest tickets in which words stand, found with bounded work however many tickets there are.

Words that few mails hold are looked up for all tickets at once. For words that are each frequent, but perhaps never
stand together, that would compare lists as long as the desk is old; they are looked for in one stretch of tickets
after another, newest first. After some stretches the answer is how far that came, and whoever asked may go on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, literal_column, select, text

from helpdesk.store import search_index
from helpdesk.store.database import db
from helpdesk.store.desk.search_terms import Term, holds, key, on_sqlite
from helpdesk.store.models import Ticket

TABLE = "ticket_search"
STEPS = (1, 4, 10, 15, 20)  # stretches that are looked through before whoever asked is asked whether to go on
STEPS_SIDE_BY_SIDE = (1, 4, 5)  # where words must stand side by side, each row that holds them is read
FEW_PLACES = 20_000  # SQLite: counted in milliseconds, whatever stands there
FEW_ROWS = 5_000  # PostgreSQL: rows that it reads to sort them
SAMPLE = 2_000  # rows in which PostgreSQL counts what begins so
_TRIED = 4  # words of which one may be rare


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Numbers of tickets, newest first. ``down_to``: no ticket below this number was looked at; None: all were, or as
    many as were wanted are found."""

    ids: list[int]
    down_to: int | None = None


def newest(terms: list[Term], before: int | None, limit: int) -> Looked:
    """Tickets below ``before`` in which every term stands."""
    longest = sorted({word for term in terms for word in term}, key=len, reverse=True)[:_TRIED]
    if any(map(_rare, longest)):
        return Looked(ids=_ids(holds(TABLE, terms), limit, before))
    return _by_stretches(terms, before, limit)


def begun(terms: list[Term], before: int | None, limit: int) -> Looked | None:
    """The same, where the last word of a term may go on. None where too many tickets hold what begins so."""
    if not all(_few_begin(term[-1]) for term in terms):
        return None
    return Looked(ids=_ids(holds(TABLE, terms, beginnings=True), limit, before))


def _ids(holding: ColumnElement[bool], limit: int, below: int | None, lowest: int = 0) -> list[int]:
    found = select(key()).select_from(text(TABLE)).where(holding)
    if not on_sqlite():
        # Apart from numbers and order, which PostgreSQL might otherwise follow through a table to find nothing.
        found = select(found.cte("found").prefix_with("MATERIALIZED").c.id)
    number = found.selected_columns[0]
    found = found.where(number >= lowest, *(() if below is None else (number < below,)))
    return list(db.session.execute(found.order_by(number.desc()).limit(limit)).scalars())


def _by_stretches(terms: list[Term], before: int | None, limit: int) -> Looked:
    size = search_index.STRETCH
    above = before if before is not None else _newest_ticket() + 1
    newest = (above - 1) // size
    side_by_side = any(len(term) > 1 for term in terms)
    ids: list[int] = []
    for count in STEPS_SIDE_BY_SIDE if side_by_side else STEPS:
        some = range(newest, max(newest - count, -1), -1)
        if not some:
            break
        ids += _ids(holds(TABLE, terms, stretches=some), limit - len(ids), below=above, lowest=some[-1] * size)
        if len(ids) == limit:
            return Looked(ids=ids)
        newest = some[-1] - 1
        above = min(above, some[-1] * size)
    return Looked(ids=ids, down_to=(newest + 1) * size or None)


def _newest_ticket() -> int:
    return db.session.execute(select(func.max(Ticket.id))).scalar() or 0


def _rare(word: str) -> bool:
    """Whether a word stands in few tickets; found out in a time that is bounded."""
    if on_sqlite():
        return _in_few_places(word, word)
    question = select(key()).select_from(text(TABLE)).where(holds(TABLE, [[word]]))
    written = question.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {written}").scalar_one()
    rows: int = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]["Plan Rows"]
    return rows <= FEW_ROWS


def _few_begin(word: str) -> bool:
    """Whether few tickets hold a word that begins so."""
    if on_sqlite():
        return _in_few_places(word, word + "\U0010ffff")
    # What PostgreSQL expects of beginnings is wrong by orders of magnitude, so some tickets of all ages are counted.
    share = min(1, SAMPLE / max(_newest_ticket(), 1))
    sample = text(f"{TABLE} TABLESAMPLE SYSTEM ({100 * share:.6f}) REPEATABLE (1)")
    begun = select(func.count()).select_from(sample).where(holds(TABLE, [[word]], beginnings=True))
    return db.session.execute(begun).scalar_one() <= FEW_ROWS * share


def _in_few_places(first: str, last: str) -> bool:
    there = literal_column("term").between(first, last)
    places = select(literal(1)).select_from(text(search_index.PLACES)).where(there)
    return db.session.execute(places.limit(1).offset(FEW_PLACES)).first() is None
