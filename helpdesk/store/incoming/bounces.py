"""Mail of ours that came back: what was sent is marked, a ticket that rests on it comes before staff.

A bounce can be forged by whoever saw our Message-ID, so it never does more than raise a flag: no reset, link or
address changes, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.cases.changes import locked
from helpdesk.store.cases.returning import look_again, told, without_addresses
from helpdesk.store.database import ask, db, transaction
from helpdesk.store.models import FilerRow, OutboxRow, Reset, ResetLink, Returned, Ticket
from helpdesk.store.roll.primaries import seal_of_address, seal_of_primary
from helpdesk.store.seals import same
from helpdesk.vocabulary import (
    SYSTEM,
    Message,
    OutboxKind,
    OutboxState,
    ReturnedMail,
    StaffMember,
    TicketState,
)

_MOST_LETTERS = 5  # one bounce is about one letter; a few more may be quoted
_LONGEST_WHY = 300
_LEFT = (OutboxState.SENT.value, OutboxState.UNCERTAIN.value)
_RESTS_ON_MAIL = (
    TicketState.WAITING.value,
    TicketState.ANSWERED.value,
    TicketState.SENT.value,
    TicketState.CLOSED.value,
    TicketState.SNOOZED.value,
)
_ANY_RETURNED = (  # nearly always none
    select(Returned.id)
    .join(FilerRow, FilerRow.id == Returned.filer_id)
    .where(FilerRow.ecf_user_id.in_(bindparam("filers", expanding=True)), Returned.permanent)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """Mail to a record's present primary address came back."""

    returned_at: datetime
    status: str  # "5.1.1", '' when the bounce names none
    why: str


def tie(session: Session, ledger_id: int, message: Message, *, now: datetime) -> int | None:
    """Note a bounce beside the letter that came back; the letter's ticket, None for a bounce of nothing of ours."""
    returned = message.returned
    if returned is None:
        return None
    ids = [f"<{found}>" for found in returned.message_ids]
    letters = _locked_letters(session, ids)
    for letter in letters:
        if not _is_noted(session, letter, returned):
            _note(session, ledger_id, letter, returned, now)
    return letters[0].ticket_id if letters else None


def _locked_letters(session: Session, message_ids: list[str]) -> Sequence[OutboxRow]:
    """The newest letters with these ids, their tickets locked before them."""
    wanted = select(OutboxRow).where(OutboxRow.message_id.in_(message_ids))
    wanted = wanted.order_by(OutboxRow.id.desc()).limit(_MOST_LETTERS)
    for ticket_id in sorted({letter.ticket_id for letter in session.execute(wanted).scalars()}):
        locked(session, ticket_id)
    return session.execute(wanted.with_for_update().execution_options(populate_existing=True)).scalars().all()


def unreachable(filers: Collection[str]) -> dict[str, Unreachable]:
    """Of these records (by ecf_user_id), those whose present primary address returned our mail lately."""
    if not filers or ask(db.session(), _ANY_RETURNED, filers=list(filers)).first() is None:
        return {}
    rows = db.session.execute(
        select(Returned, FilerRow)
        .join(FilerRow, FilerRow.id == Returned.filer_id)
        .where(FilerRow.ecf_user_id.in_(filers), Returned.permanent, Returned.overruled_at.is_(None))
        .order_by(Returned.id)
    ).all()
    return {
        record.ecf_user_id: Unreachable(returned_at=row.returned_at, status=row.status, why=row.why)
        for row, record in rows
        if same(row.primary_seal or "", seal_of_primary(record)) and not _used_since(record.id, row.returned_at)
    }


def overrule(ecf_user_id: str, *, actor: StaffMember, now: datetime) -> None:
    """A member of staff knows that the record's primary address works."""
    with transaction() as session:
        rows = session.execute(
            select(Returned)
            .join(FilerRow, FilerRow.id == Returned.filer_id)
            .where(FilerRow.ecf_user_id == ecf_user_id, Returned.permanent, Returned.overruled_at.is_(None))
        ).scalars()
        found = [row.id for row in rows if _overruled(row, actor, now)]
        if not found:
            raise NotPossibleError("No mail to this record's address came back any more.")
        audit.record(session, "address_works", actor=actor, now=now, filer=ecf_user_id, returned=found)


def _overruled(row: Returned, actor: StaffMember, now: datetime) -> bool:
    row.overruled_by, row.overruled_at = actor.id, now
    return True


def _used_since(filer_id: int, moment: datetime) -> bool:
    """Whether a link that was sent to the address was used after that: then it works."""
    used = select(ResetLink.token_hash).where(ResetLink.filer_id == filer_id, ResetLink.used_at > moment).limit(1)
    return db.session.execute(used).scalar_one_or_none() is not None


def _is_noted(session: Session, letter: OutboxRow, said: ReturnedMail) -> bool:
    """A letter comes back once; further bounces of it, real or forged, tell nothing new."""
    noted = select(Returned.id).where(Returned.outbox_id == letter.id, Returned.permanent == said.permanent).limit(1)
    return session.execute(noted).scalar_one_or_none() is not None


def _note(session: Session, ledger_id: int, letter: OutboxRow, said: ReturnedMail, now: datetime) -> None:
    reset = session.get(Reset, letter.reset_id) if letter.reset_id is not None else None
    row = Returned(
        outbox_id=letter.id,
        ledger_id=ledger_id,
        filer_id=reset.filer_id if reset else None,
        primary_seal=seal_of_address(reset) if reset else None,
        returned_at=now,
        permanent=said.permanent,
        status=said.status,
        why=without_addresses(said.why)[:_LONGEST_WHY],
    )
    session.add(row)
    if said.permanent and letter.state in _LEFT:
        letter.state, letter.claim = OutboxState.FAILED.value, None
        letter.last_error = " ".join(["It came back:", row.status, row.why or "the other server gives no reason."])
        _before_staff(locked(session, letter.ticket_id), letter, now)
    kind = "mail_returned" if said.permanent else "mail_delayed"
    audit.record(
        session,
        kind,
        actor=SYSTEM,
        now=now,
        ticket_id=letter.ticket_id,
        outbox=letter.id,
        ledger=ledger_id,
        status=row.status,
        why=row.why,
    )


def _before_staff(ticket: Ticket, letter: OutboxRow, now: datetime) -> None:
    """A ticket that rests on the letter goes to review; one that staff work on anyway only learns of it."""
    whose = "reply" if letter.kind == OutboxKind.REPLY.value else "mail to the primary address"
    why = f"Our {whose} came back as undeliverable."
    if not look_again(ticket, _RESTS_ON_MAIL, why, now):
        ticket.summary = told(ticket, why)


def reasons(found: Mapping[str, Unreachable], zone: tzinfo) -> dict[str, str]:
    """The same as sentences, for the signals of a decision. zone: the court's, whose days are told."""
    return {
        filer: f"Mail to the primary address came back on {one.returned_at.astimezone(zone):%d %B %Y}"
        + (f" ({one.status})." if one.status else ".")
        for filer, one in found.items()
    }
