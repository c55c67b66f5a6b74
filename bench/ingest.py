"""Ingest: messages a second from a real Dovecot to committed tickets, beside bounds and a peer of the same run.

The mails are requests of filers on a roll of 12,000. Bounds on the same mailbox: fetching alone, and fetching with
one durable commit a message. The peer: django-helpdesk's get_email on some of the same mails in a folder of the same
account, with SQLite; where it cannot be installed, that is said and there is no figure. What a running service has
done before mail comes (tables, roll, its processes) is measured for neither. Beside the rates stands the processor's
time, of all of a program's processes: it means about the same on a busy machine. Memory is the service's own, sampled
as messages are settled, and the reading processes' largest. A long run (``--messages 50000``) also tells the pace of
each of its tenths: every filer asks several times then, which is more than is usual.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import trustme

from bench._ingest_peer import peer_seconds
from bench._people import People
from bench._throwaway import PeerMissingError
from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.desk import desk
from helpdesk.doors.imap import Mailbox
from helpdesk.service.poller import Outcome, Poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.vocabulary import Delivery, Filer
from tests import cast
from tests.conftest import put_on_roll
from tests.databases import SECRET, migrate
from tests.edges.dovecot import Dovecot, dovecot

RESULTS = Path(__file__).resolve().parent / "results"
FILERS = 12_000
BATCH, LARGEST = 100, 36_700_160


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--peer-messages", type=int, default=300, help="0 leaves the peer out")
    arguments = parser.parse_args()
    count, course = arguments.messages, Course()
    with tempfile.TemporaryDirectory() as name, dovecot(trustme.CA()) as server:
        folder = Path(name)
        filers = tuple(People(FILERS, seed=7).roll(FILERS))
        mails = [_request(filers[number % FILERS], number) for number in range(count)]
        server.deliver_many(mails)
        with server.client() as client:
            assert client.select_folder("INBOX")[b"EXISTS"] == count  # the server's own first look is not measured
        figures: dict[str, Pace | None] = {
            "fetch alone": _pace(count, lambda: _fetch(server, lambda _raw: None)),
            "fetch + one durable commit each": _pace(count, lambda: _fetch_and_commit(server, folder)),
            "the helpdesk, whole triage": _helpdesk(server, folder, filers, count, course),
        }
        if arguments.peer_messages:
            figures["django-helpdesk, get_email"] = _peer(server, folder, mails[: arguments.peer_messages])
    told = {"paces": figures, "tenths": course.tenths(), **_ratios(figures), "memory": course.memory()}
    _report({"messages": count, **told})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a program takes mail in."""

    rate: float  # messages a second
    processor: float  # milliseconds a message


def _ratios(figures: dict[str, Pace | None]) -> dict[str, float | None]:
    ours, peer = figures["the helpdesk, whole triage"], figures.get("django-helpdesk, get_email")
    bound = figures["fetch + one durable commit each"]
    return {
        "share_of_fetch_and_commit": ours.rate / bound.rate if ours and bound else None,
        "times_the_peer": ours.rate / peer.rate if ours and peer else None,
        "peer_s_processor_time_by_ours": peer.processor / ours.processor if ours and peer else None,
    }


