"""Signs of life, and leases for what only one process may do at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from helpdesk.store.database import db, transaction
from helpdesk.store.models import Heartbeat, Lease


def beat(name: str, *, now: datetime, detail: str = "") -> None:
    """Note that a service lives."""
    with transaction() as session:
        session.merge(Heartbeat(name=name, at=now, detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A sign of life, with what the service had to say."""

    at: datetime
    detail: str


def last(name: str) -> Beat | None:
    """The last sign of life of a service, None for never."""
    row = db.session.get(Heartbeat, name, populate_existing=True)
    return Beat(at=row.at, detail=row.detail) if row else None


def last_beat(name: str) -> datetime | None:
    """When a service last showed that it lives, None for never."""
    found = last(name)
    return found.at if found else None


def acquire(name: str, holder: str, *, now: datetime, seconds: int) -> bool:
    """Take or renew a lease; False when somebody else holds it and it has not run out."""
    until = now + timedelta(seconds=seconds)
    try:
        with transaction() as session:
            taken = session.execute(
                update(Lease)
                .where(Lease.name == name, or_(Lease.holder == holder, Lease.until < now))
                .values(holder=holder, until=until)
                .returning(Lease.name)
            ).scalar_one_or_none()
            if taken is None and session.get(Lease, name) is None:
                session.add(Lease(name=name, holder=holder, until=until))
                return True
            return taken is not None
    except IntegrityError:  # another process created the row first
        return False


def holder_of(name: str) -> str | None:
    """Who has a lease, run out or not; None when nobody has."""
    row = db.session.get(Lease, name, populate_existing=True)
    return row.holder if row else None


def release(name: str, holder: str) -> None:
    """Give a lease back, so that a standby need not wait for it to run out."""
    with transaction() as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
