"""What somebody asks the search for, and how the databases are asked for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ARRAY, ColumnElement, Integer, String, and_, bindparam, func, literal_column, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from helpdesk.store import search_index
from helpdesk.store.database import db

Term = list[str]  # words that must stand side by side

_WORD = re.compile(r"[^\W_]+")
_MOST_TERMS = 12


def terms(asked: str) -> list[Term]:
    """What is asked for, by spaces; each term as the words it consists of."""
    found = (_WORD.findall(search_index.fold(part)) for part in asked.split())
    return [words for words in found if words][:_MOST_TERMS]


def holds(
    table: str, wanted: list[Term], *, beginnings: bool = False, stretches: Sequence[int] = ()
) -> ColumnElement[bool]:
    """That every term stands in a row, and that its ticket belongs to one of these stretches, where any are named.

    beginnings: a term's last word may go on. Terms are letters and digits alone: no syntax hides in them.
    """
    if on_sqlite():
        parts = [f'"{" ".join(words)}"' + (" *" if beginnings else "") for words in wanted]
        marks = " OR ".join(f'"{search_index.mark_of(stretch)}"' for stretch in stretches)
        parts += [f"({marks})"] if marks else []
        return and_(text(f"{table} MATCH :query").bindparams(query=" AND ".join(parts)))
    # Condition by condition, so that the index goes from one's next row to the other's, whichever is rare: within a
    # condition it starts from the word that it takes for the rarest, and may be wrong.
    asked = [" <-> ".join(words) + (":*" if beginnings else "") for words in wanted]
    asked += [word for words in wanted for word in (words[:-1] if beginnings else words) if len(words) > 1]
    within = text(f"ARRAY[id / {search_index.STRETCH}] && CAST(:stretches AS INTEGER[])")
    named = [within.bindparams(bindparam("stretches", list(stretches), ARRAY(Integer)))] if stretches else []
    return and_(*named, *map(_asked, dict.fromkeys(asked)))


def _asked(query: str) -> ColumnElement[bool]:
    # Written into the statement, so that PostgreSQL plans by how frequent these very words are.
    written = bindparam(None, query, String, literal_execute=True)
    return literal_column("words", TSVECTOR).bool_op("@@")(func.to_tsquery(literal_column("'simple'"), written))


def key() -> ColumnElement[int]:
    """The number of a row's ticket or record."""
    return literal_column("rowid" if on_sqlite() else "id", Integer)


def on_sqlite() -> bool:
    """Whether the database is SQLite; else it is PostgreSQL."""
    return db.engine.dialect.name == "sqlite"
