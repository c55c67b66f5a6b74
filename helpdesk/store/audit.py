"""The record of what happened: append-only, each event sealed onto the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.store.database import db
from helpdesk.store.models import AuditHead, Event, Ticket
from helpdesk.store.seals import same, seal
from helpdesk.vocabulary import StaffMember

_READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event as staff see it."""

    id: int
    at: datetime
    actor: str
    kind: str
    ticket_id: int | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What ``verify`` found. ``problem`` names the first bad event, '' when the chain is whole."""

    events: int
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was altered, deleted, inserted or reordered."""
        return not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far the record had come at a moment. Kept outside the database, it shows that a tail was cut off."""

    events: int
    seal: str


def record(
    session: Session, kind: str, *, actor: StaffMember, now: datetime, ticket_id: int | None = None, **details: Any
) -> None:
    """Append one event within the caller's transaction: if this fails, so does what it records.

    An event of a ticket also holds the version that the ticket has now: an older page can be told what changed.
    """
    if ticket_id is not None:
        details["version"] = session.get_one(Ticket, ticket_id).version
    head = session.execute(select(AuditHead).where(AuditHead.id == 1).with_for_update()).scalar_one()
    body = json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    link = Event(
        id=head.last_id + 1, at=now, actor=actor.login, kind=kind, ticket_id=ticket_id, details=body, seal=""
    )
    link.seal = _seal_of(head.seal, link)
    session.add(link)
    head.last_id, head.seal = link.id, link.seal
    session.flush()


def checkpoint() -> Checkpoint:
    """How far the record has come."""
    head = db.session.get_one(AuditHead, 1, populate_existing=True)
    return Checkpoint(events=head.last_id, seal=head.seal)


def verify(checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """Walk the whole chain and compare it with its head, and with checkpoints that were kept elsewhere.

    Whoever holds the database can cut events off the end together with the head; only a checkpoint shows that.
    """
    expected = {point.events: point.seal for point in checkpoints if point.events}
    before, count = "", 0
    chain = select(Event).order_by(Event.id).execution_options(yield_per=_READ_AT_ONCE)
    with db.session.execute(chain) as links:
        for link in links.scalars():
            if link.id != count + 1:
                return Verification(events=count, problem=f"event {count + 1} is missing (found {link.id})")
            if not same(link.seal, _seal_of(before, link)):
                return Verification(events=count, problem=f"event {link.id} was altered")
            if not same(expected.pop(link.id, link.seal), link.seal):
                return Verification(events=count, problem=f"event {link.id} is not the one of the checkpoint")
            before, count = link.seal, link.id
    head = db.session.get(AuditHead, 1, populate_existing=True)
    if head is None or head.last_id != count or not same(head.seal, before):
        return _cut_off(count, head.last_id if head else "unknown")
    if expected:
        return _cut_off(count, max(expected))
    return Verification(events=count)


def _cut_off(found: int, expected: int | str) -> Verification:
    return Verification(events=found, problem=f"the end is missing: {found} events found, {expected} expected")


def events(*, ticket_id: int | None = None, limit: int = 200) -> tuple[EventView, ...]:
    """The latest events, newest first; of one ticket where one is named."""
    wanted = select(Event).order_by(Event.id.desc()).limit(limit)
    if ticket_id is not None:
        wanted = wanted.where(Event.ticket_id == ticket_id)
    return tuple(_view(link) for link in db.session.execute(wanted).scalars())


def _view(link: Event) -> EventView:
    return EventView(
        id=link.id,
        at=link.at,
        actor=link.actor,
        kind=link.kind,
        ticket_id=link.ticket_id,
        details=json.loads(link.details),
    )


def _seal_of(before: str, link: Event) -> str:
    at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    return seal("audit", before, str(link.id), at, link.actor, link.kind, str(link.ticket_id), link.details)
