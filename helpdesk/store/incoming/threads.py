"""Which ticket a mail answers, and whether its sender may join it.

A mail belongs to a conversation when it carries what only our letters carry: the random Message-ID of one of them, or
the tag of the subject, which is sealed with the deployment's secret. That alone lets nobody in: letters are forwarded
and mailboxes read by others. The sender must also have written to the ticket before, and not be plainly forged.

Whether a mail joins, and which turns an answer to it would take, decides whether there is an automatic reply. So both
are asked of the tickets whose letters the mail answers, never of what those became part of: neither by themselves nor
by hand, for staff merge with the roll before their eyes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, or_, select, union_all
from sqlalchemy.orm import Session

from helpdesk.store.cases import merging, messages
from helpdesk.store.database import ask, db
from helpdesk.store.models import OutboxRow, ReadMail, Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.store.seals import same
from helpdesk.vocabulary import Asked, Message, TicketState, Verdict

_TAG = re.compile(r"\[ECF (\d{1,9})-[0-9a-f]{8}\]", re.IGNORECASE)
_MOST_TAGS = 5
_REFERENCES_READ = 50  # newest Message-IDs of a conversation that are looked up
_MOST_TICKETS = 10
_POINTING = select(Ticket.id, Ticket.refers_to).where(Ticket.refers_to == bindparam("ticket"))
_RELATED = union_all(
    select(Ticket.id, Ticket.refers_to).where(Ticket.id == bindparam("ticket")),
    select(_POINTING.order_by(Ticket.id.desc()).limit(20).subquery()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The ticket that a mail answers, or what this became part of.

    ``joined``: the ticket itself, where the mail's sender takes part in it; else it may only be pointed at.
    ``of_case``: its sender takes part in what staff made one case with it.
    ``letters_of``: all tickets whose letters it answers.
    """

    ticket: Ticket
    joined: Ticket | None
    of_case: bool
    letters_of: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Tickets that belong together but were kept apart."""

    refers_to: int | None  # the one whose letter this one answers
    referred_by: tuple[int, ...]


def find(session: Session, messages: Sequence[Message]) -> list[Thread | None]:
    """For each mail the ticket that it answers, first of all one that its sender takes part in; None for a mail of
    its own."""
    named = _named(session, messages)
    return [_answered(session, message, tickets) for message, tickets in zip(messages, named, strict=True)]


def answers(session: Session, messages: Sequence[Message]) -> list[bool]:
    """For each mail whether it answers a ticket, of whomever. It is asked of the conversations that there are: what
    comes into being in this transaction nobody can have answered."""
    return [bool(tickets) for tickets in _named(session, messages)]


def asked(messages: Sequence[Message]) -> list[Asked | None]:
    """For each mail the request that its sender was asked to complete, where it answers that and may join."""
    return [_asked_in(thread) for thread in find(db.session(), messages)]


def _answered(session: Session, message: Message, named: Sequence[Ticket]) -> Thread | None:
    if not named:
        return None
    joined = next((ticket for ticket in named if _takes_part(session, [ticket.id], message)), None)
    cases = (ticket for ticket in named if _takes_part(session, merging.by_hand(session, ticket), message))
    of_case = joined or next(cases, None)
    return Thread(
        ticket=merging.head(session, of_case or named[0]),
        joined=joined,
        of_case=of_case is not None,
        letters_of=tuple(ticket.id for ticket in named),
    )


def _asked_in(thread: Thread | None) -> Asked | None:
    if thread is None or thread.joined is None or thread.ticket.state != TicketState.WAITING.value:
        return None
    decision = messages.newest_decision(thread.ticket.id)
    if len(decision.requests) != 1:
        return None
    return Asked(
        category=decision.category,
        wants=decision.wants,
        claim=decision.requests[0].claim,
        missing=decision.missing,
        signals=decision.signals,
    )


def related(ticket_id: int) -> Related:
    """Which tickets a ticket points at, and which point at it."""
    rows = ask(db.session(), _RELATED, ticket=ticket_id).all()
    return Related(
        refers_to=next((row.refers_to for row in rows if row.id == ticket_id), None),
        referred_by=tuple(row.id for row in rows if row.refers_to == ticket_id),
    )


def _named(session: Session, messages: Sequence[Message]) -> list[list[Ticket]]:
    """For each mail the tickets whose letters it names."""
    references = [_references(message) for message in messages]
    letters = _letters(session, {reference for named in references for reference in named})
    return [
        list(dict.fromkeys([*_by_reference(session, named, letters), *_by_tag(session, message)]))[:_MOST_TICKETS]
        for message, named in zip(messages, references, strict=True)
    ]


def _references(message: Message) -> list[str]:
    return [f"<{reference}>" for reference in (*message.in_reply_to, *message.references)[-_REFERENCES_READ:]]


def _letters(session: Session, references: Collection[str]) -> dict[str, tuple[int, int]]:
    """Of these Message-IDs those of our letters: each letter's number and its ticket's."""
    if not references:
        return {}
    letters = select(OutboxRow.message_id, OutboxRow.id, OutboxRow.ticket_id)
    found = session.execute(letters.where(OutboxRow.message_id.in_(references)))
    return {row.message_id: (row.id, row.ticket_id) for row in found}


def _by_reference(
    session: Session, references: Collection[str], letters: Mapping[str, tuple[int, int]]
) -> Iterator[Ticket]:
    """By the Message-IDs of our letters, the newest letter first."""
    for _, ticket_id in sorted((letters[named] for named in set(references) if named in letters), reverse=True):
        yield session.get_one(Ticket, ticket_id)


def _by_tag(session: Session, message: Message) -> Iterator[Ticket]:
    """By the subject's tag. One that is wrong by a single letter means nothing, not even that there is a ticket."""
    for written in list(_TAG.finditer(message.subject))[:_MOST_TAGS]:
        ticket = session.get(Ticket, int(written[1]))
        if ticket is not None and same(outbox.subject_tag(ticket).lower(), written[0].lower()):
            yield ticket


def _takes_part(session: Session, tickets: Collection[int], message: Message) -> bool:
    """Whether the sender has written to one of these tickets before, or to what it was split from."""
    if message.sender is None or message.authentication.verdict is Verdict.FAIL:
        return False
    whole = select(Ticket.split_from).where(Ticket.id.in_(tickets))
    wrote = exists().where(
        or_(ReadMail.ticket_id.in_(tickets), ReadMail.ticket_id.in_(whole)),
        ReadMail.sender_address == message.sender.address,
    )
    return bool(session.execute(select(wrote)).scalar_one())
