"""Roster imports: what a roster would change, applying it, and the imports there were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.errors import Change, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.database import db, is_duplicate, portions, transaction
from helpdesk.store.models import FilerRow, PrimaryChange, RosterImport
from helpdesk.store.roll import former, identities, reconsidering
from helpdesk.store.roll.roster import columns_of, filer_of, version
from helpdesk.vocabulary import Filer, StaffMember

CONSOLE = "console:"  # before the login of who works at the machine itself


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDifferences:
    """What applying a roster would change. ``base`` is the roll's version it was compared with."""

    base: str
    before: int  # filers on the roll
    total: int  # filers in the file
    added: tuple[Filer, ...]
    changed: tuple[Filer, ...]
    gone: tuple[str, ...]  # ecf_user_ids that the file no longer has
    primary_changed: tuple[str, ...]  # ecf_user_ids whose resets would go elsewhere than until now, or be another's
    replaced: dict[str, str] = field(default_factory=dict)  # for each of them the address, or whose it was, until now
    by: dict[str, str] = field(default_factory=dict)  # and what takes its place

    @property
    def primaries(self) -> dict[str, str]:
        """The primary addresses of all new and changed records, by ecf_user_id."""
        return {filer.ecf_user_id: filer.primary_email for filer in (*self.changed, *self.added)}

    @property
    def known_otherwise(self) -> frozenset[str]:
        """Those of ``primary_changed`` whose address may stay, but whose record is another's."""
        addresses = self.primaries
        return frozenset(key for key, after in self.by.items() if after != addresses[key])

    @property
    def nothing(self) -> bool:
        """Whether the file says exactly what the roll says."""
        return not (self.added or self.changed or self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An applied import, for staff."""

    id: int
    applied_at: datetime
    applied_by: str
    file_name: str
    filers: int
    added: int
    changed: int
    gone: int
    primary_changed: int


def compare(filers: Iterable[Filer], *, now: datetime) -> RosterDifferences:
    """What a checked roster would change. A new primary address, and what makes a record another's, counts as changed
    today, whatever the file says."""
    base = version()
    current = {row.ecf_user_id: row for row in db.session.execute(select(FilerRow)).scalars()}
    filers = tuple(filers)
    seen = {fresh.ecf_user_id for fresh in filers}
    holders = identities.Holders(current.values(), former.all_of_them(), seen)
    added, changed, replaced = [], [], dict[str, identities.Replaced]()
    for fresh in filers:
        row = current.get(fresh.ecf_user_id)
        before = filer_of(row) if row is not None else None
        until_now = holders.replaced_by(fresh, before)
        if until_now is not None:
            replaced[fresh.ecf_user_id] = until_now
            fresh = replace(fresh, email_changed_on=max(now.date(), fresh.email_changed_on or now.date()))
        elif before is not None:
            fresh = replace(fresh, email_changed_on=_changed_on(before, fresh, now.date()))
        if row is None:
            added.append(fresh)
        elif fresh != before or not row.on_roll:
            changed.append(fresh)
    gone = tuple(key for key, row in current.items() if key not in seen and row.on_roll)
    return RosterDifferences(
        base=base,
        before=sum(row.on_roll for row in current.values()),
        total=len(seen),
        added=tuple(added),
        changed=tuple(changed),
        gone=gone,
        primary_changed=tuple(replaced),
        replaced={key: one.before for key, one in replaced.items()},
        by={key: one.after for key, one in replaced.items()},
    )


def apply(
    differences: RosterDifferences, *, file_name: str, sha256: str, actor: StaffMember, now: datetime
) -> ImportView:
    """Apply a comparison in one transaction, unless the roll changed since it was made."""
    with transaction() as session:
        return apply_within(session, differences, file_name=file_name, sha256=sha256, actor=actor, now=now)


def apply_within(
    session: Session,
    differences: RosterDifferences,
    *,
    file_name: str,
    sha256: str,
    actor: StaffMember,
    now: datetime,
    brought_by: str = "",
) -> ImportView:
    """The same within the caller's transaction. ``brought_by``: who brought the file, if that was somebody else."""
    if version() != differences.base:
        raise _overtaken()
    row = RosterImport(
        applied_at=now,
        applied_by=actor.login,
        brought_by=brought_by,
        base=differences.base,
        file_name=file_name,
        sha256=sha256,
        **counts(differences),
    )
    _number(session, row)
    _write(session, differences, row.id)
    reconsidering.ready_tickets(session, row.id, frozenset(differences.primary_changed), actor=actor, now=now)
    audit.record(
        session,
        "roster_applied",
        actor=actor,
        now=now,
        file=file_name,
        sha256=sha256,
        brought_by=brought_by,
        **counts(differences),
    )
    return _import_view(row)


def counts(differences: RosterDifferences) -> dict[str, int]:
    """How much a roster changes, by the names of the tables' columns."""
    return {
        "filers": differences.total,
        "added": len(differences.added),
        "changed": len(differences.changed),
        "gone": len(differences.gone),
        "primary_changed": len(differences.primary_changed),
    }


def brought_primary(session: Session, record: FilerRow) -> str | None:
    """The login of who brought a record's present primary address in, without "console:"; None for a first import."""
    found = session.execute(
        select(RosterImport)
        .join(PrimaryChange, PrimaryChange.import_id == RosterImport.id)
        .where(PrimaryChange.filer_id == record.id)
        .order_by(PrimaryChange.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return (found.brought_by or found.applied_by).removeprefix(CONSOLE) if found else None


def newest(*, limit: int = 50) -> tuple[ImportView, ...]:
    """Applied imports, newest first."""
    rows = db.session.execute(select(RosterImport).order_by(RosterImport.id.desc()).limit(limit)).scalars()
    return tuple(_import_view(row) for row in rows)


def _changed_on(before: Filer, fresh: Filer, today: date) -> date | None:
    """The day the primary address changed: not before we first saw it, or whoever makes the file could predate it."""
    seen = before.email_changed_on
    known = [day for day in (fresh.email_changed_on, seen if seen and seen <= today else None) if day is not None]
    return max(known, default=None)


def _number(session: Session, row: RosterImport) -> None:
    """Give an import its number, unless another one took the place of the same version at the same moment."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise _overtaken() from error


def _overtaken() -> StaleTicketError:
    return StaleTicketError((Change(what="another roster was applied since this one was compared"),))


def _write(session: Session, differences: RosterDifferences, import_id: int) -> None:
    """The records as the roster has them. What they were is kept before it is overwritten."""
    _insert(session, differences.added, import_id)
    _keep_history(session, differences, import_id)
    former.keep(session, differences.changed, import_id)
    _change(session, differences.changed, import_id)
    for some in portions(differences.gone):
        gone = FilerRow.ecf_user_id.in_(some)
        session.execute(update(FilerRow).where(gone).values(on_roll=False, import_id=import_id))


def _keep_history(session: Session, differences: RosterDifferences, import_id: int) -> None:
    after = differences.primaries | differences.by
    for some in portions(differences.primary_changed):
        rows = session.execute(
            select(FilerRow.id, FilerRow.ecf_user_id, FilerRow.primary_email).where(FilerRow.ecf_user_id.in_(some))
        )
        for row in rows:
            before = differences.replaced.get(row.ecf_user_id, row.primary_email)
            change = PrimaryChange(filer_id=row.id, import_id=import_id, before=before, after=after[row.ecf_user_id])
            session.add(change)


def _insert(session: Session, added: tuple[Filer, ...], import_id: int) -> None:
    if added:
        rows = [columns_of(filer) | {"on_roll": True, "import_id": import_id} for filer in added]
        session.execute(insert(FilerRow), rows)


def _change(session: Session, changed: tuple[Filer, ...], import_id: int) -> None:
    for fresh in changed:
        session.execute(
            update(FilerRow)
            .where(FilerRow.ecf_user_id == fresh.ecf_user_id)
            .values(**columns_of(fresh), on_roll=True, import_id=import_id)
        )


def _import_view(row: RosterImport) -> ImportView:
    names = [field.name for field in fields(ImportView)]
    return ImportView(**{name: getattr(row, name) for name in names})
