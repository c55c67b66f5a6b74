"""What the queue pages show: views with counts, a page of tickets at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from helpdesk.errors import NotFoundError
from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, LedgerEntry, OutboxRow, Reset, Staff, Ticket
from helpdesk.vocabulary import (
    Category,
    Delivery,
    Level,
    OutboxState,
    ResetState,
    Route,
    StaffMember,
    TicketState,
)

OPEN = (
    TicketState.READY,
    TicketState.REVIEW,
    TicketState.APPROVED,
    TicketState.WAITING,
    TicketState.HELD,
    TicketState.QUEUED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue."""

    id: int
    version: int
    subject: str
    sender_name: str
    sender_address: str
    received_at: datetime
    state: TicketState
    route: Route
    category: Category
    urgent: bool
    name: str  # of the proposed record, else as claimed
    bar_id: str
    filer: str | None  # ecf_user_id of the record on the ticket
    requests: int
    candidates: int
    levels: dict[str, Level]  # by field name
    probability: float | None
    reasons: tuple[str, ...]
    warnings: int
    assigned_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A stretch of a view. ``after`` leads to the next one, None at the end."""

    rows: tuple[QueueRow, ...]
    after: str | None


_BY_STATE: dict[str, tuple[TicketState, ...]] = {
    "ready": (TicketState.READY,),
    "review": (TicketState.REVIEW,),
    "second": (TicketState.APPROVED,),
    "waiting": (TicketState.WAITING,),
    "sent": (TicketState.HELD, TicketState.QUEUED, TicketState.SENT),
    "answered": (TicketState.ANSWERED,),
    "closed": (TicketState.CLOSED, TicketState.DECLINED, TicketState.MERGED),
    "spam": (TicketState.SPAM,),
}
_BY_PERSON: dict[str, Callable[[StaffMember], ColumnElement[bool]]] = {
    "mine": lambda actor: Ticket.assigned_to == actor.id,
    "unassigned": lambda _actor: Ticket.assigned_to.is_(None),
}
VIEWS = ("ready", "review", "second", "waiting", "mine", "unassigned", "sent", "answered", "closed", "spam")
_NEWEST_FIRST = frozenset({"sent", "answered", "closed", "spam"})


def counts(actor: StaffMember) -> dict[str, int]:
    """How many tickets (or messages) each view holds, the side views included."""
    by_state = dict(db.session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all())
    found = {name: _count(name, by_state, actor) for name in VIEWS}
    found["todo"] = _number(select(func.count()).where(Reset.state == ResetState.TO_DO.value))
    found["quarantine"] = _number(select(func.count()).where(LedgerEntry.state == Delivery.QUARANTINED.value))
    troubled = [OutboxState.FAILED.value, OutboxState.UNCERTAIN.value]
    found["failed"] = _number(select(func.count()).where(OutboxRow.state.in_(troubled)))
    return found


def page(view: str, *, actor: StaffMember, after: str | None = None, limit: int = 50) -> QueuePage:
    """Up to ``limit`` tickets of a view. Urgent ones first, then the longest waiting; finished views newest first."""
    if view not in VIEWS:
        raise NotFoundError(f"There is no view named {view!r}.")
    newest_first = view in _NEWEST_FIRST
    wanted = _rows().where(_condition(view, actor))
    if newest_first:
        wanted = wanted.order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    else:
        wanted = wanted.order_by(Ticket.urgent.desc(), Ticket.received_at, Ticket.id)
    if after:
        wanted = wanted.where(_beyond(after, newest_first))
    found = db.session.execute(wanted.limit(limit + 1)).all()
    rows = tuple(_row(*row) for row in found[:limit])
    more = len(found) > limit
    return QueuePage(rows=rows, after=_key(found[limit - 1][0], newest_first) if more else None)


def next_in(view: str, *, actor: StaffMember, besides: int) -> int | None:
    """The first ticket of a view other than this one: where "done, next" leads."""
    if view not in VIEWS:
        return None
    wanted = select(Ticket.id).where(_condition(view, actor), Ticket.id != besides)
    ordered = wanted.order_by(Ticket.urgent.desc(), Ticket.received_at, Ticket.id).limit(1)
    return db.session.execute(ordered).scalar_one_or_none()


def search(text: str, *, limit: int = 50) -> tuple[QueueRow, ...]:
    """Tickets by number, or by a part of sender, subject or filer's name, newest first."""
    text = text.strip().removeprefix("#")
    if not text:
        return ()
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    within = [Ticket.subject, Ticket.sender_name, Ticket.sender_address, FilerRow.last_name, FilerRow.bar_id]
    matches: list[ColumnElement[bool]] = [column.ilike(pattern, escape="\\") for column in within]
    if text.isascii() and text.isdigit() and len(text) < 10:
        matches.append(Ticket.id == int(text))
    found = db.session.execute(_rows().where(or_(*matches)).order_by(Ticket.id.desc()).limit(limit))
    return tuple(_row(*row) for row in found)


