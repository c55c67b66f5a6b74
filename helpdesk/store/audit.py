"""The record of what happened: append-only, each event sealed onto the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session, SessionTransaction

from helpdesk.counted import counted
from helpdesk.store.database import ask, db
from helpdesk.store.models import AuditHead, Event, Ticket
from helpdesk.store.seals import same, seal
from helpdesk.vocabulary import StaffMember

_READ_AT_ONCE = 1000
_PARTS = ("at", "actor", "kind", "ticket_id", "details")  # of an event, besides its number and seal
_UNSEALED = "events of this transaction"
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode

_HEAD = select(AuditHead.last_id, AuditHead.seal).with_for_update()
_APPEND = insert(Event.__table__)  # type: ignore[arg-type]
_MOVE = update(AuditHead).values(last_id=bindparam("number"), seal=bindparam("sealed"))


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

    An event of a ticket also holds the version that the ticket has now: an older page can be told what changed. Who
    knows it says so (``version``); else it is looked up.
    Events are sealed when the transaction commits. So the head, for which all writers wait, is locked last and for
    the shortest time, and never before a ticket that another writer holds while it waits for the head.
    """
    if ticket_id is not None and "version" not in details:
        details["version"] = session.get_one(Ticket, ticket_id).version
    link = dict(zip(_PARTS, (now, actor.login, kind, ticket_id, _canonical(details)), strict=True))
    session.info.setdefault(_UNSEALED, []).append(link)


@listens_for(db.session, "before_commit")
def _append(session: Session) -> None:
    """Seal what this transaction recorded onto the chain."""
    links: list[dict[str, Any]] = session.info.pop(_UNSEALED, [])
    if not links:
        return
    session.flush()
    head = ask(session, _HEAD).one()
    number, before = head.last_id, head.seal
    for number, link in enumerate(links, start=head.last_id + 1):
        before = _seal_of(before, number, link)
        link |= {"id": number, "seal": before}
    session.connection().execute(_APPEND, links)
    ask(session, _MOVE, number=number, sealed=before)


@listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(_UNSEALED, None)


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
            if not same(link.seal, _seal_of(before, link.id, {part: getattr(link, part) for part in _PARTS})):
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
    return Verification(
        events=found, problem=f"the end is missing: {counted(found, 'event')} found, {expected} expected"
    )


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


def _seal_of(before: str, number: int, link: Mapping[str, Any]) -> str:
    """What proves that this event, with this number, follows the one sealed as ``before``."""
    at: datetime = link["at"]
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = (link["actor"], link["kind"], str(link["ticket_id"]), link["details"])
    return seal("audit", before, str(number), when, *said)