def _report(results: dict[str, Any]) -> None:
    for name, pace in (*results["paces"].items(), *results["tenths"].items()):
        told = f"{pace.rate:>10,.0f} messages/s {pace.processor:>8.2f} ms of the processor each" if pace else ""
        print(f"{name:<34}{told or '  not measured'}")
    for name in ("share_of_fetch_and_commit", "times_the_peer", "peer_s_processor_time_by_ours"):
        if results[name] is not None:
            print(f"{name.replace('_', ' '):<34}{results[name]:>10.2f}")
    for name, megabytes in results["memory"].items():
        print(f"{'memory, ' + name.replace('_', ' '):<34}{megabytes:>10,.1f} MB")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "ingest.json").write_text(json.dumps(results, indent=2, default=asdict) + "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The service at a moment."""

    settled: int  # messages so far
    megabytes: float
    clock: float  # seconds
    processor: float  # seconds of its own, without the reading processes


class Course:
    """The service's memory and pace while it settles."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []

    def sample(self, settled: int) -> None:
        """Look at it now and then."""
        if settled % 100 == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._seen.append(
                Seen(
                    settled=settled,
                    megabytes=pages * resource.getpagesize() / 1e6,
                    clock=time.perf_counter(),
                    processor=time.process_time(),
                )
            )

    def memory(self) -> dict[str, float]:
        """At the first tenth, at the end, growth a thousand messages after the first tenth, and the readers' peak."""
        later = self._seen[len(self._seen) // 10 :]
        readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        if len(later) < 2:
            return {"largest_child": readers}
        first, last = later[0], later[-1]
        slope = statistics.linear_regression([one.settled for one in later], [one.megabytes for one in later]).slope
        return {
            f"after_{first.settled}": first.megabytes,
            f"after_{last.settled}": last.megabytes,
            "growth_a_thousand_messages": slope * 1000,
            "largest_child": readers,
        }

    def tenths(self) -> dict[str, Pace]:
        """The pace of each tenth of a long run. The processor's time is the service's own: fetching and settling."""
        if len(self._seen) < 100:
            return {}
        edges = [self._seen[(len(self._seen) - 1) * place // 10] for place in range(11)]
        return {
            f"up to {end.settled:,}": Pace(
                rate=(end.settled - begin.settled) / (end.clock - begin.clock),
                processor=(end.processor - begin.processor) / (end.settled - begin.settled) * 1000,
            )
            for begin, end in pairwise(edges)
        }


def _request(filer: Filer, number: int) -> bytes:
    body = (
        f"Hello,\n\nI cannot log in any more and have to file in case 3:19-cv-{number:06d}. Please reset my CM/ECF"
        f" password.\n\nName: {filer.full_name}\nBar ID: {filer.bar_id}\nPrimary e-mail: {filer.primary_email}\n"
    )
    sender = f'"{filer.full_name}" <{filer.primary_email}>'
    return cast.mail(body, sender=sender, message_id=f"<request-{number}@filerquill.example>", at=datetime.now(UTC))


def _peer(server: Dovecot, folder: Path, mails: list[bytes]) -> Pace | None:
    """The peer deletes what it took in, so it gets a folder of its own."""
    with server.client() as client:
        client.create_folder("Peer")
    server.deliver(*mails, folder="Peer")
    try:
        seconds, processor = peer_seconds(replace(server.plain, folder="Peer"), folder, len(mails))
        return Pace(rate=len(mails) / seconds, processor=processor / len(mails) * 1000)
    except PeerMissingError as error:
        print(f"django-helpdesk is not measured: {error}", file=sys.stderr)
        return None


def _pace(count: int, work: Callable[[], None], processes: Callable[[], Sequence[int]] = tuple) -> Pace:
    """processes: others that work on it."""
    before = {process: _spent(process) for process in processes()}
    started, spent = time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - started, time.process_time() - spent
    processor += sum(_spent(process) - before.get(process, 0.0) for process in processes())
    return Pace(rate=count / seconds, processor=processor / count * 1000)


def _spent(process: int) -> float:
    """Seconds of the processor that another process took so far."""
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _fetch(server: Dovecot, take: Callable[[bytes], object]) -> None:
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
    _fetch(server, lambda raw: database.execute("INSERT INTO mail VALUES (?)", (raw,)))
    database.close()


def _helpdesk(server: Dovecot, folder: Path, filers: Sequence[Filer], count: int, course: Course) -> Pace:
    url = f"sqlite:///{folder / 'helpdesk.sqlite3'}"
    migrate(url)
    app = create_app(Config(database_url=url, secret_key=SECRET, mailboxes=(server.plain,)))
    with app.app_context():
        put_on_roll(*filers)
        shared = desk()
        assert len(shared.roll) == len(filers)
    with ReadingRoom() as room:
        list(room.read_each([cast.mail()], shared.rules))
        poller = Poller(
            app=app,
            desk=shared,
            clock=lambda: datetime.now(UTC),
            stop=threading.Event(),
            room=room,
            progress=lambda what, done, _total: course.sample(done) if what == "settling" else None,
        )
        outcomes: list[Outcome] = []
        pace = _pace(count, lambda: outcomes.append(poller.once()), lambda: room.process_ids)
    assert outcomes[0].settled == {Delivery.TICKETED: count}, outcomes
    return pace


if __name__ == "__main__":
    main()
