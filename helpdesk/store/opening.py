"""A message becomes part of a ticket: the ticket's row, the mail as it was read, what was decided about it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.decide import likeliest
from helpdesk.store import alerts, stored
from helpdesk.store.database import ask, put
from helpdesk.store.models import Decision as DecisionRow
from helpdesk.store.models import FilerRow, LedgerEntry, ReadMail, Ticket
from helpdesk.store.returning import to_review
from helpdesk.understand.passwords import covered
from helpdesk.vocabulary import (
    Candidate,
    Category,
    Decision,
    FilerRequest,
    Message,
    Place,
    Reason,
    Route,
    Severity,
    Signal,
    Stated,
    TicketState,
    Understanding,
)

KEPT_CANDIDATES = 9  # one for each key of the ticket page
_RECORD = select(FilerRow.id).where(FilerRow.ecf_user_id == bindparam("filer"))
_WAITS = (TicketState.WAITING.value, TicketState.SNOOZED.value)
_FINISHED = tuple(
    state.value for state in (TicketState.CLOSED, TicketState.ANSWERED, TicketState.SENT, TicketState.DECLINED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """One message with what the core made of it."""

    message: Message
    understanding: Understanding
    decision: Decision


def open_ticket(session: Session, triaged: Triaged, stored_at: datetime, now: datetime) -> Ticket:
    """A new ticket with what the queue shows of it, within the caller's transaction; its state is set later."""
    message, understanding, decision = triaged.message, triaged.understanding, triaged.decision
    sender = message.senders[0] if message.senders else None
    ticket = Ticket(
        state=TicketState.NEW.value,
        route=decision.route.value,
        category=understanding.category.value,
        urgent=understanding.urgent,
        subject=covered(message.subject, Place.SUBJECT, understanding.passwords),
        sender_name=sender.display_name if sender else "",
        sender_address=sender.address if sender else "",
        language=understanding.language,
        thread_token=secrets.token_hex(8),
        received_at=came_in(message, stored_at),
        created_at=now,
        updated_at=now,
        summary={},
    )
    propose(session, ticket, decision)
    session.add(ticket)
    session.flush()
    return ticket


def came_in(message: Message, stored_at: datetime) -> datetime:
    """When a message reached the court: as its mail server says, and never after it was stored here."""
    return min(message.received_at or stored_at, stored_at)


def join(session: Session, ticket: Ticket, triaged: Triaged, now: datetime) -> None:
    """A message joins a ticket. Thanks change nothing; anything else brings a ticket that rests back before staff."""
    understanding, decision = triaged.understanding, triaged.decision
    ticket.version += 1
    ticket.updated_at = now
    if understanding.thanks_only:
        return
    ticket.urgent = ticket.urgent or understanding.urgent
    if ticket.state in (*_WAITS, *_FINISHED):
        ready = decision.route is Route.READY and _may_be_ready(session, ticket)
        ticket.state = (TicketState.READY if ready else TicketState.REVIEW).value
        ticket.route = (Route.READY if ready else Route.REVIEW).value
        ticket.closed_at = ticket.snoozed_until = ticket.parked_state = None
        if decision.requests:
            propose(session, ticket, decision)
    elif ticket.state == TicketState.READY.value and not _leaves_ready(session, ticket, triaged):
        to_review(ticket, f"A later mail needs a look: {decision.reasons[0].text}", now)


def _may_be_ready(session: Session, ticket: Ticket) -> bool:
    """What somebody declined, and what there is a warning about, is looked at whatever the newest mail says."""
    return ticket.state != TicketState.DECLINED.value and not alerts.of_ticket(session, ticket.id)


def _leaves_ready(session: Session, ticket: Ticket, triaged: Triaged) -> bool:
    """Whether a further mail says nothing that a clerk should know before a single key approves."""
    decision = triaged.decision
    if any(signal.severity is Severity.WARNING for signal in all_signals(decision)):
        return False
    if not decision.requests:
        return triaged.understanding.category is Category.FOLLOW_UP
    return decision.route is Route.READY and proposed_record(session, decision) == ticket.filer_id


