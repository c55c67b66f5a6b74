"""Several requests for one filer: from one sender they are one case, from several they are an alarm (case 13).

Replies know nothing of this: every message is answered as if it stood alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.counted import counted
from helpdesk.store import audit
from helpdesk.store.cases import alerts, asking, limits, merging
from helpdesk.store.cases.arriving import Arriving, Triaged
from helpdesk.store.cases.changes import locked, locked_all, touched
from helpdesk.store.incoming.opening import join, proposed_record, proposed_records, warned
from helpdesk.store.models import Ticket
from helpdesk.vocabulary import SYSTEM, Limit, Severity, Signal, SignalName, TicketState

_TOLD = 5  # senders that a warning names


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The policy by which requests are counted."""

    approvals: policy.Approvals
    webmail: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The requests of one message, and the limits that they exceed together with earlier ones."""

    asked: tuple[asking.Request, ...] = ()
    exceeded: tuple[limits.Excess, ...] = ()

    def warn(self, triaged: Triaged) -> Triaged:
        """The message's own decision with a warning for each limit."""
        for excess in self.exceeded:
            signal = Signal(name=SignalName.OVER_LIMIT, severity=Severity.WARNING, reason=excess.sentence)
            triaged = replace(triaged, decision=warned(triaged.decision, signal))
        return triaged


