"""The ledger: every message of every mailbox, its bytes committed before the server hears of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import case, func, select, text, update
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import LedgerEntry, Mailbox, RawMail
from helpdesk.store.together import put_all
from helpdesk.vocabulary import SYSTEM, Delivery

BY_HAND = "entered by staff"  # stands for a mailbox in the ledger; no server has it, so nothing compares it with one
_PAGE_BYTES = 40_000_000  # of messages that wait in memory together
SERIES = 2**32  # UIDVALIDITY has 32 bits
_NEVER_OPENED = 0  # no server uses it as a UIDVALIDITY
STORED = text("ledger.state = 'stored'")  # to the letter as its index has it, so that it is used
_FAST = 1  # zlib level: mail is small, and the poller must keep up with a backlog


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one mailbox is read. Every message up to ``last_uid`` is in the ledger.

    uidvalidity: the server's, and above its 32 bits the series: how often its UIDs began anew all the same.
    """

    mailbox_id: int
    uidvalidity: int
    last_uid: int

    @property
    def server_uidvalidity(self) -> int:
        """What the server calls it."""
        return self.uidvalidity % SERIES

    @property
    def series(self) -> int:
        """0 for the first counting of UIDs under this UIDVALIDITY."""
        return self.uidvalidity // SERIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One message as the server gave it. ``truncated``: too large, only its head was fetched; ``outline`` tells of
    the rest."""

    uid: int
    raw: bytes
    truncated: bool = False
    outline: tuple[str, ...] = ()
    mark: str = ""  # tells it from another message that the server might show under its UID one day


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A committed message that nothing happened to yet."""

    ledger_id: int
    raw: bytes
    truncated: bool
    stored_at: datetime


def open_mailbox(name: str, uidvalidity: int, *, now: datetime) -> Cursor:
    """The mailbox's cursor. A new UIDVALIDITY makes all old UIDs meaningless: the mailbox is read from the start
    again, and copies are recognised by their content (RFC 3501, 2.3.1.1)."""
    with transaction() as session:
        row = _mailbox(session, name)
        if row is None or row.uidvalidity == _NEVER_OPENED:
            row = row or Mailbox(name=name, last_uid=0)
            row.uidvalidity = uidvalidity
            session.add(row)
            session.flush()
            audit.record(session, "mailbox_opened", actor=SYSTEM, now=now, mailbox=name, uidvalidity=uidvalidity)
        elif row.uidvalidity % SERIES != uidvalidity:
            audit.record(
                session,
                "mailbox_renumbered",
                actor=SYSTEM,
                now=now,
                mailbox=name,
                before=row.uidvalidity % SERIES,
                after=uidvalidity,
            )
            series = highest_series(session, row.id, uidvalidity)  # not the first where an old number comes back
            row.uidvalidity, row.last_uid = series * SERIES + uidvalidity, 0
        return Cursor(mailbox_id=row.id, uidvalidity=row.uidvalidity, last_uid=row.last_uid)


def highest_series(session: Session, mailbox_id: int, uidvalidity: int) -> int:
    """The last series of UIDs that the ledger knows under a server's UIDVALIDITY."""
    ours = LedgerEntry.mailbox_id == mailbox_id, LedgerEntry.uidvalidity % SERIES == uidvalidity
    highest = session.execute(select(func.max(LedgerEntry.uidvalidity)).where(*ours)).scalar_one_or_none()
    return (highest or 0) // SERIES


def store_batch(cursor: Cursor, fetched: Sequence[Fetched], *, now: datetime) -> Cursor:
    """Commit the messages' bytes and their ledger rows; skips UIDs that are known. Returns the cursor after it."""
    with transaction() as session:
        known = _known(session, cursor, [mail.uid for mail in fetched])
        fresh = [mail for mail in fetched if mail.uid not in known]
        hashes = {mail.uid: hashlib.sha256(mail.raw).hexdigest() for mail in fresh}
        _store_bytes(session, {hashes[mail.uid]: mail.raw for mail in fresh})
        put_all(session, LedgerEntry, [_row(cursor, mail, hashes[mail.uid], now) for mail in fresh])
        last_uid = max([cursor.last_uid, *(mail.uid for mail in fetched)])
        session.execute(
            update(Mailbox)
            .where(Mailbox.id == cursor.mailbox_id)
            .values(
                last_uid=case((Mailbox.uidvalidity == cursor.uidvalidity, last_uid), else_=Mailbox.last_uid),
                messages=Mailbox.messages + len(fresh),
            )
        )
    return Cursor(mailbox_id=cursor.mailbox_id, uidvalidity=cursor.uidvalidity, last_uid=last_uid)


def to_flag(cursor: Cursor, *, limit: int) -> tuple[int, ...]:
    """UIDs that are committed but that the server has not been told about."""
    return tuple(
        db.session.execute(
            select(LedgerEntry.uid)
            .where(
                LedgerEntry.mailbox_id == cursor.mailbox_id,
                LedgerEntry.uidvalidity == cursor.uidvalidity,
                LedgerEntry.flagged_at.is_(None),
            )
            .order_by(LedgerEntry.uid)
            .limit(limit)
        ).scalars()
    )


