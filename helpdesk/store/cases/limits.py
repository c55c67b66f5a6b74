"""More than is usual: the limits of approvals.toml against what was counted.

The same counts serve a message that comes in (a signal on its ticket), an approval (a second person) and the
supervisor's page (which brakes are on).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    distinct,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.match.written.addresses import is_webmail
from helpdesk.policy.approvals import Limits
from helpdesk.store.cases.asking import Asker
from helpdesk.store.database import UtcDateTime, ask, db
from helpdesk.store.models import AskedRow, FilerRow, Reset, Staff
from helpdesk.store.together import ROWS, ask_each, each
from helpdesk.vocabulary import Limit, ResetState, StaffMember

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_MOST_SHOWN = 20  # of each kind
_BEYOND = 100  # so many above what is usual are counted: a flood is not counted to its end for each of its mails
_MOST_LOOKED_AT = 500  # newest requests of one sender
_LAST = 2**31 - 1  # no request has a higher number
_true = not_(AskedRow.forged)  # nobody is slowed down by mail that only pretends to be theirs
_so_far = AskedRow.id <= each("last", Integer)
_within_the_hour = select(AskedRow.id).where(AskedRow.at > each("hour", UtcDateTime), _so_far)


def _count(rows: Select[*tuple[Any, ...]], most: str) -> ScalarSelect[int]:
    """How many rows there are, up to the number that the statement is given under this name."""
    return select(func.count()).select_from(rows.limit(bindparam(most, type_=Integer)).subquery()).scalar_subquery()


def _most(usual: int) -> int:
    return usual + _BEYOND


_of_sender = select(AskedRow.about, AskedRow.forged, AskedRow.id).where(
    AskedRow.sender == each("sender", String), AskedRow.at > each("day", UtcDateTime)
)
_newest_of_sender = _of_sender.where(_so_far, _true).order_by(AskedRow.at.desc()).limit(_MOST_LOOKED_AT).subquery()
_COUNTS = select(
    each("place", Integer).label("place"),
    select(func.count(distinct(_newest_of_sender.c.about))).scalar_subquery().label("of_sender"),
    _count(_within_the_hour.where(AskedRow.domain == each("domain", String), _true), "of_domain").label("of_domain"),
    _count(_within_the_hour.where(AskedRow.id > each("first", Integer)), "in_all").label("lately"),
).select_from(ROWS)
_BEFORE = select(
    each("place", Integer).label("place"), _count(_within_the_hour, "in_all").label("in_all")
).select_from(ROWS)
_BEFORE_SENDER = select(
    each("sender", String).label("sender"), _count(_of_sender, "of_sender").label("asked")
).select_from(ROWS)
_asked_for = _count(
    select(AskedRow.id).where(AskedRow.filer_id == each("filer", Integer), AskedRow.at > each("day", UtcDateTime)),
    "of_filer",
)
_BUSY = (
    select(
        each("place", Integer).label("place"),
        FilerRow.id,
        FilerRow.first_name,
        FilerRow.last_name,
        _asked_for.label("asked"),
    )
    .select_from(ROWS)
    .join(FilerRow, FilerRow.id == each("filer", Integer))
    .where(_asked_for > bindparam("usual", type_=Integer))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """One limit that is exceeded, and by whom or for whom."""

    limit: Limit
    whom: str  # a filer's name, an address, a domain, a login; '' for all together
    count: int
    most: int
    record: int | None = None  # of the filer
    at_least: bool = False  # there may be more of them than were counted

    @property
    def sentence(self) -> str:
        """For staff."""
        said = {
            Limit.FILER_DAY: "{count} requests for {whom} came in within 24 hours; up to {most} are usual.",
            Limit.SENDER_DAY: "{whom} asked for {count} filers within 24 hours; up to {most} are usual.",
            Limit.DOMAIN_HOUR: "{count} requests came from {whom} within an hour; up to {most} are usual.",
            Limit.ALL_HOUR: "{count} requests came in within an hour; up to {most} are usual.",
            Limit.APPROVALS_HOUR: "{whom} approved {count} resets within an hour; up to {most} are usual.",
        }
        count = f"{self.count} or more" if self.at_least else self.count
        return said[self.limit].format(whom=self.whom, count=count, most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody asks for some records. last: requests with higher numbers are not counted: they came after this."""

    filers: Collection[int]
    who: Asker
    at: datetime
    last: int = _LAST


