"""Warnings that tickets get after their decision: a later mail throws another light on them.

A ticket that is warned is not ready any more: somebody looks before anything is approved with one key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain

from sqlalchemy import Integer, bindparam, not_, or_, select, text
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.cases.changes import locked_all
from helpdesk.store.cases.returning import no_longer_ready
from helpdesk.store.models import Alert, AskedRow, LedgerEntry, Ticket
from helpdesk.store.models.casework import OPEN, OPEN_TICKETS
from helpdesk.store.together import ROWS, ask_each, each, listed
from helpdesk.vocabulary import SYSTEM, Severity, Signal, SignalName

_OPEN = [state.value for state in OPEN]
_MOST_WARNED = 200  # newest open tickets of one filer or sender
# A flood is not looked through for each of its mails: what lies behind the newest was warned when it was among them.
_MOST_OF_FILER = 300  # open tickets that name a record, and requests for it
_MOST_OF_SENDER = 500  # requests
_filer = each("filer", Integer)
_is_open = text(f"ticket.{OPEN_TICKETS}")  # to the letter as its index has it, so that it is used
_known = select(Alert.ticket_id).where(Alert.ticket_id == Ticket.id, Alert.name == bindparam("name")).exists()
_newest_open = (
    select(Ticket.id)
    .where(Ticket.filer_id == _filer, _is_open)
    .order_by(Ticket.id.desc())
    .limit(_MOST_OF_FILER)
    .subquery()
)
_newest_requests = (
    select(AskedRow.ledger_id)
    .where(AskedRow.filer_id == _filer)
    .order_by(AskedRow.id.desc())
    .limit(_MOST_OF_FILER)
    .subquery()
)
_joined = Ticket.id.in_(bindparam("joined", expanding=True))
_unwarned = select(listed(Ticket.id)).where(not_(_known))
_UNWARNED = select(
    _filer.label("filer"),
    _unwarned.join(_newest_open, _newest_open.c.id == Ticket.id).scalar_subquery().label("naming"),
    _unwarned.join(LedgerEntry, LedgerEntry.ticket_id == Ticket.id)
    .join(_newest_requests, _newest_requests.c.ledger_id == LedgerEntry.id)
    .where(or_(_is_open, _joined))
    .scalar_subquery()
    .label("asking"),
    _unwarned.where(_joined, Ticket.filer_id == _filer).scalar_subquery().label("joined"),
).select_from(ROWS)


class Unwarned:
    """Tickets about some records that do not carry a certain warning, all of them locked. Each is handed out once."""

    def __init__(self, tickets: dict[int, Ticket], about: Mapping[int, Collection[int]]) -> None:
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
    """The newest tickets that name one of these records, or whose mail asked for it; besides these. They are open, or
    were ``joined`` by a message, which may open them."""
    rows = [{"filer": filer} for filer in filers]
    found = ask_each(session, _UNWARNED, rows, name=name.value, joined=list(joined))
    about = {
        row.filer: {number for numbers in (row.naming, row.asking, row.joined) for number in numbers or ()}
        for row in found
    }
    tickets = locked_all(session, set(chain.from_iterable(about.values())).difference(besides))
    return Unwarned(tickets, about)


def open_tickets_of_sender(
    session: Session, sender: str, name: SignalName, *, besides: Collection[int]
) -> list[Ticket]:
    """The newest open tickets by which this sender asked for a reset, and that are not warned in this way yet;
    besides these. They are locked."""
    mails = select(AskedRow.ledger_id).where(AskedRow.sender == sender)
    newest_mails = mails.order_by(AskedRow.at.desc()).limit(_MOST_OF_SENDER).subquery()
    asked = (
        select(LedgerEntry.ticket_id)
        .join(newest_mails, newest_mails.c.ledger_id == LedgerEntry.id)
        .where(LedgerEntry.ticket_id.is_not(None))
    )
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
        no_longer_ready(ticket, reason, now)
        warnings = ticket.summary.get("warnings", 0) + 1
        ticket.summary = {**ticket.summary, "warnings": warnings, "warned": []}  # the reason says it
        audit.record(session, "warned", actor=SYSTEM, now=now, ticket_id=ticket.id, signal=name.value, reason=reason)


def of_ticket(session: Session, ticket_id: int) -> tuple[Signal, ...]:
    """The warnings that a ticket got since it was decided, the newest first."""
    rows = session.execute(
        select(Alert).where(Alert.ticket_id == ticket_id).order_by(Alert.raised_at.desc(), Alert.name)
    ).scalars()
    return tuple(Signal(name=SignalName(row.name), severity=Severity.WARNING, reason=row.reason) for row in rows)
