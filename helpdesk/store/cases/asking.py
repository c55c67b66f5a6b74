"""Who asked for which record, and when. Counted here; what follows from it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Select, String, Subquery, and_, bindparam, func, not_, select
from sqlalchemy.orm import Session

from helpdesk.decide import likeliest
from helpdesk.store.cases.arriving import Arriving, Triaged
from helpdesk.store.database import UtcDateTime, ask
from helpdesk.store.models import AskedRow, FilerRow, LedgerEntry
from helpdesk.store.together import ROWS, ask_each, each, numbered
from helpdesk.vocabulary import RESETS, FilerRequest, Message, Verdict, ascii_lower

_MOST_SENDERS = 20  # told of
ALL = 2**31 - 1
_MOST_COMPARED = 500  # newest requests of one sender or for one filer: no mail looks through all of a flood
_SEVERAL = "several addresses"  # in one From
_RECORDS = select(FilerRow.ecf_user_id, FilerRow.id).where(
    FilerRow.ecf_user_id.in_(bindparam("filers", expanding=True))
)


def _senders(*which: ColumnElement[bool]) -> Subquery:
    """Who made the newest of these requests."""
    return (
        select(AskedRow.sender, AskedRow.forged)
        .where(AskedRow.sender != "", *which)
        .order_by(AskedRow.at.desc())
        .limit(bindparam("compared", _MOST_COMPARED, Integer))
        .subquery()
    )


def _each_once(senders: Subquery, *which: ColumnElement[bool], most: int = _MOST_SENDERS) -> Select[tuple[str, bool]]:
    return select(senders.c.sender, senders.c.forged).where(*which).distinct().limit(most)


_SENDERS = _each_once(_senders(AskedRow.at > bindparam("since"), AskedRow.filer_id == bindparam("filer")))
_lately = _senders(AskedRow.at > each("since", UtcDateTime), AskedRow.filer_id == each("filer", Integer))
_SEVERAL_ASK = (
    select(each("filer", Integer).label("filer"))
    .select_from(ROWS)
    .where(select(func.count() > 1).select_from(_each_once(_lately, most=2).subquery()).scalar_subquery())
)
_of_record = _senders(
    AskedRow.at > bindparam("since"),
    AskedRow.filer_id == select(FilerRow.id).where(FilerRow.ecf_user_id == each("filer", String)).scalar_subquery(),
)
_another = not_(and_(_of_record.c.sender == each("sender", String), _of_record.c.forged == each("forged", Boolean)))
_OTHERS = select(
    each("place", Integer).label("place"),
    select(func.count()).select_from(_each_once(_of_record, _another).subquery()).scalar_subquery().label("others"),
).select_from(ROWS)
_of_sender = (  # first by the sender: others may have asked for the filer thousands of times
    select(AskedRow.id, AskedRow.ledger_id, AskedRow.filer_id)
    .where(
        AskedRow.sender == each("sender", String),
        AskedRow.at.between(each("begin", UtcDateTime), each("end", UtcDateTime)),
        not_(AskedRow.forged),
    )
    .order_by(AskedRow.at.desc())
    .limit(_MOST_COMPARED)
    .subquery()
)
_EARLIER = select(
    each("message", Integer).label("message"),
    select(LedgerEntry.ticket_id)
    .join(_of_sender, _of_sender.c.ledger_id == LedgerEntry.id)
    .where(
        LedgerEntry.ticket_id.is_not(None),
        _of_sender.c.filer_id == each("filer", Integer),
        _of_sender.c.ledger_id != each("message", Integer),
    )
    .order_by(_of_sender.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("ticket_id"),
).select_from(ROWS)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request for a reset, as it is counted; see ``AskedRow``."""

    ledger_id: int
    filer_id: int | None
    about: str
    sender: str
    domain: str
    forged: bool
    at: datetime


