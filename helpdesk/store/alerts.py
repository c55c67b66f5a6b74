"""Warnings that tickets get after their decision: a later mail throws another light on them.

A ticket that is warned is not ready any more: somebody looks before anything is approved with one key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from helpdesk.store import audit
from helpdesk.store.changes import locked
from helpdesk.store.models import Alert, AskedRow, LedgerEntry, Ticket
from helpdesk.store.models.casework import OPEN
from helpdesk.vocabulary import SYSTEM, Route, Severity, Signal, SignalName, TicketState

_OPEN = [state.value for state in OPEN]
_MOST_WARNED = 200  # newest open tickets of one filer or sender


def open_tickets_of_filer(
    session: Session, filer_id: int, name: SignalName, *, besides: Collection[int] = ()
) -> tuple[int, ...]:
    """Every open ticket that names the record, or whose mail asked for it, and is not warned in this way yet; besides
    these."""
    asked = or_(Ticket.filer_id == filer_id, _by_mail(AskedRow.filer_id == filer_id))
    return _open(session, asked, name, besides)


def open_tickets_of_sender(
    session: Session, sender: str, name: SignalName, *, besides: Collection[int] = ()
) -> tuple[int, ...]:
    """Every open ticket by which this sender asked for a reset, and that is not warned in this way yet; besides
    these."""
    return _open(session, _by_mail(AskedRow.sender == sender), name, besides)


def warn(session: Session, ticket_ids: Iterable[int], name: SignalName, reason: str, *, now: datetime) -> None:
    """Put a warning on these tickets, within the caller's transaction; those that are ready go to review."""
    for ticket_id in sorted(set(ticket_ids)):  # in one order, so that two never wait for each other
        ticket = locked(session, ticket_id)
        if session.get(Alert, (ticket_id, name.value)) is not None:
            continue
        session.add(Alert(ticket_id=ticket_id, name=name.value, reason=reason, raised_at=now))
        _no_longer_ready(ticket, reason, now)
        audit.record(session, "warned", actor=SYSTEM, now=now, ticket_id=ticket_id, signal=name.value, reason=reason)


def of_ticket(session: Session, ticket_id: int) -> tuple[Signal, ...]:
    """The warnings that a ticket got since it was decided, the newest first."""
    rows = session.execute(
        select(Alert).where(Alert.ticket_id == ticket_id).order_by(Alert.raised_at.desc(), Alert.name)
    ).scalars()
    return tuple(Signal(name=SignalName(row.name), severity=Severity.WARNING, reason=row.reason) for row in rows)


def _by_mail(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tickets whose mail made such a request."""
    mails = select(LedgerEntry.ticket_id).join(AskedRow, AskedRow.ledger_id == LedgerEntry.id)
    return Ticket.id.in_(mails.where(asked, LedgerEntry.ticket_id.is_not(None)))


def _open(
    session: Session, which: ColumnElement[bool], name: SignalName, besides: Collection[int]
) -> tuple[int, ...]:
    known = select(Alert.ticket_id).where(Alert.ticket_id == Ticket.id, Alert.name == name.value).exists()
    newest = select(Ticket.id).where(which, Ticket.state.in_(_OPEN), not_(known), Ticket.id.not_in(besides))
    newest = newest.order_by(Ticket.id.desc())
    return tuple(session.execute(newest.limit(_MOST_WARNED)).scalars())


def _no_longer_ready(ticket: Ticket, reason: str, now: datetime) -> None:
    """Wherever the ticket stands, and wherever it would come back to, it is not ready."""
    summary = ticket.summary
    ticket.summary = {
        **summary,
        "reasons": [reason, *summary.get("reasons", [])],
        "warnings": summary.get("warnings", 0) + 1,
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
