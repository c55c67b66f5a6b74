"""The poller: a thread a mailbox brings mail into the ledger, the main thread turns it into tickets."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.config import MailServer
from helpdesk.desk import Desk
from helpdesk.doors.imap import Mailbox
from helpdesk.errors import MailboxError
from helpdesk.logs import where
from helpdesk.service.collector import Collector
from helpdesk.service.intake import Intake
from helpdesk.service.leases import Lease
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.stopping import Checkpoint, Patience, no_checkpoint
from helpdesk.store import heartbeat
from helpdesk.store.incoming import ledger, tally
from helpdesk.vocabulary import Delivery

STANDBY_SECONDS = 5.0  # how often a standby asks whether it is needed
LONGEST_IDLE = 240.0  # seconds; IDLE is renewed well before the 29 minutes of RFC 2177
BEAT_SECONDS = 15.0
COUNT_SECONDS = 60.0
LEASE_PATIENCE = 60.0  # seconds that ``once`` waits for another poller to end

_log = structlog.get_logger("poller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one ``once`` did."""

    fetched: int
    settled: Counter[Delivery]
    problems: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Poller:
    """Reads the deployment's mailboxes."""

    app: Flask
    desk: Desk
    clock: Callable[[], datetime]
    stop: threading.Event
    room: ReadingRoom
    checkpoint: Checkpoint = no_checkpoint
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None
    _arrived: threading.Event = field(default_factory=threading.Event)
    _beaten: float | None = None

    def once(self) -> Outcome:
        """Bring in and settle everything that is there, side by side. A mailbox that fails does not keep the others
        waiting."""
        servers = self.desk.config.require_mailboxes()
        with ThreadPoolExecutor(len(servers), "mailbox") as threads:
            draining = [threads.submit(self._drain, server) for server in servers]
            for mailbox in draining:
                mailbox.add_done_callback(lambda _: self._arrived.set())
            settled = self._settle_until(lambda: all(mailbox.done() for mailbox in draining))
        fetched, problems = 0, []
        for mailbox in draining:
            try:
                fetched += mailbox.result()
            except MailboxError as error:
                problems.append(str(error))
        return Outcome(fetched=fetched, settled=settled, problems=tuple(problems))

    def run(self) -> None:
        """Watch all mailboxes until ``stop``."""
        watchers = [
            threading.Thread(target=self._watch, args=(server,), name=server.name)
            for server in self.desk.config.require_mailboxes()
        ]
        _log.info("started", mailboxes=[watcher.name for watcher in watchers])
        for watcher in watchers:
            watcher.start()
        try:
            self._settle_as_it_comes()
        finally:
            self.stop.set()
            for watcher in watchers:
                watcher.join()
        _log.info("ended")

    def _drain(self, server: MailServer) -> int:
        with self.app.app_context():
            lease = self._lease(server)
            if not self._is_given(lease):
                raise MailboxError(f"{server.name}: another poller is reading this mailbox")
            try:
                with _recorded(server):
                    mailbox = Mailbox.connect(server)
                    try:
                        return self._collector(server, lease).collect(mailbox, self.desk.rules.mail)
                    finally:
                        mailbox.close()
            finally:
                lease.give_back()

    def _watch(self, server: MailServer) -> None:
        """A thread's whole life: read one mailbox, come back after every failure."""
        patience = Patience()
        with self.app.app_context():
            lease = self._lease(server)
        collector = self._collector(server, lease)
        while not self.stop.is_set():
            try:
                self._read_while_ours(server, collector, lease, patience)
                pause = STANDBY_SECONDS
            except MailboxError as error:
                _log.error("mailbox fails", mailbox=server.name, problem=str(error))
                pause = patience.pause()
            except Exception as error:  # whatever it is, this mailbox must be read again
                _log.error("reading the mailbox failed", mailbox=server.name, **where(error))
                pause = patience.pause()
            self.stop.wait(pause)
        self._give_back(lease)

    def _read_while_ours(self, server: MailServer, collector: Collector, lease: Lease, patience: Patience) -> None:
        with self.app.app_context():
            if not lease.keep():
                return
            with _recorded(server):
                mailbox = Mailbox.connect(server)
        try:
            while not self.stop.is_set():
                with self.app.app_context():
                    if not lease.keep():
                        _log.warning("another poller took over", mailbox=server.name)
                        return
                    with _recorded(server):
                        stored = collector.collect(mailbox, self.desk.rules.mail)
                patience.succeeded()
                if stored:
                    _log.info("fetched", mailbox=server.name, messages=stored)
                with self.app.app_context(), _recorded(server):
                    seconds = min(self.desk.rules.mail.poll_seconds, LONGEST_IDLE)
                    mailbox.idle(seconds, stop=lambda: self.stop.is_set() or not lease.keep())
        finally:
            mailbox.close()

    def _settle_as_it_comes(self) -> None:
        """Turn mail into tickets as it arrives, and show that we live."""
        counted = 0.0
        patience = Patience()
        with self.app.app_context():
            lease = Lease("intake", clock=self.clock)
        while not self.stop.is_set():
            try:
                with self.app.app_context():
                    self._beat()
                    if time.monotonic() - counted > COUNT_SECONDS:
                        self._count()
                        counted = time.monotonic()
                    if lease.keep():
                        self._settle(lease, Counter())
                patience.succeeded()
            except Exception as error:  # whatever it is, the next mails must become tickets
                _log.error("settling failed", **where(error))
                self.stop.wait(patience.pause())
            self._wait_for_mail()
        self._give_back(lease)

    def _count(self) -> None:
        """One log line from which an operator's own tools can draw their curves."""
        sums = tally.accounting()
        states = {state.value: sums.counts[state] for state in Delivery if state is not Delivery.STORED}
        behind = tally.seconds_behind(now=self.clock())
        _log.info("counters", fetched=sums.total, **states, waiting=sums.waiting, seconds_behind=behind)

    def _settle_until(self, all_is_here: Callable[[], bool]) -> Counter[Delivery]:
        """Turn mail into tickets as it arrives, until no more comes and none is left."""
        settled: Counter[Delivery] = Counter()
        with self.app.app_context():
            self._beat()
            lease = Lease("intake", clock=self.clock)
            if not self._is_given(lease):
                return settled
        try:
            complete = False
            while not complete and not self.stop.is_set():
                complete = all_is_here()
                with self.app.app_context():
                    self._settle(lease, settled)
                if not complete:
                    self._wait_for_mail()
        finally:
            self._give_back(lease)
        return settled

    def _settle(self, lease: Lease, settled: Counter[Delivery]) -> None:
        """Settle what is here, and count it."""
        intake = Intake(desk=self.desk, room=self.room, clock=self.clock, checkpoint=self.checkpoint)
        before, waiting = settled.copy(), tally.glance().waiting
        for delivery in intake.run(go_on=lambda: not self.stop.is_set() and lease.keep()):
            settled[delivery] += 1
            self._beat()
            self.progress("settling", settled.total(), before.total() + waiting)
        if fresh := settled - before:
            _log.info("settled", **{state.value: count for state, count in fresh.items()})

    def _beat(self) -> None:
        """Show that we live, also while we work through a long backlog."""
        if self._beaten is None or time.monotonic() - self._beaten > BEAT_SECONDS:
            heartbeat.beat("poller", now=self.clock())
            self._beaten = time.monotonic()

    def _wait_for_mail(self) -> None:
        if self._arrived.wait(1.0):
            self._arrived.clear()

    def _collector(self, server: MailServer, lease: Lease) -> Collector:
        return Collector(
            server=server,
            after=self.desk.config.imap_after,
            clock=self.clock,
            go_on=lambda: not self.stop.is_set() and lease.keep(),
            checkpoint=self.checkpoint,
            progress=self._fetched,
        )

    def _fetched(self, done: int, total: int) -> None:
        self._arrived.set()
        self.progress("fetching", done, total)

    def _lease(self, server: MailServer) -> Lease:
        return Lease(f"mailbox {server.name}", clock=self.clock)

    def _is_given(self, lease: Lease) -> bool:
        """Whether the lease becomes ours before patience ends."""
        ends = time.monotonic() + LEASE_PATIENCE
        while not lease.keep():
            if time.monotonic() > ends or self.stop.wait(0.5):
                return False
        return True

    def _give_back(self, lease: Lease) -> None:
        try:
            with self.app.app_context():
                lease.give_back()
        except SQLAlchemyError as error:  # it runs out by itself
            _log.error("lease not given back", lease=lease.name, error=type(error).__name__)


@contextmanager
def _recorded(server: MailServer) -> Iterator[None]:
    """Whatever goes wrong with a mailbox is shown on the queue page."""
    try:
        yield
    except MailboxError as error:
        ledger.poll_failed(server.name, str(error))
        raise
