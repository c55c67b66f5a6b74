"""Finding tickets by what is in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, Ticket
from helpdesk.store.rows import QueueRow, rows_of


def search(text: str, *, limit: int = 50) -> tuple[QueueRow, ...]:
    """Tickets by number, or by a part of sender, subject or filer's name, newest first."""
    text = text.strip().removeprefix("#")
    if not text:
        return ()
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    within = [Ticket.subject, Ticket.sender_name, Ticket.sender_address, FilerRow.last_name, FilerRow.bar_id]
    matches: list[ColumnElement[bool]] = [column.ilike(pattern, escape="\\") for column in within]
    if text.isascii() and text.isdigit() and len(text) < 10:
        matches.append(Ticket.id == int(text))
    found = select(Ticket.id).outerjoin(FilerRow, FilerRow.id == Ticket.filer_id).where(or_(*matches))
    return rows_of(db.session.execute(found.order_by(Ticket.id.desc()).limit(limit)).scalars().all())
