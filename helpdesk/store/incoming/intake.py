"""A stored message becomes a ticket, joins one, or is set aside: one transaction, reply and record included."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit
from helpdesk.store.cases import merging
from helpdesk.store.cases.arriving import Arriving, Entry, Triaged
from helpdesk.store.database import ask, transaction
from helpdesk.store.incoming import bounces, copies, repeats, threads
from helpdesk.store.incoming.opening import Opened, Opening, decide, join, keep, open_tickets, proposed_record, warned
from helpdesk.store.models import Breaker, LedgerEntry, Ticket
from helpdesk.store.outgoing import outbox, replies, reply_limits
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

_ledger = LedgerEntry.__table__
_LOCK = (
    select(*(_ledger.c[name] for name in Entry.__slots__))
    .where(_ledger.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_ledger.c.id)
    .with_for_update()
)
# PostgreSQL takes every filer and sender for one who wrote once or twice: to find the newest of a flood it would read
# and sort the whole of it. Along an index it reads no more than is asked for.
_ALONG_INDEXES = text("SELECT set_config('enable_bitmapscan', 'off', true)")
_SETTLE = (
    update(LedgerEntry)
    .where(LedgerEntry.id == bindparam("number"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "ticket_id", "reason", "content_key", "message_id", "settled_at")
        }
    )
)

ReplyWriter = Callable[[str, int, str, Message, Understanding], Letter]
"""(template, ticket number, subject tag, message, understanding) -> the letter. It sees no record: invariant 3."""


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
    reason: str | None = None  # why it was ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A message that is counted, beside the conversation that it belongs to."""

    mail: Arriving
    thread: threads.Thread | None
    noted: repeats.Noted

    @property
    def joins(self) -> Ticket | None:
        """The ticket that it becomes part of; None for a ticket of its own."""
        return self.thread.ticket if self.thread and self.thread.joined else None

    @property
    def delivery(self) -> Delivery:
        """What becomes of it."""
        return Delivery.ATTACHED if self.joins else Delivery.TICKETED

    @property
    def refers_to(self) -> int | None:
        """The ticket that it answers, and must not join."""
        return self.thread.ticket.id if self.thread and not self.thread.joined else None


def lock(session: Session, ledger_ids: Collection[int]) -> dict[int, Entry]:
    """Lock messages that are settled next, within the caller's transaction, always in the same order."""
    session.get_one(Breaker, outbox.REPLIES, with_for_update=True)  # one after the other: what is counted is true
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONG_INDEXES)  # until the transaction ends
    rows = ask(session, _LOCK, ids=list(ledger_ids)).mappings()
    return {row["id"]: Entry(**{**row, "state": Delivery(row["state"])}) for row in rows}


def settle(ledger_id: int, triaged: Triaged, *, house: House, now: datetime) -> Settled:
    """Give one stored message its place. Does nothing more for one that has its place already."""
    with transaction() as session:
        entry = lock(session, [ledger_id])[ledger_id]
        return settle_all(session, [Arriving(entry=entry, triaged=triaged)], house=house, now=now)[0]


def settle_all(session: Session, mails: Sequence[Arriving], *, house: House, now: datetime) -> list[Settled]:
    """Give messages their places, within the caller's transaction that has locked them.

    They have nothing to do with each other (see ``strangers``): what they ask is asked for all of them before the
    first is written.
    """
    fresh = [mail for mail in mails if mail.entry.state is Delivery.STORED]
    settled, wanted = _set_aside(session, fresh, now)
    coming = _counted(session, wanted, house)
    placed = {
        **{_joined(session, one.mail, one.thread, now): one for one in coming if one.thread and one.joins},
        **_opened(session, [one for one in coming if not one.joins], house, now),
    }
    settled |= {one.mail.entry.id: Settled(delivery=one.delivery, ticket_id=number) for number, one in placed.items()}
    _note(session, fresh, settled, now)
    _record(session, placed, now)
    session.flush()
    _follow(session, placed, house.counting, now)
    return [settled.get(mail.entry.id) or _settled_before(mail.entry) for mail in mails]


def _follow(session: Session, placed: Mapping[int, Coming], counting: repeats.Counting, now: datetime) -> None:
    """What these messages do to tickets that are there already, one message after the other: their own become part of
    others, others are warned."""
    alone = {number: (one.mail, one.noted) for number, one in placed.items() if one.thread is None}
    repeated = repeats.repeated(session, alone, counting=counting)
    joined = {one.first.id for one in repeated.values()} | {
        one.thread.ticket.id for one in placed.values() if one.thread
    }
    noted = [one.noted for one in placed.values()]
    alarming = repeats.alarming(session, noted, own=placed, joined=joined, counting=counting)
    shown_there: list[tuple[Arriving, int]] = []
    for number, one in placed.items():
        if number in repeated:
            shown_there += repeats.fold(session, repeated[number], counting=counting, now=now)
        if one.thread and one.thread.of_case and not one.joins:
            shown_there += repeats.fold_answer(session, number, one.thread.ticket, one.mail, now=now)
        repeats.warn_tickets(session, one.noted, alarming, counting=counting, now=now)
    decide(session, shown_there, now)


