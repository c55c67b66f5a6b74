"""Notes that somebody has begun, kept for them alone, whoever the ticket goes to and whatever it is merged into."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from helpdesk.store.cases import merging
from helpdesk.store.cases.changes import locked
from helpdesk.store.database import ask, db, transaction
from helpdesk.store.models import Draft
from helpdesk.vocabulary import StaffMember

LONGEST = 10_000  # characters, as of a note
_BEGUN = (
    select(Draft.text)
    .where(Draft.staff_id == bindparam("actor"), Draft.ticket_id.in_(merging.FAMILY))
    .order_by(Draft.ticket_id)
)


def keep(ticket_id: int, text: str, *, actor: StaffMember, now: datetime) -> None:
    """Keep what stands in the field now; an empty field keeps nothing."""
    text = text[:LONGEST]
    with transaction() as session:
        locked(session, ticket_id)
        discard(session, ticket_id, actor)
        if text.strip():
            session.add(Draft(staff_id=actor.id, ticket_id=ticket_id, text=text, kept_at=now))


def kept(ticket_id: int, actor: StaffMember) -> str:
    """What this person has begun on the ticket, or on one that became part of it; '' for nothing."""
    begun = ask(db.session(), _BEGUN, actor=actor.id, head=ticket_id).scalars()
    return "\n\n".join(begun)[:LONGEST]


def discard(session: Session, ticket_id: int, actor: StaffMember) -> None:
    """Forget it, within the caller's transaction: it became a note, or a newer draft."""
    begun = delete(Draft).where(Draft.staff_id == actor.id, Draft.ticket_id.in_(merging.FAMILY))
    session.execute(begun.execution_options(synchronize_session=False), {"head": ticket_id})
