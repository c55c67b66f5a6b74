"""Finding tickets and filers by words: whole words; their beginnings where that finds nothing or is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Select, TextClause, bindparam, literal_column, select, text

from helpdesk.store import newest_first, roster
from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, Ticket
from helpdesk.store.rows import QueueRow, rows_of
from helpdesk.store.search_index import fold
from helpdesk.vocabulary import Filer

_TOKEN = re.compile(r"[^\W_]+")
_MOST_TERMS = 12
_MOST_COMPARED = 500  # filers that fit, of which the likeliest are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch of what was found, newest first. ``before`` leads to the next stretch, None at the end.

    beginnings: words that only begin with what was asked count too.
    """

    rows: tuple[QueueRow, ...]
    before: int | None
    beginnings: bool = False


def search(asked: str, *, before: int | None = None, beginnings: bool = False, limit: int = 50) -> Found:
    """Tickets in which every asked word stands; what is written together (an address) must stand together."""
    terms = _terms(asked)
    if not terms:
        return Found(rows=(), before=None)
    ids = _ids(terms, before, beginnings, limit + 1)
    if not ids and not beginnings and before is None:
        beginnings = True
        ids = _ids(terms, before, beginnings, limit + 1)
    number = number_in(asked) if before is None else None
    shown = ids[:limit] if number is None else [number, *(found for found in ids[:limit] if found != number)]
    return Found(rows=rows_of(shown), before=ids[limit - 1] if len(ids) > limit else None, beginnings=beginnings)


def of_filer(ecf_user_id: str, *, before: int | None = None, limit: int = 50) -> Found:
    """The tickets about one filer."""
    wanted = select(Ticket.id).join(FilerRow, FilerRow.id == Ticket.filer_id)
    wanted = wanted.where(FilerRow.ecf_user_id == ecf_user_id)
    if before is not None:
        wanted = wanted.where(Ticket.id < before)
    ids = list(db.session.execute(wanted.order_by(Ticket.id.desc()).limit(limit + 1)).scalars())
    return Found(rows=rows_of(ids[:limit]), before=ids[limit - 1] if len(ids) > limit else None)


def people(asked: str, *, limit: int = 20) -> tuple[Filer, ...]:
    """Filers on the roll by any of their names, numbers, firm or addresses; surnames that begin so come first."""
    terms = _terms(asked)
    if not terms:
        return ()
    # Two steps: of a subquery PostgreSQL cannot know how little it finds, and would read the whole roll.
    wanted = _matching("filer_search", terms, beginnings=True).limit(_MOST_COMPARED)
    fitting = list(db.session.execute(wanted).scalars())
    if not fitting:
        return ()
    rows = db.session.execute(select(FilerRow).where(FilerRow.on_roll, FilerRow.id.in_(fitting))).scalars()
    first = terms[0][0]
    ordered = sorted(
        rows, key=lambda row: (not fold(row.last_name).startswith(first), row.last_name, row.first_name, row.id)
    )
    return tuple(roster.filer_of(row) for row in ordered[:limit])


def _ids(terms: list[list[str]], before: int | None, beginnings: bool, limit: int) -> list[int]:
    if not _on_sqlite():
        return newest_first.newest("ticket_search", _holds("ticket_search", terms, beginnings), before, limit)
    wanted = _matching("ticket_search", terms, beginnings=beginnings)
    if before is not None:
        wanted = wanted.where(_key() < before)
    return list(db.session.execute(wanted.order_by(_key().desc()).limit(limit)).scalars())


def _matching(name: str, terms: list[list[str]], *, beginnings: bool) -> Select[int]:
    """Ids of the rows in which every term stands."""
    return select(_key()).select_from(text(name)).where(_holds(name, terms, beginnings))


def _holds(name: str, terms: list[list[str]], beginnings: bool) -> TextClause:
    """That every term stands in a row. Terms are letters and digits alone: no syntax hides in them."""
    if _on_sqlite():
        parts = [f'"{" ".join(tokens)}"' + (" *" if beginnings else "") for tokens in terms]
        query, holds = " AND ".join(parts), text(f"{name} MATCH :query")
    else:
        parts = [f"({' <-> '.join(tokens)}{':*' if beginnings else ''})" for tokens in terms]
        query, holds = " & ".join(parts), text("words @@ to_tsquery('simple', :query)")
    # Written into the statement, so that PostgreSQL plans by how frequent these very words are.
    return holds.bindparams(bindparam("query", query, literal_execute=True))


def _key() -> ColumnElement[int]:
    return literal_column("rowid" if _on_sqlite() else "id", Integer)


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _terms(asked: str) -> list[list[str]]:
    """What is asked for, by spaces; each term as the words it consists of."""
    found = (_TOKEN.findall(fold(part)) for part in asked.split())
    return [tokens for tokens in found if tokens][:_MOST_TERMS]


def number_in(asked: str) -> int | None:
    """The ticket's number, where one may be meant: ``812`` or ``#812``."""
    written = asked.strip().removeprefix("#")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
