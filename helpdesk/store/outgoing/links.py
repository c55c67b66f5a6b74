"""One-time links: 256-bit tokens of which only hashes are kept. Looking consumes nothing; using one ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.errors import ConnectorError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases.changes import current, locked
from helpdesk.store.cases.returning import close_performed, leave_way, return_to_staff, void_links
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, Reset, ResetLink
from helpdesk.store.outgoing import outbox
from helpdesk.store.roll import roster
from helpdesk.store.roll.primaries import why_not_now
from helpdesk.store.seals import new_token, token_hash
from helpdesk.vocabulary import SYSTEM, Filer, OutboxKind, ResetState, StaffMember, TicketState

_LONGEST_USE = timedelta(minutes=10)  # a link used longer ago whose program has not ended was interrupted
_IN_FORCE = (ResetState.SENT.value, ResetState.OPEN.value)  # open: the mail arrived, but nobody could note it
_LOOKED_BACK = timedelta(days=30)
_INTERRUPTED = "The reset program was interrupted. Whether the password was changed is not known."
_SPENT = "The filer's link is spent: approve again, and a new one goes out."


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedLink:
    """A link that was just used up, and whose password is to be set."""

    reset_id: int
    filer: Filer


def make(session: Session, reset: Reset, *, hours: int, now: datetime) -> str:
    """A fresh token for a reset, within the caller's transaction. It voids all earlier links of the filer."""
    token = new_token()
    void_links(session, reset.filer_id, now)
    session.add(
        ResetLink(
            token_hash=token_hash(token),
            reset_id=reset.id,
            filer_id=reset.filer_id,
            made_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def is_usable(token: str, *, now: datetime) -> bool:
    """Whether the link could be used now. Mail scanners fetch links, so this changes nothing."""
    row = db.session.get(ResetLink, token_hash(token))
    return row is not None and _usable(row, now)


def use(token: str, set_password: Callable[[Filer], str], *, court: policy.Court, now: datetime) -> str | None:
    """Consume the link, then have the court's program set a password; returns it to be shown once.

    None for a wrong, used, voided or expired token alike. The link is spent before the program runs, so that two
    presses can never set two passwords; if the program fails (ConnectorError), the reset goes back to staff with what
    the program said.
    """
    spent = _spend(token, court, now)
    if spent is None:
        return None
    try:
        password = set_password(spent.filer)
    except ConnectorError as error:
        effect = "Nothing was changed." if error.retryable else "Whether the password was changed is not known."
        _failed(spent.reset_id, f"The reset program failed: {error}. {effect}", now)
        raise
    except BaseException:
        _failed(spent.reset_id, _INTERRUPTED, now)
        raise
    _finish(spent.reset_id, court, now)
    return password


def works_until(reset_id: int, *, now: datetime) -> datetime | None:
    """When the link of a reset that was sent runs out; None where nobody can use it (any more)."""
    return db.session.execute(
        select(ResetLink.expires_at)
        .join(Reset, Reset.id == ResetLink.reset_id)
        .where(
            Reset.id == reset_id,
            Reset.state == ResetState.SENT.value,
            ResetLink.used_at.is_(None),
            ResetLink.voided_at.is_(None),
            ResetLink.expires_at > now,
        )
    ).scalar_one_or_none()


def void(reset_id: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Staff void a link that was sent: the mailbox was stolen, or the filer never asked. The ticket is in review."""
    with transaction() as session:
        reset = _locked(session, reset_id)
        current(session, reset.ticket_id, version)
        if works_until(reset_id, now=now) is None:
            raise NotPossibleError("This link cannot be used any more; there is nothing to void.")
        return_to_staff(session, reset, f"{actor.name} voided the link.", actor=actor, now=now)


def recover_interrupted(*, now: datetime) -> int:
    """Links that were used while no program's end was noted: the web server died meanwhile. Returns how many."""
    interrupted = select(Reset.id).join(ResetLink, ResetLink.reset_id == Reset.id)
    found = (
        db.session.execute(
            interrupted.where(
                ResetLink.used_at.between(now - _LOOKED_BACK, now - _LONGEST_USE),
                Reset.state.in_(_IN_FORCE),
            )
        )
        .scalars()
        .all()
    )
    for reset_id in found:
        _failed(reset_id, _INTERRUPTED, now)
    return len(found)


def _failed(reset_id: int, why: str, now: datetime) -> None:
    """The password was not handed over: staff decide, with the reason before them."""
    with transaction() as session:
        reset = _locked(session, reset_id)
        if reset.state in _IN_FORCE:
            return_to_staff(session, reset, f"{why} {_SPENT}", actor=SYSTEM, now=now)


def _usable(row: ResetLink, now: datetime) -> bool:
    return row.used_at is None and row.voided_at is None and now < row.expires_at


def _spend(token: str, court: policy.Court, now: datetime) -> UsedLink | None:
    with transaction() as session:
        found = session.get(ResetLink, token_hash(token))
        if found is None:
            return None
        reset = _locked(session, found.reset_id)  # before its link, as in sending
        row = session.get_one(ResetLink, found.token_hash, with_for_update=True, populate_existing=True)
        if not _usable(row, now) or reset.state not in _IN_FORCE:
            return None
        record = session.get_one(FilerRow, row.filer_id)
        if why_not_now(reset, record, court):
            outbox.arrived(session, reset.id, now)
            return_to_staff(session, reset, "The record changed before the link was used.", actor=SYSTEM, now=now)
            return None
        _arrived(session, reset, now)  # before the program runs: nobody sends it again meanwhile
        row.used_at = now
        audit.record(session, "link_used", actor=SYSTEM, now=now, ticket_id=reset.ticket_id, reset=reset.id)
        return UsedLink(reset_id=reset.id, filer=roster.filer_of(record))


def _arrived(session: Session, reset: Reset, now: datetime) -> None:
    """Its letter is where it was to go, whatever the server said about it."""
    outbox.arrived(session, reset.id, now)
    if reset.state == ResetState.OPEN.value:
        reset.state = ResetState.SENT.value
        leave_way(locked(session, reset.ticket_id), TicketState.SENT, now)


def _locked(session: Session, reset_id: int) -> Reset:
    """The reset as it is now, its ticket locked before it."""
    locked(session, session.get_one(Reset, reset_id).ticket_id)
    return session.get_one(Reset, reset_id, with_for_update=True, populate_existing=True)


def _finish(reset_id: int, court: policy.Court, now: datetime) -> None:
    """The password was set. What was given back meanwhile, because its program seemed to have died, stays so."""
    with transaction() as session:
        reset = _locked(session, reset_id)
        outbox.queue_to_primary(
            session, reset, OutboxKind.NOTICE, template="reset_done", court=court, due_at=now, now=now
        )
        ticket = locked(session, reset.ticket_id)
        if reset.state in _IN_FORCE:
            reset.state, reset.finished_at = ResetState.DONE.value, now
            close_performed(ticket, now)
        audit.record(session, "reset_performed", actor=SYSTEM, now=now, ticket_id=reset.ticket_id, reset=reset.id)
