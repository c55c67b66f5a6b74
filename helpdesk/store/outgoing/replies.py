"""Replies to whoever wrote to us, into the outbox: a person's one by one, automatic ones as tickets begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.store import audit
from helpdesk.store.models import OutboxRow
from helpdesk.store.outgoing import outbox
from helpdesk.store.together import put_all
from helpdesk.vocabulary import SYSTEM, Letter, Message, OutboxKind, StaffMember

_REFERENCES_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The conversation that a reply continues, as Message-IDs in angle brackets."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()

    @classmethod
    def of(cls, message: Message) -> Thread:
        """What an answer to this message carries (RFC 5322, 3.6.4)."""
        if message.message_id is None:
            return cls()
        own = f"<{message.message_id}>"
        earlier = [f"<{reference}>" for reference in message.references[-_REFERENCES_KEPT:]]
        return cls(in_reply_to=own, references=(*[item for item in earlier if item != own], own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes to whoever wrote. dedupe_key: there is one letter of each."""

    ticket_id: int
    to: str
    letter: Letter
    template: str
    thread: Thread
    dedupe_key: str


def queue(
    session: Session,
    reply: Reply,
    *,
    court: policy.Court,
    actor: StaffMember,
    now: datetime,
    due_at: datetime,
    **details: str,
) -> None:
    """Put a person's reply into the outbox, within the caller's transaction.

    ``due_at``: not before then. ``details`` go into the record.
    """
    session.add(OutboxRow(**_row(reply, court, now), due_at=due_at))
    about = {"template": reply.template, **details}
    audit.record(session, "reply_queued", actor=actor, now=now, ticket_id=reply.ticket_id, **about)


def queue_automatic(
    session: Session, replies: Sequence[tuple[Reply, bool]], *, court: policy.Court, now: datetime
) -> None:
    """Put the first replies of tickets that begin in the caller's transaction into the outbox, each with whether it
    is held until a supervisor lets it go."""
    rows = [
        {**_row(reply, court, now), "automatic": True, "due_at": now, "held_since": now if held else None}
        for reply, held in replies
    ]
    put_all(session, OutboxRow, rows)
    for reply, held in replies:
        kind = "reply_held" if held else "reply_queued"
        about = {"version": 1, "template": reply.template}
        audit.record(session, kind, actor=SYSTEM, now=now, ticket_id=reply.ticket_id, **about)


def _row(reply: Reply, court: policy.Court, now: datetime) -> dict[str, Any]:
    return {
        "kind": OutboxKind.REPLY.value,
        "ticket_id": reply.ticket_id,
        "to_address": reply.to,
        "template": reply.template,
        "subject": reply.letter.subject,
        "body": reply.letter.body,
        "in_reply_to": reply.thread.in_reply_to,
        "references": list(reply.thread.references),
        "message_id": outbox.new_message_id(court),
        "dedupe_key": reply.dedupe_key,
        "queued_at": now,
    }
