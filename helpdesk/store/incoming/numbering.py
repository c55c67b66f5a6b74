"""What the ledger knows of the UIDs of a mailbox, and where their counting began anew.

UIDs of one UIDVALIDITY should name the same messages for ever (RFC 3501, 2.3.1.1). A mailbox that was deleted and
created again, or put back from a backup, can break that and keep its UIDVALIDITY. Each time that is noticed a new
*series* begins: its number stands above the 32 bits of the UIDVALIDITY, so that no old row is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.incoming.ledger import SERIES, Cursor, highest_series
from helpdesk.store.models import LedgerEntry, Mailbox
from helpdesk.vocabulary import SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many messages of a series are known, and the first of their UIDs; None where there are none."""

    messages: int
    first_uid: int | None


def cursor_of(name: str) -> Cursor | None:
    """How far a mailbox is read, without opening it; None for one that was never read."""
    row = db.session.execute(select(Mailbox).where(Mailbox.name == name)).scalar_one_or_none()
    if row is None:
        return None
    return Cursor(mailbox_id=row.id, uidvalidity=row.uidvalidity, last_uid=row.last_uid)


def begin_anew(cursor: Cursor, *, now: datetime) -> Cursor:
    """The same UIDVALIDITY, but its UIDs name other messages now: read the mailbox from the start again."""
    with transaction() as session:
        row = session.get_one(Mailbox, cursor.mailbox_id, with_for_update=True)
        fresh = _next_series(session, cursor)
        audit.record(
            session,
            "mailbox_recreated",
            actor=SYSTEM,
            now=now,
            mailbox=row.name,
            uidvalidity=fresh.server_uidvalidity,
            series=fresh.series,
            read_until=cursor.last_uid,
        )
        row.uidvalidity, row.last_uid = fresh.uidvalidity, 0
    return fresh


def marks(cursor: Cursor, uids: Collection[int]) -> dict[int, str]:
    """Of these UIDs those that are in the ledger, each with the message's mark; '' where it has none."""
    found = select(LedgerEntry.uid, LedgerEntry.mark).where(*_in(cursor), LedgerEntry.uid.in_(uids))
    return {row.uid: row.mark for row in db.session.execute(found)}


def newest_marks(cursor: Cursor, count: int) -> dict[int, str]:
    """The highest UIDs in the ledger with their messages' marks."""
    found = (
        select(LedgerEntry.uid, LedgerEntry.mark).where(*_in(cursor)).order_by(LedgerEntry.uid.desc()).limit(count)
    )
    return {row.uid: row.mark for row in db.session.execute(found)}


def hashes(cursor: Cursor, uids: Collection[int]) -> dict[int, str]:
    """The SHA-256 of what the ledger holds under these UIDs."""
    found = select(LedgerEntry.uid, LedgerEntry.sha256).where(*_in(cursor), LedgerEntry.uid.in_(uids))
    return {row.uid: row.sha256 for row in db.session.execute(found)}


def note_marks(cursor: Cursor, changed: Mapping[int, str]) -> None:
    """The server describes these messages in another way than before; they are the same all the same."""
    with transaction() as session:
        for uid, mark in changed.items():
            session.execute(update(LedgerEntry).where(*_in(cursor), LedgerEntry.uid == uid).values(mark=mark))


def extent(cursor: Cursor) -> Extent:
    """How much of the series is known."""
    counted = select(func.count(), func.min(LedgerEntry.uid)).where(*_in(cursor))
    messages, first_uid = db.session.execute(counted).one()
    return Extent(messages=messages, first_uid=first_uid)


def _next_series(session: Session, cursor: Cursor) -> Cursor:
    highest = highest_series(session, cursor.mailbox_id, cursor.server_uidvalidity)
    series = max(highest, cursor.series) + 1
    return replace(cursor, uidvalidity=series * SERIES + cursor.server_uidvalidity, last_uid=0)


def _in(cursor: Cursor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (LedgerEntry.mailbox_id == cursor.mailbox_id, LedgerEntry.uidvalidity == cursor.uidvalidity)
