"""The queue: lists with counts, a page of tickets at a time. A list is named by its address, see ``selection``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, CompoundSelect, Label, Select, func, literal_column, select, text, union_all

from helpdesk.errors import NotFoundError
from helpdesk.store.cases.selection import VIEWS, Key, Selection, Sort, holding, in_order, parse, parse_key, streams
from helpdesk.store.database import ask, db
from helpdesk.store.desk.rows import QueueRow, rows_of
from helpdesk.store.models import Ticket
from helpdesk.store.models.casework import OPEN
from helpdesk.vocabulary import StaffMember

MOST_COUNTED = 1000  # nobody counts further by eye, and no page waits for a longer count
_SIDE_VIEWS = {
    "todo": ("reset", "state = 'to_do'"),
    "failed": ("outbox", "state IN ('failed', 'uncertain')"),
    "quarantine": ("ledger", "state = 'quarantined'"),
    "mentions": ("mention", "seen_at IS NULL AND staff_id = :actor"),
}  # conditions as the partial indexes have them

__all__ = [
    "MOST_COUNTED",
    "OPEN",
    "VIEWS",
    "QueuePage",
    "QueueRow",
    "count",
    "counts",
    "ids",
    "known",
    "next_in",
    "page",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A stretch of a list. ``before`` and ``after`` lead to its neighbours, None at the ends."""

    rows: tuple[QueueRow, ...]
    before: str | None
    after: str | None


def counts(actor: StaffMember) -> dict[str, int]:
    """How many tickets (or messages) each view holds, the side views included; at most ``MOST_COUNTED`` of each."""
    return {row.name: row.number for row in ask(db.session(), _count_everything(MOST_COUNTED), actor=actor.id)}


def count(view: str, *, actor: StaffMember, most: int) -> int:
    """How many tickets a list holds; at most ``most``."""
    return len(ids(view, actor=actor, limit=most))


@cache
def _count_everything(most: int) -> CompoundSelect[str, int]:
    """One statement for all counts, built once: it is asked for on every page and every half minute.

    Every condition begins as an index does, so that no more than ``most`` of its entries are read.
    """
    conditions = {name: ("ticket", holding(name)) for name in VIEWS} | _SIDE_VIEWS
    return union_all(*(_counted(name, table, condition, most) for name, (table, condition) in conditions.items()))


def _counted(name: str, table: str, condition: str, most: int) -> Select[str, int]:
    # The number is written into the statement, so that PostgreSQL plans for so few rows.
    at_most: ColumnElement[int] = literal_column(str(most))
    rows: Select[int] = select(literal_column("1")).select_from(text(table)).where(text(condition)).limit(at_most)
    named: Label[str] = literal_column(f"'{name}'").label("name")
    return select(named, func.count().label("number")).select_from(rows.subquery())


def known(view: str) -> bool:
    """Whether there is a list with this address."""
    try:
        return bool(parse(view))
    except NotFoundError:
        return False


def ids(view: str, *, actor: StaffMember, limit: int) -> tuple[int, ...]:
    """The numbers of the first tickets of a list."""
    return tuple(key.id for key in _keys(parse(view), actor, limit))


def page(
    view: str, *, actor: StaffMember, after: str | None = None, before: str | None = None, limit: int = 50
) -> QueuePage:
    """Up to ``limit`` tickets of a list, from its beginning or from where another page ended."""
    backwards = before is not None
    start = parse_key(before or after or "") if before or after else None
    found = _keys(parse(view), actor, limit + 1, start, backwards=backwards)
    more = len(found) > limit
    keys = found[:limit][::-1] if backwards else found[:limit]
    return QueuePage(
        rows=rows_of([key.id for key in keys]),
        before=str(keys[0]) if keys and (more if backwards else start) else None,
        after=str(keys[-1]) if keys and (backwards or more) else None,
    )


def next_in(view: str, *, actor: StaffMember, besides: int) -> int | None:
    """Where "done, next" leads: to what comes after this ticket's place in a list, at the end to its beginning."""
    if not known(view):
        return None
    chosen = parse(view)
    after = _place(chosen, besides)
    following = _keys(chosen, actor, 1, after) if after is not None else []
    found = [key.id for key in following or _keys(chosen, actor, 2)]
    return next((ticket_id for ticket_id in found if ticket_id != besides), None)


def _place(selection: Selection, ticket_id: int) -> Key | None:
    """Where a ticket stands in a list, or stood before it left; None where the order does not keep that."""
    if selection.finished or selection.sort is Sort.WAKING:
        return None
    row = db.session.execute(select(Ticket.urgent, Ticket.received_at).where(Ticket.id == ticket_id)).one_or_none()
    return Key(urgent=row.urgent, at=row.received_at, id=ticket_id) if row is not None else None


def _keys(
    selection: Selection, actor: StaffMember, limit: int, start: Key | None = None, *, backwards: bool = False
) -> list[Key]:
    found = list(streams(selection, actor.id, limit, start, backwards=backwards))
    if not found:
        return []
    merged = union_all(*(select(stream.subquery()) for stream in found)).subquery()
    ordered = select(merged).order_by(*in_order(merged, selection, backwards=backwards)).limit(limit)
    return [Key(urgent=urgent, at=at, id=ticket_id) for ticket_id, urgent, at in db.session.execute(ordered)]