def propose(session: Session, ticket: Ticket, decision: Decision) -> None:
    """Put the top candidate and what the queue shows of it onto the ticket."""
    request = decision.requests[0] if decision.requests else None
    top = _top(decision)
    ticket.summary = {
        "requests": len(decision.requests),
        "candidates": len(request.ranking.candidates) if request else 0,
        "name": top.filer.full_name if top else _value(request.claim.name if request else None),
        "bar_id": top.filer.bar_id if top else _value(request.claim.bar_id if request else None),
        "levels": {item.field.value: item.level.value for item in top.evidence} if top else {},
        "probability": top.probability if top else None,
        "reasons": [reason.text for reason in decision.reasons],
        "warnings": sum(signal.severity is Severity.WARNING for signal in all_signals(decision)),
    }
    ticket.filer_chosen_by = None
    ticket.filer_id = proposed_record(session, decision)


def _top(decision: Decision) -> Candidate | None:
    candidates = decision.requests[0].ranking.candidates if decision.requests else ()
    return candidates[0] if candidates else None


def proposed_record(session: Session, decision: Decision) -> int | None:
    """The record that the first request names, where it names one."""
    top = likeliest(decision.requests[0]) if decision.requests else None
    if top is None:
        return None
    found: int | None = ask(session, _RECORD, filer=top.filer.ecf_user_id).scalar_one_or_none()
    return found


def all_signals(decision: Decision) -> tuple[Signal, ...]:
    """Signals of the message and of each request, each once."""
    found = [*decision.signals, *(signal for request in decision.requests for signal in request.signals)]
    return tuple(dict.fromkeys(found))


def _value(stated: Stated | None) -> str:
    return stated.value if stated else ""


def keep(session: Session, entry: LedgerEntry, ticket: Ticket, triaged: Triaged, now: datetime) -> None:
    """Keep the message as it was read and the decision with all it rests on."""
    message, passwords = triaged.message, triaged.understanding.passwords
    put(
        session,
        ReadMail,
        ledger_id=entry.id,
        ticket_id=ticket.id,
        subject=covered(message.subject, Place.SUBJECT, passwords),
        sender_line=message.sender_line,
        sender_address=message.sender.address if message.sender else "",
        received_at=message.received_at or message.sent_at,
        text=covered(message.text, Place.TEXT, passwords),
        headers={
            "to": [address.address for address in message.to],
            "cc": [address.address for address in message.cc],
            "reply_to": [address.address for address in message.reply_to],
            "authentication": stored.to_json(stored.authentication, message.authentication),
            "defects": list(message.defects),
            "hidden_text": message.hidden_text[:2000],
            "has_html": message.html is not None,
        },
        sections=stored.to_json(stored.sections, message.sections),
        attachments=stored.to_json(stored.attachments, message.attachments),
    )
    decide(session, ticket, entry.id, triaged, now)


def decide(session: Session, ticket: Ticket, ledger_id: int, triaged: Triaged, now: datetime) -> None:
    """Keep what was decided about a message for a ticket, whose page then shows the message."""
    understanding, decision = triaged.understanding, triaged.decision
    put(
        session,
        DecisionRow,
        ticket_id=ticket.id,
        ledger_id=ledger_id,
        decided_at=now,
        route=decision.route.value,
        category=understanding.category.value,
        wants=[want.value for want in understanding.wants],
        why=understanding.why,
        reasons=stored.to_json(stored.reasons, decision.reasons),
        signals=stored.to_json(stored.signals, decision.signals),
        requests=stored.to_json(stored.requests, tuple(_shortened(request) for request in decision.requests)),
        missing=[item.value for item in understanding.missing],
        reply=decision.reply,
        rules_digest=decision.rules_digest,
        roll_version=decision.roll_version,
    )


def _shortened(request: FilerRequest) -> FilerRequest:
    ranking = replace(request.ranking, candidates=request.ranking.candidates[:KEPT_CANDIDATES])
    return replace(request, ranking=ranking)


def warned(decision: Decision, signal: Signal) -> Decision:
    """The decision with one more warning: a person must look, even where an automatic answer goes out."""
    reason = Reason(key=signal.name.value, text=signal.reason)
    if decision.route is Route.IGNORE:
        return replace(decision, signals=(*decision.signals, signal))
    return replace(
        decision,
        route=Route.REVIEW,
        signals=(*decision.signals, signal),
        reasons=(reason, *decision.reasons),
    )
