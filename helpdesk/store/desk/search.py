"""Finding tickets and filers by words: whole words; their beginnings where that finds nothing or is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text

from helpdesk.store.database import db
from helpdesk.store.desk import newest_first
from helpdesk.store.desk.rows import QueueRow, rows_of
from helpdesk.store.desk.search_terms import holds, key, terms
from helpdesk.store.models import FilerRow, Ticket
from helpdesk.store.roll import roster
from helpdesk.store.search_index import fold
from helpdesk.vocabulary import Filer

_MOST_COMPARED = 500  # filers that fit, of which the likeliest are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch of what was found, newest first. ``before`` leads to the next stretch, None at the end."""

    rows: tuple[QueueRow, ...]
    before: int | None
    beginnings: bool = False  # words that only begin with what was asked count too
    too_many: bool = False  # they do not, though that was asked for: too many begin that way
    down_to: int | None = None  # tickets below this number were not looked at yet


def search(asked: str, *, before: int | None = None, beginnings: bool = False, limit: int = 50) -> Found:
    """Tickets in which every asked word stands; what is written together (an address) must stand together."""
    wanted = terms(asked)
    if not wanted:
        return Found(rows=(), before=None)
    begun = newest_first.begun(wanted, before, limit + 1) if beginnings else None
    looked = begun or newest_first.newest(wanted, before, limit + 1)
    too_many = beginnings and begun is None
    if not looked.ids and looked.down_to is None and not beginnings and before is None:
        begun = newest_first.begun(wanted, before, limit + 1)
        looked, too_many = begun or looked, begun is None
    number = number_in(asked) if before is None else None
    ids = looked.ids[:limit]
    return Found(
        rows=rows_of(ids if number is None else [number, *(found for found in ids if found != number)]),
        before=ids[-1] if len(looked.ids) > limit else looked.down_to,
        beginnings=begun is not None,
        too_many=too_many,
        down_to=looked.down_to,
    )


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
    wanted = terms(asked)
    if not wanted:
        return ()
    # Two steps: of a subquery PostgreSQL cannot know how little it finds, and would read the whole roll.
    begun = select(key()).select_from(text("filer_search")).where(holds("filer_search", wanted, beginnings=True))
    fitting = list(db.session.execute(begun.limit(_MOST_COMPARED)).scalars())
    if not fitting:
        return ()
    rows = db.session.execute(select(FilerRow).where(FilerRow.on_roll, FilerRow.id.in_(fitting))).scalars()
    first = wanted[0][0]
    ordered = sorted(
        rows, key=lambda row: (not fold(row.last_name).startswith(first), row.last_name, row.first_name, row.id)
    )
    return tuple(roster.filer_of(row) for row in ordered[:limit])


def number_in(asked: str) -> int | None:
    """The ticket's number, where one may be meant: ``812`` or ``#812``."""
    written = asked.strip().removeprefix("#")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
