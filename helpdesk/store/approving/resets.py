"""Approving a reset: one use case, one transaction, and no way to name an address.

``approve`` takes a ticket and the person who approves; where the rules ask for a second person, ``agree`` takes that
one. Where the mail goes is decided when it is sent, from the filer's record, in ``dispatch``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.config import Connector
from helpdesk.decide import SecondNeeded
from helpdesk.errors import (
    NeedsConfirmationError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    StaleTicketError,
)
from helpdesk.store import audit
from helpdesk.store.approving.approvals import (
    Approving,
    Press,
    against,
    hasty,
    record_shown,
    require_confirmed,
    require_not_importer,
    require_pace,
    require_possible,
    second_person,
)
from helpdesk.store.cases.changes import changed_since, current, locked, touched
from helpdesk.store.cases.returning import (
    ON_ITS_WAY,
    close_performed,
    leave_way,
    return_to_staff,
    was_no_answer,
    without_addresses,
)
from helpdesk.store.database import db, is_duplicate, transaction
from helpdesk.store.models import FilerRow, Reset, Staff, Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.store.roll import roster
from helpdesk.store.roll.primaries import changed_since_approval, seal_of_approved, why_not_now
from helpdesk.vocabulary import Doubt, OutboxKind, ResetState, Role, StaffMember, TicketState


def approve(ticket_id: int, press: Press, *, actor: StaffMember, policy: Approving, now: datetime) -> int:
    """Approve a reset for the filer the clerk was shown; returns the reset's id.

    A ready ticket needs one press, any other needs ``confirmed``. The same clerk pressing twice gets the same reset
    back; anybody else's second press is a StaleTicketError. Where the rules ask for a second person, nothing is sent
    before that one agrees.
    """
    try:
        with transaction() as session:
            ticket = locked(session, ticket_id)
            again = _already_approved(session, ticket, press.filer, actor)
            if again is not None:
                return again
            record = record_shown(session, ticket, press)
            require_possible(record, policy.court)
            require_not_importer(session, record, actor)
            found = against(session, ticket, record, actor, policy=policy, now=now)
            require_confirmed(session, ticket, record, press, found, policy=policy, now=now)
            second = second_person(session, ticket, record, found, actor=actor, policy=policy, now=now)
            if second is None or Doubt.OVER_LIMIT not in second.doubts:
                require_pace(found.hasty)
            reset = _new_reset(session, ticket, record, actor, second, _written_reason(press.why, second), now)
            _remember_where_it_stood(ticket)
            if second is None:
                _set_off(session, reset, ticket, policy, now)
            else:
                touched(ticket, TicketState.APPROVED, now)
            _record_approval(session, reset, record, press, actor=actor, rules=policy.rules, now=now)
            return reset.id
    except IntegrityError as error:  # the database allows one open reset a ticket and a filer
        if not is_duplicate(error):
            raise
        raise NotPossibleError(_why_taken(ticket_id, press.filer)) from error


def agree(ticket_id: int, *, version: int, actor: StaffMember, policy: Approving, now: datetime) -> None:
    """The second person agrees: the reset goes out after the undo time. Nobody agrees to their own approval."""
    changed = ""
    with transaction() as session:
        ticket = locked(session, ticket_id)
        reset = _open_reset(session, ticket)
        if reset is not None and reset.second_by == actor.id:
            return  # pressed twice
        if ticket.version != version:
            raise StaleTicketError(changed_since(ticket_id, version))
        if reset is None or reset.state != ResetState.PROPOSED.value:
            raise NotPossibleError("This ticket does not wait for a second approval.")
        _require_other_person(session, reset, actor)
        require_pace(hasty(session, actor, policy=policy, now=now))
        record = session.get_one(FilerRow, reset.filer_id)
        changed = changed_since_approval(reset, record)
        if changed:
            changed = f"{changed} after the first approval."
            return_to_staff(session, reset, changed, actor=actor, now=now)
        else:
            require_possible(record, policy.court)
            require_not_importer(session, record, actor)
            reset.state, reset.second_by, reset.second_at = ResetState.OPEN.value, actor.id, now
            _set_off(session, reset, ticket, policy, now)
            under = {"roll": roster.version(), "rules": policy.rules}
            audit.record(session, "reset_agreed", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id, **under)
    if changed:
        raise NotPossibleError(f"{changed} The ticket is back in review.")


def refuse(ticket_id: int, why: str, *, version: int, actor: StaffMember, now: datetime) -> None:
    """The second person does not agree: the ticket goes back to review with the reason."""
    why = without_addresses(why)
    if not why:
        raise NotPossibleError("Say why you do not agree; the first person will want to know.")
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        reset = _open_reset(session, ticket)
        if reset is None or reset.state != ResetState.PROPOSED.value:
            raise NotPossibleError("This ticket does not wait for a second approval.")
        return_to_staff(session, reset, f"{actor.name} did not agree: {why}", actor=actor, now=now)


def undo(ticket_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Take an approval back while its mail has not begun to leave: the ticket stands where it stood before, unless
    something has come in meanwhile that staff must look at."""
    with transaction() as session:
        ticket = locked(session, ticket_id)
        reset = _open_reset(session, ticket)
        if reset is None or not _withdrawn(session, reset):
            raise NotPossibleError("Too late to undo: the reset is already on its way to the primary address.")
        reset.state, reset.finished_at, reset.finished_by = ResetState.CANCELLED.value, now, actor.id
        reset.outcome = without_addresses(f"Undone by {actor.name}.")
        was_no_answer(ticket, reset)
        leave_way(ticket, TicketState(ticket.parked_state or TicketState.REVIEW), now)
        audit.record(session, "reset_undone", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id)


