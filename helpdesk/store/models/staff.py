"""Staff, their sessions and failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import one_of
from helpdesk.vocabulary import Role


class Staff(Model):
    """A member of the helpdesk. ``credentials_version`` grows with role, password or access; sessions die with it."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]  # argon2id
    credentials_version: Mapped[int] = mapped_column(default=1)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keys_on: Mapped[bool] = mapped_column(default=True)  # single-letter keys (WCAG 2.1.4)
    advance_on: Mapped[bool] = mapped_column(default=True)  # an action leads to the next ticket


class SavedView(Model):
    """A list of tickets that somebody kept for themselves. ``address``: see ``store.cases.selection``."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str]
    address: Mapped[str]


class StaffSession(Model):
    """A signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    credentials_version: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the password was last given
    looks_at: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)  # the ticket page that is open
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last sign of that


class SignInAttempt(Model):
    """A failed sign-in, counted for an account and a network together."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_account", "login", "network", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    network: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
