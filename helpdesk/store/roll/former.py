"""What records were before an import changed whose they are: what left one of them may turn up on another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from helpdesk.store.database import db, portions
from helpdesk.store.models import FilerRow, FormerRecord
from helpdesk.store.roll.identities import known_as
from helpdesk.vocabulary import Filer

_KEPT = ("last_name", "first_name", "bar_state", "bar_id", "login", "primary_email")


def all_of_them() -> Iterator[tuple[FormerRecord, str]]:
    """Every record as it was once, with its ecf_user_id."""
    rows = db.session.execute(
        select(FormerRecord, FilerRow.ecf_user_id)
        .join(FilerRow, FilerRow.id == FormerRecord.filer_id)
        .order_by(FormerRecord.id)
    )
    return ((row, key) for row, key in rows)


def keep(session: Session, changed: Iterable[Filer], import_id: int) -> None:
    """Keep what these records are until now, where an import makes them known otherwise."""
    fresh = {filer.ecf_user_id: known_as(filer) for filer in changed}
    for some in portions(tuple(fresh)):
        rows = session.execute(select(FilerRow).where(FilerRow.ecf_user_id.in_(some))).scalars()
        left = [
            {"filer_id": row.id, "import_id": import_id} | {name: getattr(row, name) for name in _KEPT}
            for row in rows
            if known_as(row) != fresh[row.ecf_user_id]
        ]
        if left:
            session.execute(insert(FormerRecord), left)
