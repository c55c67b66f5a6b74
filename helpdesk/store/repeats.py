"""Several requests for one filer: from one sender they are one case, from several they are an alarm (case 13).

Replies know nothing of this: every message is answered as if it stood alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import alerts, asking, audit, limits, merging
from helpdesk.store.changes import locked, touched
from helpdesk.store.models import AskedRow, LedgerEntry, Ticket
from helpdesk.store.opening import Triaged, decide, join, proposed_record, warned
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

    asked: tuple[AskedRow, ...]
    exceeded: tuple[limits.Excess, ...]

    def warn(self, triaged: Triaged) -> Triaged:
        """The message's own decision with a warning for each limit."""
        for excess in self.exceeded:
            signal = Signal(name=SignalName.OVER_LIMIT, severity=Severity.WARNING, reason=excess.sentence)
            triaged = replace(triaged, decision=warned(triaged.decision, signal))
        return triaged


def note(session: Session, entry: LedgerEntry, triaged: Triaged, *, counting: Counting, at: datetime) -> Noted:
    """Count the requests of a message, within the caller's transaction. at: when it came in."""
    message = triaged.message
    asked = asking.note(session, entry.id, message, triaged.understanding, triaged.decision, at=at)
    if not asked:
        return Noted(asked=(), exceeded=())
    exceeded = limits.of_requests(
        session,
        asking.filers(asked),
        asking.asker_of(message),
        limits=counting.approvals.limits,
        webmail=counting.webmail,
        now=at,
    )
    return Noted(asked=asked, exceeded=exceeded)


def warn_tickets(session: Session, noted: Noted, *, besides: int, counting: Counting, now: datetime) -> None:
    """Warn the tickets that were there before, and the new one (``besides``) of what its decision cannot know."""
    window = timedelta(days=counting.approvals.limits.other_senders_days)
    for filer in asking.filers(noted.asked):
        senders = asking.senders(session, filer, since=noted.asked[0].at - window)
        if len(senders) > 1:
            open_ones = alerts.open_tickets_of_filer(session, filer, SignalName.OTHER_REQUESTS)
            alerts.warn(session, open_ones, SignalName.OTHER_REQUESTS, _different(senders), now=now)
    for excess in noted.exceeded:
        for ticket_ids in _meant(session, excess, noted):
            others = [ticket_id for ticket_id in ticket_ids if ticket_id != besides]
            alerts.warn(session, others, SignalName.OVER_LIMIT, excess.sentence, now=now)


def fold(
    session: Session, ticket: Ticket, entry: LedgerEntry, triaged: Triaged, noted: Noted, *, hours: int, now: datetime
) -> None:
    """A second request of one sender for one filer becomes part of the first ticket, which shows both messages.

    It keeps its number, its reply, its conversation (see ``threads``) and its record, so nobody outside can tell that
    both mean one filer on the roll; anybody inside can take it out again.
    """
    if len(noted.asked) != 1 or ticket.refers_to is not None:
        return
    earlier = asking.earlier_ticket(session, noted.asked[0], within=timedelta(hours=hours))
    if earlier is None:
        return
    first = locked(session, merging.head(session, earlier).id)
    proposed = proposed_record(session, triaged.decision)
    if first.id == ticket.id or first.state == TicketState.SPAM.value or first.filer_id != proposed:
        return
    ticket.parked_state, ticket.merged_into, ticket.folded = ticket.state, first.id, True
    touched(ticket, TicketState.MERGED, now)
    join(session, first, triaged, now)
    decide(session, first, entry.id, triaged, now)
    why = f"the same sender asked again for the same filer within {hours} hours"
    audit.record(session, "merged", actor=SYSTEM, now=now, ticket_id=ticket.id, into=first.id, why=why)
    audit.record(session, "merged_here", actor=SYSTEM, now=now, ticket_id=first.id, ticket=ticket.id, why=why)


def _different(senders: tuple[str, ...]) -> str:
    named = ", ".join(senders[:_TOLD]) + (" and others" if len(senders) > _TOLD else "")
    return f"Different senders ask for this filer: {named}. One of them may be posing as the filer."


def _meant(session: Session, excess: limits.Excess, noted: Noted) -> list[tuple[int, ...]]:
    """The open tickets that a limit is about. A busy domain or hour is looked at when something is approved."""
    if excess.limit is Limit.FILER_DAY and excess.record is not None:
        return [alerts.open_tickets_of_filer(session, excess.record, SignalName.OVER_LIMIT)]
    if excess.limit is Limit.SENDER_DAY:
        return [alerts.open_tickets_of_sender(session, noted.asked[0].sender, SignalName.OVER_LIMIT)]
    return []
