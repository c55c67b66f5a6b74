"""What was only counted is forgotten once nothing counts it any more. Mail, tickets and the record stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, not_, select
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk import policy
from helpdesk.store.database import Model, transaction
from helpdesk.store.models import AskedRow, DomainPace, LedgerEntry, ReplyTurn, Ticket
from helpdesk.store.models.casework import OPEN

_SPARE = timedelta(days=30)  # mail that waited, or a clock that was wrong, still finds what it is compared with
_AT_ONCE = 2_000  # rows of one transaction: nobody waits long for it
_DAY = timedelta(days=1)
_OPEN_TICKET = (
    select(Ticket.id)
    .join(LedgerEntry, LedgerEntry.ticket_id == Ticket.id)
    .where(LedgerEntry.id == AskedRow.ledger_id, Ticket.state.in_([state.value for state in OPEN]))
    .exists()
)


def forget(*, approvals: policy.Approvals, now: datetime) -> int:
    """Delete counts that no limit, alarm or turn can ask for any more; returns how many rows that were.

    Who asked for whom stays as long as the ticket of it is open: it may still be warned.
    """
    windows = timedelta(days=approvals.limits.other_senders_days), timedelta(hours=approvals.one_request_hours), _DAY
    minute = int((now - _SPARE).timestamp()) // 60
    return (
        _forget(AskedRow, AskedRow.id, AskedRow.at < now - max(windows) - _SPARE, not_(_OPEN_TICKET))
        + _forget(ReplyTurn, ReplyTurn.key, ReplyTurn.at < now - _SPARE)
        + _forget(DomainPace, DomainPace.domain, DomainPace.minute < minute)
    )


def _forget(model: type[Model], key: InstrumentedAttribute[Any], *which: ColumnElement[bool]) -> int:
    """Delete such rows, some at a time."""
    gone, some = 0, _AT_ONCE
    while some == _AT_ONCE:
        with transaction() as session:
            old = session.execute(select(key).where(*which).limit(_AT_ONCE)).scalars().all()
            session.execute(delete(model).where(key.in_(old), *which))
        some = len(old)
        gone += some
    return gone
