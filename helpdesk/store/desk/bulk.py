"""Several tickets at once: each is its own decision, checked and recorded like a single one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from helpdesk import policy
from helpdesk.errors import NotAllowedError, NotFoundError, NotPossibleError, StaleTicketError
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Approving, Press
from helpdesk.store.database import db, retried
from helpdesk.store.desk import handling, undoing
from helpdesk.store.models import FilerRow, Note, ReadMail, Ticket
from helpdesk.store.roll import roster
from helpdesk.store.roll.primaries import hindrance
from helpdesk.vocabulary import Field, Filer, Level, StaffMember, TicketState

MOST_AT_ONCE = 500
MOST_APPROVED_AT_ONCE = 25
_THREE_OF_THREE = {
    Field.NAME.value: {Level.EXACT.value},
    Field.BAR_ID.value: {Level.EXACT.value},
    Field.EMAIL.value: {Level.EXACT.value, Level.PRIMARY.value},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A ticket as the page showed it."""

    id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done. ``skipped``: number and reason of each ticket that was left as it is."""

    done: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvable:
    """A ticket that may be approved together with others, and the record that gets the reset."""

    id: int
    version: int
    filer: Filer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Which of some tickets may be approved together, and why the others may not."""

    approvable: tuple[Approvable, ...]
    left_out: tuple[tuple[int, str], ...]


def shown(ids: Iterable[int]) -> tuple[Shown, ...]:
    """These tickets as they are now."""
    wanted = tuple(ids)
    found = dict(db.session.execute(select(Ticket.id, Ticket.version).where(Ticket.id.in_(wanted))).all())
    return tuple(Shown(id=ticket_id, version=found[ticket_id]) for ticket_id in wanted if ticket_id in found)


def assign(some: Iterable[Shown], staff_id: int | None, *, actor: StaffMember, now: datetime) -> Outcome:
    """Give them to a colleague, or to nobody."""
    return _each(some, lambda one: handling.assign(one.id, staff_id, version=one.version, actor=actor, now=now))


def finish(some: Iterable[Shown], state: TicketState, *, actor: StaffMember, now: datetime) -> Outcome:
    """Close them or mark them as spam."""
    return _each(some, lambda one: handling.finish(one.id, state, version=one.version, actor=actor, now=now))


def reopen(some: Iterable[Shown], *, actor: StaffMember, now: datetime) -> Outcome:
    """Put them before staff again."""
    return _each(some, lambda one: handling.reopen(one.id, version=one.version, actor=actor, now=now))


def take_back(some: Iterable[Shown], *, within: timedelta, actor: StaffMember, now: datetime) -> Outcome:
    """Undo an end that this person has just set to them; what changed since stays as it is."""
    return _each(
        some, lambda one: undoing.take_back(one.id, version=one.version, within=within, actor=actor, now=now)
    )


def sort_out(some: Iterable[Shown], *, court: policy.Court) -> Sorted:
    """Only what agrees exactly in name, Bar ID and primary address, raises no warning, and was opened by a mail that
    says nothing but its request: whatever else there is to read, a person reads before approving."""
    wanted = tuple(some)
    rows = db.session.execute(
        select(Ticket, FilerRow)
        .outerjoin(FilerRow, FilerRow.id == Ticket.filer_id)
        .where(Ticket.id.in_([one.id for one in wanted]))
        .execution_options(populate_existing=True)
    )
    found = {ticket.id: (ticket, row) for ticket, row in rows}
    unread = _to_be_read(found)
    approvable: list[Approvable] = []
    left_out: list[tuple[int, str]] = []
    for one in wanted:
        ticket, row = found.get(one.id, (None, None))
        why_not = _why_not(one, ticket, row, court) or unread.get(one.id, "")
        if why_not or row is None:
            left_out.append((one.id, why_not))
        elif len(approvable) >= MOST_APPROVED_AT_ONCE:
            left_out.append((one.id, f"only {MOST_APPROVED_AT_ONCE} are approved at once"))
        else:
            approvable.append(Approvable(id=one.id, version=one.version, filer=roster.filer_of(row)))
    return Sorted(approvable=tuple(approvable), left_out=tuple(left_out))


