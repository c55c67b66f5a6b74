"""A stored message becomes a ticket, joins one, or is set aside: one transaction, reply and record included."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit, bounces, copies, outbox, stored, threads
from helpdesk.store.database import db, transaction
from helpdesk.store.models import Decision as DecisionRow
from helpdesk.store.models import FilerRow, LedgerEntry, ReadMail, Ticket
from helpdesk.vocabulary import (
    SYSTEM,
    Category,
    Decision,
    Delivery,
    FilerRequest,
    Letter,
    Message,
    Reason,
    Route,
    Severity,
    Signal,
    SignalName,
    Stated,
    TicketState,
    Understanding,
)

ReplyWriter = Callable[[str, int, str, Message, Understanding], Letter]
"""(template, ticket number, subject tag, message, understanding) -> the letter. It sees no record: invariant 3."""

KEPT_CANDIDATES = 9  # one for each key of the ticket page
_REQUEST_WINDOW = timedelta(days=30)
_FINISHED = (TicketState.CLOSED, TicketState.ANSWERED, TicketState.SENT, TicketState.DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The court's policy that intake needs, and how its replies are written."""

    court: policy.Court
    replies: policy.Replies
    limits: policy.MailLimits
    write_reply: ReplyWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """One message with what the core made of it."""

    message: Message
    understanding: Understanding
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one message."""

    delivery: Delivery
    ticket_id: int | None


def other_senders(ecf_user_id: str, sender_address: str, *, now: datetime) -> tuple[str, ...]:
    """Other addresses that recently asked for this filer: a sign of impersonation."""
    rows = db.session.execute(
        select(Ticket.sender_address)
        .join(FilerRow, FilerRow.id == Ticket.filer_id)
        .where(
            FilerRow.ecf_user_id == ecf_user_id,
            Ticket.sender_address != sender_address,
            Ticket.created_at > now - _REQUEST_WINDOW,
        )
        .distinct()
        .limit(20)
    ).scalars()
    return tuple(sorted(rows))


def settle(ledger_id: int, triaged: Triaged, *, house: House, now: datetime) -> Settled:
    """Give a stored message its place. Does nothing more for one that has its place already."""
    message, understanding = triaged.message, triaged.understanding
    with transaction() as session:
        entry = session.get_one(LedgerEntry, ledger_id, with_for_update=True)
        if entry.state != Delivery.STORED.value:
            return Settled(delivery=Delivery(entry.state), ticket_id=entry.ticket_id)
        entry.content_key, entry.message_id, entry.settled_at = message.content_key, copies.id_of(message), now
        thread = threads.find(session, message)
        if understanding.category is Category.AUTOMATIC:
            why = message.machine.reason if message.machine else understanding.why
            of_letter = bounces.tie(session, entry, message, now=now)
            return _ignore(session, entry, why, of_letter or (thread.ticket.id if thread else None), now)
        copy = copies.earlier_copy(session, entry)
        if copy is not None:
            return _ignore(session, entry, f"The same mail as message {copy.id}.", copy.ticket_id, now)
        decision = _with_reuse_signal(session, entry, triaged.decision)
        triaged = replace(triaged, decision=_too_large(decision, entry) if entry.truncated else decision)
        if thread is not None and thread.joins:
            ticket, delivery = _attach(session, thread.ticket, triaged, now), Delivery.ATTACHED
        else:
            triaged = _apart(triaged, thread)
            ticket, delivery = open_ticket(session, triaged, entry.stored_at, now), Delivery.TICKETED
            ticket.refers_to = thread.ticket.id if thread else None
        entry.ticket_id, entry.state = ticket.id, delivery.value
        keep(session, entry, ticket, triaged, now)
        if delivery is Delivery.TICKETED:
            answered = _reply(session, ticket, entry, triaged, house, now)
            _begin(ticket, _first_state(triaged, house.replies, answered=answered), now)
        _record(session, entry, ticket, triaged, now)
        return Settled(delivery=delivery, ticket_id=ticket.id)


def _begin(ticket: Ticket, state: TicketState, now: datetime) -> None:
    ticket.state = state.value
    ticket.answered_at = now if state is TicketState.ANSWERED else None
    ticket.closed_at = now if state in (TicketState.ANSWERED, TicketState.SPAM) else None


def _record(session: Session, entry: LedgerEntry, ticket: Ticket, triaged: Triaged, now: datetime) -> None:
    audit.record(
        session,
        entry.state,
        actor=SYSTEM,
        now=now,
        ticket_id=ticket.id,
        ledger=entry.id,
        sha256=entry.sha256,
        route=triaged.decision.route.value,
        category=triaged.understanding.category.value,
        reasons=[reason.key for reason in triaged.decision.reasons],
        rules=triaged.decision.rules_digest,
        roll=triaged.decision.roll_version,
        points_at=ticket.refers_to if entry.state == Delivery.TICKETED.value else None,
    )


def _ignore(session: Session, entry: LedgerEntry, why: str, ticket_id: int | None, now: datetime) -> Settled:
    entry.state, entry.reason, entry.ticket_id = Delivery.IGNORED.value, why, ticket_id
    audit.record(session, "ignored", actor=SYSTEM, now=now, ticket_id=ticket_id, ledger=entry.id, reason=why)
    return Settled(delivery=Delivery.IGNORED, ticket_id=ticket_id)


def _with_reuse_signal(session: Session, entry: LedgerEntry, decision: Decision) -> Decision:
    other = copies.other_content(session, entry)
    if other is None:
        return decision
    signal = Signal(
        name=SignalName.MESSAGE_ID_REUSED,
        severity=Severity.WARNING,
        reason=f"Another mail (message {other}) carries the same Message-ID with other content.",
    )
    return _warned(decision, signal)


def _too_large(decision: Decision, entry: LedgerEntry) -> Decision:
    """What is known only in part is never ready and never answered for good."""
    text = "The message is too large; only its beginning was fetched."
    if entry.outline:
        text += f" On the server it has: {'; '.join(entry.outline.splitlines())}."
    if decision.route is Route.IGNORE:
        return decision
    return replace(decision, route=Route.REVIEW, reasons=(Reason(key="too_large", text=text), *decision.reasons))


def _apart(triaged: Triaged, thread: threads.Thread | None) -> Triaged:
    """A mail that answers a ticket in which its sender takes no part stands for itself, and says so."""
    if thread is None:
        return triaged
    signal = Signal(
        name=SignalName.ANSWERS_ANOTHER,
        severity=Severity.WARNING,
        reason=f"It answers a letter of ticket #{thread.ticket.id}, in which its sender takes no part.",
    )
    return replace(triaged, decision=_warned(triaged.decision, signal))


def _warned(decision: Decision, signal: Signal) -> Decision:
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


def open_ticket(session: Session, triaged: Triaged, stored_at: datetime, now: datetime) -> Ticket:
    """A new ticket with what the queue shows of it, within the caller's transaction; its state is set later."""
    message, understanding, decision = triaged.message, triaged.understanding, triaged.decision
    sender = message.senders[0] if message.senders else None
    ticket = Ticket(
        state=TicketState.NEW.value,
        route=decision.route.value,
        category=understanding.category.value,
        urgent=understanding.urgent,
        subject=message.subject,
        sender_name=sender.display_name if sender else "",
        sender_address=sender.address if sender else "",
        language=understanding.language,
        thread_token=secrets.token_hex(8),
        received_at=min(message.received_at or stored_at, stored_at),
        created_at=now,
        updated_at=now,
        summary={},
    )
    propose(session, ticket, decision)
    session.add(ticket)
    session.flush()
    return ticket


