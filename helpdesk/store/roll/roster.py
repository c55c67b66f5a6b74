"""The roll in the database: its version, its filers, and what changed since the matcher's index was built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import func, select

from helpdesk.errors import NotFoundError
from helpdesk.store.database import ask, db
from helpdesk.store.models import FilerRow, RosterImport
from helpdesk.vocabulary import Filer, FilerStatus

_FIELDS = tuple(field.name for field in fields(Filer))
_NEWEST = select(RosterImport.id, RosterImport.sha256).order_by(RosterImport.id.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollEdits:
    """The records that imports changed since an earlier version of the roll, as they are now."""

    changed: tuple[Filer, ...]
    gone: tuple[str, ...]  # ecf_user_ids


def version() -> str:
    """The version of the roll in force; it changes with every applied import. "0" is the empty roll."""
    newest = ask(db.session(), _NEWEST).one_or_none()
    return f"{newest.id}-{newest.sha256[:12]}" if newest else "0"


def all_filers() -> Iterable[Filer]:
    """Every filer on the roll, streamed."""
    fresh = {"yield_per": 2000, "populate_existing": True}
    rows = db.session.execute(
        select(FilerRow).where(FilerRow.on_roll).order_by(FilerRow.id).execution_options(**fresh)
    ).scalars()
    return (filer_of(row) for row in rows)


def edits_since(version: str, *, at_most: int) -> RollEdits | None:
    """What imports changed since this version of the roll, None where it is no version of this roll or too much."""
    known = db.session.get(RosterImport, _import_of(version))
    if known is None or not known.sha256.startswith(version.partition("-")[2]):
        return None
    changed = (
        db.session.execute(
            select(FilerRow)
            .where(FilerRow.import_id > known.id)
            .limit(at_most + 1)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )
    if len(changed) > at_most:
        return None
    return RollEdits(
        changed=tuple(filer_of(row) for row in changed if row.on_roll),
        gone=tuple(row.ecf_user_id for row in changed if not row.on_roll),
    )


def has_changed(record: int | None, version: str) -> bool:
    """Whether an import changed this record after that version of the roll."""
    row = db.session.get(FilerRow, record) if record is not None else None
    return row is None or row.import_id > _import_of(version)


def filer(ecf_user_id: str) -> Filer:
    """One record as it stands now."""
    row = db.session.execute(select(FilerRow).where(FilerRow.ecf_user_id == ecf_user_id)).scalar_one_or_none()
    if row is None:
        raise NotFoundError("There is no such record on the roll.")
    return filer_of(row)


def statuses() -> dict[FilerStatus, int]:
    """How many filers on the roll have each status."""
    rows = db.session.execute(select(FilerRow.status, func.count()).where(FilerRow.on_roll).group_by(FilerRow.status))
    return {FilerStatus(status): count for status, count in rows}


def filer_of(row: FilerRow) -> Filer:
    """The frozen record of a row."""
    return Filer(
        **{name: getattr(row, name) for name in _FIELDS if name not in ("status", "secondary_emails")},
        status=FilerStatus(row.status),
        secondary_emails=tuple(part for part in row.secondary_emails.split(";") if part),
    )


def columns_of(filer: Filer) -> dict[str, object]:
    """The columns of a record's row."""
    columns: dict[str, object] = {name: getattr(filer, name) for name in _FIELDS}
    columns["status"] = filer.status.value
    columns["secondary_emails"] = ";".join(filer.secondary_emails)
    return columns


def _import_of(version: str) -> int:
    """The number of the import that made a version of the roll."""
    return int(version.partition("-")[0])