def _settled_before(entry: Entry) -> Settled:
    return Settled(delivery=entry.state, ticket_id=entry.ticket_id)


def _set_aside(
    session: Session, mails: Sequence[Arriving], now: datetime
) -> tuple[dict[int, Settled], list[tuple[Arriving, threads.Thread | None]]]:
    """Machines' mail and copies, by their numbers in the ledger; and what belongs on a ticket, each with its
    conversation."""
    conversations = threads.find(session, [mail.triaged.message for mail in mails])
    known = copies.known_of(session, mails)
    ignored: dict[int, Settled] = {}
    wanted = []
    for mail, thread in zip(mails, conversations, strict=True):
        message, understanding = mail.triaged.message, mail.triaged.understanding
        before = known[mail.entry.id]
        if understanding.category is Category.AUTOMATIC:
            why = message.machine.reason if message.machine else understanding.why
            of_letter = bounces.tie(session, mail.entry.id, message, now=now)
            ticket_id = of_letter or (thread.ticket.id if thread else None)
            ignored[mail.entry.id] = _ignored(session, mail.entry, why, ticket_id, now)
        elif before.copy is not None:
            why = f"The same mail as message {before.copy}."
            ignored[mail.entry.id] = _ignored(session, mail.entry, why, before.ticket_id, now)
        else:
            decision = _with_reuse_signal(mail.triaged.decision, before.other_content)
            decision = _too_large(decision, mail.entry) if mail.entry.truncated else decision
            wanted.append((replace(mail, triaged=replace(mail.triaged, decision=decision)), thread))
    return ignored, wanted


def _counted(
    session: Session, wanted: Sequence[tuple[Arriving, threads.Thread | None]], house: House
) -> list[Coming]:
    noted = repeats.note(session, [mail for mail, _ in wanted], counting=house.counting)
    return [
        Coming(mail=replace(mail, triaged=_apart(one.warn(mail.triaged), thread)), thread=thread, noted=one)
        for (mail, thread), one in zip(wanted, noted, strict=True)
    ]


def _joined(session: Session, mail: Arriving, thread: threads.Thread, now: datetime) -> int:
    """The number of the ticket that the message became part of."""
    ticket = merging.locked_head(session, thread.ticket)
    join(session, ticket, mail.triaged, proposed_record(session, mail.triaged.decision), now)
    keep(session, [(mail, ticket.id)], now, written_to=thread.joined)
    return ticket.id


def _opened(session: Session, coming: Sequence[Coming], house: House, now: datetime) -> dict[int, Coming]:
    """Every message gets a ticket of its own, and its reply where one may go out; by the tickets' numbers."""
    turns = _turns(session, coming, house, now)
    answered = [turn is not None and not turn.refused and not turn.held for turn in turns]
    openings = [
        Opening(
            mail=one.mail,
            state=_first_state(one.mail.triaged, house, answered=goes),
            refers_to=one.refers_to,
        )
        for one, goes in zip(coming, answered, strict=True)
    ]
    tickets = open_tickets(session, openings, now)
    numbers = [ticket.ticket_id for ticket in tickets]
    keep(session, [(one.mail, number) for one, number in zip(coming, numbers, strict=True)], now)
    _reply(session, list(zip(coming, tickets, turns, strict=True)), house, now)
    return dict(zip(numbers, coming, strict=True))


def _turns(session: Session, coming: Sequence[Coming], house: House, now: datetime) -> list[reply_limits.Turn | None]:
    """Whether each automatic reply may go out now; None where there is none. Nothing here looks at the roll."""
    answering = {
        place: reply_limits.Answering(
            address=one.mail.triaged.message.sender.address,
            received_at=one.mail.at,
            letters_of=one.thread.letters_of if one.thread else (),
        )
        for place, one in enumerate(coming)
        if one.mail.triaged.decision.reply is not None and one.mail.triaged.message.sender is not None
    }
    taken = reply_limits.take(session, tuple(answering.values()), house.court, house.limits, now=now)
    turns = dict(zip(answering, taken, strict=True))
    return [turns.get(place) for place in range(len(coming))]