def approve(
    some: Iterable[Shown], filers: dict[int, str], *, actor: StaffMember, policy: Approving, now: datetime
) -> Outcome:
    """Approve each reset for the filer that was listed; what no longer qualifies is left out."""
    still = sort_out(some, court=policy.court)
    agreed = [one for one in still.approvable if filers.get(one.id) == one.filer.ecf_user_id]
    changed = [(one.id, "it names another record now") for one in still.approvable if one not in agreed]
    outcome = _each(
        [Shown(id=one.id, version=one.version) for one in agreed],
        lambda one: resets.approve(
            one.id,
            Press(filer=filers[one.id], version=one.version, confirmed=False, why=""),
            actor=actor,
            policy=policy,
            now=now,
        ),
    )
    return Outcome(done=outcome.done, skipped=(*outcome.skipped, *changed, *still.left_out))


def awaiting_second(ids: Iterable[int]) -> tuple[int, ...]:
    """Which of these tickets wait for a second person to agree."""
    approved = Ticket.state == TicketState.APPROVED.value
    found = db.session.execute(select(Ticket.id).where(Ticket.id.in_(tuple(ids)), approved).order_by(Ticket.id))
    return tuple(found.scalars())


def undo(ids: Iterable[int], *, actor: StaffMember, now: datetime) -> Outcome:
    """Take approvals back while their mail has not begun to leave."""
    return _each(
        [Shown(id=ticket_id, version=0) for ticket_id in ids], lambda one: resets.undo(one.id, actor=actor, now=now)
    )


def _each(some: Iterable[Shown], act: Callable[[Shown], object]) -> Outcome:
    done, skipped = [], []
    for one in some:
        try:
            retried(partial(act, one))  # those before it are done, so nobody tries all of them again
            done.append(one.id)
        except StaleTicketError as stale:
            skipped.append((one.id, f"changed meanwhile: {'; '.join(map(str, stale.changes[:1]))}"))
        except (NotAllowedError, NotFoundError, NotPossibleError) as refused:
            skipped.append((one.id, _within(str(refused))))
    return Outcome(done=tuple(done), skipped=tuple(skipped))


def _within(text: str) -> str:
    """A sentence as part of another."""
    return text[:1].lower() + text[1:].rstrip(".")


def _to_be_read(ids: Collection[int]) -> dict[int, str]:
    """Why somebody must open a ticket, for those whose page holds more than their first mail."""
    mails = select(ReadMail.ticket_id).where(ReadMail.ticket_id.in_(ids))
    parts = select(Ticket.merged_into).where(Ticket.merged_into.in_(ids), Ticket.state == TicketState.MERGED.value)
    notes = select(Note.ticket_id).where(Note.ticket_id.in_(ids))
    several = mails.group_by(ReadMail.ticket_id).having(func.count() > 1).union_all(parts)
    found = dict.fromkeys(db.session.execute(several).scalars(), "it holds more than one mail")
    return found | dict.fromkeys(db.session.execute(notes).scalars(), "somebody wrote a note about it")


def _why_not(one: Shown, ticket: Ticket | None, row: FilerRow | None, court: policy.Court) -> str:
    if ticket is None:
        return "there is no such ticket"
    if ticket.version != one.version:
        return "it changed meanwhile"
    if ticket.state != TicketState.READY.value:
        return "it is not ready"
    if ticket.created_by is not None:
        return "it was entered by hand"
    levels, warnings = ticket.summary.get("levels", {}), ticket.summary.get("warnings", 0)
    agrees = all(levels.get(field) in right for field, right in _THREE_OF_THREE.items())
    if not agrees or warnings or ticket.summary.get("requests") != 1 or ticket.filer_chosen_by is not None:
        return "name, Bar ID and address do not all agree exactly"
    if more := ticket.summary.get("more", "Its mail is to be read."):
        return _within(more)
    if row is None or not row.on_roll:
        return "the record is gone from the roll"
    return _within(hindrance(roster.filer_of(row), court))
