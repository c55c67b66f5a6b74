"""Who asked for which record, and when. Counted here; what follows from it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, not_, select
from sqlalchemy.orm import Session

from helpdesk.decide import likeliest
from helpdesk.decide.conditions import RESETS
from helpdesk.match.addresses import ascii_lower
from helpdesk.store.database import ask, put
from helpdesk.store.models import AskedRow, FilerRow, LedgerEntry, Ticket
from helpdesk.vocabulary import Decision, FilerRequest, Message, Understanding, Verdict

_MOST_SENDERS = 20  # told of
_SEVERAL = "several addresses"  # in one From
_RECORDS = select(FilerRow.ecf_user_id, FilerRow.id).where(
    FilerRow.ecf_user_id.in_(bindparam("filers", expanding=True))
)
_named = select(AskedRow.sender, AskedRow.forged).where(AskedRow.at > bindparam("since"), AskedRow.sender != "")
_SENDERS = _named.where(AskedRow.filer_id == bindparam("filer")).distinct().limit(_MOST_SENDERS)
_OTHERS = select(func.count()).select_from(
    _named.join(FilerRow, FilerRow.id == AskedRow.filer_id)
    .where(
        FilerRow.ecf_user_id == bindparam("filer"),
        not_(and_(AskedRow.sender == bindparam("sender"), AskedRow.forged == bindparam("forged"))),
    )
    .distinct()
    .limit(_MOST_SENDERS)
    .subquery()
)
_EARLIER = (
    select(LedgerEntry.ticket_id)
    .join(AskedRow, AskedRow.ledger_id == LedgerEntry.id)
    .where(
        LedgerEntry.ticket_id.is_not(None),
        AskedRow.filer_id == bindparam("filer"),
        AskedRow.sender == bindparam("sender"),
        not_(AskedRow.forged),
        AskedRow.at.between(bindparam("begin"), bindparam("end")),
        AskedRow.ledger_id != bindparam("message"),
    )
    .order_by(AskedRow.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who sent a message, as far as counting goes. '' where nobody did: it was entered by hand."""

    sender: str
    domain: str
    forged: bool  # the sender's own domain disowns the mail: whoever wrote it is somebody else


def asker_of(message: Message) -> Asker:
    """The sender of a message."""
    if message.sender is None and any(sender.address for sender in message.senders):
        return Asker(sender=_SEVERAL, domain="", forged=False)
    address = message.sender.address if message.sender else ""
    return asker(address, forged=message.authentication.verdict is Verdict.FAIL)


def asker(address: str, *, forged: bool) -> Asker:
    """Who writes from an address. A tag (``ada+anything@``) that changes makes no new sender."""
    local, _, domain = ascii_lower(address).rpartition("@")
    sender = f"{local.partition('+')[0]}@{domain}" if address else ""
    return Asker(sender=sender, domain=domain, forged=forged)


def note(
    session: Session,
    ledger_id: int,
    message: Message,
    understanding: Understanding,
    decision: Decision,
    *,
    at: datetime,
) -> tuple[AskedRow, ...]:
    """Write down every request of a message, within the caller's transaction. at: when it came in."""
    if understanding.category not in RESETS:
        return ()
    who = asker_of(message)
    likely = [_likely(request) for request in decision.requests]
    named = ask(session, _RECORDS, filers=[filer for filer in likely if filer])
    ids: dict[str, int] = {row.ecf_user_id: row.id for row in named}
    asked = [
        {
            "ledger_id": ledger_id,
            "filer_id": ids.get(filer) if filer else None,
            "about": filer or _claimed(request),
            "sender": who.sender,
            "domain": who.domain,
            "forged": who.forged,
            "at": at,
        }
        for request, filer in zip(decision.requests, likely, strict=True)
    ]
    for row in asked:
        put(session, AskedRow, **row)
    return tuple(AskedRow(**row) for row in asked)


def senders(session: Session, filer_id: int, *, since: datetime) -> tuple[str, ...]:
    """Who asked for this record since then, each once; a forged sender is another than the true one."""
    rows = ask(session, _SENDERS, filer=filer_id, since=since).all()
    return tuple(sorted(f"a mail that poses as {row.sender}" if row.forged else row.sender for row in rows))


def others(session: Session, ecf_user_id: str, who: Asker, *, since: datetime) -> int:
    """How many others than this one asked for the record since then. Who speaks with the clerk is no other sender."""
    if not who.sender:
        return 0
    asked = {"filer": ecf_user_id, "since": since, "sender": who.sender, "forged": who.forged}
    count: int = ask(session, _OTHERS, **asked).scalar_one()
    return count


def earlier_ticket(session: Session, request: AskedRow, *, within: timedelta) -> Ticket | None:
    """The newest other ticket by which the same sender asked for the same record about the same time."""
    if request.filer_id is None or not request.sender or request.forged:
        return None
    near = {"begin": request.at - within, "end": request.at + within, "message": request.ledger_id}
    found = ask(session, _EARLIER, filer=request.filer_id, sender=request.sender, **near).scalar_one_or_none()
    return session.get_one(Ticket, found) if found else None


def filers(asked: Collection[AskedRow]) -> tuple[int, ...]:
    """The records that these requests mean, each once, in order."""
    return tuple(sorted({request.filer_id for request in asked if request.filer_id is not None}))


def _likely(request: FilerRequest) -> str | None:
    """The record that the ticket names."""
    top = likeliest(request)
    return top.filer.ecf_user_id if top else None


def _claimed(request: FilerRequest) -> str:
    claim = request.claim
    parts = (claim.name, claim.bar_id, claim.claimed_email)
    return "claim: " + "|".join(ascii_lower(part.value) if part else "" for part in parts)
