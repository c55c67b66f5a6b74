"""Which tickets a list shows and in which order: a view, filters, a sort. Its text is its address.

A list is read through streams: each stream is a stretch of one index in the list's order, and at most one page of it
is read. So a page costs the same however many tickets there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, TextClause, literal, select, text, tuple_

from helpdesk.errors import NotFoundError
from helpdesk.store.database import UtcDateTime
from helpdesk.store.models import Ticket
from helpdesk.store.models.casework import OPEN_TICKETS
from helpdesk.vocabulary import Category, TicketState

NOBODY = 0  # filter "with": tickets that are assigned to nobody
LARGEST_ID = 2**31 - 1

STATES: dict[str, tuple[TicketState, ...]] = {
    "ready": (TicketState.READY,),
    "review": (TicketState.REVIEW,),
    "second": (TicketState.APPROVED,),
    "waiting": (TicketState.WAITING,),
    "snoozed": (TicketState.SNOOZED,),
    "sent": (TicketState.HELD, TicketState.QUEUED, TicketState.SENT),
    "answered": (TicketState.ANSWERED,),
    "closed": (TicketState.CLOSED, TicketState.DECLINED, TicketState.MERGED),
    "spam": (TicketState.SPAM,),
}
PEOPLE = ("mine", "unassigned")  # every open ticket of somebody, or of nobody
VIEWS = ("ready", "review", "second", "waiting", "snoozed", *PEOPLE, "sent", "answered", "closed", "spam")
FINISHED = frozenset({"sent", "answered", "closed", "spam"})  # ordered by what happened last


Person = int | BindParameter[int]  # a member of staff, by id
_Holds = list[ColumnElement[bool] | TextClause]


class Sort(StrEnum):
    """The order of a list."""

    URGENT = "urgent"  # urgent ones first, then the longest waiting; for open tickets
    OLDEST = "oldest"
    NEWEST = "newest"
    WAKING = "waking"  # who wakes first; for snoozed tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a list shows. ``person``: assigned to this member of staff, or to ``NOBODY``."""

    view: str
    category: Category | None = None
    urgent: bool = False
    person: int | None = None
    sort: Sort = Sort.URGENT

    @property
    def finished(self) -> bool:
        """Whether it shows what is done; such lists are filtered by category only."""
        return self.view in FINISHED

    @property
    def filtered(self) -> bool:
        """Whether anything of the view is left out."""
        return self.category is not None or self.urgent or self.person is not None

    def __str__(self) -> str:
        """``review,category=pacer_link,with=3,sort=newest``: what stands in the address of the list."""
        parts = [self.view]
        if self.category is not None:
            parts.append(f"category={self.category}")
        if self.urgent:
            parts.append("urgent")
        if self.person is not None:
            parts.append(f"with={self.person or 'nobody'}")
        if self.sort is not usual_sort(self.view):
            parts.append(f"sort={self.sort}")
        return ",".join(parts)


def usual_sort(view: str) -> Sort:
    """The order of a view when none is asked for."""
    if view == "snoozed":
        return Sort.WAKING
    return Sort.NEWEST if view in FINISHED else Sort.URGENT


def sorts(view: str) -> tuple[Sort, ...]:
    """The orders that a view can have."""
    unfit = {Sort.URGENT} if view in FINISHED else set[Sort]()
    return tuple(sort for sort in Sort if sort not in unfit and (sort is not Sort.WAKING or view == "snoozed"))


def parse(address: str) -> Selection:
    """The selection that an address names; NotFoundError where there is no such list."""
    view, *parts = address.split(",")
    if view not in VIEWS:
        raise NotFoundError(f"There is no view named {view!r}.")
    found = Selection(view=view, sort=usual_sort(view))
    for part in parts:
        name, _, value = part.partition("=")
        found = narrowed(found, name, value)
    return found


