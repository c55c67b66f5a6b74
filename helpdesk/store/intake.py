"""A stored message becomes a ticket, joins one, or is set aside: one transaction, reply and record included."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit, bounces, copies, merging, outbox, repeats, reply_limits, threads
from helpdesk.store.changes import locked
from helpdesk.store.database import db, transaction
from helpdesk.store.models import Breaker, LedgerEntry, Ticket
from helpdesk.store.opening import Triaged, came_in, join, keep, open_ticket, warned
from helpdesk.vocabulary import (
    SYSTEM,
    Category,
    Decision,
    Delivery,
    Letter,
    Message,
    Reason,
    Route,
    Severity,
    Signal,
    SignalName,
    TicketState,
    Understanding,
)

ReplyWriter = Callable[[str, int, str, Message, Understanding], Letter]
"""(template, ticket number, subject tag, message, understanding) -> the letter. It sees no record: invariant 3."""

_LOCKED = "messages locked by this transaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The court's policy that intake needs, and how its replies are written."""

    court: policy.Court
    replies: policy.Replies
    limits: policy.MailLimits
    counting: repeats.Counting
    write_reply: ReplyWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one message."""

    delivery: Delivery
    ticket_id: int | None


def lock(session: Session, ledger_ids: Collection[int]) -> dict[int, LedgerEntry]:
    """Lock messages that are settled next, within the caller's transaction, always in the same order."""
    session.get_one(Breaker, outbox.REPLIES, with_for_update=True)  # one after the other: what is counted is true
    rows = select(LedgerEntry).where(LedgerEntry.id.in_(ledger_ids)).order_by(LedgerEntry.id).with_for_update()
    entries = session.execute(rows, execution_options={"populate_existing": True}).scalars()
    found: dict[int, LedgerEntry] = {entry.id: entry for entry in entries}
    session.info[_LOCKED] = found
    return found


@event.listens_for(db.session, "after_commit")
@event.listens_for(db.session, "after_rollback")
def _forget_locked(session: Session) -> None:
    session.info.pop(_LOCKED, None)


def settle(ledger_id: int, triaged: Triaged, *, house: House, now: datetime) -> Settled:
    """Give a stored message its place. Does nothing more for one that has its place already."""
    message, understanding = triaged.message, triaged.understanding
    with transaction() as session:
        entry = session.info.get(_LOCKED, {}).get(ledger_id) or lock(session, [ledger_id])[ledger_id]
        if entry.state != Delivery.STORED.value:
            return Settled(delivery=Delivery(entry.state), ticket_id=entry.ticket_id)
        entry.content_key, entry.message_id, entry.settled_at = message.content_key, copies.id_of(message), now
        with session.no_autoflush:  # what came before is written; this message is not asked about
            thread, known = threads.find(session, message), copies.known_of(session, entry)
        if understanding.category is Category.AUTOMATIC:
            why = message.machine.reason if message.machine else understanding.why
            of_letter = bounces.tie(session, entry, message, now=now)
            return _ignore(session, entry, why, of_letter or (thread.ticket.id if thread else None), now)
        if known.copy is not None:
            return _ignore(session, entry, f"The same mail as message {known.copy}.", known.ticket_id, now)
        decision = _with_reuse_signal(triaged.decision, known.other_content)
        triaged = replace(triaged, decision=_too_large(decision, entry) if entry.truncated else decision)
        noted = repeats.note(session, entry, triaged, counting=house.counting, at=came_in(message, entry.stored_at))
        triaged = noted.warn(triaged)
        if thread is not None and thread.joins:
            head = merging.head(session, locked(session, thread.ticket.id))  # staff may be at work on it
            ticket, delivery = locked(session, head.id), Delivery.ATTACHED
            join(session, ticket, triaged, now)
        else:
            triaged = _apart(triaged, thread)
            ticket, delivery = open_ticket(session, triaged, entry.stored_at, now), Delivery.TICKETED
            ticket.refers_to = thread.ticket.id if thread else None
        entry.ticket_id, entry.state = ticket.id, delivery.value
        keep(session, entry, ticket, triaged, now)
        if delivery is Delivery.TICKETED:
            with session.no_autoflush:
                answered = _reply(session, ticket, entry, triaged, thread, house, now)
            _begin(ticket, _first_state(triaged, house.replies, answered=answered), now)
        _record(session, entry, ticket, triaged, now)
        _compare(session, ticket, entry, triaged, noted, house, now)
        return Settled(delivery=delivery, ticket_id=ticket.id)


def _compare(
    session: Session,
    ticket: Ticket,
    entry: LedgerEntry,
    triaged: Triaged,
    noted: repeats.Noted,
    house: House,
    now: datetime,
) -> None:
    """What other requests mean for this ticket, and this one for others. The reply is queued already."""
    if entry.state == Delivery.TICKETED.value:
        hours = house.counting.approvals.one_request_hours
        repeats.fold(session, ticket, entry, triaged, noted, hours=hours, now=now)
    repeats.warn_tickets(session, noted, besides=ticket.id, counting=house.counting, now=now)


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


def _with_reuse_signal(decision: Decision, other: int | None) -> Decision:
    if other is None:
        return decision
    signal = Signal(
        name=SignalName.MESSAGE_ID_REUSED,
        severity=Severity.WARNING,
        reason=f"Another mail (message {other}) carries the same Message-ID with other content.",
    )
    return warned(decision, signal)


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
    return replace(triaged, decision=warned(triaged.decision, signal))


def _reply(
    session: Session,
    ticket: Ticket,
    entry: LedgerEntry,
    triaged: Triaged,
    thread: threads.Thread | None,
    house: House,
    now: datetime,
) -> bool:
    """Queue the automatic reply where one may go out; whether it does now. Nothing here looks at the roll."""
    reply, sender = triaged.decision.reply, triaged.message.sender
    if reply is None or sender is None:
        return False
    letters_of = thread.letters_of if thread else ()
    answering = reply_limits.Answering(address=sender.address, ticket=ticket, letters_of=letters_of)
    turn = reply_limits.take(session, answering, house.court, house.limits, now=now)
    if turn.refused:
        audit.record(session, "reply_withheld", actor=SYSTEM, now=now, ticket_id=ticket.id, reason=turn.refused)
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
        held=turn.held,
    )
    return not turn.held


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
