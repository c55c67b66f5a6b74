"""One mail that asks for several filers becomes a ticket for each, so that each is decided for itself.

The mail stays with the first ticket; the others refer to it. Nothing is sent: the requester had their one reply when
the mail came in, and each reset goes to its own filer's primary address with nothing about the others.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotPossibleError
from helpdesk.store import audit, stored
from helpdesk.store.cases.changes import current, touched, workable
from helpdesk.store.cases.returning import to_review
from helpdesk.store.database import transaction
from helpdesk.store.incoming import opening
from helpdesk.store.models import Decision as DecisionRow
from helpdesk.store.models import Ticket
from helpdesk.store.roll import roster
from helpdesk.understand.understanding import missing_in
from helpdesk.vocabulary import Decision, FilerRequest, Route, StaffMember, TicketState

_DECISIONS_READ = 20  # newest of a ticket
_DOUBTFUL = "The ticket that this is a part of was declined, or there was a warning about it."
_CHANGED = "The record changed since this was decided."


def split(ticket_id: int, *, version: int, actor: StaffMember, now: datetime) -> tuple[int, ...]:
    """Give every request of a mail its own ticket; returns the numbers of all, the ticket's own first."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        decided = _newest(session, ticket_id)
        requests = stored.requests.validate_python(decided.requests) if decided else ()
        if decided is None or len(requests) < 2:
            raise NotPossibleError("This ticket is about one filer only; there is nothing to split.")
        doubt = "" if opening.may_be_ready(session, ticket) else _DOUBTFUL
        others = [_opened(session, ticket, now) for _ in requests[1:]]
        for part, request in zip((ticket, *others), requests, strict=True):
            _decide(session, part, decided, request, doubt, now)
        numbers = tuple(other.id for other in others)
        audit.record(session, "split", actor=actor, now=now, ticket_id=ticket.id, into=list(numbers))
        for other in others:
            audit.record(session, "split_off", actor=actor, now=now, ticket_id=other.id, out_of=ticket.id)
        return ticket.id, *numbers


def _newest(session: Session, ticket_id: int) -> DecisionRow | None:
    """The newest decision that names filers: the one on the page."""
    newest = select(DecisionRow).where(DecisionRow.ticket_id == ticket_id).order_by(DecisionRow.id.desc())
    return next((row for row in session.execute(newest.limit(_DECISIONS_READ)).scalars() if row.requests), None)


def _opened(session: Session, ticket: Ticket, now: datetime) -> Ticket:
    """A ticket for another filer of the same mail."""
    other = Ticket(
        state=TicketState.NEW.value,
        route=ticket.route,
        category=ticket.category,
        urgent=ticket.urgent,
        subject=ticket.subject,
        sender_name=ticket.sender_name,
        sender_address=ticket.sender_address,
        language=ticket.language,
        thread_token=secrets.token_hex(8),
        arrived_by=ticket.arrived_by,
        created_by=ticket.created_by,
        assigned_to=ticket.assigned_to,
        split_from=ticket.id,
        received_at=ticket.received_at,
        created_at=now,
        updated_at=now,
        answered_at=ticket.answered_at,
        summary={},
    )
    session.add(other)
    session.flush()
    return other


def _decide(
    session: Session, ticket: Ticket, whole: DecisionRow, request: FilerRequest, doubt: str, now: datetime
) -> None:
    """The part of the decision that is about this request becomes the ticket's own. doubt: why it is not ready."""
    decision = Decision(
        route=request.route,
        reasons=request.reasons,
        signals=stored.signals.validate_python(whole.signals),
        requests=(request,),
        reply=None,
        rules_digest=whole.rules_digest,
        roll_version=whole.roll_version,
    )
    session.add(
        DecisionRow(
            ticket_id=ticket.id,
            ledger_id=whole.ledger_id,
            decided_at=now,
            route=decision.route.value,
            category=whole.category,
            wants=whole.wants,
            why=whole.why,
            reasons=stored.to_json(stored.reasons, decision.reasons),
            signals=whole.signals,
            requests=stored.to_json(stored.requests, decision.requests),
            missing=[item.value for item in missing_in((request.claim,))],
            reply=None,
            rules_digest=decision.rules_digest,
            roll_version=decision.roll_version,
        )
    )
    record = opening.proposed_record(session, decision)
    opening.propose(ticket, decision, record)
    ticket.route = decision.route.value
    if decision.route is not Route.READY:
        touched(ticket, TicketState.REVIEW, now)
    elif doubt or roster.has_changed(record, whole.roll_version):
        to_review(ticket, doubt or _CHANGED, now)
    else:
        touched(ticket, TicketState.READY, now)