def _attach(session: Session, ticket: Ticket, triaged: Triaged, now: datetime) -> Ticket:
    """A reply joins its ticket. Thanks change nothing; anything else brings the ticket back before staff."""
    understanding, decision = triaged.understanding, triaged.decision
    ticket.version += 1
    ticket.updated_at = now
    if understanding.thanks_only:
        return ticket
    waits = ticket.state in (TicketState.WAITING.value, TicketState.SNOOZED.value)
    if waits or ticket.state in [state.value for state in _FINISHED]:
        complete = decision.route is Route.READY
        ticket.state = (TicketState.READY if complete else TicketState.REVIEW).value
        ticket.route = (Route.READY if complete else Route.REVIEW).value
        ticket.closed_at = ticket.snoozed_until = ticket.parked_state = None
        if decision.requests:
            propose(session, ticket, decision)
    ticket.urgent = ticket.urgent or understanding.urgent
    return ticket


def propose(session: Session, ticket: Ticket, decision: Decision) -> None:
    """Put the top candidate and what the queue shows of it onto the ticket."""
    request = decision.requests[0] if decision.requests else None
    top = request.ranking.candidates[0] if request and request.ranking.candidates else None
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
    ticket.filer_id = (
        session.execute(select(FilerRow.id).where(FilerRow.ecf_user_id == top.filer.ecf_user_id)).scalar_one_or_none()
        if top and top.probability > _floor(request)
        else None
    )


