"""Approving a reset: one use case, one transaction, and no way to name an address.

``approve`` takes a ticket and the person who approves. Where the mail goes is decided when it is sent, from the
filer's record, in ``dispatch``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.config import Connector
from helpdesk.errors import NotAllowedError, NotFoundError, NotPossibleError, StaleTicketError
from helpdesk.store import audit, outbox, roster
from helpdesk.store.changes import changed_meanwhile, locked, touched
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, Reset, Staff, Ticket
from helpdesk.store.seals import same, seal
from helpdesk.vocabulary import (
    Filer,
    FilerStatus,
    OutboxKind,
    ResetState,
    Role,
    Route,
    StaffMember,
    TicketState,
)

_APPROVABLE = (
    TicketState.READY,
    TicketState.REVIEW,
    TicketState.WAITING,
    TicketState.ANSWERED,
    TicketState.SENT,
    TicketState.SNOOZED,
)
_ONE_REQUEST = timedelta(hours=24)  # web, mail and phone requests for one filer within a day are one


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetView:
    """A reset for staff."""

    id: int
    ticket_id: int
    filer: Filer
    state: ResetState
    approved_by: str
    approved_at: datetime
    due_at: datetime
    finished_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """The policy that approvals are held to."""

    court: policy.Court
    undo_seconds: int
    cool_down_days: int
    connector: Connector


def approve(
    ticket_id: int,
    *,
    filer: str,
    version: int,
    confirmed: bool,
    actor: StaffMember,
    policy: Approving,
    now: datetime,
) -> int:
    """Approve a reset for the filer the clerk was shown; returns the reset's id.

    A ready ticket needs one press, any other needs ``confirmed``. The same clerk pressing twice gets the same reset
    back; anybody else's second press is a StaleTicketError.
    """
    try:
        with transaction() as session:
            ticket = locked(session, ticket_id)
            again = _already_approved(session, ticket, filer, actor)
            if again is not None:
                return again
            record = _record_shown(session, ticket, filer, version)
            _check(session, ticket, record, confirmed=confirmed, actor=actor, policy=policy, now=now)
            reset = Reset(
                ticket_id=ticket.id,
                filer_id=record.id,
                approved_by=actor.id,
                approved_at=now,
                due_at=now + timedelta(seconds=policy.undo_seconds),
                primary_seal=seal_of_primary(record),
            )
            session.add(reset)
            session.flush()
            template = "reset_link" if policy.connector is Connector.LINK else "reset_approved"
            outbox.queue_to_primary(
                session, reset, OutboxKind.RESET, template=template, court=policy.court, due_at=reset.due_at, now=now
            )
            touched(ticket, TicketState.HELD, now)
            ticket.answered_at = ticket.answered_at or now
            audit.record(
                session,
                "reset_approved",
                actor=actor,
                now=now,
                ticket_id=ticket.id,
                reset=reset.id,
                filer=record.ecf_user_id,
                roll=roster.version(),
                confirmed=confirmed,
            )
            return reset.id
    except IntegrityError as error:  # the database allows one open reset a ticket and a filer
        raise NotPossibleError("A reset for this filer is already on its way.") from error


def undo(ticket_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Take an approval back while its mail has not begun to leave."""
    with transaction() as session:
        ticket = locked(session, ticket_id)
        reset = _open_reset(session, ticket)
        if reset is None or reset.state != ResetState.OPEN.value or not outbox.withdraw(session, reset.id):
            raise NotPossibleError("Too late to undo: the reset is already on its way to the primary address.")
        reset.state, reset.finished_at, reset.finished_by = ResetState.CANCELLED.value, now, actor.id
        reset.outcome = f"Undone by {actor.login}."
        touched(ticket, TicketState.READY if ticket.route == Route.READY.value else TicketState.REVIEW, now)
        audit.record(session, "reset_undone", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id)


def mark_done(reset_id: int, *, actor: StaffMember, court: policy.Court, now: datetime) -> None:
    """A clerk has performed the reset in CM/ECF: tell the primary address, close the ticket."""
    with transaction() as session:
        reset = session.get(Reset, reset_id, with_for_update=True)
        if reset is None:
            raise NotFoundError("There is no such reset.")
        if reset.state != ResetState.TO_DO.value:
            raise NotPossibleError("This reset is not waiting to be performed any more.")
        ticket = locked(session, reset.ticket_id)
        reset.state, reset.finished_at, reset.finished_by = ResetState.DONE.value, now, actor.id
        outbox.queue_to_primary(
            session, reset, OutboxKind.NOTICE, template="reset_done", court=court, due_at=now, now=now
        )
        touched(ticket, TicketState.CLOSED, now)
        audit.record(session, "reset_performed", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id)


def return_to_staff(session: Session, reset: Reset, why: str, *, actor: StaffMember, now: datetime) -> None:
    """Give a reset back for a new decision, within the caller's transaction."""
    reset.state, reset.finished_at, reset.outcome = ResetState.RETURNED.value, now, why
    ticket = locked(session, reset.ticket_id)
    ticket.route = Route.REVIEW.value
    ticket.summary = {**ticket.summary, "reasons": [why, *ticket.summary.get("reasons", [])]}
    touched(ticket, TicketState.REVIEW, now)
    audit.record(session, "reset_returned", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id, reason=why)


