"""How much mail a domain gets in a minute, counted over all workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from helpdesk.errors import TooManyAtOnceError
from helpdesk.vocabulary import ascii_lower

_COUNT = text(
    "INSERT INTO domain_pace (domain, minute, messages) VALUES (:domain, :minute, 1)"
    " ON CONFLICT (domain) DO UPDATE SET minute = excluded.minute,"
    " messages = CASE WHEN domain_pace.minute = excluded.minute THEN domain_pace.messages + 1 ELSE 1 END"
    " RETURNING messages"
)


def count(session: Session, address: str, limit: int, *, now: datetime) -> None:
    """Count one more message to the address's domain; TooManyAtOnceError where the minute is full.

    The caller's transaction is given up then, and the count with it.
    """
    minute = int(now.timestamp()) // 60
    domain = ascii_lower(address.rpartition("@")[2])
    messages = session.execute(_COUNT, {"domain": domain, "minute": minute}).scalar_one()
    if messages > limit:
        raise TooManyAtOnceError(datetime.fromtimestamp(minute * 60, UTC) + timedelta(minutes=1))