def _rows() -> Select[Ticket, str, str]:
    return (
        select(Ticket, FilerRow.ecf_user_id, Staff.login)
        .outerjoin(FilerRow, FilerRow.id == Ticket.filer_id)
        .outerjoin(Staff, Staff.id == Ticket.assigned_to)
    )


def _row(ticket: Ticket, filer: str | None, assigned_to: str | None) -> QueueRow:
    summary: dict[str, Any] = ticket.summary
    return QueueRow(
        id=ticket.id,
        version=ticket.version,
        subject=ticket.subject,
        sender_name=ticket.sender_name,
        sender_address=ticket.sender_address,
        received_at=ticket.received_at,
        state=TicketState(ticket.state),
        route=Route(ticket.route),
        category=Category(ticket.category),
        urgent=ticket.urgent,
        name=summary.get("name", ""),
        bar_id=summary.get("bar_id", ""),
        filer=filer,
        requests=summary.get("requests", 0),
        candidates=summary.get("candidates", 0),
        levels={field: Level(level) for field, level in summary.get("levels", {}).items()},
        probability=summary.get("probability"),
        reasons=tuple(summary.get("reasons", ())),
        warnings=summary.get("warnings", 0),
        assigned_to=assigned_to,
    )


def _condition(view: str, actor: StaffMember) -> ColumnElement[bool]:
    if view in _BY_PERSON:
        return and_(_BY_PERSON[view](actor), Ticket.state.in_([state.value for state in OPEN]))
    return Ticket.state.in_([state.value for state in _BY_STATE[view]])


def _count(view: str, by_state: dict[str, int], actor: StaffMember) -> int:
    if view in _BY_STATE:
        return sum(by_state.get(state.value, 0) for state in _BY_STATE[view])
    return _number(select(func.count()).select_from(Ticket).where(_condition(view, actor)))


def _number(wanted: Select[int]) -> int:
    return db.session.execute(wanted).scalar_one()


def _key(ticket: Ticket, newest_first: bool) -> str:
    at = ticket.updated_at if newest_first else ticket.received_at
    return f"{int(ticket.urgent)}.{int(at.timestamp() * 1_000_000)}.{ticket.id}"


def _beyond(after: str, newest_first: bool) -> ColumnElement[bool]:
    try:
        urgent, micros, ticket_id = (int(part) for part in after.split("."))
        at = datetime.fromtimestamp(micros / 1_000_000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise NotFoundError("This page of the queue does not exist.") from None
    if newest_first:
        return or_(Ticket.updated_at < at, and_(Ticket.updated_at == at, Ticket.id < ticket_id))
    later = or_(Ticket.received_at > at, and_(Ticket.received_at == at, Ticket.id > ticket_id))
    same_urgency = and_(Ticket.urgent == bool(urgent), later)
    return or_(same_urgency, Ticket.urgent.is_(False)) if urgent else same_urgency
