"""Warnings that tickets get after their decision: a later mail throws another light on them.

A ticket that is warned is not ready any more: somebody looks before anything is approved with one key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import Integer, bindparam, not_, or_, select, union
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.changes import locked_all
from helpdesk.store.models import Alert, AskedRow, LedgerEntry, Ticket
from helpdesk.store.models.casework import OPEN
from helpdesk.store.together import ROWS, ask_each, each
from helpdesk.vocabulary import SYSTEM, Route, Severity, Signal, SignalName, TicketState

_OPEN = [state.value for state in OPEN]
_MOST_WARNED = 200  # newest open tickets of one filer or sender
_known = select(Alert.ticket_id).where(Alert.ticket_id == Ticket.id, Alert.name == bindparam("name")).exists()
_unwarned = (
    select(each("filer", Integer).label("filer"), Ticket.id)
    .select_from(ROWS)
    .where(or_(Ticket.state.in_(_OPEN), Ticket.id.in_(bindparam("joined", expanding=True))), not_(_known))
)
_UNWARNED = union(
    _unwarned.join(Ticket, Ticket.filer_id == each("filer", Integer)),
    _unwarned.join(AskedRow, AskedRow.filer_id == each("filer", Integer))
    .join(LedgerEntry, LedgerEntry.id == AskedRow.ledger_id)
    .join(Ticket, Ticket.id == LedgerEntry.ticket_id),
)


class Unwarned:
    """Tickets about some records that do not carry a certain warning, all of them locked. Each is handed out once."""

    def __init__(self, tickets: dict[int, Ticket], about: Mapping[int, Sequence[int]]) -> None:
        """about: the numbers of the tickets about a record."""
        self._tickets = tickets
        self._about = about

    def take(self, filer: int) -> list[Ticket]:
        """The newest of the tickets about a record that are open now."""
        open_ones = [
            number
            for number in self._about.get(filer, ())
            if number in self._tickets and self._tickets[number].state in _OPEN
        ]
        return self.leave_out(sorted(open_ones)[-_MOST_WARNED:])

    def leave_out(self, numbers: Iterable[int]) -> list[Ticket]:
        """These are warned now."""
        return [self._tickets.pop(number) for number in numbers if number in self._tickets]


def unwarned(
    session: Session,
    filers: Collection[int],
    name: SignalName,
    *,
    besides: Collection[int] = (),
    joined: Collection[int] = (),
) -> Unwarned:
    """The tickets that name one of these records, or whose mail asked for it; besides these. They are open, or were
    ``joined`` by a message, which may open them."""
    rows = [{"filer": filer} for filer in filers]
    about = defaultdict(list)
    for row in ask_each(session, _UNWARNED, rows, name=name.value, joined=list(joined)):
        if row.id not in besides:
            about[row.filer].append(row.id)
    return Unwarned(locked_all(session, chain.from_iterable(about.values())), about)


def open_tickets_of_sender(
    session: Session, sender: str, name: SignalName, *, besides: Collection[int]
) -> list[Ticket]:
    """Every open ticket by which this sender asked for a reset, and that is not warned in this way yet; besides
    these. They are locked."""
    mails = select(LedgerEntry.ticket_id).join(AskedRow, AskedRow.ledger_id == LedgerEntry.id)
    asked = mails.where(AskedRow.sender == sender, LedgerEntry.ticket_id.is_not(None))
    newest = select(Ticket.id).where(
        Ticket.id.in_(asked), Ticket.state.in_(_OPEN), not_(_known), Ticket.id.not_in(besides)
    )
    newest = newest.order_by(Ticket.id.desc()).limit(_MOST_WARNED)
    return list(locked_all(session, session.execute(newest, {"name": name.value}).scalars()).values())


def warn(session: Session, tickets: Iterable[Ticket], name: SignalName, reason: str, *, now: datetime) -> None:
    """Put a warning that they do not have yet on these tickets, which are locked; those that are ready go to review.
    Whoever counts requests does so alone (see ``Breaker``), so nobody else warns meanwhile."""
    for ticket in tickets:
        session.add(Alert(ticket_id=ticket.id, name=name.value, reason=reason, raised_at=now))
        _no_longer_ready(ticket, reason, now)
        audit.record(session, "warned", actor=SYSTEM, now=now, ticket_id=ticket.id, signal=name.value, reason=reason)


def of_ticket(session: Session, ticket_id: int) -> tuple[Signal, ...]:
    """The warnings that a ticket got since it was decided, the newest first."""
    rows = session.execute(
        select(Alert).where(Alert.ticket_id == ticket_id).order_by(Alert.raised_at.desc(), Alert.name)
    ).scalars()
    return tuple(Signal(name=SignalName(row.name), severity=Severity.WARNING, reason=row.reason) for row in rows)


def _no_longer_ready(ticket: Ticket, reason: str, now: datetime) -> None:
    """Wherever the ticket stands, and wherever it would come back to, it is not ready."""
    summary = ticket.summary
    ticket.summary = {
        **summary,
        "reasons": [reason, *summary.get("reasons", [])],
        "warnings": summary.get("warnings", 0) + 1,
        "warned": [],  # the reason says it
    }
    ticket.version += 1
    ticket.updated_at = now
    ready = TicketState.READY.value
    if ticket.state == ready:
        ticket.state = TicketState.REVIEW.value
    if ticket.parked_state == ready:
        ticket.parked_state = TicketState.REVIEW.value
    if ticket.route == Route.READY.value:
        ticket.route = Route.REVIEW.value
