"""Somebody who holds the database changes the record: is every change found?

A record of some hundred real events is written; then, again and again on a fresh copy, the triggers are dropped and
one random change is made: a field altered, an event deleted, moved, repeated or invented, the head moved, the end cut
off together with its head, seals written anew. ``audit.verify`` with a checkpoint that was kept outside must say that
something is wrong, and must say nothing of an untouched copy.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from helpdesk import create_app
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from tests import cast
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import migrate
from tests.desk_work import receive
from tests.walks.place import Place

MEMORY = Path("/dev/shm")  # noqa: S108 - files that never reach a disk; any folder does
Change = Callable[[sqlite3.Connection, random.Random, int], None]


def main() -> int:
    """Change and look, as often as asked; 1 where a change was not found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        place, whole, checkpoint = _written(Path(folder))
        for number in range(given.changes):
            dice = random.Random(given.seed + number)
            place.begin_from(whole)
            name, change = dice.choice(_CHANGES)
            with closing(sqlite3.connect(place.file)) as connection, connection:
                for (trigger,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                ).fetchall():
                    connection.execute(f"DROP TRIGGER {trigger}")
                change(connection, dice, checkpoint.events)
            made[name] += 1
            with place.app.app_context():
                found[name] += not audit.verify([checkpoint]).ok
        place.begin_from(whole)
        with place.app.app_context():
            false_alarm = not audit.verify([checkpoint]).ok
        place.close()
    print(f"{'what was changed':<44}{'times':>8}{'found':>8}")
    for name in sorted(made):
        print(f"{name:<44}{made[name]:>8,}{found[name]:>8,}")
    print(f"{'all':<44}{made.total():>8,}{found.total():>8,}   of {checkpoint.events:,} events")
    print(f"an untouched record: {'FALSE ALARM' if false_alarm else 'nothing is found'}")
    return int(found != made or false_alarm)


def _written(folder: Path) -> tuple[Place, Path, audit.Checkpoint]:
    """A desk whose record is some hundred events long, a copy of its file, and a checkpoint kept outside."""
    file = folder / "record.sqlite3"
    migrate(f"sqlite:///{file}")
    place = Place(app=create_app(config_for(f"sqlite:///{file}")), file=file)
    with place.app.app_context():
        put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE)
        add_staff(cast.CLERK)
        for number in range(60):
            receive(cast.mail(message_id=f"<{number}@x.example>", subject=f"Password reset {number}"))
        with transaction() as session:
            for number in range(100):
                audit.record(session, "noted", actor=cast.NOBODY, now=cast.NOW, ticket_id=1, note=number)
        checkpoint = audit.checkpoint()
        db.session.remove()
    whole = folder / "whole.sqlite3"
    place.copy_to(whole)
    return place, whole, checkpoint


def _alter(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    """One field of one event, by one character."""
    number, column = dice.randint(1, events), dice.choice(("at", "actor", "kind", "details", "seal"))
    (text,) = connection.execute(f"SELECT {column} FROM event WHERE id = ?", (number,)).fetchone()
    spot = 3 if column == "at" else dice.randrange(len(text))  # another year is still a time
    sign = dice.choice([sign for sign in "0123456789" if sign != text[spot]])
    connection.execute(f"UPDATE event SET {column} = ? WHERE id = ?", (text[:spot] + sign + text[spot + 1 :], number))


def _point_elsewhere(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    number = dice.randint(1, events)
    connection.execute("UPDATE event SET ticket_id = COALESCE(ticket_id, 0) + 1 WHERE id = ?", (number,))


def _delete(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    connection.execute("DELETE FROM event WHERE id = ?", (dice.randint(1, events),))


def _delete_and_close_the_gap(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    number = dice.randint(1, events)
    connection.execute("DELETE FROM event WHERE id = ?", (number,))
    for later in range(number + 1, events + 1):
        connection.execute("UPDATE event SET id = ? WHERE id = ?", (later - 1, later))
    connection.execute("UPDATE audit_head SET last_id = last_id - 1")


def _swap(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    one, other = dice.sample(range(1, events + 1), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        connection.execute("UPDATE event SET id = ? WHERE id = ?", (after, before))


def _repeat(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    """An event once more at the end, and the head moved after it."""
    copied = "SELECT ?, at, actor, kind, ticket_id, details, seal FROM event WHERE id = ?"
    connection.execute(f"INSERT INTO event {copied}", (events + 1, dice.randint(1, events)))
    connection.execute("UPDATE audit_head SET last_id = last_id + 1")


def _invent(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    seal = f"{dice.getrandbits(256):064x}"
    connection.execute(
        "INSERT INTO event SELECT ?, at, 'mallory', kind, ticket_id, details, ? FROM event WHERE id = ?",
        (events + 1, seal, events),
    )
    connection.execute("UPDATE audit_head SET last_id = ?, seal = ?", (events + 1, seal))


def _move_the_head(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    connection.execute("UPDATE audit_head SET last_id = ?", (dice.randrange(events),))


def _cut_off(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    """The end goes, and the head with it: only the checkpoint knows."""
    last = dice.randrange(events)
    connection.execute("DELETE FROM event WHERE id > ?", (last,))
    kept = connection.execute("SELECT seal FROM event WHERE id = ?", (last,)).fetchone()
    connection.execute("UPDATE audit_head SET last_id = ?, seal = ?", (last, kept[0] if kept else ""))


def _write_anew(connection: sqlite3.Connection, dice: random.Random, events: int) -> None:
    """Every seal from one event on is another one: without the secret nobody can make the right ones."""
    for number in range(dice.randint(1, events), events + 1):
        connection.execute("UPDATE event SET seal = ? WHERE id = ?", (f"{dice.getrandbits(256):064x}", number))
    (seal,) = connection.execute("SELECT seal FROM event WHERE id = ?", (events,)).fetchone()
    connection.execute("UPDATE audit_head SET seal = ?", (seal,))


_CHANGES: tuple[tuple[str, Change], ...] = (
    ("a field of an event, by one character", _alter),
    ("the ticket an event is about", _point_elsewhere),
    ("an event deleted", _delete),
    ("an event deleted, the gap closed", _delete_and_close_the_gap),
    ("two events exchanged", _swap),
    ("an event repeated at the end", _repeat),
    ("an event invented at the end", _invent),
    ("the head moved", _move_the_head),
    ("the end cut off together with the head", _cut_off),
    ("seals written anew", _write_anew),
)


if __name__ == "__main__":
    sys.exit(main())
