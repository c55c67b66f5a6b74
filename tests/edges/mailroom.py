"""A mailbox with mail in it and pollers of every kind, for the tests of ingest."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from helpdesk import create_app
from helpdesk.config import Config, MailServer
from helpdesk.desk import desk
from helpdesk.service.poller import Outcome, Poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.stopping import no_checkpoint
from helpdesk.store.database import db
from helpdesk.store.incoming import tally
from helpdesk.store.models import LedgerEntry, RawMail, Ticket
from helpdesk.vocabulary import Delivery
from tests import cast
from tests.databases import SECRET
from tests.edges.killing import killed_at

STEPS = ("listed", "fetched", "stored", "flagged", "noted", "read", "placed", "settled")


def clock() -> datetime:
    """The real time: leases and servers live in it."""
    return datetime.now(UTC)


def letters(count: int, *, first: int = 1) -> list[bytes]:
    """Different requests from different people."""
    return [
        cast.mail(
            body=f"Please reset my CM/ECF password. Name: Person Number{number}\nBar ID: {200_000 + number}\n",
            sender=f"Person Number{number} <person{number}@filerquill.example>",
            subject=f"Password reset, case {number}",
            message_id=f"<request-{number}@filerquill.example>",
        )
        for number in range(first, first + count)
    ]


def unreadable() -> bytes:
    """A mail that is nested too deeply to be read."""
    deep = b"".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(1000))
    return b"From: mallory@elsewhere.example\r\nSubject: poison\r\nMIME-Version: 1.0\r\n" + deep


def poller(
    app: Flask,
    room: ReadingRoom,
    *,
    checkpoint: Callable[[str], None] = no_checkpoint,
    stop: threading.Event | None = None,
    now: Callable[[], datetime] = clock,
) -> Poller:
    """A poller in this process."""
    with app.app_context():
        shared = desk()
    return Poller(app=app, desk=shared, clock=now, stop=stop or threading.Event(), room=room, checkpoint=checkpoint)


def poll_once(app: Flask, room: ReadingRoom) -> Outcome:
    """Take in what is there."""
    return poller(app, room).once()


def counts(app: Flask) -> dict[Delivery, int]:
    """Where every message is, without the zeros."""
    with app.app_context():
        return {state: count for state, count in tally.accounting().counts.items() if count}


def ticket_subjects(app: Flask) -> list[str]:
    """The subjects of all tickets, sorted."""
    with app.app_context():
        return sorted(db.session.execute(select(Ticket.subject)).scalars())


def rows(app: Flask) -> tuple[int, int]:
    """How many ledger rows there are, and how many different messages' bytes."""
    with app.app_context():
        entries = db.session.execute(select(func.count()).select_from(LedgerEntry)).scalar_one()
        raws = db.session.execute(select(func.count()).select_from(RawMail)).scalar_one()
        return entries, raws


def environment(database_url: str, *servers: MailServer, after: str = "seen") -> dict[str, str]:
    """The settings for a poller in a process of its own."""
    urls = " ".join(
        f"imap://{server.user}:{server.password.replace(' ', '%20')}@{server.host}:{server.port}/{server.folder}"
        for server in servers
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    return inherited | {
        "HELPDESK_DATABASE_URL": database_url.replace("postgresql+psycopg://", "postgresql://"),
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_IMAP_URL": urls,
        "HELPDESK_IMAP_AFTER": after,
        "HELPDESK_SMTP_URL": "smtp://127.0.0.1:9",
        "FLASK_APP": "wsgi:app",
    }


def kill_at(step: str, visit: int, config: Config) -> int:
    """Run a poller that kills itself the nth time it comes to a step; how it ended."""

    def poll(die: Callable[[str], None]) -> None:
        with ReadingRoom() as room:
            poller(create_app(config), room, checkpoint=die).once()

    return killed_at(step, visit, poll)