def narrowed(selection: Selection, name: str, value: str) -> Selection:
    """The selection with one more filter, or another sort."""
    finished = selection.finished
    if name == "category" and value in set(Category):
        return replace(selection, category=Category(value))
    if name == "urgent" and not finished:
        return replace(selection, urgent=True)
    if name == "with" and not finished and selection.view not in PEOPLE:
        if value == "nobody":
            return replace(selection, person=NOBODY)
        if value.isascii() and value.isdigit() and len(value) < 11 and 0 < int(value) <= LARGEST_ID:
            return replace(selection, person=int(value))
    if name == "sort" and value in sorts(selection.view):
        return replace(selection, sort=Sort(value))
    raise NotFoundError("There is no such list of tickets.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A ticket's place in a list."""

    urgent: bool
    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{int(self.urgent)}.{int(self.at.timestamp() * 1_000_000)}.{self.id}"


def parse_key(written: str) -> Key:
    """The place that a page's address names."""
    try:
        urgent, micros, ticket_id = (int(part) for part in written.split("."))
        at = datetime.fromtimestamp(micros / 1_000_000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise NotFoundError("This page of the queue does not exist.") from None
    if not 0 <= ticket_id <= LARGEST_ID:
        raise NotFoundError("This page of the queue does not exist.")
    return Key(urgent=bool(urgent), at=at, id=ticket_id)


def streams(
    selection: Selection, actor: Person, limit: int, after: Key | None = None, *, backwards: bool = False
) -> Iterator[Select[int, bool, datetime]]:
    """Queries for keys (id, urgent, at) that together hold the next ``limit`` tickets, each read from one index."""
    at: Any = Ticket.updated_at if selection.finished else Ticket.received_at
    if selection.sort is Sort.WAKING:
        at = Ticket.snoozed_until
    rising = (selection.sort is Sort.NEWEST) == backwards
    for holds, urgent in _stretches(selection, actor):
        wanted = select(Ticket.id, Ticket.urgent, at.label("at")).where(*holds)
        if selection.category is not None:
            wanted = wanted.where(Ticket.category == selection.category.value)
        if selection.person is not None:
            wanted = wanted.where(_assigned(selection.person))
        if after is not None:
            side = _side(selection, urgent, after, backwards=backwards)
            if side < 0:
                continue
            if side == 0:
                here, there = tuple_(at, Ticket.id), tuple_(literal(after.at, UtcDateTime()), literal(after.id))
                wanted = wanted.where(here > there if rising else here < there)
        yield wanted.order_by(*(column if rising else column.desc() for column in (at, Ticket.id))).limit(limit)


def holding(view: str) -> str:
    """The condition of a view's tickets in SQL, as its index has it; ``:actor`` is whoever looks."""
    if view in PEOPLE:
        return f"{OPEN_TICKETS} AND assigned_to {'= :actor' if view == 'mine' else 'IS NULL'}"
    states = ", ".join(f"'{state.value}'" for state in STATES[view])
    return f"state IN ({states})"


def in_order(keys: Subquery, selection: Selection, *, backwards: bool = False) -> list[ColumnElement[Any]]:
    """The order of the whole list, for the keys of its streams."""
    rising = (selection.sort is Sort.NEWEST) == backwards
    ordered: list[ColumnElement[Any]] = [column if rising else column.desc() for column in (keys.c.at, keys.c.id)]
    if selection.sort is Sort.URGENT:
        ordered.insert(0, keys.c.urgent if backwards else keys.c.urgent.desc())
    return ordered


def _stretches(selection: Selection, actor: Person) -> Iterator[tuple[_Holds, bool | None]]:
    """Conditions that each fix the leading columns of an index, and the urgency they fix, None for either."""
    if selection.finished:
        for state in STATES[selection.view]:
            yield [Ticket.state == state.value], None
        return
    if selection.sort is Sort.WAKING:
        yield [text(holding(selection.view)), *([Ticket.urgent.is_(True)] if selection.urgent else [])], None
        return
    for urgent in (True,) if selection.urgent else (True, False):
        if selection.view in PEOPLE:
            whose = _assigned(actor if selection.view == "mine" else NOBODY)
            yield [text(OPEN_TICKETS), whose, Ticket.urgent.is_(urgent)], urgent
        else:
            for state in STATES[selection.view]:
                yield [Ticket.state == state.value, Ticket.urgent.is_(urgent)], urgent


def _assigned(person: Person) -> ColumnElement[bool]:
    nobody = isinstance(person, int) and person == NOBODY
    return Ticket.assigned_to.is_(None) if nobody else Ticket.assigned_to == person


def _side(selection: Selection, urgent: bool | None, after: Key, *, backwards: bool) -> int:
    """Where a stream lies as seen from a key: 1 wholly beyond it, -1 wholly before it, 0 the key is within."""
    if selection.sort is not Sort.URGENT or urgent is None or urgent == after.urgent:
        return 0
    return 1 if urgent == backwards else -1
