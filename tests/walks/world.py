"""A whole desk in one process: mailbox, roll, staff, worker, court's program, mail server and clock; and a twin.

The twin is a second desk with another roll and the same mail. Whatever answers the first desk gives of itself, the
twin must give the same. ``World.step`` takes one step; after each, ``holds.after_step`` says what must be true. The
steps themselves stand in ``senders``, ``approvers``, ``caseworkers`` and ``machines``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, event

from helpdesk.errors import DeliveryError, HelpdeskError
from helpdesk.service.worker import Worker
from helpdesk.store.approving.approvals import Press
from helpdesk.store.database import db
from helpdesk.vocabulary import Filer, StaffMember
from tests import cast
from tests.walks import mails
from tests.walks.house_rules import HouseRules
from tests.walks.people import ROLL
from tests.walks.place import Place
from tests.walks.wire import Server

CHECKPOINTS = ("claimed", "prepared", "accepted", "noted")  # of the worker
DEATHS = (*CHECKPOINTS, "before commit", "after commit")
_LINK = re.compile(r"/password-reset/([\w-]{43})")
_WHERE_IT_MAKES_SENSE = 5  # of six presses
Item = TypeVar("Item")


class Killed(BaseException):
    """The process dies here; nobody may catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket page as one member of staff has it open; it may be out of date by now."""

    ticket_id: int
    version: int
    filer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail of the mailbox, for the first desk and for the twin: each answers its own desk's letter."""

    ours: mails.Letter
    theirs: mails.Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was known at the moment at which both databases were copied."""

    mails: int  # how many had been received
    pairs: tuple[tuple[str, str], ...]
    roll: dict[str, Filer]
    acknowledged: frozenset[int]
    primaries: dict[int, str]
    set_passwords: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class World:
    """One walk's state. The desks must be as they were in the beginning."""

    desk: Place
    twin: Place | None  # not every walk needs one
    backups: Path  # a folder
    staff: tuple[StaffMember, ...]
    rules: HouseRules
    now: datetime = cast.NOW
    worker: Worker | None = None  # None: it is started when there is work
    server: Server = field(default_factory=Server)
    roll: dict[str, Filer] = field(default_factory=lambda: {filer.ecf_user_id: filer for filer in ROLL})

    # What people and machines remember of what they saw and did.
    received: list[Received] = field(default_factory=list)  # all mail there ever was, oldest first
    unmirrored: dict[int, Received] = field(default_factory=dict)  # by ledger id; it has no place yet
    mirrored: list[int] = field(default_factory=list)  # ledger ids of mail that got its place since somebody looked
    pairs: list[tuple[str, str]] = field(default_factory=list)  # Message-IDs of one reply here and at the twin's
    seen: dict[int, Seen] = field(default_factory=dict)  # by member of staff
    pressed: dict[int, tuple[int, Press]] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)  # resets whose approval somebody was told of
    primaries: dict[int, str] = field(default_factory=dict)  # the primary address when a reset was approved
    tokens: list[str] = field(default_factory=list)  # of all links that anybody ever got
    worked: Counter[str] = field(default_factory=Counter)  # how often a token led to a password
    set_passwords: list[str] = field(default_factory=list)  # filers, in the order in which their passwords were set
    takes: Counter[str] = field(default_factory=Counter)  # how often the server took a message, by Message-ID
    retried: list[str] = field(default_factory=list)  # Message-IDs of what staff sent again

    backup: Backup | None = None  # the newest

    # What becomes of the walk.
    happened: Counter[str] = field(default_factory=Counter)
    changed: bool = True  # since the last look at what must hold
    told: int = 0  # events in the record when the last step ended
    dies_at: str = ""  # one of DEATHS, '' for nowhere
    dies_in: int = 0  # after so many more visits

    def step(self, take: Callable[[World], None]) -> bool:
        """Take one step; whether anything came of it that stands in the record or went out. Whoever dies on the way
        is started anew."""
        try:
            take(self)
        except (HelpdeskError, DeliveryError) as refused:
            self.happened[f"refused: {type(refused).__name__}"] += 1
        except Killed as killed:
            self.happened[f"died: {killed}"] += 1
            self.worker = None
            with self.desk.app.app_context():
                db.session.remove()
        return self._collect()

    def remember(self, backup: Backup) -> None:
        """The database is as it was then: what only the lost one knew is known no more. Tokens, and what the mail
        server took, stay in the world."""
        self.pairs, self.roll = list(backup.pairs), dict(backup.roll)
        self.acknowledged, self.primaries = set(backup.acknowledged), dict(backup.primaries)
        self.set_passwords = list(backup.set_passwords)
        self.seen, self.pressed, self.mirrored = {}, {}, []
        self.told = 0

    def person(self, who: int) -> StaffMember:
        """A member of staff."""
        return self.staff[who % len(self.staff)]

    def places(self) -> tuple[Place, ...]:
        """The desk, and the twin where there is one."""
        return (self.desk,) if self.twin is None else (self.desk, self.twin)

    @contextmanager
    def surviving(self) -> Iterator[None]:
        """Within, nobody dies."""
        doomed, self.dies_at = self.dies_at, ""
        try:
            yield
        finally:
            self.dies_at = doomed

    @contextmanager
    def mortal(self) -> Iterator[None]:
        """Within, the walk's process may also die just before and just after a commit of the first desk."""
        with self.desk.app.app_context():
            engine = db.engine

        def committing(connection: Connection) -> None:
            self.visit("before commit")
            try:
                self.visit("after commit")
            except Killed:
                connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
                raise

        event.listen(engine, "commit", committing)
        try:
            yield
        finally:
            event.remove(engine, "commit", committing)

    def visit(self, place: str) -> None:
        """The process comes to a place where it may die."""
        if place == self.dies_at:
            self.dies_in -= 1
            if self.dies_in < 0:
                self.dies_at = ""
                raise Killed(place)

    def _collect(self) -> bool:
        """What became known in this step: new approvals, and links that left."""
        for taken in self.server.taken:
            self.tokens += _LINK.findall(taken.letter.get_content())
        if not self.desk.changed():
            return False
        self.changed = True
        newest = max(self.primaries, default=0)
        approved = self.desk.rows(
            "SELECT reset.id, primary_email FROM reset JOIN filer ON filer.id = filer_id WHERE reset.id > ?", newest
        )
        self.primaries |= {row["id"]: row["primary_email"] for row in approved}
        before, self.told = self.told, self.desk.number("SELECT last_id FROM audit_head")
        return self.told != before or bool(self.server.taken)


def pick(likely: Sequence[Item], others: Sequence[Item], number: int) -> Item | None:
    """Mostly one of those where the step makes sense; else any, because people press in the wrong place too."""
    chosen = likely if likely and number % (_WHERE_IT_MAKES_SENSE + 1) else others
    return chosen[number // (_WHERE_IT_MAKES_SENSE + 1) % len(chosen)] if chosen else None


def later(seconds: float) -> timedelta:
    """So much later."""
    return timedelta(seconds=seconds)
