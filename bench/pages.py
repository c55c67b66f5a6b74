"""How long staff wait for a page: queue, ticket and search on desks with very many tickets, on both databases.

``python -m bench.pages`` measures 10,000 tickets; ``--tickets 1000000`` takes some minutes to set up. Every figure
stands beside its bound. The queries of each page are counted, and the database is asked what each of them read: none
may read a table from end to end, nor more rows along an index than a bound that is one for all sizes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from bench._desks import EITHER, furnish, searches
from bench._plans import MOST, Query, most_read, watched
from helpdesk import create_app
from helpdesk.store.cases import selection
from helpdesk.store.database import db
from helpdesk.store.desk import queue
from helpdesk.store.people import staff
from helpdesk.vocabulary import Filer
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import config_for
from tests.databases import migrate, postgresql
from tests.web.visitor import Visitor

RESULTS = Path(__file__).resolve().parent / "results"
BOUNDS = {10_000: 50, 1_000_000: 100}  # milliseconds to the first byte, 95 of 100 pages
VISITS = 60
_BEGINNINGS = ("p", "passwo", "3", "ex", "00", "pass+reque+prima+log+tha")  # stand in nearly every mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind of page. Milliseconds."""

    page: str
    p50: float
    p95: float
    cpu: float  # of this process alone, on average
    queries: int
    most_read: int  # by one query: rows, on SQLite steps of its virtual machine
    most_read_at: str
    whole_table_reads: tuple[str, ...]


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    chosen = parser.parse_args()
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    bound = next((ms for count, ms in BOUNDS.items() if chosen.tickets <= count), max(BOUNDS.values()))
    written = {}
    for kind in chosen.database or ("sqlite", "postgresql"):
        with _database(kind) as url:
            migrate(url)
            written[kind] = [asdict(one) for one in _measure(url, chosen.tickets, bound)]
    RESULTS.mkdir(exist_ok=True)
    figures = {"tickets": chosen.tickets, "bound_ms": bound, "pages": written}
    (RESULTS / f"pages-{chosen.tickets}.json").write_text(json.dumps(figures, indent=2) + "\n")


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with postgresql() as server:
            yield server.bare()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/desk.sqlite3"


def _measure(url: str, tickets: int, bound: int) -> list[Measured]:
    app = create_app(config_for(url))
    app.extensions[CLOCK] = lambda: cast.NOW
    with app.app_context():
        started = time.perf_counter()
        filers = furnish(tickets, now=cast.NOW)
        name = db.engine.dialect.name
        print(f"{name}, {tickets:,} tickets (set up in {time.perf_counter() - started:.0f} s); bound {bound} ms;")
        print(f"the machine's load is {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
        print(f"{'page':<28}{'p50 ms':>8}{'p95 ms':>8}{'cpu ms':>8}{'queries':>9}{'most read':>11}  whole tables")
    visitor = Visitor(app.test_client()).signed_in("clerk")
    gc.freeze()  # as wsgi.py does
    found = []
    for page, paths in _pages(app, tickets, filers).items():
        one = _visit(app, visitor.client, page, paths)
        found.append(one)
        late = " * late" if one.p95 > bound else ""
        much = f" * too much of {one.most_read_at}" if one.most_read > MOST[name] else ""
        figures = f"{one.p50:>8.1f}{one.p95:>8.1f}{one.cpu:>8.1f}{one.queries:>9}{one.most_read:>11,}"
        print(f"{page:<28}{figures}  {', '.join(one.whole_table_reads) or 'none'}{late}{much}", flush=True)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return found


def _pages(app: Flask, tickets: int, filers: tuple[Filer, ...]) -> dict[str, list[str]]:
    draw = Random(3)
    with app.app_context():
        clerk = next(entry.member for entry in staff.everyone() if entry.member.login == "clerk")
        review = queue.ids("review", actor=clerk, limit=queue.MOST_COUNTED)
        deep = selection.Key(urgent=False, at=cast.NOW.replace(year=cast.NOW.year - 1), id=tickets // 2)
    some = [f"/tickets/{draw.randrange(1, tickets + 1)}" for _ in range(VISITS)]
    return {
        "queue: ready": ["/queue/ready"] * VISITS,
        "queue: unassigned": ["/queue/unassigned"] * VISITS,
        "queue: review, filtered": ["/queue/review,category=password_reset,with=nobody,sort=newest"] * VISITS,
        "queue: closed, deep": [f"/queue/closed?after={deep}"] * VISITS,
        "queue: closed, filtered": ["/queue/closed,category=password_reset,sort=oldest"] * VISITS,
        "counts, every 30 s": ["/queue/counts?list=ready"] * VISITS,
        "ticket: any": some,
        "ticket: from the list": [f"/tickets/{draw.choice(review)}?view=review" for _ in range(VISITS)],
        "search": [f"/search?q={words}".replace(" ", "+") for words in searches(filers, draw, VISITS * 2)],
        "search: never together": [f"/search?q={'+'.join(EITHER)}"] * VISITS,
        "search: further back": [f"/search?q={'+'.join(EITHER)}&before={tickets // 2}"] * VISITS,
        "search: never side by side": ["/search?q=reset-password"] * VISITS,
        "search: beginnings of many": [f"/search?q={draw.choice(_BEGINNINGS)}&words=begin" for _ in range(VISITS)],
        "search: tickets of filer": [f"/search/filer/{draw.choice(filers).ecf_user_id}" for _ in range(VISITS)],
    }


def _visit(app: Flask, client: FlaskClient, page: str, paths: list[str]) -> Measured:
    for path in paths[:5]:
        assert client.get(path).status_code == 200, path
    took = []
    cpu = time.process_time()
    for path in paths:
        started = time.perf_counter()
        answer = client.get(path)
        took.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, path
    cpu = 1000 * (time.process_time() - cpu) / len(paths)
    took.sort()
    queries, everything = 0, list[Query]()
    for path in paths[:12]:  # every kind of search is among them
        with watched(app) as seen:
            client.get(path)
        queries = max(queries, len(seen))
        everything += seen
    with app.app_context():
        reading = most_read(everything)
    return Measured(
        page=page,
        p50=took[len(took) // 2],
        p95=took[int(len(took) * 0.95)],
        cpu=cpu,
        queries=queries,
        most_read=reading.rows,
        most_read_at=reading.at,
        whole_table_reads=tuple(sorted(reading.whole)),
    )


if __name__ == "__main__":
    main()
