"""Everybody at once: fifty approvals of one ticket make one reset; whatever else collides, nothing breaks or hangs.

``python -m bench.races --rounds 10000`` runs so many races of the first kind on SQLite and on PostgreSQL, a share of
them in each of ``--jobs`` processes, which have a database each: while fifty wait for one another there, fifty others
race here. They stay from the first race to the last, each with a connection of its own. In the second kind several
hands approve, agree, undo, send, fail, give up, perform, follow links, import rosters and take mail in, all about
three filers, for ``--seconds``. Deadlocks that PostgreSQL had to end are counted.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpdesk import create_app
from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.errors import ConnectorError, HelpdeskError
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Approving, Press
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.outgoing import dispatch, failed_mail, links, outbox
from helpdesk.store.people import staff
from helpdesk.store.roll import imports
from helpdesk.vocabulary import Filer, OutboxKind, StaffMember
from tests import cast, desk_work
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import migrate, postgresql

CROWD, HANDS = 50, 8
MEMORY = Path("/dev/shm")  # noqa: S108 - files that never reach a disk; any folder does
ROLL = (cast.ADA, cast.NAMESAKE, cast.GRACE)
STAFF = (cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR)
DOUBLES = """SELECT count(*) FROM (
    SELECT 1 FROM reset WHERE state IN ('proposed', 'open', 'to_do') GROUP BY ticket_id HAVING count(*) > 1
    UNION ALL SELECT 1 FROM outbox WHERE kind = 'reset' GROUP BY reset_id HAVING count(*) > 1
    UNION ALL SELECT 1 FROM reset_link WHERE used_at IS NOT NULL GROUP BY reset_id HAVING count(*) > 1
    UNION ALL SELECT 1 FROM reset_link WHERE used_at IS NULL AND voided_at IS NULL GROUP BY filer_id
        HAVING count(*) > 1
    UNION ALL SELECT 1 FROM reset WHERE state = 'open' AND NOT EXISTS
        (SELECT 1 FROM outbox WHERE reset_id = reset.id AND kind = 'reset')
    UNION ALL SELECT 1 FROM reset JOIN ticket ON ticket.id = ticket_id WHERE reset.state = 'proposed'
        AND ticket.state <> 'approved'
    UNION ALL SELECT 1 FROM reset JOIN ticket ON ticket.id = ticket_id WHERE reset.state = 'open'
        AND ticket.state NOT IN ('held', 'queued')) AS wrong"""


@dataclass(slots=True, kw_only=True)
class House:
    """One application on one database, with staff and a roll."""

    app: Flask
    people: tuple[StaffMember, ...]
    tokens: list[str] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def act(self, name: str, what: Callable[[], object]) -> None:
        """Do something; whatever the product says no to is fine, anything else is counted as it is."""
        with self.app.app_context():
            self.attempt(name, what)

    def attempt(self, name: str, what: Callable[[], object]) -> None:
        """The same for somebody who has an application context already."""
        try:
            what()
            outcome = "done"
        except HelpdeskError:
            outcome = "refused"
        except DBAPIError as error:
            outcome = type(error.orig).__name__
        finally:
            db.session.remove()
        with self._lock:
            self.found[f"{name}: {outcome}"] += 1


def main() -> int:
    """Race on both databases; 1 where anything was doubled or lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="races of fifty, on each database")
    parser.add_argument("--seconds", type=float, default=10, help="how long the crowd jostles on each database")
    parser.add_argument("--seed", type=int, default=0, help="of what the hands choose")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="only on this database")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that race beside each other")
    given = parser.parse_args()
    wrong = 0
    for name, databases in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        if given.only not in (None, name):
            continue
        shares = [len(range(job, given.rounds, given.jobs)) for job in range(min(given.jobs, given.rounds) or 1)]
        began = time.perf_counter()
        processes = multiprocessing.get_context("spawn").Pool(len(shares))
        with databases(len(shares) + 1) as (quiet, *urls), processes as pool:
            raced = pool.starmap(_races, zip(urls, shares, strict=True), chunksize=1)
            took = time.perf_counter() - began
            made, cpu = sum(one.made for one in raced), sum(one.cpu for one in raced)
            each = f"{cpu / max(given.rounds, 1) * 1000:.0f} ms of our processor time each"
            print(f"{name}: {given.rounds:,} races of {CROWD}: {made:,} resets, {took:.0f} s, {each}")
            wrong += _tell(raced) or any(one.made != share for one, share in zip(raced, shares, strict=True))
            wrong += _tell([pool.apply(_jostle, (quiet, given.seconds, given.seed))])
    return int(wrong > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one database. ``bad``: what is doubled, lost or hidden there, or hung."""

    made: int = 0
    cpu: float = 0.0  # seconds
    found: Counter[str]
    bad: int
    whole: bool


def _tell(outcomes: list[Outcome]) -> bool:
    """Print what happened; whether anything is wrong."""
    found = sum((one.found for one in outcomes), Counter[str]())
    for what, times in sorted(found.items()):
        print(f"    {what:<40}{times:>9,}")
    bad, whole = sum(one.bad for one in outcomes), all(one.whole for one in outcomes)
    print(f"    doubled, lost or hidden: {bad}; record whole: {whole}", flush=True)
    return bad > 0 or not whole


@contextmanager
def _sqlite(count: int) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        urls = [f"sqlite:///{folder}/races-{number}.sqlite3" for number in range(count)]
        for url in urls:
            migrate(url)
        yield urls


@contextmanager
def _postgresql(count: int) -> Iterator[list[str]]:
    connections = count * (CROWD + 5) + 20
    with postgresql(f"-c max_connections={connections}") as server:
        yield [server.fresh() for _ in range(count)]


def _furnished(url: str) -> House:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    db._engine_options["pool_size"] = CROWD  # nobody waits for a connection, all of them for the database
    app = create_app(config_for(url, connector=Connector.LINK, reset_command=("true",)))
    with app.app_context():
        put_on_roll(*ROLL)
        people = add_staff(*STAFF)
        db.session.remove()
    return House(app=app, people=tuple(people.values()))


class _Crowd:
    """Fifty who are there from the first race to the last and do one thing at the same moment."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._act: Callable[[StaffMember], object] | None = None
        self._start, self._end = threading.Barrier(CROWD + 1), threading.Barrier(CROWD + 1)
        people = [house.people[one % len(house.people)] for one in range(CROWD)]
        self._threads = [threading.Thread(target=self._take_part, args=(who,)) for who in people]
        for one in self._threads:
            one.start()

    def all_at_once(self, act: Callable[[StaffMember], object] | None) -> None:
        """Everybody does it; returns when all of them are through. None: they go home."""
        self._act = act
        self._start.wait()
        self._end.wait()

    def _take_part(self, who: StaffMember) -> None:
        with self._house.app.app_context():
            while True:
                self._start.wait()
                if (act := self._act) is not None:
                    self._house.attempt("race", lambda: act(who))
                self._end.wait()
                if act is None:
                    return


def _races(url: str, rounds: int) -> Outcome:
    """So many races on one database: fifty approvals of one ticket at once, then it is undone for the next race."""
    house = _furnished(url)
    crowd = _Crowd(house)
    with house.app.app_context():
        desk_work.receive(cast.mail())
        policy, made, began = desk().approving(), 0, time.process_time()
        for number in range(rounds):
            now = cast.NOW + timedelta(minutes=number)
            made += _race(crowd, policy, now)
            resets.undo(1, actor=house.people[0], now=now)
        crowd.all_at_once(None)
        return _looked_at(house, made=made, cpu=time.process_time() - began)


def _race(crowd: _Crowd, policy: Approving, now: datetime) -> int:
    """How many resets one race made."""
    version = db.session.execute(text("SELECT version FROM ticket WHERE id = 1")).scalar_one()
    before = _resets()
    db.session.remove()
    press = Press(filer=cast.ADA.ecf_user_id, version=version, confirmed=True, why="")
    crowd.all_at_once(lambda who: resets.approve(1, press, actor=who, policy=policy, now=now))
    return _resets() - before


def _resets() -> int:
    return int(db.session.execute(text("SELECT count(*) FROM reset")).scalar_one())


def _looked_at(house: House, *, made: int = 0, cpu: float = 0.0, hung: bool = False) -> Outcome:
    bad = db.session.execute(text(DOUBLES)).scalar_one()
    outcome = Outcome(made=made, cpu=cpu, found=house.found, bad=bad + hung, whole=audit.verify().ok)
    db.session.remove()
    db.engine.dispose()
    return outcome


def _jostle(url: str, seconds: float, seed: int) -> Outcome:
    """Several hands do everything about the same few tickets."""
    house = _furnished(url)
    with house.app.app_context():
        for number in range(12):
            filer = ROLL[number % len(ROLL)]
            desk_work.receive(_request(filer, number))
        db.session.remove()
    ends = time.perf_counter() + seconds
    crowd = [threading.Thread(target=_hand, args=(house, ends, seed * 100 + one)) for one in range(HANDS)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(seconds + 60)
    with house.app.app_context():
        return _looked_at(house, hung=any(one.is_alive() for one in crowd))


def _hand(house: House, ends: float, seed: int) -> None:
    dice = random.Random(seed)
    while time.perf_counter() < ends:
        name, what = dice.choice(_DEEDS)
        now = cast.NOW + timedelta(minutes=dice.randrange(60))
        who, ticket = dice.choice(house.people), dice.randrange(1, 14)
        house.act(name, partial(what, house, dice, now, who, ticket))


def _request(filer: Filer, number: int) -> bytes:
    body = f"Please reset my CM/ECF password.\n\nName: {filer.full_name}\nBar ID: {filer.bar_id}\n"
    sender = f"{filer.full_name} <{filer.primary_email}>"
    return cast.mail(body, sender=sender, message_id=f"<{number}@x.example>", at=cast.NOW + timedelta(minutes=number))


Deed = Callable[[House, random.Random, datetime, StaffMember, int], object]


def _approve(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    shown = tickets.view(ticket)
    if shown.chosen is not None:
        press = Press(filer=shown.chosen.ecf_user_id, version=shown.version, confirmed=True, why="Called back.")
        resets.approve(ticket, press, actor=who, policy=desk().approving(), now=now)


def _agree(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    desk_work.agree(ticket, who, now=now)


def _send(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    """A worker sends what is due, and the server takes it, refuses it, or leaves it in doubt."""
    for row in outbox.claim(now=now + timedelta(hours=1), limit=2):
        letter = dispatch.prepare(row, dispatch=desk_work.dispatch(), now=now)
        if letter is None:
            continue
        end = dice.randrange(6)
        if end == 0:
            outbox.failed(row, "550 no such user", now=now)
        elif end == 1:
            outbox.uncertain(row, "the connection broke", now=now)
        else:
            connector = dice.choice(tuple(Connector))
            dispatch.sent(row, connector=connector, now=now)
            if letter.kind is OutboxKind.RESET:
                house.tokens += [
                    line.rpartition("/")[2] for line in letter.body.split() if "/password-reset/" in line
                ]


def _decide(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    troubled = failed_mail.troubled()
    if troubled:
        act = failed_mail.retry if dice.random() < 0.5 else failed_mail.give_up
        act(dice.choice(troubled).id, actor=who, now=now)


def _follow(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    def program(_: Filer) -> str:
        if dice.random() < 0.3:
            raise ConnectorError("it is away", retryable=True)
        return "fresh-password"

    if house.tokens:
        token = house.tokens[-1 - int(dice.expovariate(1)) % len(house.tokens)]
        links.use(token, program, court=desk().rules.court, now=now)


def _perform(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    waiting = db.session.execute(text("SELECT id FROM reset WHERE state = 'to_do'")).scalars().all()
    if waiting and dice.random() < 0.5:
        resets.mark_done(dice.choice(waiting), actor=who, court=desk().rules.court, now=now)
    elif waiting:
        resets.give_back(dice.choice(waiting), "CM/ECF refuses it.", actor=who, now=now)


def _import(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    """Mostly the usual roll; now and then a record has another address."""
    filer = dice.choice(ROLL)
    changed = replace(filer, primary_email=f"new{dice.randrange(3)}.{filer.primary_email}", pacer_linked=False)
    roll = [changed if one is filer and dice.random() < 0.3 else one for one in ROLL]
    differences = imports.compare(roll, now=now)
    sha256 = f"{dice.getrandbits(256):064x}"
    imports.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=now)


def _answer_us(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    """Somebody answers one of our letters: the mail joins its ticket."""
    ours = db.session.execute(text("SELECT message_id, ticket_id FROM outbox WHERE kind = 'reply'")).all()
    if ours:
        message_id = dice.choice(ours)[0]
        own = f"<{dice.getrandbits(64):x}@x.example>"
        raw = cast.mail(headers={"In-Reply-To": message_id}, message_id=own, at=now)
        desk_work.receive(raw, now=now, mailbox=threading.current_thread().name)


def _return(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    """A letter of ours comes back."""
    sent = db.session.execute(text("SELECT message_id FROM outbox WHERE state = 'sent'")).scalars().all()
    if sent:
        raw = cast.bounce(dice.choice(sent), number=dice.getrandbits(40))
        desk_work.receive(raw, now=now, mailbox=threading.current_thread().name)


def _undo(house: House, dice: random.Random, now: datetime, who: StaffMember, ticket: int) -> None:
    resets.undo(ticket, actor=who, now=now)


_DEEDS: tuple[tuple[str, Deed], ...] = (
    ("approve", _approve),
    ("approve", _approve),
    ("agree", _agree),
    ("undo", _undo),
    ("send", _send),
    ("send", _send),
    ("decide on failed mail", _decide),
    ("follow a link", _follow),
    ("perform", _perform),
    ("import", _import),
    ("answer a letter", _answer_us),
    ("return a letter", _return),
)


if __name__ == "__main__":
    sys.exit(main())