def of_requests(
    session: Session, asking: Sequence[Asking], *, limits: Limits, webmail: frozenset[str]
) -> list[tuple[Excess, ...]]:
    """For each of these: which limits are exceeded by what was asked for the records, by the sender, by their domain,
    and in all."""
    of_filers = [
        {"place": place, "filer": filer, "day": one.at - DAY}
        for place, one in enumerate(asking)
        for filer in one.filers
    ]
    counts = _counts(session, asking, limits)
    busy = defaultdict(list)
    most = _most(limits.filer_day)
    found = ask_each(session, _BUSY, of_filers, usual=limits.filer_day, of_filer=most)
    for row in sorted(found, key=lambda row: (-row.asked, row.id)):
        busy[row.place].append(replace(_busy_filer(row, limits), at_least=row.asked == most))
    return [
        (*busy[place][:_MOST_SHOWN], *counts[place].exceeded(one.who, limits, webmail))
        for place, one in enumerate(asking)
    ]


def _busy_filer(row: Row[Any], limits: Limits) -> Excess:
    name = f"{row.first_name} {row.last_name}"
    return Excess(limit=Limit.FILER_DAY, whom=name, count=row.asked, most=limits.filer_day, record=row.id)


def asked_before(session: Session, senders: Mapping[str, datetime], *, limits: Limits) -> dict[str, int]:
    """How many requests of each sender came in from a day before that moment on; not to the end where it is more than
    one sender's limit."""
    rows = [{"sender": sender, "day": moment - DAY} for sender, moment in senders.items()]
    found = ask_each(session, _BEFORE_SENDER, rows, of_sender=_most(limits.sender_day))
    return {row.sender: row.asked for row in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """What came in before a message, and with it."""

    of_sender: int  # filers asked for within the day
    of_domain: int  # requests within the hour
    in_all: int

    def exceeded(self, who: Asker, limits: Limits, webmail: frozenset[str]) -> Iterator[Excess]:
        if who.sender and not who.forged:
            if self.of_sender > limits.sender_day:
                yield Excess(limit=Limit.SENDER_DAY, whom=who.sender, count=self.of_sender, most=limits.sender_day)
            if self.of_domain > limits.domain_hour and not is_webmail(who.domain, webmail):
                yield _counted(Limit.DOMAIN_HOUR, who.domain, self.of_domain, limits.domain_hour)
        if self.in_all > limits.all_hour:
            yield _counted(Limit.ALL_HOUR, "", self.in_all, limits.all_hour)


def _counted(limit: Limit, whom: str, count: int, usual: int) -> Excess:
    return Excess(limit=limit, whom=whom, count=count, most=usual, at_least=count == _most(usual))


def _counts(session: Session, asking: Sequence[Asking], limits: Limits) -> list[_Counts]:
    """For each of these. What lies before all of them is counted once for each hour that ends with one of them: mail
    that comes by the thousand often came in the same second."""
    first = min((one.last for one in asking), default=_LAST)
    hours = sorted({one.at - HOUR for one in asking})
    most = {"of_domain": _most(limits.domain_hour), "in_all": _most(limits.all_hour)}
    ends = [{"place": place, "hour": hour, "last": first} for place, hour in enumerate(hours)]
    before = {hours[row.place]: row.in_all for row in ask_each(session, _BEFORE, ends, in_all=most["in_all"])}
    rows = [
        {
            "place": place,
            "sender": one.who.sender,
            "domain": one.who.domain,
            "day": one.at - DAY,
            "hour": one.at - HOUR,
            "first": first,
            "last": one.last,
        }
        for place, one in enumerate(asking)
    ]
    counted = {row.place: row for row in ask_each(session, _COUNTS, rows, **most)}
    return [
        _Counts(
            of_sender=counted[place].of_sender,
            of_domain=counted[place].of_domain,
            in_all=min(before[one.at - HOUR] + counted[place].lately, most["in_all"]),
        )
        for place, one in enumerate(asking)
    ]


def of_approvals(session: Session, actor: StaffMember, *, limits: Limits, now: datetime) -> Excess | None:
    """Whether one more approval of this member of staff within the hour would be more than is usual."""
    count = (
        1
        + session.execute(
            select(func.count()).select_from(Reset).where(_approved_by(actor.id, now), Reset.state != _TAKEN_BACK)
        ).scalar_one()
    )
    if count <= limits.approvals_hour:
        return None
    return Excess(limit=Limit.APPROVALS_HOUR, whom=actor.login, count=count, most=limits.approvals_hour)


def on_now(*, limits: Limits, webmail: frozenset[str], now: datetime) -> tuple[Excess, ...]:
    """Every brake that is on: for the supervisor."""
    session = db.session()
    found = _busy_filers(session, limits, now)
    found += _grouped(
        session, Limit.SENDER_DAY, AskedRow.sender, distinct(AskedRow.about), limits.sender_day, now - DAY
    )
    domains = _grouped(session, Limit.DOMAIN_HOUR, AskedRow.domain, AskedRow.id, limits.domain_hour, now - HOUR)
    found += [excess for excess in domains if not is_webmail(excess.whom, webmail)]
    in_all = session.execute(select(func.count()).select_from(AskedRow).where(AskedRow.at > now - HOUR)).scalar_one()
    if in_all > limits.all_hour:
        found.append(Excess(limit=Limit.ALL_HOUR, whom="", count=in_all, most=limits.all_hour))
    return (*found, *_busy_staff(session, limits, now))


_TAKEN_BACK = ResetState.CANCELLED.value


def _busy_filers(session: Session, limits: Limits, now: datetime) -> list[Excess]:
    asked = func.count().label("asked")
    busiest = (
        select(FilerRow.id, FilerRow.first_name, FilerRow.last_name, asked)
        .join(AskedRow, AskedRow.filer_id == FilerRow.id)
        .where(AskedRow.at > now - DAY)
        .group_by(FilerRow.id)
        .having(asked > limits.filer_day)
        .order_by(asked.desc(), FilerRow.id)
        .limit(_MOST_SHOWN)
    )
    return [_busy_filer(row, limits) for row in ask(session, busiest)]


def _grouped(
    session: Session, limit: Limit, column: InstrumentedAttribute[str], counted: object, most: int, since: datetime
) -> list[Excess]:
    rows = session.execute(
        select(column, func.count(counted))  # type: ignore[arg-type]
        .where(column != "", not_(AskedRow.forged), AskedRow.at > since)
        .group_by(column)
        .having(func.count(counted) > most)  # type: ignore[arg-type]
        .order_by(func.count(counted).desc(), column)  # type: ignore[arg-type]
        .limit(_MOST_SHOWN)
    ).all()
    return [Excess(limit=limit, whom=whom, count=count, most=most) for whom, count in rows]


def _approved_by(staff_id: ColumnElement[int] | int, now: datetime) -> ColumnElement[bool]:
    """Approvals and second approvals of the last hour."""
    return or_(
        (Reset.approved_by == staff_id) & (Reset.approved_at > now - HOUR),
        (Reset.second_by == staff_id) & (Reset.second_at > now - HOUR),
    )


def _busy_staff(session: Session, limits: Limits, now: datetime) -> Iterator[Excess]:
    rows = session.execute(
        select(Staff.login, func.count())
        .join(Reset, or_(Reset.approved_by == Staff.id, Reset.second_by == Staff.id))
        .where(_approved_by(Staff.id, now), Reset.state != _TAKEN_BACK)  # type: ignore[arg-type]
        .group_by(Staff.login)
        .having(func.count() >= limits.approvals_hour)  # the next one is too many
    ).all()
    for login, count in rows:
        yield Excess(limit=Limit.APPROVALS_HOUR, whom=login, count=count, most=limits.approvals_hour)
