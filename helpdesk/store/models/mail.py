"""Mail as it came in: the ledger that accounts for every message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.store.database import Model, UtcDateTime
from helpdesk.store.models.columns import Json, one_of
from helpdesk.vocabulary import Delivery

# IMAP numbers have 32 bits without a sign; the series of UIDs stands above them (store/incoming/numbering).
_KEPT = text("forgotten_at IS NULL")
_ImapNumber = BigInteger().with_variant(Integer, "sqlite")


class Mailbox(Model):
    """A folder on a mail server that we read."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    uidvalidity: Mapped[int] = mapped_column(_ImapNumber)
    last_uid: Mapped[int] = mapped_column(_ImapNumber, default=0)  # everything up to here is in the ledger
    server_messages: Mapped[int | None]
    messages: Mapped[int] = mapped_column(default=0)  # all of it that the ledger ever took in, counted as they come
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None]


class RawMail(Model):
    """The exact bytes of a message, stored once however often it was delivered."""

    __tablename__ = "raw_mail"
    __table_args__ = (Index("ix_raw_mail_kept", "sha256", sqlite_where=_KEPT, postgresql_where=_KEPT),)

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)  # zlib; empty once it is forgotten
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the rules keep it no longer


class LedgerEntry(Model):
    """One message in one mailbox, committed before the server is told that we have it."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uidvalidity", "uid"),
        one_of("state", Delivery),
        Index("ix_ledger_content_key", "content_key", "id"),
        Index("ix_ledger_message_id", "message_id", "id"),
        Index(
            "ix_ledger_stored", "id", sqlite_where=text("state = 'stored'"), postgresql_where=text("state = 'stored'")
        ),
        Index(
            "ix_ledger_unflagged",
            "mailbox_id",
            "uid",
            sqlite_where=text("flagged_at IS NULL"),
            postgresql_where=text("flagged_at IS NULL"),
        ),
        Index(
            "ix_ledger_quarantined",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    uidvalidity: Mapped[int] = mapped_column(_ImapNumber)
    uid: Mapped[int] = mapped_column(_ImapNumber)
    sha256: Mapped[str] = mapped_column(ForeignKey("raw_mail.sha256"), index=True)
    truncated: Mapped[bool] = mapped_column(default=False)  # too large: only its head was fetched
    outline: Mapped[str] = mapped_column(default="", server_default="")  # of a truncated one: its parts, a line each
    mark: Mapped[str] = mapped_column(default="", server_default="")  # how the server describes it
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # how often it was in quarantine
    content_key: Mapped[str | None]
    message_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=Delivery.STORED.value)
    reason: Mapped[str | None]  # why ignored or quarantined
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReadMail(Model):
    """A message as it was read when it was decided, so that highlights stay true after an upgrade.

    Pasted passwords are masked in ``text``, letter by letter; offsets stay valid.
    """

    __tablename__ = "read_mail"
    __table_args__ = (Index("ix_read_mail_kept", "ledger_id", sqlite_where=_KEPT, postgresql_where=_KEPT),)

    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    subject: Mapped[str]
    sender_line: Mapped[str]
    sender_address: Mapped[str] = mapped_column(index=True)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the text; the rules keep it no longer
    text: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(Json)  # to, cc, reply_to, authentication, defects, hidden text
    sections: Mapped[list[Any]] = mapped_column(Json)  # [kind, start, end]
    attachments: Mapped[list[Any]] = mapped_column(Json)
