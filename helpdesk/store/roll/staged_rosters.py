"""Rosters that change too many primary addresses at once wait for a second person (case 54).

Whoever can slip addresses into the court's export would have every reset sent to them. So a roster that changes many
is kept as it was compared, and applied by somebody other than who brought it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.errors import NotAllowedError, NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, RosterImport, StagedRoster
from helpdesk.store.roll import imports, roster
from helpdesk.store.roll.imports import CONSOLE, ImportView, RosterDifferences
from helpdesk.vocabulary import Filer, Role, RosterState, StaffMember

_SHOWN = 200  # address changes on the page
_differences = TypeAdapter(RosterDifferences)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedView:
    """A roster that waits, for staff."""

    id: int
    staged_at: datetime
    staged_by: str
    file_name: str
    why: str
    filers: int
    added: int
    changed: int
    gone: int
    primary_changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """One primary address that a roster would replace, or whose record it is."""

    filer: Filer  # as the roster has it
    before: str
    after: str


def held_up(differences: RosterDifferences, guard: policy.RosterGuard, *, lately: int = 0) -> str:
    """Why a second person must look at this roster, '' where it may be applied at once. lately: what one person's
    rosters changed within the last day, for what is forbidden at once could be done bit by bit."""
    changed = len(differences.primary_changed)
    if differences.base == "0" or not changed:
        return ""
    told = f"{changed:,} {_what(differences)} would change"
    too_many = _too_many(changed, differences.before, guard)
    if too_many or not lately:
        return f"{told}, {too_many}." if too_many else ""
    too_many = _too_many(changed + lately, differences.before, guard)
    return f"{told}, {changed + lately:,} within a day, {too_many}." if too_many else ""


def _too_many(changed: int, on_roll: int, guard: policy.RosterGuard) -> str:
    if changed <= guard.alone:
        return ""
    if changed > guard.addresses:
        return f"more than {guard.addresses:,}"
    if changed > guard.share * on_roll:
        return f"more than {guard.share * 100:g} % of the {on_roll:,} filers on the roll"
    return ""


def _what(differences: RosterDifferences) -> str:
    return f"primary addresses{', or whose records they stand on,' if differences.known_otherwise else ''}"


def changed_lately(*, now: datetime) -> int:
    """How many primary addresses rosters changed within a day that nobody else looked at."""
    found = db.session.execute(
        select(func.coalesce(func.sum(RosterImport.primary_changed), 0)).where(
            RosterImport.applied_at > now - timedelta(days=1), RosterImport.brought_by == ""
        )
    )
    return int(found.scalar_one())


def stage(
    differences: RosterDifferences, why: str, *, file_name: str, sha256: str, actor: StaffMember, now: datetime
) -> int:
    """Keep a compared roster for a second person; returns its number. One that waited before is overtaken."""
    with transaction() as session:
        session.execute(
            update(StagedRoster)
            .where(StagedRoster.state == RosterState.STAGED.value)
            .values(state=RosterState.OVERTAKEN.value, decided_at=now)
        )
        row = StagedRoster(
            staged_at=now,
            staged_by=actor.login,
            file_name=file_name,
            sha256=sha256,
            base=differences.base,
            why=why,
            packed=zlib.compress(_differences.dump_json(differences)),
            **imports.counts(differences),
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            "roster_staged",
            actor=actor,
            now=now,
            staged=row.id,
            file=file_name,
            sha256=sha256,
            why=why,
            **imports.counts(differences),
        )
        return row.id


def waiting() -> StagedView | None:
    """The roster that waits for a second person; None where none does, or the roll has changed since."""
    row = db.session.execute(
        select(StagedRoster)
        .where(StagedRoster.state == RosterState.STAGED.value, StagedRoster.base == roster.version())
        .order_by(StagedRoster.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if row is None:
        return None
    return StagedView(**{name: getattr(row, name) for name in StagedView.__slots__})


def address_changes(staged_id: int) -> tuple[AddressChange, ...]:
    """The first primary addresses that a roster would replace, with what stands there now."""
    differences = _unpacked(db.session.get_one(StagedRoster, staged_id))
    shown = differences.primary_changed[:_SHOWN]
    rows = db.session.execute(
        select(FilerRow.ecf_user_id, FilerRow.primary_email).where(FilerRow.ecf_user_id.in_(shown))
    )
    before = {row.ecf_user_id: row.primary_email for row in rows} | differences.replaced
    after = {filer.ecf_user_id: filer for filer in (*differences.changed, *differences.added)}
    return tuple(
        AddressChange(filer=after[key], before=before[key], after=differences.by.get(key, after[key].primary_email))
        for key in shown
        if key in before
    )


def release(staged_id: int, *, actor: StaffMember, now: datetime) -> ImportView:
    """The second person applies it. Nobody applies what they brought themselves."""
    with transaction() as session:
        row = _staged(session, staged_id)
        _require_second(row, actor)
        differences = _seen_today(_unpacked(row), now)
        applied = imports.apply_within(
            session,
            differences,
            file_name=row.file_name,
            sha256=row.sha256,
            actor=actor,
            now=now,
            brought_by=row.staged_by,
        )
        row.state, row.decided_by, row.decided_at = RosterState.APPLIED.value, actor.login, now
        return applied


def discard(staged_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Do not apply it; nothing of it reaches the roll."""
    with transaction() as session:
        row = _staged(session, staged_id)
        row.state, row.decided_by, row.decided_at = RosterState.DISCARDED.value, actor.login, now
        audit.record(session, "roster_discarded", actor=actor, now=now, staged=row.id, sha256=row.sha256)


def _staged(session: Session, staged_id: int) -> StagedRoster:
    row = session.get(StagedRoster, staged_id, with_for_update=True)
    if row is None:
        raise NotFoundError("There is no such roster.")
    if row.state != RosterState.STAGED.value:
        raise NotPossibleError(f"This roster does not wait any more; it was {row.state}.")
    return row


def _require_second(row: StagedRoster, actor: StaffMember) -> None:
    if actor.login == row.staged_by.removeprefix(CONSOLE):
        raise NotAllowedError("You brought this roster yourself; somebody else must look at it.")
    if not actor.role.includes(Role.SUPERVISOR):
        raise NotAllowedError("A supervisor applies a roster that was held up.")


def _unpacked(row: StagedRoster) -> RosterDifferences:
    return _differences.validate_json(zlib.decompress(row.packed))


def _seen_today(differences: RosterDifferences, now: datetime) -> RosterDifferences:
    """The cool-down runs from the day on which the new addresses are in force, not from when the file waited."""
    fresh = set(differences.primary_changed)

    def seen(filer: Filer) -> Filer:
        today = max(now.date(), filer.email_changed_on or now.date())
        return replace(filer, email_changed_on=today) if filer.ecf_user_id in fresh else filer

    added, changed = tuple(map(seen, differences.added)), tuple(map(seen, differences.changed))
    return replace(differences, added=added, changed=changed)
