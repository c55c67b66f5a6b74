"""A request that staff entered by hand becomes a ticket, in the same tables and with the same record as a mail."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.arriving import Arriving, Entry, Triaged
from helpdesk.store.database import transaction
from helpdesk.store.incoming import repeats
from helpdesk.store.incoming.ledger import BY_HAND
from helpdesk.store.incoming.opening import Opening, keep, open_tickets
from helpdesk.store.models import Breaker, LedgerEntry, Mailbox, RawMail
from helpdesk.store.outgoing import outbox
from helpdesk.understand.caution.passwords import covered
from helpdesk.vocabulary import Arrival, Delivery, Place, Route, StaffMember, TicketState


def enter(
    triaged: Triaged,
    arrival: Arrival,
    *,
    created_by: StaffMember,
    counting: repeats.Counting,
    now: datetime,
    form: str = "",
) -> int:
    """Open the ticket; returns its number. Nothing is sent: whoever entered it is talking with the person.

    ``form`` names the sheet that was filled in: sent twice, it opens one ticket.
    """
    triaged = replace(triaged, decision=replace(triaged.decision, reply=None))
    key = hashlib.sha256(f"form {form} of {created_by.id}".encode()).hexdigest() if form else None
    with transaction() as session:
        session.get_one(Breaker, outbox.REPLIES, with_for_update=True)
        book = session.execute(select(Mailbox).where(Mailbox.name == BY_HAND).with_for_update()).scalar_one()
        opened = _opened_by(session, book, key)
        if opened is not None:
            return opened
        entry = _ledger_entry(session, book, triaged, created_by, now)
        entry.content_key = key or entry.content_key
        sheet = Arriving(entry=_as_arriving(entry), triaged=triaged)
        [noted] = repeats.note(session, [sheet], counting=counting)
        sheet = replace(sheet, triaged=noted.warn(triaged))
        ticket_id = open_tickets(session, [_opening(sheet, arrival, created_by)], now)[0].ticket_id
        entry.ticket_id = ticket_id
        keep(session, [(sheet, ticket_id)], now)
        _record(session, entry, sheet.triaged, arrival, created_by, now)
        session.flush()
        alarming = repeats.alarming(session, [noted], own=[ticket_id], counting=counting)
        repeats.warn_tickets(session, noted, alarming, counting=counting, now=now)
        return ticket_id


def _opening(sheet: Arriving, arrival: Arrival, created_by: StaffMember) -> Opening:
    ready = sheet.triaged.decision.route is Route.READY
    state = TicketState.READY if ready else TicketState.REVIEW
    return Opening(mail=sheet, state=state, arrived_by=arrival, created_by=created_by.id)


def _record(
    session: Session, entry: LedgerEntry, triaged: Triaged, arrival: Arrival, created_by: StaffMember, now: datetime
) -> None:
    audit.record(
        session,
        "entered",
        actor=created_by,
        now=now,
        ticket_id=entry.ticket_id,
        version=1,
        ledger=entry.id,
        arrived_by=arrival.value,
        route=triaged.decision.route.value,
        category=triaged.understanding.category.value,
        rules=triaged.decision.rules_digest,
        roll=triaged.decision.roll_version,
    )


def _opened_by(session: Session, book: Mailbox, key: str | None) -> int | None:
    """The ticket that the same form has opened already."""
    if key is None:
        return None
    same = select(LedgerEntry.ticket_id).where(LedgerEntry.mailbox_id == book.id, LedgerEntry.content_key == key)
    return session.execute(same).scalar_one_or_none()


def _ledger_entry(
    session: Session, book: Mailbox, triaged: Triaged, created_by: StaffMember, now: datetime
) -> LedgerEntry:
    """A row in the ledger like a mail's. What was written down is kept as it was, pasted passwords masked."""
    text = covered(triaged.message.text, Place.TEXT, triaged.understanding.passwords)
    book.last_uid += 1
    raw = f"Entry {book.last_uid} by {created_by.login}, {now:%Y-%m-%d %H:%M:%S} UTC\n\n{text}".encode()
    page = RawMail(sha256=hashlib.sha256(raw).hexdigest(), size=len(raw), packed=zlib.compress(raw))
    session.add(page)
    session.flush()
    entry = LedgerEntry(
        mailbox_id=book.id,
        uidvalidity=book.uidvalidity,
        uid=book.last_uid,
        sha256=page.sha256,
        content_key=triaged.message.content_key,
        state=Delivery.TICKETED.value,
        stored_at=now,
        settled_at=now,
        flagged_at=now,  # there is no server to tell
    )
    session.add(entry)
    session.flush()
    return entry


def _as_arriving(row: LedgerEntry) -> Entry:
    return Entry(
        id=row.id,
        sha256=row.sha256,
        state=Delivery(row.state),
        ticket_id=row.ticket_id,
        truncated=row.truncated,
        outline=row.outline,
        stored_at=row.stored_at,
    )
