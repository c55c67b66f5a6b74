"""Several requests for one filer: from one sender they are one case, from several they are an alarm (case 13).

Replies know nothing of this: every message is answered as if it stood alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import alerts, asking, audit, limits, merging
from helpdesk.store.arriving import Arriving, Triaged
from helpdesk.store.changes import locked, touched
from helpdesk.store.models import Ticket
from helpdesk.store.opening import decide, join, proposed_record, warned
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


def asked_by_several(session: Session, noted: Iterable[Noted], *, counting: Counting) -> frozenset[int]:
    """Of the records that these messages ask for, those for which different senders asked lately."""
    return asking.by_several(session, (request for one in noted for request in one.asked), within=_lately(counting))


def warn_tickets(
    session: Session,
    noted: Noted,
    several: frozenset[int],
    *,
    later: Collection[int],
    counting: Counting,
    now: datetime,
) -> None:
    """Warn the tickets that were there before a message, and its own of what its decision cannot know.

    several: the records for which different senders asked. later: its own ticket, and those of messages that were
    written with it and came after it.
    """
    for filer in several.intersection(asking.filers(noted.asked)):
        senders = asking.senders(session, filer, since=noted.asked[0].at - _lately(counting))
        open_ones = alerts.open_tickets_of_filer(session, filer, SignalName.OTHER_REQUESTS)
        alerts.warn(session, open_ones, SignalName.OTHER_REQUESTS, _different(senders), now=now)
    for excess in noted.exceeded:
        before = _meant(session, excess, noted, besides=later)
        alerts.warn(session, before, SignalName.OVER_LIMIT, excess.sentence, now=now)


def earlier_tickets(session: Session, opened: Mapping[int, Noted], *, counting: Counting) -> dict[int, int]:
    """By the new tickets of messages that answer nothing of ours: the ticket by which the same sender asked for the
    same filer before, where there is one."""
    single = {noted.asked[0].ledger_id: number for number, noted in opened.items() if len(noted.asked) == 1}
    requests = (noted.asked[0] for noted in opened.values() if len(noted.asked) == 1)
    found = asking.earlier_tickets(session, requests, within=_one_request(counting))
    return {single[message]: ticket for message, ticket in found.items()}


def fold(
    session: Session, ticket_id: int, earlier: int, mail: Arriving, *, counting: Counting, now: datetime
) -> None:
    """A second request of one sender for one filer becomes part of the first ticket, which shows both messages.

    It keeps its number, its reply, its conversation (see ``threads``) and its record, so nobody outside can tell that
    both mean one filer on the roll; anybody inside can take it out again.
    """
    first = merging.locked_head(session, session.get_one(Ticket, earlier))
    if first.filer_id == proposed_record(session, mail.triaged.decision):
        hours = counting.approvals.one_request_hours
        why = f"the same sender asked again for the same filer within {hours} hours"
        _become_part(session, ticket_id, first, mail, why, now)


def fold_answer(session: Session, ticket_id: int, answered: Ticket, mail: Arriving, *, now: datetime) -> None:
    """The answer of one who takes part in what staff merged becomes part of that case, after it was treated as if it
    stood alone: whether staff merge depends on the roll."""
    why = "the sender takes part in what staff merged"
    _become_part(session, ticket_id, merging.locked_head(session, answered), mail, why, now)


def _become_part(session: Session, ticket_id: int, first: Ticket, mail: Arriving, why: str, now: datetime) -> None:
    if first.id == ticket_id or first.state == TicketState.SPAM.value:
        return
    ticket = locked(session, ticket_id)
    ticket.parked_state, ticket.merged_into, ticket.folded = ticket.state, first.id, True
    touched(ticket, TicketState.MERGED, now)
    join(session, first, mail.triaged, now)
    decide(session, mail, first.id, now)
    audit.record(session, "merged", actor=SYSTEM, now=now, ticket_id=ticket.id, into=first.id, why=why)
    audit.record(session, "merged_here", actor=SYSTEM, now=now, ticket_id=first.id, ticket=ticket.id, why=why)


def _lately(counting: Counting) -> timedelta:
    return timedelta(days=counting.approvals.limits.other_senders_days)


def _one_request(counting: Counting) -> timedelta:
    return timedelta(hours=counting.approvals.one_request_hours)


def _different(senders: tuple[str, ...]) -> str:
    named = ", ".join(senders[:_TOLD]) + (" and others" if len(senders) > _TOLD else "")
    return f"Different senders ask for this filer: {named}. One of them may be posing as the filer."


def _meant(session: Session, excess: limits.Excess, noted: Noted, *, besides: Collection[int]) -> tuple[int, ...]:
    """The open tickets that a limit is about. A busy domain or hour is looked at when something is approved."""
    over = SignalName.OVER_LIMIT
    if excess.limit is Limit.FILER_DAY and excess.record is not None:
        return alerts.open_tickets_of_filer(session, excess.record, over, besides=besides)
    if excess.limit is Limit.SENDER_DAY:
        return alerts.open_tickets_of_sender(session, noted.asked[0].sender, over, besides=besides)
    return ()
