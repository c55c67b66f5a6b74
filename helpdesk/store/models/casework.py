"""Tickets, what was decided about them, and what staff noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import Json, one_of
from helpdesk.vocabulary import Arrival, Category, Route, TicketState

OPEN = (
    TicketState.READY,
    TicketState.REVIEW,
    TicketState.WAITING,
    TicketState.APPROVED,
    TicketState.HELD,
    TicketState.QUEUED,
    TicketState.SNOOZED,
)
# As the partial index has it, to the letter: only then do both databases see that a query can use it.
OPEN_TICKETS = "state IN ('ready', 'review', 'waiting', 'approved', 'held', 'queued', 'snoozed')"
_SNOOZED = text("state = 'snoozed'")
_UNSEEN = text("seen_at IS NULL")


class Ticket(Model):
    """The staff's case. ``version`` grows with every change; a page that shows an older one may not act."""

    __tablename__ = "ticket"
    __table_args__ = (
        one_of("state", TicketState),
        one_of("route", Route),
        one_of("category", Category),
        one_of("arrived_by", Arrival),
        one_of("parked_state", TicketState),
        CheckConstraint("state <> 'snoozed' OR snoozed_until IS NOT NULL", name="snoozed_wakes"),
        CheckConstraint(
            "state <> 'merged' OR (merged_into IS NOT NULL AND merged_into <> id)", name="merged_somewhere"
        ),
        Index("ix_ticket_sleeping", "snoozed_until", sqlite_where=_SNOOZED, postgresql_where=_SNOOZED),
        Index("ix_ticket_queue", "state", "urgent", "received_at", "id"),
        Index("ix_ticket_finished", "state", "updated_at", "id"),
        Index("ix_ticket_category", "state", "category", "updated_at", "id"),
        Index(
            "ix_ticket_open_of_filer",
            "filer_id",
            "id",
            sqlite_where=text(OPEN_TICKETS),
            postgresql_where=text(OPEN_TICKETS),
        ),
        Index(
            "ix_ticket_person",
            "assigned_to",
            "urgent",
            "received_at",
            "id",
            sqlite_where=text(OPEN_TICKETS),
            postgresql_where=text(OPEN_TICKETS),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str]
    route: Mapped[str]
    category: Mapped[str]
    urgent: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str]
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="", index=True)
    language: Mapped[str] = mapped_column(default="en")
    thread_token: Mapped[str] = mapped_column(unique=True)  # unguessable; lets a reply find its ticket
    filer_id: Mapped[int | None] = mapped_column(ForeignKey("filer.id"), index=True)  # top or chosen candidate
    filer_chosen_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # None: the matcher's
    refers_to: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)  # it answers that one's mail
    summary: Mapped[dict[str, Any]] = mapped_column(Json)  # what the queue shows: name, levels, probability, reasons
    arrived_by: Mapped[str] = mapped_column(default=Arrival.MAIL.value)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who entered it by hand
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    parked_state: Mapped[str | None]  # while snoozed, merged or approved: where it stood before
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    folded: Mapped[bool] = mapped_column(default=False)  # merged by itself, not by staff
    split_from: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)  # one mail, several filers
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # first answer by staff or a standard answer
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Decision(Model):
    """What was decided about one message, with everything needed to see why. Append-only, like events."""

    __tablename__ = "decision"
    __table_args__ = (one_of("route", Route), one_of("category", Category))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    route: Mapped[str]
    category: Mapped[str]
    wants: Mapped[list[str]] = mapped_column(Json)
    why: Mapped[str]
    reasons: Mapped[list[Any]] = mapped_column(Json)
    signals: Mapped[list[Any]] = mapped_column(Json)
    requests: Mapped[list[Any]] = mapped_column(Json)  # claims, candidates, evidence
    missing: Mapped[list[str]] = mapped_column(Json)
    reply: Mapped[str | None]
    rules_digest: Mapped[str]
    roll_version: Mapped[str]


class Note(Model):
    """What a member of staff wrote for the others."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str]


class Mention(Model):
    """A colleague named in a note, until they have seen it."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_unseen", "staff_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),)

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Draft(Model):
    """A note somebody has begun. It is theirs alone and stays whatever happens to the ticket."""

    __tablename__ = "draft"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    text: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
