"""The roll: filers as the court's export gives them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import one_of
from helpdesk.vocabulary import FilerStatus, RosterState


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
    email_changed_on: Mapped[date | None]  # as the court says; never before an import first brought this address,
    # nor before one last changed whose the record is
    pacer_linked: Mapped[bool | None]
    on_roll: Mapped[bool] = mapped_column(default=True)  # False: gone from the newest roster
    import_id: Mapped[int] = mapped_column(default=0, server_default="0", index=True)  # that last changed this record


class RosterImport(Model):
    """One applied roster file. Its id is part of the roll's version, which every decision records.

    Of two imports that were compared with the same version of the roll only one is applied (unique ``base``).
    """

    __tablename__ = "roster_import"
    __table_args__ = (Index("uq_roster_import_base", "base", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[str]
    brought_by: Mapped[str] = mapped_column(default="", server_default="")  # '' where that was who applied it
    base: Mapped[str | None]  # version of the roll that it took the place of; None: applied before that was kept
    file_name: Mapped[str]
    sha256: Mapped[str]
    filers: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    gone: Mapped[int]
    primary_changed: Mapped[int]


class FormerRecord(Model):
    """Whose a record was until an import changed that: a name, number or login that left it may turn up elsewhere."""

    __tablename__ = "former_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    filer_id: Mapped[int] = mapped_column(ForeignKey("filer.id"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    last_name: Mapped[str]
    first_name: Mapped[str]
    bar_state: Mapped[str]
    bar_id: Mapped[str]
    login: Mapped[str]
    primary_email: Mapped[str]


class PrimaryChange(Model):
    """A primary address that an import replaced, or whose the record is: who brought that approves none of its
    resets."""

    __tablename__ = "primary_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    filer_id: Mapped[int] = mapped_column(ForeignKey("filer.id"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    before: Mapped[str]
    after: Mapped[str]


class StagedRoster(Model):
    """A compared roster that waits for a second person. Who brought it cannot be who applies it."""

    __tablename__ = "staged_roster"
    __table_args__ = (
        one_of("state", RosterState),
        CheckConstraint(
            "state <> 'applied' OR (decided_by IS NOT NULL AND decided_by <> staged_by"
            " AND 'console:' || decided_by <> staged_by)",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    staged_by: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    base: Mapped[str]  # version of the roll that it was compared with
    why: Mapped[str]  # why it is held up
    filers: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    gone: Mapped[int]
    primary_changed: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)  # the differences, JSON in zlib
    state: Mapped[str] = mapped_column(default=RosterState.STAGED.value)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
