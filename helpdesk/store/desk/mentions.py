"""Colleagues named in notes as @login: they find the note until they say that they have seen it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from helpdesk.errors import NotFoundError
from helpdesk.store.database import ask, db, transaction
from helpdesk.store.models import Mention, Note, Staff, Ticket
from helpdesk.vocabulary import StaffMember

_NAMED = re.compile(r"(?<![\w.@+-])@([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
_MOST = 20  # colleagues in one note
_UNSEEN = (
    select(func.count()).select_from(Mention).where(Mention.staff_id == bindparam("actor"), Mention.seen_at.is_(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionView:
    """A note in which somebody is named and which they have not seen yet."""

    note_id: int
    ticket_id: int
    subject: str
    author: str
    written_at: datetime
    text: str


def named_in(text: str) -> tuple[str, ...]:
    """The logins that a note names, in lower case, each once; a dot or dash behind one ends the sentence."""
    return tuple(dict.fromkeys(found.rstrip(".-_").lower() for found in _NAMED.findall(text)))[:_MOST]


def record(session: Session, note: Note) -> tuple[str, ...]:
    """Mention the colleagues whom a note names, within the caller's transaction; returns their logins."""
    colleagues = session.execute(
        select(Staff).where(Staff.login.in_(named_in(note.text)), Staff.disabled_at.is_(None)).order_by(Staff.login)
    ).scalars()
    mentioned = [colleague for colleague in colleagues if colleague.id != note.staff_id]
    session.add_all(Mention(note_id=note.id, staff_id=colleague.id) for colleague in mentioned)
    return tuple(colleague.login for colleague in mentioned)


def unseen(actor: StaffMember, *, limit: int = 100) -> tuple[MentionView, ...]:
    """Notes that name this person and that they have not seen, newest first."""
    rows = db.session.execute(
        select(Note, Staff.name, Ticket.subject)
        .join(Mention, Mention.note_id == Note.id)
        .join(Staff, Staff.id == Note.staff_id)
        .join(Ticket, Ticket.id == Note.ticket_id)
        .where(Mention.staff_id == actor.id, Mention.seen_at.is_(None))
        .order_by(Note.id.desc())
        .limit(limit)
    )
    return tuple(
        MentionView(
            note_id=note.id,
            ticket_id=note.ticket_id,
            subject=subject,
            author=author,
            written_at=note.written_at,
            text=note.text,
        )
        for note, author, subject in rows
    )


def count(actor: StaffMember) -> int:
    """How many notes name this person and are unseen."""
    number: int = ask(db.session(), _UNSEEN, actor=actor.id).scalar_one()
    return number


def seen(note_id: int, *, actor: StaffMember, now: datetime) -> int:
    """The person has seen the note; returns its ticket."""
    with transaction() as session:
        ticket_id = session.execute(select(Note.ticket_id).where(Note.id == note_id)).scalar_one_or_none()
        if ticket_id is None or session.get(Mention, (note_id, actor.id)) is None:
            raise NotFoundError("There is no such mention of you.")
        session.execute(
            update(Mention)
            .where(Mention.note_id == note_id, Mention.staff_id == actor.id, Mention.seen_at.is_(None))
            .values(seen_at=now)
        )
        return ticket_id
