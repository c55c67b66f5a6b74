"""Approved resets and everything that leaves the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import Json, one_of
from helpdesk.vocabulary import OutboxKind, OutboxState, ResetState, Role

_OPEN = text("state IN ('proposed', 'open', 'to_do')")
_TO_DO = text("state = 'to_do'")
_SENDING = text("state = 'sending'")
_TROUBLED = text("state IN ('failed', 'uncertain')")
_AUTOMATIC = text("automatic")
_HELD = text("held_since IS NOT NULL")
_USED = text("used_at IS NOT NULL")
_LIVE = text("used_at IS NULL AND voided_at IS NULL")


class Reset(Model):
    """An approval to reset one filer's password. It names the record, never an address.

    ``primary_seal`` is a keyed hash of the primary address at the moment of approval, and one of whose the record
    was: enough to notice that they changed, useless as a destination. Who approved what for whom cannot be changed
    afterwards (trigger).
    """

    __tablename__ = "reset"
    __table_args__ = (
        one_of("state", ResetState),
        CheckConstraint("second_by IS NULL OR second_by <> approved_by", name="two_people"),
        CheckConstraint(
            "NOT needs_second OR second_by IS NOT NULL OR state IN ('proposed', 'cancelled', 'returned')",
            name="second_agreed",
        ),
        CheckConstraint("state <> 'proposed' OR needs_second", name="proposed_needs_second"),
        CheckConstraint(
            "outcome NOT LIKE '%@%' AND why NOT LIKE '%@%' AND primary_seal NOT LIKE '%@%'", name="holds_no_address"
        ),
        Index("ix_reset_to_do", "id", sqlite_where=_TO_DO, postgresql_where=_TO_DO),
        Index("uq_reset_open_ticket", "ticket_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_reset_open_filer", "filer_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    filer_id: Mapped[int] = mapped_column(ForeignKey("filer.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # end of the undo window
    primary_seal: Mapped[str]
    needs_second: Mapped[bool] = mapped_column(default=False)
    needed_role: Mapped[str] = mapped_column(default=Role.CLERK.value)  # at least one of the two people has it
    doubts: Mapped[list[Any]] = mapped_column(Json, default=list)  # why a second person must agree
    why: Mapped[str] = mapped_column(default="")  # why it is right all the same, in the first person's words
    second_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(default=ResetState.OPEN.value)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(default="")  # why cancelled or returned, in a clerk's words


class ResetLink(Model):
    """A one-time link. Only the hash of its token is kept; once used or voided it stays so (trigger).

    One of a filer can be used at a time, and one under an approval ever was (unique).
    """

    __tablename__ = "reset_link"
    __table_args__ = (
        Index("uq_reset_link_live", "filer_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_reset_link_used", "reset_id", unique=True, sqlite_where=_USED, postgresql_where=_USED),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    reset_id: Mapped[int] = mapped_column(ForeignKey("reset.id"), index=True)
    filer_id: Mapped[int] = mapped_column(ForeignKey("filer.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxRow(Model):
    """One message on its way out.

    A reset or notice *cannot* hold an address or any text: who gets it and what it says is looked up from the
    filer's record when it is sent. It is accepted only once everybody who must has approved (trigger).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("kind", OutboxKind),
        one_of("state", OutboxState),
        CheckConstraint(
            "(kind = 'reply' AND to_address IS NOT NULL AND subject IS NOT NULL AND body IS NOT NULL"
            " AND reset_id IS NULL)"
            " OR (kind IN ('reset', 'notice') AND to_address IS NULL AND subject IS NULL AND body IS NULL"
            " AND in_reply_to IS NULL AND reset_id IS NOT NULL AND template NOT LIKE '%@%'"
            " AND dedupe_key NOT LIKE '%@%' AND COALESCE(last_error, '') NOT LIKE '%@%'"
            " AND CAST(\"references\" AS TEXT) = '[]')",
            name="reset_holds_no_address",
        ),
        Index(
            "ix_outbox_due",
            "due_at",
            "id",
            sqlite_where=text("state IN ('queued', 'deferred')"),
            postgresql_where=text("state IN ('queued', 'deferred')"),
        ),
        Index("ix_outbox_sending", "claimed_at", sqlite_where=_SENDING, postgresql_where=_SENDING),
        Index("ix_outbox_troubled", "id", sqlite_where=_TROUBLED, postgresql_where=_TROUBLED),
        Index("ix_outbox_automatic", "queued_at", sqlite_where=_AUTOMATIC, postgresql_where=_AUTOMATIC),
        Index("ix_outbox_held", "id", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    reset_id: Mapped[int | None] = mapped_column(ForeignKey("reset.id"), index=True)
    to_address: Mapped[str | None]
    template: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    references: Mapped[list[Any]] = mapped_column(Json, default=list)
    automatic: Mapped[bool] = mapped_column(default=False)  # sent without a person's doing
    message_id: Mapped[str] = mapped_column(unique=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=OutboxState.QUEUED.value)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # kept back until a supervisor decides
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None]  # fencing token of the worker that has it
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None]


class DomainPace(Model):
    """How many messages a domain got in the newest minute in which it got any."""

    __tablename__ = "domain_pace"

    domain: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[int]  # since the epoch
    messages: Mapped[int]
