"""A message becomes part of a ticket: the ticket's row, the mail as it was read, what was decided about it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.decide import likeliest
from helpdesk.policy import Condition
from helpdesk.store import stored
from helpdesk.store.cases import alerts, asking
from helpdesk.store.cases.arriving import Arriving, Triaged
from helpdesk.store.cases.changes import RESET_ON_ITS_WAY
from helpdesk.store.cases.returning import came_in_meanwhile, to_review
from helpdesk.store.models import Decision as DecisionRow
from helpdesk.store.models import ReadMail, Ticket
from helpdesk.store.together import numbered, put_all
from helpdesk.understand.caution.passwords import covered
from helpdesk.vocabulary import (
    Arrival,
    Category,
    Decision,
    FilerRequest,
    Place,
    Reason,
    Route,
    Severity,
    Signal,
    SignalName,
    Stated,
    TicketState,
)

KEPT_CANDIDATES = 9  # one for each key of the ticket page
_WAITS = (TicketState.WAITING.value, TicketState.SNOOZED.value)
_FINISHED = tuple(
    state.value for state in (TicketState.CLOSED, TicketState.ANSWERED, TicketState.SENT, TicketState.DECLINED)
)
_ABOUT_TO_BE_RESET = (TicketState.READY, *RESET_ON_ITS_WAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A message that gets a ticket of its own, and how that begins. refers_to: the ticket whose letter it answers."""

    mail: Arriving
    state: TicketState
    refers_to: int | None = None
    arrived_by: Arrival = Arrival.MAIL
    created_by: int | None = None  # the member of staff who entered it


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ticket that begins in this transaction."""

    ticket_id: int
    thread_token: str


def open_tickets(session: Session, openings: Sequence[Opening], now: datetime) -> list[Opened]:
    """New tickets with what the queue shows of them, within the caller's transaction."""
    records = proposed_records(session, [opening.mail.triaged.decision for opening in openings])
    rows = [_row(opening, record, now) for opening, record in zip(openings, records, strict=True)]
    numbers = numbered(session, Ticket, rows, by="thread_token")
    return [Opened(ticket_id=numbers[row["thread_token"]], thread_token=row["thread_token"]) for row in rows]


def _row(opening: Opening, record: int | None, now: datetime) -> dict[str, Any]:
    triaged, state = opening.mail.triaged, opening.state
    message, understanding, decision = triaged.message, triaged.understanding, triaged.decision
    sender = message.senders[0] if message.senders else None
    return {
        "state": state.value,
        "route": decision.route.value,
        "category": understanding.category.value,
        "urgent": understanding.urgent,
        "subject": covered(message.subject, Place.SUBJECT, understanding.passwords),
        "sender_name": sender.display_name if sender else "",
        "sender_address": sender.address if sender else "",
        "language": understanding.language,
        "thread_token": secrets.token_hex(8),
        "filer_id": record,
        "refers_to": opening.refers_to,
        "summary": _summary(decision),
        "arrived_by": opening.arrived_by.value,
        "created_by": opening.created_by,
        "received_at": opening.mail.at,
        "created_at": now,
        "updated_at": now,
        "answered_at": now if state is TicketState.ANSWERED else None,
        "closed_at": now if state in (TicketState.ANSWERED, TicketState.SPAM) else None,
    }


def join(session: Session, ticket: Ticket, triaged: Triaged, record: int | None, now: datetime) -> None:
    """A message joins a ticket. Thanks change nothing; anything else brings a ticket that rests back before staff.

    record: the one that its first request names, where it names one.
    """
    understanding, decision = triaged.understanding, triaged.decision
    ticket.version += 1
    ticket.updated_at = now
    if understanding.thanks_only:
        return
    ticket.urgent = ticket.urgent or understanding.urgent
    if ticket.state in (*_WAITS, *_FINISHED):
        ready = decision.route is Route.READY and may_be_ready(session, ticket)
        ticket.state = (TicketState.READY if ready else TicketState.REVIEW).value
        ticket.route = (Route.READY if ready else Route.REVIEW).value
        ticket.closed_at = ticket.snoozed_until = ticket.parked_state = None
        if decision.requests:
            propose(ticket, decision, record)
    elif ticket.state in _ABOUT_TO_BE_RESET:
        _told_of(ticket, triaged, record, now)


def _told_of(ticket: Ticket, triaged: Triaged, record: int | None, now: datetime) -> None:
    """Whoever approves, or has approved, learns what a further mail says."""
    ready = TicketState.READY.value in (ticket.state, ticket.parked_state)
    if ready and _leaves_ready(ticket, triaged, record):
        return
    decision = triaged.decision
    why = " ".join(["A later mail needs a look:", *(reason.text for reason in decision.reasons[:1])])
    if ticket.state == TicketState.READY.value:
        to_review(ticket, why, now)
    else:
        came_in_meanwhile(ticket, why)


def may_be_ready(session: Session, ticket: Ticket) -> bool:
    """What somebody declined, and what there is a warning about, is looked at whatever the newest mail says."""
    return ticket.state != TicketState.DECLINED.value and not alerts.of_ticket(session, ticket.id)