def _reply(
    session: Session,
    tickets: Sequence[tuple[Coming, Opened, reply_limits.Turn | None]],
    house: House,
    now: datetime,
) -> None:
    """Queue the automatic replies whose turn it is. Nothing here looks at the roll."""
    queued = []
    for one, ticket, turn in tickets:
        triaged, number = one.mail.triaged, ticket.ticket_id
        template, sender = triaged.decision.reply, triaged.message.sender
        if turn is None or template is None or sender is None:
            continue
        if turn.refused:
            why = {"version": 1, "reason": turn.refused}
            audit.record(session, "reply_withheld", actor=SYSTEM, now=now, ticket_id=number, **why)
            continue
        tag = outbox.tag(number, ticket.thread_token)
        reply = replies.Reply(
            ticket_id=number,
            to=sender.address,
            letter=house.write_reply(template, number, tag, triaged.message, triaged.understanding),
            template=template,
            thread=replies.Thread.of(triaged.message),
            dedupe_key=f"automatic:{one.mail.entry.id}",
        )
        queued.append((reply, turn.held))
    replies.queue_automatic(session, queued, court=house.court, now=now)
    reply_limits.began(session, (reply.ticket_id for reply, _ in queued), now)


def _note(session: Session, mails: Iterable[Arriving], settled: Mapping[int, Settled], now: datetime) -> None:
    """Write into the ledger what became of these messages."""
    rows = [
        {
            "number": mail.entry.id,
            "state": settled[mail.entry.id].delivery.value,
            "ticket_id": settled[mail.entry.id].ticket_id,
            "reason": settled[mail.entry.id].reason,
            "content_key": mail.triaged.message.content_key,
            "message_id": copies.id_of(mail.triaged.message),
            "settled_at": now,
        }
        for mail in mails
    ]
    if rows:
        session.connection().execute(_SETTLE, rows)


def _record(session: Session, placed: Mapping[int, Coming], now: datetime) -> None:
    for ticket_id, one in placed.items():
        entry, triaged = one.mail.entry, one.mail.triaged
        audit.record(
            session,
            one.delivery.value,
            actor=SYSTEM,
            now=now,
            ticket_id=ticket_id,
            ledger=entry.id,
            sha256=entry.sha256,
            route=triaged.decision.route.value,
            category=triaged.understanding.category.value,
            reasons=[reason.key for reason in triaged.decision.reasons],
            rules=triaged.decision.rules_digest,
            roll=triaged.decision.roll_version,
            points_at=one.refers_to,
            **({} if one.joins else {"version": 1}),
        )


def _ignored(session: Session, entry: Entry, why: str, ticket_id: int | None, now: datetime) -> Settled:
    audit.record(session, "ignored", actor=SYSTEM, now=now, ticket_id=ticket_id, ledger=entry.id, reason=why)
    return Settled(delivery=Delivery.IGNORED, ticket_id=ticket_id, reason=why)


def _with_reuse_signal(decision: Decision, other: int | None) -> Decision:
    if other is None:
        return decision
    signal = Signal(
        name=SignalName.MESSAGE_ID_REUSED,
        severity=Severity.WARNING,
        reason=f"Another mail (message {other}) carries the same Message-ID with other content.",
    )
    return warned(decision, signal)


def _too_large(decision: Decision, entry: Entry) -> Decision:
    """What is known only in part is never ready and never answered for good."""
    text = "The message is too large; only its beginning was fetched."
    if entry.outline:
        text += f" On the server it has: {'; '.join(entry.outline.splitlines())}."
    if decision.route is Route.IGNORE:
        return decision
    return replace(decision, route=Route.REVIEW, reasons=(Reason(key="too_large", text=text), *decision.reasons))


def _apart(triaged: Triaged, thread: threads.Thread | None) -> Triaged:
    """A mail that answers a ticket in which its sender takes no part stands for itself, and says so."""
    if thread is None or thread.of_case:
        return triaged
    signal = Signal(
        name=SignalName.ANSWERS_ANOTHER,
        severity=Severity.WARNING,
        reason=f"It answers a letter of ticket #{thread.ticket.id}, in which its sender takes no part.",
    )
    return replace(triaged, decision=warned(triaged.decision, signal))


def _first_state(triaged: Triaged, house: House, *, answered: bool) -> TicketState:
    """Where a new ticket stands. What nobody answered, and what is urgent, waits for a person."""
    category, route = triaged.understanding.category, triaged.decision.route
    if category is Category.SPAM:
        return TicketState.SPAM
    if route is Route.READY:
        return TicketState.READY
    if not answered or triaged.understanding.urgent or category in house.replies.needs_staff:
        return TicketState.REVIEW
    states = {Route.ASK: TicketState.WAITING, Route.ANSWER: TicketState.ANSWERED}
    return states.get(route, TicketState.REVIEW)
