"""Who has which ticket open: a sign of life in the person's own session, which fades by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from helpdesk.errors import NotFoundError
from helpdesk.store.database import db, transaction
from helpdesk.store.models import Staff, StaffSession, Ticket
from helpdesk.store.seals import token_hash

FADES = timedelta(minutes=2)
_OFTEN_ENOUGH = timedelta(seconds=15)  # a sign as fresh as this is not written again


def look(token: str, ticket_id: int, *, now: datetime) -> None:
    """The page of this ticket is open in this session. Its other pages count no more."""
    row = db.session.get(StaffSession, token_hash(token))
    if row is None or _fresh(row, ticket_id, now):
        return
    with transaction() as session:
        if session.get(Ticket, ticket_id) is None:
            raise NotFoundError(f"There is no ticket #{ticket_id}.")
        session.execute(
            update(StaffSession)
            .where(StaffSession.token_hash == token_hash(token))
            .values(looks_at=ticket_id, looked_at=now)
        )


def leave(token: str, ticket_id: int) -> None:
    """The page was closed, unless another ticket was opened since."""
    with transaction() as session:
        session.execute(
            update(StaffSession)
            .where(StaffSession.token_hash == token_hash(token), StaffSession.looks_at == ticket_id)
            .values(looks_at=None, looked_at=None)
        )


def lookers(ticket_ids: Iterable[int], *, besides: int, now: datetime) -> dict[int, tuple[str, ...]]:
    """Names of the people, other than this one, who have these tickets open."""
    rows = db.session.execute(
        select(StaffSession.looks_at, Staff.name)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.looks_at.in_(tuple(ticket_ids)),
            StaffSession.looked_at > now - FADES,
            StaffSession.staff_id != besides,
        )
        .distinct()
        .order_by(Staff.name)
    ).all()
    found: dict[int, tuple[str, ...]] = {}
    for ticket_id, name in rows:
        if ticket_id is not None:
            found[ticket_id] = (*found.get(ticket_id, ()), name)
    return found


def _fresh(row: StaffSession, ticket_id: int, now: datetime) -> bool:
    return row.looks_at == ticket_id and row.looked_at is not None and now - row.looked_at < _OFTEN_ENOUGH