def _leaves_ready(ticket: Ticket, triaged: Triaged, record: int | None) -> bool:
    """Whether a further mail says nothing that a clerk should know before a single key approves."""
    decision = triaged.decision
    if any(signal.severity is Severity.WARNING for signal in all_signals(decision)):
        return False
    if not decision.requests:
        return triaged.understanding.category is Category.FOLLOW_UP
    return decision.route is Route.READY and record == ticket.filer_id


def propose(ticket: Ticket, decision: Decision, record: int | None) -> None:
    """Put the record that the first request names, and what the queue shows of it, onto the ticket."""
    ticket.summary = _summary(decision)
    ticket.filer_chosen_by = None
    ticket.filer_id = record


def _summary(decision: Decision) -> dict[str, Any]:
    """What the queue shows."""
    request = decision.requests[0] if decision.requests else None
    top = request.ranking.candidates[0] if request and request.ranking.candidates else None
    return {
        "requests": len(decision.requests),
        "candidates": len(request.ranking.candidates) if request else 0,
        "name": top.filer.full_name if top else _value(request.claim.name if request else None),
        "bar_id": top.filer.bar_id if top else _value(request.claim.bar_id if request else None),
        "levels": {item.field.value: item.level.value for item in top.evidence} if top else {},
        "probability": top.probability if top else None,
        "reasons": [reason.text for reason in decision.reasons],
        "warnings": sum(signal.severity is Severity.WARNING for signal in all_signals(decision)),
        "warned": _warned_of(decision),
        "more": next((one.reason for one in all_signals(decision) if one.name is SignalName.SAYS_MORE), ""),
    }


def _warned_of(decision: Decision) -> list[str]:
    """What a careful look is asked for, where the first reason says no more than that."""
    if not decision.reasons or decision.reasons[0].key != Condition.WARNING.value:
        return []
    warnings = (signal for signal in all_signals(decision) if signal.severity is Severity.WARNING)
    return list(dict.fromkeys(signal.name.value for signal in warnings))


def proposed_record(session: Session, decision: Decision) -> int | None:
    """The record that the first request names, where it names one."""
    return proposed_records(session, [decision])[0]


def proposed_records(session: Session, decisions: Sequence[Decision]) -> list[int | None]:
    """For each decision the record that its first request names."""
    tops = [likeliest(decision.requests[0]) if decision.requests else None for decision in decisions]
    ids = asking.records(session, (top.filer.ecf_user_id for top in tops if top))
    return [ids.get(top.filer.ecf_user_id) if top else None for top in tops]


def all_signals(decision: Decision) -> tuple[Signal, ...]:
    """Signals of the message and of each request, each once."""
    found = [*decision.signals, *(signal for request in decision.requests for signal in request.signals)]
    return tuple(dict.fromkeys(found))


def _value(stated: Stated | None) -> str:
    return stated.value if stated else ""


def keep(
    session: Session, mails: Sequence[tuple[Arriving, int]], now: datetime, *, written_to: Ticket | None = None
) -> None:
    """Keep messages as they were read, each with its ticket's number, and the decisions with all they rest on.

    written_to: the part of the ticket to whose letter they are an answer, where there is one.
    """
    read = [_as_read(mail, written_to.id if written_to else ticket_id) for mail, ticket_id in mails]
    put_all(session, ReadMail, read)
    decide(session, mails, now)


def decide(session: Session, mails: Sequence[tuple[Arriving, int]], now: datetime) -> None:
    """Keep what was decided about messages for other tickets, whose pages then show the messages too."""
    put_all(session, DecisionRow, [_as_decided(mail, ticket_id, now) for mail, ticket_id in mails])


def _as_read(mail: Arriving, ticket_id: int) -> dict[str, Any]:
    message, passwords = mail.triaged.message, mail.triaged.understanding.passwords
    return {
        "ledger_id": mail.entry.id,
        "ticket_id": ticket_id,
        "subject": covered(message.subject, Place.SUBJECT, passwords),
        "sender_line": message.sender_line,
        "sender_address": message.sender.address if message.sender else "",
        "received_at": message.received_at or message.sent_at,
        "text": covered(message.text, Place.TEXT, passwords),
        "headers": {
            "to": [address.address for address in message.to],
            "cc": [address.address for address in message.cc],
            "reply_to": [address.address for address in message.reply_to],
            "authentication": stored.to_json(stored.authentication, message.authentication),
            "defects": [defect.why for defect in message.defects],
            "hidden_text": message.hidden_text[:2000],
            "has_html": message.html is not None,
        },
        "sections": stored.to_json(stored.sections, message.sections),
        "attachments": stored.to_json(stored.attachments, message.attachments),
    }


def _as_decided(mail: Arriving, ticket_id: int, now: datetime) -> dict[str, Any]:
    understanding, decision = mail.triaged.understanding, mail.triaged.decision
    return {
        "ticket_id": ticket_id,
        "ledger_id": mail.entry.id,
        "decided_at": now,
        "route": decision.route.value,
        "category": understanding.category.value,
        "wants": [want.value for want in understanding.wants],
        "why": understanding.why,
        "reasons": stored.to_json(stored.reasons, decision.reasons),
        "signals": stored.to_json(stored.signals, decision.signals),
        "requests": stored.to_json(stored.requests, tuple(map(_shortened, decision.requests))),
        "missing": [item.value for item in understanding.missing],
        "reply": decision.reply,
        "rules_digest": decision.rules_digest,
        "roll_version": decision.roll_version,
    }


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