def to_do(*, limit: int = 200) -> tuple[ResetView, ...]:
    """Approved resets that a clerk must perform in CM/ECF, oldest first."""
    rows = db.session.execute(
        select(Reset, FilerRow, Staff.login)
        .join(FilerRow, FilerRow.id == Reset.filer_id)
        .join(Staff, Staff.id == Reset.approved_by)
        .where(Reset.state == ResetState.TO_DO.value)
        .order_by(Reset.id)
        .limit(limit)
    )
    return tuple(_view(reset, row, login) for reset, row, login in rows)


def newest(ticket_id: int) -> ResetView | None:
    """The newest reset of a ticket."""
    found = db.session.execute(
        select(Reset, FilerRow, Staff.login)
        .join(FilerRow, FilerRow.id == Reset.filer_id)
        .join(Staff, Staff.id == Reset.approved_by)
        .where(Reset.ticket_id == ticket_id)
        .order_by(Reset.id.desc())
        .limit(1)
    ).one_or_none()
    return _view(*found) if found else None


def hindrance(record: Filer, court: policy.Court) -> str:
    """Why this record can never be reset here as it stands, '' when it can."""
    if record.status is not FilerStatus.ACTIVE:
        return f"The record is {record.status.value}; only active records are reset."
    if record.pacer_linked:
        return "The record is linked to PACER; PACER resets its password."
    address = record.primary_email
    local, at, domain = address.partition("@")
    if not (local and at and domain) or "@" in domain or not address.isprintable() or set(address) & set(" ,;<>"):
        return "The record has no usable primary address."
    if domain.lower() in court.own_domains or address.lower() in court.own_addresses:
        return "The record's primary address is one of the court's own."
    return ""


def seal_of_primary(record: FilerRow) -> str:
    """A keyed hash of the primary address: it shows a change and cannot be written to."""
    return seal("primary address", record.ecf_user_id, record.primary_email)


def unchanged_primary(reset: Reset, record: FilerRow) -> bool:
    """Whether the record still has the primary address that was approved."""
    return same(reset.primary_seal, seal_of_primary(record))


def _already_approved(session: Session, ticket: Ticket, filer: str, actor: StaffMember) -> int | None:
    reset = _open_reset(session, ticket)
    if reset is None or reset.approved_by != actor.id:
        return None
    record = session.get_one(FilerRow, reset.filer_id)
    return reset.id if record.ecf_user_id == filer else None


def _open_reset(session: Session, ticket: Ticket) -> Reset | None:
    return session.execute(
        select(Reset).where(
            Reset.ticket_id == ticket.id, Reset.state.in_([ResetState.OPEN.value, ResetState.TO_DO.value])
        )
    ).scalar_one_or_none()


def _record_shown(session: Session, ticket: Ticket, filer: str, version: int) -> FilerRow:
    """The record on the ticket, which must be the one the clerk saw."""
    if ticket.version != version:
        raise StaleTicketError(changed_meanwhile(ticket.id))
    if ticket.filer_id is None:
        raise NotPossibleError("Choose the filer first.")
    record = session.get_one(FilerRow, ticket.filer_id)
    if record.ecf_user_id != filer:
        raise StaleTicketError((f"the ticket now names {roster.filer_of(record).full_name}",))
    return record


def _check(
    session: Session,
    ticket: Ticket,
    record: FilerRow,
    *,
    confirmed: bool,
    actor: StaffMember,
    policy: Approving,
    now: datetime,
) -> None:
    if TicketState(ticket.state) not in _APPROVABLE:
        raise StaleTicketError(changed_meanwhile(ticket.id))
    why_not = "The record is gone from the roll." if not record.on_roll else ""
    why_not = why_not or hindrance(roster.filer_of(record), policy.court)
    if why_not:
        raise NotPossibleError(why_not)
    one_press = ticket.state == TicketState.READY.value and ticket.filer_chosen_by is None
    if not one_press and not confirmed:
        raise NotPossibleError("This ticket needs a second look: confirm that you checked the reasons shown.")
    changed = record.email_changed_on
    cooling = changed is not None and (now.date() - changed).days < policy.cool_down_days
    if cooling and not actor.role.includes(Role.SUPERVISOR):
        raise NotAllowedError(
            f"The primary address changed on {changed:%d %B %Y}. For {policy.cool_down_days} days after a change"
            " a supervisor decides."
        )
    recent = session.execute(
        select(Reset.id)
        .where(
            Reset.filer_id == record.id,
            Reset.approved_at > now - _ONE_REQUEST,
            Reset.state.in_([ResetState.SENT.value, ResetState.DONE.value]),
        )
        .limit(1)
    ).scalar_one_or_none()
    if recent is not None and not confirmed:
        raise NotPossibleError(
            "This filer's password was reset within the last 24 hours."
            " Confirm to send a second reset; it voids the first."
        )


def _view(reset: Reset, row: FilerRow, login: str) -> ResetView:
    return ResetView(
        id=reset.id,
        ticket_id=reset.ticket_id,
        filer=roster.filer_of(row),
        state=ResetState(reset.state),
        approved_by=login,
        approved_at=reset.approved_at,
        due_at=reset.due_at,
        finished_at=reset.finished_at,
        outcome=reset.outcome,
    )