def mark_done(reset_id: int, *, actor: StaffMember, court: policy.Court, now: datetime) -> None:
    """A clerk has performed the reset in CM/ECF: tell the primary address, close the ticket."""
    with transaction() as session:
        reset = _locked_reset(session, reset_id)
        if reset.state == ResetState.DONE.value and reset.finished_by == actor.id:
            return  # pressed twice
        _require_to_do(reset)
        record = session.get_one(FilerRow, reset.filer_id)
        why_not = why_not_now(reset, record, court)
        if why_not:
            raise NotPossibleError(f"{why_not} Do not perform this reset; return it to review.")
        ticket = locked(session, reset.ticket_id)
        reset.state, reset.finished_at, reset.finished_by = ResetState.DONE.value, now, actor.id
        outbox.queue_to_primary(
            session, reset, OutboxKind.NOTICE, template="reset_done", court=court, due_at=now, now=now
        )
        close_performed(ticket, now)
        audit.record(session, "reset_performed", actor=actor, now=now, ticket_id=ticket.id, reset=reset.id)


def give_back(reset_id: int, why: str, *, actor: StaffMember, now: datetime) -> None:
    """A reset that was to be performed in CM/ECF cannot be: its ticket goes back to review with the reason."""
    why = without_addresses(why)
    if not why:
        raise NotPossibleError("Say why it cannot be performed.")
    with transaction() as session:
        reset = _locked_reset(session, reset_id)
        _require_to_do(reset)
        return_to_staff(session, reset, f"Not performed by {actor.name}: {why}", actor=actor, now=now)


def _locked_reset(session: Session, reset_id: int) -> Reset:
    found = session.get(Reset, reset_id)
    if found is None:
        raise NotFoundError("There is no such reset.")
    locked(session, found.ticket_id)  # a ticket before what belongs to it, everywhere
    return session.get_one(Reset, reset_id, with_for_update=True, populate_existing=True)


def _require_to_do(reset: Reset) -> None:
    if reset.state != ResetState.TO_DO.value:
        raise NotPossibleError("This reset is not waiting to be performed any more.")


def _new_reset(
    session: Session,
    ticket: Ticket,
    record: FilerRow,
    actor: StaffMember,
    second: SecondNeeded | None,
    why: str,
    now: datetime,
) -> Reset:
    reset = Reset(
        ticket_id=ticket.id,
        filer_id=record.id,
        approved_by=actor.id,
        approved_at=now,
        due_at=now,
        primary_seal=seal_of_approved(record),
        state=(ResetState.PROPOSED if second else ResetState.OPEN).value,
        needs_second=second is not None,
        needed_role=(second.role if second else Role.CLERK).value,
        doubts=[doubt.value for doubt in second.doubts] if second else [],
        why=why,
        outcome="",
    )
    session.add(reset)
    session.flush()
    return reset


