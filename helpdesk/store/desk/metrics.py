"""What a supervisor watches: counts and times, in business hours where people are measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from helpdesk import policy
from helpdesk.business_time import business_hours
from helpdesk.store.database import db
from helpdesk.store.desk.queue import OPEN
from helpdesk.store.models import FilerRow, LedgerEntry, Reset, Ticket
from helpdesk.vocabulary import Category, Delivery, FilerStatus, ResetState, Route, TicketState

_MEASURED = 20_000  # newest tickets that response times are taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day's volume, in the court's local time."""

    day: date
    received: int
    closed: int
    resets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in business hours. ``count`` is how many were measured."""

    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The supervisor's page."""

    days: tuple[Day, ...]  # oldest first, without gaps
    by_state: dict[TicketState, int]
    by_category: dict[Category, int]  # of the tickets received in these days
    by_route: dict[Route, int]
    deliveries: dict[Delivery, int]
    first_answer: Times
    oldest_open_hours: float | None  # business hours the longest waiting open ticket has waited
    resets: dict[ResetState, int]
    active_filers: int
    linked_filers: int  # active, linked to PACER
    link_unknown: int  # active, not known
    go_live: date
    days_to_go_live: int  # negative after it


def overview(*, days: int, court: policy.Court, calendar: policy.Calendar, now: datetime) -> Metrics:
    """Everything on the metrics page for the last ``days`` days, today included."""
    zone = ZoneInfo(court.timezone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), zone)
    linked = _filers(FilerRow.pacer_linked.is_(True))
    return Metrics(
        days=_days(first, today, since, zone),
        by_state={TicketState(k): n for k, n in _counted(Ticket.state)},
        by_category={Category(k): n for k, n in _counted(Ticket.category, since)},
        by_route={Route(k): n for k, n in _counted(Ticket.route, since)},
        deliveries={
            Delivery(k): n
            for k, n in db.session.execute(select(LedgerEntry.state, func.count()).group_by(LedgerEntry.state))
        },
        first_answer=_first_answers(since, calendar, zone),
        oldest_open_hours=_oldest_open(calendar, zone, now),
        resets={
            ResetState(k): n
            for k, n in db.session.execute(
                select(Reset.state, func.count()).where(Reset.approved_at >= since).group_by(Reset.state)
            )
        },
        active_filers=_filers(),
        linked_filers=linked,
        link_unknown=_filers(FilerRow.pacer_linked.is_(None)),
        go_live=court.go_live.date(),
        days_to_go_live=(court.go_live.date() - today).days,
    )


def _counted(column: object, since: datetime | None = None) -> Sequence[tuple[str, int]]:
    wanted = select(column, func.count()).group_by(column)  # type: ignore[call-overload]
    if since is not None:
        wanted = wanted.where(Ticket.received_at >= since)
    return [(str(key), count) for key, count in db.session.execute(wanted)]


def _days(first: date, last: date, since: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    received = _per_day(Ticket.received_at, since, zone)
    closed = _per_day(Ticket.closed_at, since, zone)
    resets = _per_day(Reset.approved_at, since, zone)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(
        Day(day=day, received=received.get(day, 0), closed=closed.get(day, 0), resets=resets.get(day, 0))
        for day in span
    )


def _per_day(column: object, since: datetime, zone: ZoneInfo) -> dict[date, int]:
    found: dict[date, int] = {}
    for (at,) in db.session.execute(select(column).where(column >= since)):  # type: ignore[call-overload,operator]
        day = at.astimezone(zone).date()
        found[day] = found.get(day, 0) + 1
    return found


def _first_answers(since: datetime, calendar: policy.Calendar, zone: ZoneInfo) -> Times:
    """From arrival to the first answer by a person or a standard letter that settled it."""
    rows = db.session.execute(
        select(Ticket.received_at, Ticket.answered_at)
        .where(Ticket.received_at >= since, Ticket.answered_at.is_not(None))
        .order_by(Ticket.id.desc())
        .limit(_MEASURED)
    )
    hours = sorted(
        business_hours(received, answered, calendar, zone) for received, answered in rows if answered is not None
    )
    return Times(count=len(hours), median=_quantile(hours, 0.5), p90=_quantile(hours, 0.9))


def _oldest_open(calendar: policy.Calendar, zone: ZoneInfo, now: datetime) -> float | None:
    waiting = [TicketState.READY.value, TicketState.REVIEW.value]
    oldest = db.session.execute(
        select(func.min(Ticket.received_at)).where(Ticket.state.in_(waiting))
    ).scalar_one_or_none()
    return business_hours(oldest, now, calendar, zone) if oldest is not None else None


def _filers(*conditions: object) -> int:
    active = [FilerRow.on_roll, FilerRow.status == FilerStatus.ACTIVE.value]
    return db.session.execute(
        select(func.count()).select_from(FilerRow).where(*active, *conditions)  # type: ignore[arg-type]
    ).scalar_one()


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile of values in order."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def open_tickets(by_state: dict[TicketState, int]) -> int:
    """How many tickets still need something."""
    return sum(by_state.get(state, 0) for state in OPEN)
