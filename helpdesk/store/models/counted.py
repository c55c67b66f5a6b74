"""What is counted so that too much of it is noticed, and what staff are warned of afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime


class AskedRow(Model):
    """One request for a reset, as it came in: a message about several filers leaves one row for each."""

    __tablename__ = "asked"
    __table_args__ = (
        Index("ix_asked_filer", "filer_id", "at"),
        Index("ix_asked_newest", "filer_id", "id"),
        Index("ix_asked_sender", "sender", "at"),
        Index("ix_asked_domain", "domain", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    filer_id: Mapped[int | None] = mapped_column(ForeignKey("filer.id"))  # None: nobody on the roll is likely meant
    about: Mapped[str]  # whom it is about: the record, else the claim; only ever compared
    sender: Mapped[str]  # the address without its tag; '' where there is no single one
    domain: Mapped[str]
    forged: Mapped[bool]  # the sender's own domain disowns the mail
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # when it came in


class Alert(Model):
    """A warning that a ticket got after its decision, by a later mail for instance; one of each kind."""

    __tablename__ = "alert"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)  # of a signal
    reason: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Breaker(Model):
    """Automatic replies, all together: stopped when there are too many, until a person has looked.

    A single row. Whoever settles a message that may be answered or counted holds it, so that two never count past
    each other.
    """

    __tablename__ = "breaker"

    name: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when nothing goes out; None: all is well
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when somebody last let them go on


class ReplyTurn(Model):
    """When a sender, or a conversation, last got an automatic reply."""

    __tablename__ = "reply_turn"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
