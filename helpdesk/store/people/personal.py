"""What each member of staff set up for themselves: keys, next ticket or back, and lists they come back to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from helpdesk.errors import NotPossibleError
from helpdesk.store.cases.selection import parse
from helpdesk.store.database import db, transaction
from helpdesk.store.models import SavedView, Staff
from helpdesk.vocabulary import StaffMember

MOST_VIEWS = 20
LONGEST_NAME = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How somebody likes to work."""

    keys_on: bool = True
    advance_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A list that somebody kept, by the name they gave it."""

    id: int
    name: str
    address: str


def settings(of: StaffMember) -> Settings:
    """Somebody's settings."""
    row = db.session.get(Staff, of.id)
    return Settings(keys_on=row.keys_on, advance_on=row.advance_on) if row else Settings()


def save_settings(chosen: Settings, *, of: StaffMember) -> None:
    """Remember somebody's settings."""
    with transaction() as session:
        row = session.get_one(Staff, of.id)
        row.keys_on, row.advance_on = chosen.keys_on, chosen.advance_on


def views(of: StaffMember) -> tuple[Kept, ...]:
    """The lists that somebody kept, by name."""
    rows = db.session.execute(select(SavedView).where(SavedView.staff_id == of.id).order_by(SavedView.name)).scalars()
    return tuple(Kept(id=row.id, name=row.name, address=row.address) for row in rows)


def keep_view(name: str, address: str, *, of: StaffMember) -> None:
    """Keep a list under a name; an earlier one of that name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NotPossibleError(f"Give the list a name of 1 to {LONGEST_NAME} characters.")
    address = str(parse(address))
    with transaction() as session:
        row = session.execute(
            select(SavedView).where(SavedView.staff_id == of.id, SavedView.name == name)
        ).scalar_one_or_none()
        if row is not None:
            row.address = address
            return
        kept = select(func.count()).select_from(SavedView).where(SavedView.staff_id == of.id)
        if session.execute(kept).scalar_one() >= MOST_VIEWS:
            raise NotPossibleError(f"You keep {MOST_VIEWS} lists already; remove one first.")
        session.add(SavedView(staff_id=of.id, name=name, address=address))


def drop_view(view_id: int, *, of: StaffMember) -> None:
    """Forget one of somebody's own lists."""
    with transaction() as session:
        session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.staff_id == of.id))
