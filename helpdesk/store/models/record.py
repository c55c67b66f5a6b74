"""The record of what happened, and signs of life of the long-running services."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime


class Event(Model):
    """One thing that happened. The database refuses UPDATE and DELETE; each row seals the one before."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # without gaps, counted by AuditHead
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    ticket_id: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[str]  # canonical JSON
    seal: Mapped[str]  # HMAC over the previous seal and this row


class AuditHead(Model):
    """The newest link of the chain; a single row, locked by whoever appends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int]
    seal: Mapped[str]


class Heartbeat(Model):
    """When a service last showed that it lives."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[str] = mapped_column(default="")


class Lease(Model):
    """Who alone may do a thing (poll a mailbox) until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Restoration(Model):
    """The moment at which a backup took this database's place."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