def all_signals(decision: Decision) -> tuple[Signal, ...]:
    """Signals of the message and of each request, each once."""
    found = [*decision.signals, *(signal for request in decision.requests for signal in request.signals)]
    return tuple(dict.fromkeys(found))


def _floor(request: FilerRequest | None) -> float:
    """The least probability at which a filer is proposed at all: likelier than not being on the roll."""
    return request.ranking.not_on_roll if request else 1.0


def _value(stated: Stated | None) -> str:
    return stated.value if stated else ""


def keep(session: Session, entry: LedgerEntry, ticket: Ticket, triaged: Triaged, now: datetime) -> None:
    """Keep the message as it was read and the decision with all it rests on."""
    message, understanding, decision = triaged.message, triaged.understanding, triaged.decision
    session.add(
        ReadMail(
            ledger_id=entry.id,
            ticket_id=ticket.id,
            subject=message.subject,
            sender_line=message.sender_line,
            sender_address=message.sender.address if message.sender else "",
            received_at=message.received_at or message.sent_at,
            text=masked(message.text, decision.signals),
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
    )
    session.add(
        DecisionRow(
            ticket_id=ticket.id,
            ledger_id=entry.id,
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
    )


def masked(text: str, signals: tuple[Signal, ...]) -> str:
    """The text with pasted passwords covered, letter by letter, so that offsets stay true (invariant 8)."""
    for signal in signals:
        if (
            signal.name is SignalName.PASTED_PASSWORD
            and signal.span is not None
            and signal.span.place.value == "text"
        ):
            start, end = signal.span.start, signal.span.end
            text = text[:start] + "•" * (end - start) + text[end:]
    return text


def _shortened(request: FilerRequest) -> FilerRequest:
    ranking = replace(request.ranking, candidates=request.ranking.candidates[:KEPT_CANDIDATES])
    return replace(request, ranking=ranking)


def _reply(
    session: Session, ticket: Ticket, entry: LedgerEntry, triaged: Triaged, house: House, now: datetime
) -> bool:
    """Queue the automatic reply where one may go out; whether it did. Nothing here looks at the roll."""
    reply, sender = triaged.decision.reply, triaged.message.sender
    if reply is None or sender is None:
        return False
    refused = outbox.automatic_reply_refused(
        session, sender.address, house.court, house.limits, received_at=ticket.received_at, now=now
    )
    if refused:
        audit.record(session, "reply_withheld", actor=SYSTEM, now=now, ticket_id=ticket.id, reason=refused)
        return False
    outbox.queue_reply(
        session,
        ticket,
        to=sender.address,
        letter=house.write_reply(
            reply, ticket.id, outbox.subject_tag(ticket), triaged.message, triaged.understanding
        ),
        template=reply,
        thread=outbox.Thread.of(triaged.message),
        automatic=True,
        dedupe_key=f"automatic:{entry.id}",
        court=house.court,
        actor=SYSTEM,
        now=now,
    )
    return True


def _first_state(triaged: Triaged, replies: policy.Replies, *, answered: bool) -> TicketState:
    """Where a new ticket stands. What nobody answered, and what is urgent, waits for a person."""
    category, route = triaged.understanding.category, triaged.decision.route
    if category is Category.SPAM:
        return TicketState.SPAM
    if route is Route.READY:
        return TicketState.READY
    if not answered or triaged.understanding.urgent or category in replies.needs_staff:
        return TicketState.REVIEW
    states = {Route.ASK: TicketState.WAITING, Route.ANSWER: TicketState.ANSWERED}
    return states.get(route, TicketState.REVIEW)