def _record_approval(
    session: Session, reset: Reset, record: FilerRow, press: Press, *, actor: StaffMember, rules: str, now: datetime
) -> None:
    audit.record(
        session,
        "reset_approved",
        actor=actor,
        now=now,
        ticket_id=reset.ticket_id,
        reset=reset.id,
        filer=record.ecf_user_id,
        roll=roster.version(),
        rules=rules,
        confirmed=press.confirmed,
        doubts=reset.doubts,
        why=reset.why,
    )


def _set_off(session: Session, reset: Reset, ticket: Ticket, policy: Approving, now: datetime) -> None:
    """Everybody who must has approved: the mail to the primary address leaves when the undo time is over."""
    reset.due_at = now + timedelta(seconds=policy.undo_seconds)
    session.flush()  # the database accepts the mail only for an approved reset
    template = "reset_link" if policy.connector is Connector.LINK else "reset_approved"
    outbox.queue_to_primary(
        session, reset, OutboxKind.RESET, template=template, court=policy.court, due_at=reset.due_at, now=now
    )
    touched(ticket, TicketState.HELD, now)
    ticket.answered_at = ticket.answered_at or now


def _remember_where_it_stood(ticket: Ticket) -> None:
    """For the case that the approval is undone. What sleeps is awake then, as if its time had come."""
    if ticket.state != TicketState.SNOOZED.value:
        ticket.parked_state = ticket.state
    elif ticket.parked_state != TicketState.READY.value:
        ticket.parked_state = TicketState.REVIEW.value


def _written_reason(why: str, second: SecondNeeded | None) -> str:
    """The first person's reason, where the rules want one."""
    if second is None:
        return ""
    why = without_addresses(why)
    if second.say_why and not why:
        raise NeedsConfirmationError("Write down why a reset is right all the same; a second person will read it.")
    return why


def _require_other_person(session: Session, reset: Reset, actor: StaffMember) -> None:
    if actor.id == reset.approved_by:
        raise NotAllowedError("You approved this reset yourself; somebody else must agree to it.")
    needed = Role(reset.needed_role)
    first = session.get_one(Staff, reset.approved_by, populate_existing=True)
    if first.disabled_at is not None:
        raise NotAllowedError(
            f"{first.name} approved this and has no access any more. Return it and approve it anew."
        )
    if not (actor.role.includes(needed) or Role(first.role).includes(needed)):
        raise NotAllowedError(f"For this reset one of the two people must be a {needed.value}.")


def _withdrawn(session: Session, reset: Reset) -> bool:
    """Whether nothing of the reset has left, nor can leave any more."""
    if reset.state == ResetState.PROPOSED.value:
        return True
    return reset.state == ResetState.OPEN.value and outbox.withdraw(session, reset.id)


def _already_approved(session: Session, ticket: Ticket, filer: str, actor: StaffMember) -> int | None:
    reset = _open_reset(session, ticket)
    if reset is None or reset.approved_by != actor.id:
        return None
    record = session.get_one(FilerRow, reset.filer_id)
    return reset.id if record.ecf_user_id == filer else None


def _open_reset(session: Session, ticket: Ticket) -> Reset | None:
    return session.execute(
        select(Reset).where(Reset.ticket_id == ticket.id, Reset.state.in_(ON_ITS_WAY))
    ).scalar_one_or_none()


def _why_taken(ticket_id: int, filer: str) -> str:
    """Which reset is in the way of another one for this ticket or this filer."""
    on_its_way = select(Reset.ticket_id).where(Reset.state.in_(ON_ITS_WAY)).limit(1)
    of_filer = on_its_way.join(FilerRow, FilerRow.id == Reset.filer_id).where(FilerRow.ecf_user_id == filer)
    other = db.session.execute(of_filer).scalar_one_or_none()
    if other is not None:
        return f"A reset for this filer is already on its way: ticket #{other}."
    if db.session.execute(on_its_way.where(Reset.ticket_id == ticket_id)).scalar_one_or_none() is not None:
        return "A reset of this ticket for another record waits to be performed. Mark it done or return it first."
    return "Another reset for this filer was on its way until a moment ago. Look at the ticket again."
