"""Ingest: messages a second from a real Dovecot to committed tickets, beside two bounds of the same run.

The bounds, on the same mailbox: fetching alone, and fetching with one durable commit a message. Peak memory is of
the service and of its reading process.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import trustme

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.desk import desk
from helpdesk.doors.imap import Mailbox
from helpdesk.service.poller import Poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.vocabulary import Delivery
from tests import cast
from tests.conftest import put_on_roll
from tests.databases import SECRET, migrate
from tests.edges.dovecot import Dovecot, dovecot
from tests.edges.mailroom import letters

RESULTS = Path(__file__).resolve().parent / "results"
BATCH, LARGEST = 100, 36_700_160


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    count: int = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder, dovecot(trustme.CA()) as server:
        server.deliver_many(letters(count))
        with server.client() as client:
            assert client.select_folder("INBOX")[b"EXISTS"] == count  # the server's own first look is not measured
        figures = {
            "fetch alone": _rate(count, lambda: _fetch(server, lambda _raw: None)),
            "fetch + one durable commit each": _rate(count, lambda: _fetch_and_commit(server, Path(folder))),
            "the helpdesk, whole triage": _rate(count, lambda: _helpdesk(server, Path(folder), count)),
        }
    peak = {
        "service": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "reading": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    for name, rate in figures.items():
        print(f"{name:<34}{rate:>10,.0f} messages/s")
    share = figures["the helpdesk, whole triage"] / figures["fetch + one durable commit each"]
    print(f"{'share of fetch + commit':<34}{share:>10.0%}")
    print(f"{'peak memory':<34}{peak['service']:>10,} MB (service), {peak['reading']:,} MB (largest child)")
    RESULTS.mkdir(exist_ok=True)
    written = {"messages": count, "rates": figures, "share": share, "peak_megabytes": peak}
    (RESULTS / "ingest.json").write_text(json.dumps(written, indent=2) + "\n")


def _rate(count: int, work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _fetch(server: Dovecot, take: Callable[[bytes], None]) -> None:
    mailbox = Mailbox.connect(server.plain)
    uids = mailbox.uids(mailbox.look())
    for part in mailbox.fetch(uids, batch=BATCH, largest=LARGEST):
        for mail in part.messages:
            take(mail.raw)
    mailbox.close()


def _fetch_and_commit(server: Dovecot, folder: Path) -> None:
    database = sqlite3.connect(folder / "bound.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE mail (raw BLOB)")
    _fetch(server, lambda raw: database.execute("INSERT INTO mail VALUES (?)", (raw,)) and None)
    database.close()


def _helpdesk(server: Dovecot, folder: Path, count: int) -> None:
    url = f"sqlite:///{folder / 'helpdesk.sqlite3'}"
    migrate(url)
    app = create_app(Config(database_url=url, secret_key=SECRET, mailboxes=(server.plain,)))
    with app.app_context():
        put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE)
        shared = desk()
    with ReadingRoom() as room:
        poller = Poller(app=app, desk=shared, clock=lambda: datetime.now(UTC), stop=threading.Event(), room=room)
        outcome = poller.once()
    assert outcome.settled == {Delivery.TICKETED: count}, outcome


if __name__ == "__main__":
    main()