def note(session: Session, mails: Sequence[Arriving], *, counting: Counting) -> list[Noted]:
    """Count the requests of these messages, within the caller's transaction."""
    counted = asking.note(session, mails)
    who = {
        place: limits.Asking(
            filers=asking.filers(one.requests),
            who=asking.asker_of(mail.triaged.message),
            at=mail.at,
            last=one.last,
        )
        for place, (mail, one) in enumerate(zip(mails, counted, strict=True))
        if one.requests
    }
    found = limits.of_requests(
        session, tuple(who.values()), limits=counting.approvals.limits, webmail=counting.webmail
    )
    exceeded = dict(zip(who, found, strict=True))
    return [Noted(asked=one.requests, exceeded=exceeded.get(place, ())) for place, one in enumerate(counted)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarming:
    """Tickets to be warned about the records that messages ask for."""

    different: alerts.Unwarned  # different senders asked for them lately
    busy: alerts.Unwarned  # they were asked for too often
    own: Collection[int]  # tickets of these messages; their decisions know of the limits


def alarming(
    session: Session,
    noted: Sequence[Noted],
    *,
    own: Collection[int],
    joined: Collection[int] = (),
    counting: Counting,
) -> Alarming:
    """What messages that have nothing to do with each other throw another light on. joined: tickets that they may
    open again."""
    several = asking.by_several(
        session, (request for one in noted for request in one.asked), within=_lately(counting)
    )
    busy = {excess.record for one in noted for excess in one.exceeded if excess.record is not None}
    return Alarming(
        different=alerts.unwarned(session, several, SignalName.OTHER_REQUESTS, joined=joined),
        busy=alerts.unwarned(session, busy, SignalName.OVER_LIMIT, besides=own, joined=joined),
        own=own,
    )


def warn_tickets(session: Session, noted: Noted, alarming: Alarming, *, counting: Counting, now: datetime) -> None:
    """Warn the tickets that were there before a message, and its own of what its decision cannot know."""
    for filer in asking.filers(noted.asked):
        if tickets := alarming.different.take(filer):
            senders = asking.senders(session, filer, since=noted.asked[0].at - _lately(counting))
            alerts.warn(session, tickets, SignalName.OTHER_REQUESTS, _different(senders), now=now)
    for excess in noted.exceeded:
        before = _meant(session, excess, noted, alarming)
        alerts.warn(session, before, SignalName.OVER_LIMIT, excess.sentence, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A sender asks again for a filer whom the first ticket names. Both tickets are locked."""

    mail: Arriving
    ticket: Ticket
    first: Ticket


def repeated(
    session: Session, opened: Mapping[int, tuple[Arriving, Noted]], *, counting: Counting
) -> dict[int, Repeat]:
    """By the new tickets of messages that answer nothing of ours: what is a second request within the time."""
    single = {noted.asked[0].ledger_id: number for number, (_, noted) in opened.items() if len(noted.asked) == 1}
    requests = (noted.asked[0] for _, noted in opened.values() if len(noted.asked) == 1)
    found = asking.earlier_tickets(session, requests, within=_one_request(counting))
    firsts = merging.locked_heads(session, found.values())
    tickets = locked_all(session, (single[message] for message in found))
    repeats = [
        Repeat(mail=opened[single[message]][0], ticket=tickets[single[message]], first=firsts[earlier])
        for message, earlier in found.items()
    ]
    records = proposed_records(session, [one.mail.triaged.decision for one in repeats])
    return {one.ticket.id: one for one, record in zip(repeats, records, strict=True) if one.first.filer_id == record}


Elsewhere = list[tuple[Arriving, int]]
"""Messages with the numbers of other tickets than their own, whose pages show them too."""


def fold(session: Session, repeat: Repeat, *, counting: Counting, now: datetime) -> Elsewhere:
    """A second request of one sender for one filer becomes part of the first ticket, which is to show both messages.

    It keeps its number, its reply, its conversation (see ``threads``) and its record, so nobody outside can tell that
    both mean one filer on the roll; anybody inside can take it out again.
    """
    hours = counting.approvals.one_request_hours
    why = f"the same sender asked again for the same filer within {counted(hours, 'hour')}"
    return _become_part(session, repeat, repeat.first.filer_id, why, now)


def fold_answer(session: Session, ticket_id: int, answered: Ticket, mail: Arriving, *, now: datetime) -> Elsewhere:
    """The answer of one who takes part in what staff merged becomes part of that case, after it was treated as if it
    stood alone: whether staff merge depends on the roll."""
    first = merging.locked_head(session, answered)
    part = Repeat(mail=mail, ticket=locked(session, ticket_id), first=first)
    record = proposed_record(session, mail.triaged.decision)
    return _become_part(session, part, record, "the sender takes part in what staff merged", now)


def _become_part(session: Session, part: Repeat, record: int | None, why: str, now: datetime) -> Elsewhere:
    ticket, first = part.ticket, part.first
    if first.id == ticket.id or first.state == TicketState.SPAM.value:
        return []
    ticket.parked_state, ticket.merged_into, ticket.folded = ticket.state, first.id, True
    touched(ticket, TicketState.MERGED, now)
    join(session, first, part.mail.triaged, record, now)
    audit.record(session, "merged", actor=SYSTEM, now=now, ticket_id=ticket.id, into=first.id, why=why)
    audit.record(session, "merged_here", actor=SYSTEM, now=now, ticket_id=first.id, ticket=ticket.id, why=why)
    return [(part.mail, first.id)]


def _lately(counting: Counting) -> timedelta:
    return timedelta(days=counting.approvals.limits.other_senders_days)


def _one_request(counting: Counting) -> timedelta:
    return timedelta(hours=counting.approvals.one_request_hours)


def _different(senders: tuple[str, ...]) -> str:
    named = ", ".join(senders[:_TOLD]) + (" and others" if len(senders) > _TOLD else "")
    return f"Different senders ask for this filer: {named}. One of them may be posing as the filer."


def _meant(session: Session, excess: limits.Excess, noted: Noted, alarming: Alarming) -> list[Ticket]:
    """The open tickets that a limit is about. A busy domain or hour is looked at when something is approved."""
    if excess.record is not None:
        return alarming.busy.take(excess.record)
    if excess.limit is Limit.SENDER_DAY:
        sender, over = noted.asked[0].sender, SignalName.OVER_LIMIT
        found = alerts.open_tickets_of_sender(session, sender, over, besides=alarming.own)
        alarming.busy.leave_out(ticket.id for ticket in found)
        return found
    return []
