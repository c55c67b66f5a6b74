"""Mail of ours that came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime


class Returned(Model):
    """What a delivery report said about one outgoing message. Like a reset's mail it can hold no address.

    ``primary_seal`` is that of the reset: while it equals the seal of the record's address, that address is the one
    that could not be reached.
    """

    __tablename__ = "returned"
    __table_args__ = (
        UniqueConstraint("ledger_id", "outbox_id"),
        CheckConstraint("why NOT LIKE '%@%' AND status NOT LIKE '%@%'", name="holds_no_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))  # the report
    filer_id: Mapped[int | None] = mapped_column(ForeignKey("filer.id"), index=True)  # None: it was a reply
    primary_seal: Mapped[str | None]
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    permanent: Mapped[bool]  # False: only late so far
    status: Mapped[str] = mapped_column(default="")  # "5.1.1"
    why: Mapped[str] = mapped_column(default="")  # the other server's words
    overruled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who says that the address works
    overruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
