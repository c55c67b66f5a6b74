"""What staff do with a ticket, apart from approving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases import messages
from helpdesk.store.cases.changes import current, locked, touched, workable
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import drafts, mentions
from helpdesk.store.incoming import copies
from helpdesk.store.models import FilerRow, LedgerEntry, Note, ReadMail, Staff, Ticket
from helpdesk.store.outgoing import outbox, replies
from helpdesk.store.roll import roster
from helpdesk.vocabulary import Letter, StaffMember, TicketState

LONGEST_NOTE = drafts.LONGEST
LetterWriter = Callable[[int, str], Letter]
"""(ticket number, subject tag) -> the letter, its wording already chosen by the caller."""


def choose(ticket_id: int, ecf_user_id: str, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Name the filer this ticket is about, by a clerk's judgement. A reset then needs confirmation."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        record = session.execute(
            select(FilerRow).where(FilerRow.ecf_user_id == ecf_user_id, FilerRow.on_roll)
        ).scalar_one_or_none()
        if record is None:
            raise NotFoundError("There is no such record on the roll.")
        if ticket.filer_id == record.id:
            return
        filer = roster.filer_of(record)
        ticket.filer_id, ticket.filer_chosen_by = record.id, actor.id
        ticket.summary = {**ticket.summary, "name": filer.full_name, "bar_id": filer.bar_id}
        _touched_not_ready(ticket, now)
        audit.record(session, "filer_chosen", actor=actor, now=now, ticket_id=ticket.id, filer=ecf_user_id)


def choose_nobody(ticket_id: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Say that nobody on the roll is meant, by a clerk's judgement. No reset is possible until a filer is chosen."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        ticket.filer_id, ticket.filer_chosen_by = None, actor.id
        ticket.summary = {**ticket.summary, "levels": {}, "probability": None}
        _touched_not_ready(ticket, now)
        audit.record(session, "filer_chosen", actor=actor, now=now, ticket_id=ticket.id, filer=None)


def answers_go_to(ticket_id: int) -> str:
    """The address that a letter to the requester goes to, '' where there is no single one."""
    newest = messages.newest_mail(db.session(), ticket_id)
    return newest.sender_address if newest else ""


def note(ticket_id: int, text: str, *, actor: StaffMember, now: datetime) -> None:
    """Write a note for the colleagues."""
    text = text.strip()
    if not text:
        raise NotPossibleError("Write something first.")
    if len(text) > LONGEST_NOTE:
        raise NotPossibleError(f"A note can have at most {LONGEST_NOTE:,} characters.")
    with transaction() as session:
        ticket = locked(session, ticket_id)
        written = Note(ticket_id=ticket.id, staff_id=actor.id, written_at=now, text=text)
        session.add(written)
        session.flush()
        mentioned = mentions.record(session, written)
        drafts.discard(session, ticket.id, actor)
        audit.record(session, "noted", actor=actor, now=now, ticket_id=ticket.id, mentioned=list(mentioned))


def assign(ticket_id: int, staff_id: int | None, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Give a ticket to a colleague, or to nobody."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        colleague = session.get(Staff, staff_id) if staff_id is not None else None
        if staff_id is not None and (colleague is None or colleague.disabled_at is not None):
            raise NotFoundError("There is no such colleague.")
        before, ticket.assigned_to = ticket.assigned_to, staff_id
        touched(ticket, _state(ticket), now)
        login = colleague.login if colleague else None
        audit.record(session, "assigned", actor=actor, now=now, ticket_id=ticket.id, to=login, was_with=before)


def answer(
    ticket_id: int,
    template: str,
    letter: LetterWriter,
    *,
    waits: bool,
    version: int,
    actor: StaffMember,
    court: policy.Court,
    now: datetime,
    undo_seconds: int = 0,
) -> None:
    """Send a letter to the requester. ``waits``: it asks for something, the ticket waits for the answer.

    It leaves after ``undo_seconds``; until then ``undoing`` can take it back.
    """
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        newest = messages.newest_mail(session, ticket_id)
        if newest is None or not newest.sender_address:
            raise NotPossibleError("This mail has no single sender, so there is nobody to answer.")
        was = ticket.state
        touched(ticket, TicketState.WAITING if waits else TicketState.ANSWERED, now)
        ticket.answered_at = ticket.answered_at or now
        reply = replies.Reply(
            ticket_id=ticket.id,
            to=newest.sender_address,
            letter=letter(ticket.id, outbox.subject_tag(ticket)),
            template=template,
            thread=_thread_of(session, newest),
            dedupe_key=f"answer:{ticket.id}:{ticket.version}",
        )
        due_at = now + timedelta(seconds=undo_seconds)
        about = {"was": was, "dedupe": reply.dedupe_key}
        replies.queue(session, reply, court=court, actor=actor, now=now, due_at=due_at, **about)


def finish(
    ticket_id: int, state: TicketState, *, version: int, actor: StaffMember, now: datetime, why: str = ""
) -> None:
    """End a ticket without a letter: closed, declined or spam. A reset on its way must be undone first."""
    if state not in (TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM):
        raise ValueError(f"not an end of a ticket: {state}")
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        was = ticket.state
        touched(ticket, state, now)
        audit.record(session, state.value, actor=actor, now=now, ticket_id=ticket.id, why=why[:500], was=was)


def reopen(ticket_id: int, *, version: int, actor: StaffMember, now: datetime) -> None:
    """Put a finished ticket before staff again."""
    with transaction() as session:
        ticket = current(session, ticket_id, version)
        workable(ticket)
        if ticket.closed_at is None and ticket.state != TicketState.SENT.value:
            raise NotPossibleError("This ticket is open already.")
        touched(ticket, TicketState.REVIEW, now)
        audit.record(session, "reopened", actor=actor, now=now, ticket_id=ticket.id)


def _thread_of(session: Session, mail: ReadMail) -> replies.Thread:
    """What an answer to this mail carries, so that mail programs show the two together."""
    message_id = copies.written_id(session.get_one(LedgerEntry, mail.ledger_id).message_id)
    own = f"<{message_id}>" if message_id else None
    return replies.Thread(in_reply_to=own, references=(own,) if own else ())


def _touched_not_ready(ticket: Ticket, now: datetime) -> None:
    """The ticket stays where it stands, unless it is ready, or would wake so."""
    if ticket.parked_state == TicketState.READY.value:
        ticket.parked_state = TicketState.REVIEW.value
    touched(ticket, TicketState.REVIEW if ticket.state == TicketState.READY.value else _state(ticket), now)


def _state(ticket: Ticket) -> TicketState:
    return TicketState(ticket.state)