def mark_flagged(cursor: Cursor, uids: Sequence[int], *, now: datetime) -> None:
    """Note that the server has been told (flag set or message moved)."""
    with transaction() as session:
        session.execute(
            update(LedgerEntry)
            .where(
                LedgerEntry.mailbox_id == cursor.mailbox_id,
                LedgerEntry.uidvalidity == cursor.uidvalidity,
                LedgerEntry.uid.in_(uids),
            )
            .values(flagged_at=now)
        )


def poll_succeeded(mailbox_id: int, server_messages: int, *, now: datetime) -> None:
    """Note a complete look at a mailbox."""
    with transaction() as session:
        session.execute(
            update(Mailbox)
            .where(Mailbox.id == mailbox_id)
            .values(polled_at=now, error=None, server_messages=server_messages)
        )


def poll_failed(name: str, error: str) -> None:
    """Note why a mailbox could not be read; the queue page shows it, also of one that never could."""
    with transaction() as session:
        row = _mailbox(session, name)
        if row is None:
            session.add(Mailbox(name=name, uidvalidity=_NEVER_OPENED, error=error))
        else:
            row.error = error


def pending(
    *, limit: int, after: int = 0, again: bool = False, most_bytes: int = _PAGE_BYTES
) -> tuple[StoredMail, ...]:
    """The oldest committed messages that nothing happened to yet, of those behind ledger row ``after``.

    At most ``limit`` of them, and not more than ``most_bytes`` together unless a single one is larger. again: those
    that come back from quarantine, which wait until all fresh ones have their place.
    """
    sizes = db.session.execute(
        select(LedgerEntry.id, RawMail.size)
        .join(RawMail, RawMail.sha256 == LedgerEntry.sha256)
        .where(STORED, LedgerEntry.tries > 0 if again else LedgerEntry.tries == 0, LedgerEntry.id > after)
        .order_by(LedgerEntry.id)
        .limit(limit)
    ).all()
    totals = accumulate(row.size for row in sizes)
    fitting = [row.id for row, total in zip(sizes, totals, strict=True) if total <= most_bytes]
    chosen = fitting or [row.id for row in sizes[:1]]
    rows = db.session.execute(
        select(LedgerEntry.id, LedgerEntry.truncated, LedgerEntry.stored_at, RawMail.packed)
        .join(RawMail, RawMail.sha256 == LedgerEntry.sha256)
        .where(LedgerEntry.id.in_(chosen))
        .order_by(LedgerEntry.id)
    )
    return tuple(
        StoredMail(
            ledger_id=row.id, raw=zlib.decompress(row.packed), truncated=row.truncated, stored_at=row.stored_at
        )
        for row in rows
    )


def raw_bytes(ledger_id: int) -> bytes:
    """A message exactly as the server gave it."""
    found = db.session.execute(
        select(RawMail.packed, RawMail.forgotten_at)
        .join(LedgerEntry, LedgerEntry.sha256 == RawMail.sha256)
        .where(LedgerEntry.id == ledger_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such message.")
    if found.forgotten_at is not None:
        raise NotFoundError("The original of this message was deleted here when its time was over.")
    return zlib.decompress(found.packed)


def _mailbox(session: Session, name: str) -> Mailbox | None:
    return session.execute(select(Mailbox).where(Mailbox.name == name)).scalar_one_or_none()


def _known(session: Session, cursor: Cursor, uids: Sequence[int]) -> frozenset[int]:
    return frozenset(
        session.execute(
            select(LedgerEntry.uid).where(
                LedgerEntry.mailbox_id == cursor.mailbox_id,
                LedgerEntry.uidvalidity == cursor.uidvalidity,
                LedgerEntry.uid.in_(uids),
            )
        ).scalars()
    )


def _store_bytes(session: Session, raw_by_hash: dict[str, bytes]) -> None:
    stored = select(RawMail.sha256, RawMail.forgotten_at).where(RawMail.sha256.in_(raw_by_hash))
    held = stored.with_for_update(read=True, key_share=True)  # not forgotten before this is committed
    known = {row.sha256: row.forgotten_at for row in session.execute(held)}
    fresh = [
        {"sha256": key, "size": len(raw), "packed": zlib.compress(raw, _FAST)}
        for key, raw in raw_by_hash.items()
        if key not in known
    ]
    put_all(session, RawMail, fresh)
    for key in (key for key, forgotten_at in known.items() if forgotten_at is not None):  # it came again: to be read
        again = {"packed": zlib.compress(raw_by_hash[key], _FAST), "forgotten_at": None}
        session.execute(update(RawMail).where(RawMail.sha256 == key).values(again))


def _row(cursor: Cursor, mail: Fetched, sha256: str, now: datetime) -> dict[str, Any]:
    return {
        "mailbox_id": cursor.mailbox_id,
        "uidvalidity": cursor.uidvalidity,
        "uid": mail.uid,
        "sha256": sha256,
        "truncated": mail.truncated,
        "mark": mail.mark,
        "outline": "\n".join(mail.outline),
        "state": Delivery.STORED.value,
        "stored_at": now,
    }
