"""The roll: filers as the court's export gives them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import one_of
from helpdesk.vocabulary import FilerStatus


class FilerRow(Model):
    """A filer's record. ``primary_email`` is the only place in the database that a reset's address comes from."""

    __tablename__ = "filer"
    __table_args__ = (one_of("status", FilerStatus),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ecf_user_id: Mapped[str] = mapped_column(unique=True)
    login: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(index=True)
    first_name: Mapped[str]
    middle_name: Mapped[str] = mapped_column(default="")
    suffix: Mapped[str] = mapped_column(default="")
    bar_state: Mapped[str] = mapped_column(default="")
    bar_id: Mapped[str] = mapped_column(default="", index=True)
    firm: Mapped[str] = mapped_column(default="")
    primary_email: Mapped[str] = mapped_column(index=True)
    secondary_emails: Mapped[str] = mapped_column(default="")  # ';'-separated
    phone: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    user_type: Mapped[str] = mapped_column(default="")
    status: Mapped[str]
    admitted_on: Mapped[date | None]
    email_changed_on: Mapped[date | None]  # as the court says, or the day an import first brought this address
    pacer_linked: Mapped[bool | None]
    on_roll: Mapped[bool] = mapped_column(default=True)  # False: gone from the newest roster
    import_id: Mapped[int] = mapped_column(default=0, server_default="0", index=True)  # that last changed this record


class RosterImport(Model):
    """One applied roster file. Its id is part of the roll's version, which every decision records."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    filers: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    gone: Mapped[int]
    primary_changed: Mapped[int]
