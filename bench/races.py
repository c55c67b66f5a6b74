"""Everybody at once: fifty approvals of one ticket make one reset; whatever else collides, nothing breaks or hangs.

``python -m bench.races --rounds 10000`` runs so many races of the first kind on SQLite and on PostgreSQL. In the
second kind several hands approve, agree, undo, send, fail, give up, perform, follow links, import rosters and take
mail in, all about three filers, for ``--seconds``. Deadlocks that PostgreSQL had to end are counted.
"""

from __future__ import annotations

import argparse
import logging
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
from helpdesk.store import audit, dispatch, failed_mail, links, outbox, resets, roster, staff, tickets
from helpdesk.store.approvals import Press
from helpdesk.store.database import db
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
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    wrong = 0
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        if given.only not in (None, name):
            continue
        with database() as url:
            house = _furnished(url)
            began = time.perf_counter()
            made = sum(_race(house, number) for number in range(given.rounds))
            print(f"{name}: {given.rounds:,} races of {CROWD}: {made:,} resets, {time.perf_counter() - began:.0f} s")
            wrong += made != given.rounds
            wrong += _jostle(house, given.seconds, given.seed)
            for what, times in sorted(house.found.items()):
                print(f"    {what:<40}{times:>9,}")
            with house.app.app_context():
                wrong += (doubled := db.session.execute(text(DOUBLES)).scalar_one()) > 0
                wrong += not audit.verify().ok
                print(f"    doubled, lost or hidden: {doubled}; record whole: {audit.verify().ok}")
                db.session.remove()
                db.engine.dispose()
    return int(wrong > 0)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        url = f"sqlite:///{folder}/races.sqlite3"
        migrate(url)
        yield url


@contextmanager
def _postgresql() -> Iterator[str]:
    with postgresql() as server:
        yield server.fresh()


def _furnished(url: str) -> House:
    app = create_app(config_for(url, connector=Connector.LINK, reset_command=("true",)))
    with app.app_context():
        put_on_roll(*ROLL)
        people = add_staff(*STAFF)
        db.session.remove()
    return House(app=app, people=tuple(people.values()))


def _race(house: House, number: int) -> int:
    """Fifty approvals of one ticket at once; how many resets they made. Then it is undone, for the next race."""
    with house.app.app_context():
        if number == 0:
            desk_work.receive(cast.mail())
        version = tickets.view(1).version
        before = _resets()
        policy = desk().approving()
    press = Press(filer=cast.ADA.ecf_user_id, version=version, confirmed=True, why="")
    start = threading.Barrier(CROWD)

    def take_part(who: StaffMember) -> None:
        start.wait()
        house.act("race", lambda: resets.approve(1, press, actor=who, policy=policy, now=cast.NOW))

    _all_of([threading.Thread(target=take_part, args=(house.people[one % 3],)) for one in range(CROWD)])
    with house.app.app_context():
        made = _resets() - before
        resets.undo(1, actor=house.people[0], now=cast.NOW)
        db.session.remove()
    return made


def _resets() -> int:
    return int(db.session.execute(text("SELECT count(*) FROM reset")).scalar_one())


def _all_of(crowd: list[threading.Thread]) -> None:
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()


def _jostle(house: House, seconds: float, seed: int) -> bool:
    """Several hands do everything about the same few tickets; whether one of them hung."""
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
    return any(one.is_alive() for one in crowd)


def _hand(house: House, ends: float, seed: int) -> None:
    dice = random.Random(seed)
    while time.perf_counter() < ends:
        name, what = dice.choice(_DEEDS)
        now = cast.NOW + timedelta(minutes=dice.randrange(60))
        who, ticket = dice.choice(house.people), dice.randrange(1, 14)
        house.act(name, lambda what=what, now=now, who=who, ticket=ticket: what(house, dice, now, who, ticket))


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
    differences = roster.compare(roll, now=now)
    sha256 = f"{dice.getrandbits(256):064x}"
    roster.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=now)


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