_COLUMNS = tuple(field.name for field in fields(Request))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The requests of one message. last: no row of a message before it has a higher number."""

    requests: tuple[Request, ...] = ()
    last: int = 0


def note(session: Session, mails: Sequence[Arriving]) -> list[Counted]:
    """Write down every request of these messages, within the caller's transaction; for each message its own."""
    likely = [_likely_meant(mail.triaged) for mail in mails]
    ids = records(session, (filer for filers in likely for filer in filers if filer))
    counted = [tuple(_requests(mail, filers, ids)) for mail, filers in zip(mails, likely, strict=True)]
    rows = [_row(request) for requests in counted for request in requests]
    last = numbered(session, AskedRow, rows, by="ledger_id")
    return [
        Counted(requests=requests, last=last[requests[0].ledger_id]) if requests else Counted()
        for requests in counted
    ]


def _row(request: Request) -> dict[str, Any]:
    return {column: getattr(request, column) for column in _COLUMNS}


def records(session: Session, filers: Iterable[str]) -> dict[str, int]:
    """The rows of these records, by ecf_user_id."""
    wanted = sorted(set(filers))
    named = ask(session, _RECORDS, filers=wanted) if wanted else ()
    return {row.ecf_user_id: row.id for row in named}


def senders(session: Session, filer_id: int, *, since: datetime) -> tuple[str, ...]:
    """Who asked for this record since then, each once; a forged sender is another than the true one."""
    rows = ask(session, _SENDERS, filer=filer_id, since=since).all()
    return tuple(sorted(f"a mail that poses as {row.sender}" if row.forged else row.sender for row in rows))


def by_several(session: Session, requests: Iterable[Request], *, within: timedelta) -> frozenset[int]:
    """The records for which more than one sender asked in the time before such a request."""
    named = {request.filer_id: request.at - within for request in requests if request.filer_id is not None}
    rows = [{"filer": filer, "since": since} for filer, since in named.items()]
    return frozenset(row.filer for row in ask_each(session, _SEVERAL_ASK, rows))


def others(
    session: Session, asked: Sequence[tuple[str, Asker]], *, since: datetime, compared: int = _MOST_COMPARED
) -> list[int]:
    """For each record (by ecf_user_id) and asker: how many others asked for the record since then. Who speaks with
    the clerk is no other sender. compared: so many of the newest requests for it are looked at."""
    rows = [
        {"place": place, "filer": filer, "sender": who.sender, "forged": who.forged}
        for place, (filer, who) in enumerate(asked)
        if who.sender
    ]
    counts = {row.place: row.others for row in ask_each(session, _OTHERS, rows, since=since, compared=compared)}
    return [counts.get(place, 0) for place in range(len(asked))]


def earlier_tickets(session: Session, requests: Iterable[Request], *, within: timedelta) -> dict[int, int]:
    """By the number of a message: the newest other ticket by which the same sender asked for the same record about
    the same time. At most one request a message."""
    rows = [
        {
            "message": request.ledger_id,
            "filer": request.filer_id,
            "sender": request.sender,
            "begin": request.at - within,
            "end": request.at + within,
        }
        for request in requests
        if request.filer_id is not None and request.sender and not request.forged
    ]
    return {row.message: row.ticket_id for row in ask_each(session, _EARLIER, rows) if row.ticket_id is not None}


def filers(requests: Iterable[Request]) -> tuple[int, ...]:
    """The records that these requests mean, each once, in order."""
    return tuple(sorted({request.filer_id for request in requests if request.filer_id is not None}))


def _requests(mail: Arriving, likely: Sequence[str | None], ids: Mapping[str, int]) -> Iterator[Request]:
    who = asker_of(mail.triaged.message)
    for filer, request in zip(likely, mail.triaged.decision.requests, strict=False):  # none where no reset is asked
        yield Request(
            ledger_id=mail.entry.id,
            filer_id=ids.get(filer) if filer else None,
            about=filer or _claimed(request),
            sender=who.sender,
            domain=who.domain,
            forged=who.forged,
            at=mail.at,
        )


def _likely_meant(triaged: Triaged) -> list[str | None]:
    """For each request for a reset the record that the ticket names; nothing for other mail."""
    if triaged.understanding.category not in RESETS:
        return []
    tops = map(likeliest, triaged.decision.requests)
    return [top.filer.ecf_user_id if top else None for top in tops]


def _claimed(request: FilerRequest) -> str:
    claim = request.claim
    parts = (claim.name, claim.bar_id, claim.claimed_email)
    return "claim: " + "|".join(ascii_lower(part.value) if part else "" for part in parts)
