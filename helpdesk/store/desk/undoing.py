"""Taking back what one has just done to a ticket. Approvals have their own way, in ``resets``."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.audit import EventView
from helpdesk.store.cases import messages
from helpdesk.store.cases.changes import current, touched, workable
from helpdesk.store.database import transaction
from helpdesk.store.models import Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.store.roll import roster
from helpdesk.vocabulary import StaffMember, TicketState

TOO_LATE = "The time to undo this is over. Reopen the ticket instead."
UNDOABLE = ("closed", "declined", "spam", "snoozed", "reply_queued", "assigned")
_AGAIN = (TicketState.READY, TicketState.REVIEW, TicketState.WAITING, TicketState.ANSWERED, TicketState.SENT)


def take_back(ticket_id: int, *, version: int, within: timedelta, actor: StaffMember, now: datetime) -> None:
    """Undo the last thing that happened to a ticket, where this person did it a moment ago."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        last = next((event for event in audit.events(ticket_id=ticket_id, limit=5) if event.kind in UNDOABLE), None)
        if last is None or last.actor != actor.login or now - last.at > within:
            raise NotPossibleError(TOO_LATE)
        if last.kind == "assigned":
            _assigned_as_before(ticket, last, now)
        else:
            _as_before(session, ticket, last, now)
        audit.record(session, "taken_back", actor=actor, now=now, ticket_id=ticket.id, what=last.kind)


def _assigned_as_before(ticket: Ticket, last: EventView, now: datetime) -> None:
    if "was_with" not in last.details:
        raise NotPossibleError(TOO_LATE)
    ticket.assigned_to = last.details["was_with"]
    touched(ticket, TicketState(ticket.state), now)


def _as_before(session: Session, ticket: Ticket, last: EventView, now: datetime) -> None:
    workable(ticket)
    if "was" not in last.details:
        raise NotPossibleError(TOO_LATE)
    if last.kind == "reply_queued" and not outbox.withdraw_reply(session, last.details["dedupe"]):
        raise NotPossibleError("Too late to undo: the letter is already on its way.")
    was = TicketState(last.details["was"])
    if ticket.answered_at == last.at:
        ticket.answered_at = None
    anew = was is TicketState.READY and _record_changed(ticket)
    touched(ticket, was if was in _AGAIN and not anew else TicketState.REVIEW, now)


def _record_changed(ticket: Ticket) -> bool:
    """Whether the record is not as it was when the ticket was found ready."""
    return roster.has_changed(ticket.filer_id, messages.newest_decision(ticket.id).roll_version)
