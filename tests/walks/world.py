"""A whole desk in one process: mailbox, roll, staff, worker, court's program, mail server and clock; and a twin.

The twin is a second desk with another roll and the same mail. Whatever answers the first desk gives of itself, the
twin must give the same. ``World.step`` takes one step; after each, ``holds.after_step`` says what must be true.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import Connection, event, select

from helpdesk.desk import Desk, desk
from helpdesk.errors import ConnectorError, DeliveryError, HelpdeskError
from helpdesk.letters import automatic_writer
from helpdesk.service.worker import Worker
from helpdesk.store import failed_mail, intake, ledger, links, resets, roster, tickets
from helpdesk.store.approvals import Press
from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, LedgerEntry, OutboxRow, Reset, Ticket
from helpdesk.vocabulary import Delivery, Filer, FilerStatus, Letter, StaffMember, TicketState
from tests import cast
from tests.walks import mails
from tests.walks.wire import Fault, Server, connected_to

ROLL = (cast.ADA, cast.NAMESAKE, cast.GRACE)
OTHER_ROLLS: tuple[tuple[Filer, ...], ...] = (
    (),
    tuple(replace(filer, status=FilerStatus.SUSPENDED) for filer in ROLL),
    tuple(replace(filer, pacer_linked=True, primary_email=f"x{filer.primary_email}") for filer in ROLL),
    (replace(cast.NAMESAKE, bar_id=cast.ADA.bar_id), replace(cast.ADA, bar_id=cast.GRACE.bar_id)),
)
EDITS: tuple[dict[str, object], ...] = (
    {},
    {},
    {},
    {},
    {},
    {"primary_email": "moved@filerquill.example"},
    {"primary_email": cast.MALLORY},
    {"primary_email": ""},
    {"primary_email": "ecfhelp@casd.uscourts.gov"},
    {"status": FilerStatus.SUSPENDED},
    {"pacer_linked": True},
    {"bar_id": "999999"},
)
PEOPLE = (cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR)
CHECKPOINTS = ("claimed", "prepared", "accepted", "noted")
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 16, 120, 660, 3600, 8 * 3600, 25 * 3600, -30, -3600))
_LINK = re.compile(r"/password-reset/([\w-]{43})")


class Killed(BaseException):
    """The process dies here; nobody may catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket page as one member of staff has it open; it may be out of date by now."""

    ticket_id: int
    version: int
    filer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmirrored:
    """A mail that the first desk was given and the twin was not yet."""

    letter: mails.Letter
    answers: int | None  # which of the pairs of replies it refers to


@dataclass(slots=True, kw_only=True)
class World:
    """One walk's state. ``app`` and ``twin`` must be freshly furnished."""

    app: Flask
    twin: Flask
    staff: tuple[StaffMember, ...]
    now: datetime = cast.NOW
    server: Server = field(default_factory=Server)
    seen: dict[int, Seen] = field(default_factory=dict)  # by member of staff
    pressed: dict[int, tuple[int, Press]] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)  # resets whose approval somebody was told of
    primaries: dict[int, str] = field(default_factory=dict)  # the primary address when a reset was approved
    tokens: list[str] = field(default_factory=list)  # of all links that anybody ever got
    set_passwords: list[str] = field(default_factory=list)  # filers, in the order in which their passwords were set
    pairs: list[tuple[str, str]] = field(default_factory=list)  # Message-IDs of one reply here and at the twin's
    mirrored: list[int] = field(default_factory=list)  # ledger ids of mail that the twin got too
    unmirrored: dict[int, Unmirrored] = field(default_factory=dict)
    takes: Counter[int] = field(default_factory=Counter)  # how often the server took the mail of an outbox row
    retried: list[int] = field(default_factory=list)  # outbox rows that staff sent again
    mails: int = 0
    compared: int = 0  # mails whose answers here and at the twin's were compared
    deaths: int = 0
    roll: dict[str, Filer] = field(default_factory=lambda: {filer.ecf_user_id: filer for filer in ROLL})
    dies_at: str = ""  # a checkpoint of the worker, "before commit" or "after commit"; "" for nowhere
    dies_in: int = 0  # after so many more visits

    # --- mail ---------------------------------------------------------------------------------------------------

    def mail(self, sender: int, words: int, headers: int, answers: int, same_id: bool) -> None:
        """Somebody writes; the poller stores the mail and settles whatever waits."""
        self.mails += 1
        pair = answers % len(self.pairs) if self.pairs and answers >= 0 else None
        with self.app.app_context():
            letter = mails.letter(
                sender,
                words,
                headers,
                number=self.mails,
                at=self.now,
                rules=desk().rules,
                same_id=same_id,
                answers=self.pairs[pair][0] if pair is not None else None,
            )
            with self.surviving():  # the poller's own deaths are tried with real mailboxes
                ledger_id = _store(letter.raw, now=self.now)
            self.unmirrored[ledger_id] = Unmirrored(letter=letter, answers=pair)
        self.settle()

    def settle(self) -> None:
        """The poller gives its place to all mail that has none."""
        for ledger_id in sorted(self.unmirrored):
            died = None
            with self.app.app_context():
                try:
                    self._settle(ledger_id, self.unmirrored[ledger_id].letter)
                except Killed as killed:
                    died = killed
                    db.session.remove()
                settled = db.session.get_one(LedgerEntry, ledger_id).state != Delivery.STORED.value
            if settled:
                self._mirror(ledger_id)
            if died is not None:
                raise died

    def _settle(self, ledger_id: int, letter: mails.Letter) -> None:
        rules = desk().rules
        triaged = desk().triage(letter.message, letter.understanding, rules, self.now)
        house = intake.House(
            court=rules.court,
            replies=rules.replies,
            limits=rules.mail,
            write_reply=automatic_writer(desk().letters, rules, self.now),
        )
        intake.settle(ledger_id, triaged, house=house, now=self.now)

    def _mirror(self, ledger_id: int) -> None:
        """The twin gets the same mail at the same moment; a letter that it answers is the twin's own."""
        one = self.unmirrored.pop(ledger_id)
        letter = one.letter
        if one.answers is not None:
            twins = (self.pairs[one.answers][1].strip("<>"),)
            letter = replace(letter, message=replace(letter.message, in_reply_to=twins))
        with self.surviving(), self.twin.app_context():
            self._settle(_store(letter.raw, now=self.now), letter)
        self.mirrored.append(ledger_id)
        self.compared += 1
        ours, theirs = (automatic_reply(app, ledger_id) for app in (self.app, self.twin))
        if ours is not None and theirs is not None:
            self.pairs.append((ours.message_id, theirs.message_id))

    # --- staff --------------------------------------------------------------------------------------------------

    def look(self, who: int, ticket: int) -> None:
        """Open a ticket's page; 0 is the newest."""
        with self.app.app_context():
            shown = select(Ticket.id, Ticket.version, FilerRow.ecf_user_id).outerjoin(
                FilerRow, FilerRow.id == Ticket.filer_id
            )
            rows = db.session.execute(shown.order_by(Ticket.id.desc()).limit(20)).all()
            if rows:
                number, version, filer = rows[ticket % len(rows)]
                self.seen[who % len(PEOPLE)] = Seen(ticket_id=number, version=version, filer=filer or "")

    def approve(self, who: int, confirmed: bool, why: bool) -> None:
        """Press Approve on the page that is open."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is not None:
            words = "Called back on the number on record." if why else ""
            press = Press(filer=seen.filer, version=seen.version, confirmed=confirmed, why=words)
            self.pressed[who % len(PEOPLE)] = (seen.ticket_id, press)
            self._press(who)

    def press_again(self, who: int) -> None:
        """The same form once more: a double press, a replayed request, a page that was left open."""
        if who % len(PEOPLE) in self.pressed:
            self._press(who)

    def _press(self, who: int) -> None:
        ticket_id, press = self.pressed[who % len(PEOPLE)]
        with self.app.app_context():
            made = resets.approve(ticket_id, press, actor=self._person(who), policy=desk().approving(), now=self.now)
            self.acknowledged.add(made)

    def race(self, ticket: int, confirmed: bool) -> None:
        """Everybody presses Approve on the same page at once, each in a process of their own."""
        for who in range(len(PEOPLE)):
            self.look(who, ticket)
        start = threading.Barrier(len(PEOPLE))

        def press(who: int) -> None:
            start.wait()
            with suppress(HelpdeskError):
                self.approve(who, confirmed, True)

        with self.surviving():
            crowd = [threading.Thread(target=press, args=(who,)) for who in range(len(PEOPLE))]
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()

    def agree(self, who: int) -> None:
        """The second person agrees to what the open page shows."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is not None:
            with self.app.app_context():
                policy = desk().approving()
                resets.agree(
                    seen.ticket_id, version=seen.version, actor=self._person(who), policy=policy, now=self.now
                )

    def refuse(self, who: int) -> None:
        """The second person does not agree."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is not None:
            with self.app.app_context():
                resets.refuse(
                    seen.ticket_id, "It looks odd.", version=seen.version, actor=self._person(who), now=self.now
                )

    def undo(self, who: int, number: int) -> None:
        """Take one of the latest approvals back, in time or too late."""
        with self.app.app_context():
            approved = db.session.execute(select(Reset.ticket_id).order_by(Reset.id.desc()).limit(3)).scalars().all()
            if approved:
                resets.undo(approved[number % len(approved)], actor=self._person(who), now=self.now)

    def choose(self, who: int, filer: int) -> None:
        """Name another record on the open page."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is not None:
            with self.app.app_context():
                wanted = ROLL[filer % len(ROLL)].ecf_user_id
                tickets.choose(seen.ticket_id, wanted, version=seen.version, actor=self._person(who), now=self.now)

    def answer(self, who: int, waits: bool) -> None:
        """Send the requester a letter, or ask for something."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is not None:
            with self.app.app_context():
                tickets.answer(
                    seen.ticket_id,
                    "general",
                    lambda number, tag: Letter(subject=f"Your question {tag}", body=f"About #{number}.\n"),
                    waits=waits,
                    version=seen.version,
                    actor=self._person(who),
                    court=desk().rules.court,
                    now=self.now,
                )

    def finish(self, who: int, how: int) -> None:
        """Close, decline, mark as spam, or reopen."""
        seen = self.seen.get(who % len(PEOPLE))
        if seen is None:
            return
        ends = (TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM)
        with self.app.app_context():
            if how % 4 == 3:
                tickets.reopen(seen.ticket_id, version=seen.version, actor=self._person(who), now=self.now)
            else:
                tickets.finish(
                    seen.ticket_id, ends[how % 4], version=seen.version, actor=self._person(who), now=self.now
                )

    def perform(self, who: int, number: int) -> None:
        """A clerk has done a reset of the work list in CM/ECF, or thinks so."""
        with self.app.app_context():
            ids = db.session.execute(select(Reset.id).order_by(Reset.id)).scalars().all()
            if ids:
                resets.mark_done(
                    ids[number % len(ids)], actor=self._person(who), court=desk().rules.court, now=self.now
                )

    def decide_failed(self, who: int, number: int, again: bool) -> None:
        """Mail that did not leave, or may have: send it again or give it up."""
        with self.app.app_context():
            rows = failed_mail.troubled()
            if rows:
                row = rows[number % len(rows)]
                self.retried += [row.id] if again else []
                act = failed_mail.retry if again else failed_mail.give_up
                act(row.id, actor=self._person(who), now=self.now)

    # --- the roll, the worker, the clock, the filers -------------------------------------------------------------

    def edit_roll(self, filer: int, edit: int) -> None:
        """A roster comes in that changes one record."""
        usual = ROLL[filer % len(ROLL)]
        fresh = dict(self.roll) | {usual.ecf_user_id: replace(usual, **EDITS[edit % len(EDITS)])}  # type: ignore[arg-type]
        with self.app.app_context():
            differences = roster.compare(fresh.values(), now=self.now)
            sha256 = f"{random.getrandbits(256):064x}"
            roster.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=self.now)
        self.roll = fresh

    def work(self, faults: tuple[Fault, ...]) -> None:
        """The worker sends what is due; these things go wrong, one a message."""
        self.server.faults.clear()
        self.server.faults.extend(faults)
        worker = Worker(
            app=self.app,
            desk=_desk_of(self.app),
            clock=lambda: self.now,
            stop=threading.Event(),
            checkpoint=self._visit,
        )
        with connected_to(self.server):
            worker.once()

    def doom(self, where: int, visits: int) -> None:
        """The process that comes to this point the nth time from now will die there."""
        places = (*CHECKPOINTS, "before commit", "after commit")
        self.dies_at, self.dies_in = places[where % len(places)], visits

    def wait(self, pause: int) -> None:
        """Time passes, or the clock is put back."""
        self.now += PAUSES[pause % len(PAUSES)]

    def follow(self, link: int, outcome: int) -> None:
        """Somebody opens one of all the links there ever were, 0 the newest, and presses the button."""
        if not self.tokens:
            return
        token = self.tokens[-1 - link % len(self.tokens)]

        def program(filer: Filer) -> str:
            if outcome % 5 == 3:
                raise ConnectorError("it is away", retryable=True)
            self.set_passwords.append(filer.ecf_user_id)
            if outcome % 5 == 4:
                raise ConnectorError("it ended with code 1")
            return "fresh-password"

        with self.app.app_context():
            usable = links.is_usable(token, now=self.now)
            password = links.use(token, program, court=desk().rules.court, now=self.now)
            assert password is None or usable, "a link worked that was not usable"

    # --- taking steps --------------------------------------------------------------------------------------------

    def step(self, take: Callable[[], None]) -> bool:
        """Take one step; whether it was possible. Whoever dies on the way is started anew."""
        try:
            take()
        except (HelpdeskError, DeliveryError):
            return False
        except Killed:
            with self.app.app_context():
                db.session.remove()
        finally:
            self._collect()
        return True

    @contextmanager
    def surviving(self) -> Iterator[None]:
        """Within, nobody dies."""
        doomed, self.dies_at = self.dies_at, ""
        try:
            yield
        finally:
            self.dies_at = doomed

    def _visit(self, place: str) -> None:
        if place == self.dies_at:
            self.dies_in -= 1
            if self.dies_in < 0:
                self.dies_at = ""
                self.deaths += 1
                raise Killed(place)

    def _collect(self) -> None:
        """What became known in this step: new approvals, and links that left."""
        with self.app.app_context():
            known = select(Reset.id, FilerRow.primary_email).join(FilerRow, FilerRow.id == Reset.filer_id)
            for reset_id, primary in db.session.execute(known):
                self.primaries.setdefault(reset_id, primary)
        for taken in self.server.taken:
            self.tokens += _LINK.findall(taken.letter.get_content())

    def _person(self, who: int) -> StaffMember:
        return self.staff[who % len(PEOPLE)]

    @contextmanager
    def mortal(self) -> Iterator[None]:
        """Within, the walk's process may also die just before and just after a commit of the first desk."""
        with self.app.app_context():
            engine = db.engine

        def committing(connection: Connection) -> None:
            self._visit("before commit")
            try:
                self._visit("after commit")
            except Killed:
                connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
                raise

        event.listen(engine, "commit", committing)
        try:
            yield
        finally:
            event.remove(engine, "commit", committing)


def automatic_reply(app: Flask, ledger_id: int) -> OutboxRow | None:
    """What a desk answered of itself to a mail."""
    with app.app_context():
        found = db.session.execute(select(OutboxRow).where(OutboxRow.dedupe_key == f"automatic:{ledger_id}"))
        return found.scalar_one_or_none()


def _store(raw: bytes, *, now: datetime) -> int:
    """Commit a mail to the ledger as the next of the mailbox; returns its ledger id."""
    cursor = ledger.open_mailbox("desk", 1, now=now)
    uid = cursor.last_uid + 1
    ledger.store_batch(cursor, [ledger.Fetched(uid=uid, raw=raw)], now=now)
    return db.session.execute(select(LedgerEntry.id).where(LedgerEntry.uid == uid)).scalar_one()


def _desk_of(app: Flask) -> Desk:
    with app.app_context():
        return desk()
