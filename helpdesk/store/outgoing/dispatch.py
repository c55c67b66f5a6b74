"""The last step before the SMTP door: who gets a claimed message, and what it says.

For a reset this is the only place that reads an address, from the filer's record, in the transaction that decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.config import Connector
from helpdesk.counted import counted
from helpdesk.store import audit
from helpdesk.store.cases.changes import locked, touched
from helpdesk.store.cases.returning import leave_way, return_to_staff
from helpdesk.store.database import transaction
from helpdesk.store.models import FilerRow, OutboxRow, Reset
from helpdesk.store.outgoing import links, outbox, pace
from helpdesk.store.roll.primaries import unchanged_primary, why_not_now
from helpdesk.vocabulary import (
    SYSTEM,
    Letter,
    OutboxKind,
    OutboxState,
    OutgoingMail,
    ResetState,
    TicketState,
)

PrimaryWriter = Callable[[str, str, int, str, str | None], Letter]
"""(template, language, ticket number, login name or '', link or None) -> the letter to a primary address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What sending needs to know of the deployment and the court."""

    court: policy.Court
    limits: policy.MailLimits
    connector: Connector
    base_url: str
    approval_hours: int  # an older approval is void
    write: PrimaryWriter


def prepare(row: outbox.Claimed, *, dispatch: Dispatch, now: datetime) -> OutgoingMail | None:
    """The message ready to send, or None when it may not be sent (any more); the row then says why.

    TooManyAtOnceError where its domain got enough for this minute; nothing has changed then.
    """
    with transaction() as session:
        _lock_ticket(session, row)
        mine = outbox.owned(session, row)
        if mine is None:
            return None
        reply = mine.kind == OutboxKind.REPLY.value
        mail = _reply(mine) if reply else _to_primary(session, mine, dispatch, now)
        if mail is not None:
            pace.count(session, mail.to, dispatch.limits.domain_minute, now=now)
        return mail


def sent(row: outbox.Claimed, *, connector: Connector, now: datetime) -> None:
    """The server has taken the message."""
    with transaction() as session:
        _lock_ticket(session, row)
        mine = outbox.owned(session, row)
        if mine is None:
            return
        mine.state, mine.sent_at, mine.claim, mine.last_error = OutboxState.SENT.value, now, None, None
        if mine.kind == OutboxKind.RESET.value:
            _reset_left(session, mine, connector, now)
        audit.record(session, "mail_sent", actor=SYSTEM, now=now, ticket_id=row.ticket_id, outbox=row.id)


def _lock_ticket(session: Session, row: outbox.Claimed) -> None:
    """What becomes of a reset's mail changes its ticket; what becomes of a reply only the reply."""
    if row.kind is not OutboxKind.REPLY:
        locked(session, row.ticket_id)


def _reply(row: OutboxRow) -> OutgoingMail:
    if row.to_address is None or row.subject is None or row.body is None:
        raise AssertionError("the database lets no reply be without address and text")
    return OutgoingMail(
        outbox_id=row.id,
        kind=OutboxKind.REPLY,
        to=row.to_address,
        message_id=row.message_id,
        subject=row.subject,
        body=row.body,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
    )


def _to_primary(session: Session, row: OutboxRow, dispatch: Dispatch, now: datetime) -> OutgoingMail | None:
    reset = session.get_one(Reset, row.reset_id, with_for_update=True)
    record = session.get_one(FilerRow, reset.filer_id)
    why_not = _why_not(row, reset, record, dispatch, now)
    if why_not:
        row.state, row.claim, row.last_error = OutboxState.CANCELLED.value, None, why_not
        if row.kind == OutboxKind.RESET.value and reset.state == ResetState.OPEN.value:
            return_to_staff(session, reset, why_not, actor=SYSTEM, now=now)
        return None
    link = None
    if row.kind == OutboxKind.RESET.value and dispatch.connector is Connector.LINK:
        token = links.make(session, reset, hours=dispatch.limits.link_hours, now=now)
        link = f"{dispatch.base_url}/password-reset/{token}"
    ticket = locked(session, row.ticket_id)
    if ticket.state == TicketState.HELD.value and row.kind == OutboxKind.RESET.value:
        touched(ticket, TicketState.QUEUED, now)
    letter = dispatch.write(row.template, ticket.language, ticket.id, record.login, link)
    return OutgoingMail(
        outbox_id=row.id,
        kind=OutboxKind(row.kind),
        to=record.primary_email,
        message_id=row.message_id,
        subject=letter.subject,
        body=letter.body,
    )


def _why_not(row: OutboxRow, reset: Reset, record: FilerRow, dispatch: Dispatch, now: datetime) -> str:
    if row.kind == OutboxKind.NOTICE.value:
        return "" if unchanged_primary(reset, record) else "The primary address changed after the approval."
    if reset.state != ResetState.OPEN.value:
        return "The approval is not in force any more."
    hours = dispatch.approval_hours
    if now - (reset.second_at or reset.approved_at) > timedelta(hours=hours):
        return f"The approval is older than {counted(hours, 'hour')}."
    return why_not_now(reset, record, dispatch.court)


def _reset_left(session: Session, row: OutboxRow, connector: Connector, now: datetime) -> None:
    reset = session.get_one(Reset, row.reset_id)
    if reset.state != ResetState.OPEN.value:
        return
    reset.state = (ResetState.SENT if connector is Connector.LINK else ResetState.TO_DO).value
    leave_way(locked(session, reset.ticket_id), TicketState.SENT, now)
