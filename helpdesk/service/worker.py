"""The worker: what is due in the outbox leaves, one message at a time."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from helpdesk.desk import Desk
from helpdesk.doors.smtp import DEADLINE, TIMEOUT, Courier
from helpdesk.errors import DeliveryError, HelpdeskError, TooManyAtOnceError
from helpdesk.logs import where
from helpdesk.service.stopping import Checkpoint, Patience, no_checkpoint
from helpdesk.store import audit, heartbeat
from helpdesk.store.desk import snoozing
from helpdesk.store.incoming import forgetting, retention
from helpdesk.store.outgoing import dispatch, links, outbox, reply_limits
from helpdesk.store.outgoing.dispatch import Dispatch
from helpdesk.vocabulary import OutboxState

LONGEST_SLEEP = 2.0  # seconds between two looks at the outbox
BEAT_SECONDS = 15.0
FORGET_SECONDS = 3600.0
FORGOTTEN_AT_ONCE = 1_000  # messages; mail that is to leave does not wait while years of it are forgotten
CHECKPOINT_SECONDS = 3600.0  # how often the log tells how far the record of decisions has come

_log = structlog.get_logger("worker")


@dataclass(slots=True, kw_only=True)
class Worker:
    """Sends what is due. Any number may run; a row is claimed by one of them."""

    app: Flask
    desk: Desk
    clock: Callable[[], datetime]
    stop: threading.Event
    checkpoint: Checkpoint = no_checkpoint
    timeout: float = TIMEOUT
    deadline: float = DEADLINE
    _beaten: float | None = None
    _full_until: datetime | None = None  # a domain got enough mail; the rest of it waits until then
    _told: float | None = None
    _told_pause: float | None = None
    _forgot: float | None = None

    def once(self) -> Counter[OutboxState]:
        """Send everything that is due; how many ended in which state. DeliveryError where the server is away."""
        with self.app.app_context():
            self._beat()
            self._tell_checkpoint()
            self._tell_pause()
            outbox.recover_stale(now=self.clock())
            links.recover_interrupted(now=self.clock())
            self._wake()
            self._forget()
            return self._drain()

    def to_the_end(self) -> Counter[OutboxState]:
        """Like ``once``, but what only waits because its domain got enough mail for the moment is waited for."""
        left = self.once()
        while self._full_until is not None and not self.stop.is_set():
            self.stop.wait(max(0.0, (self._full_until - self.clock()).total_seconds()))
            self._full_until = None
            left += self.once()
        return left

    def run(self) -> None:
        """Send as things fall due, until ``stop``. A server that is away costs no message an attempt."""
        patience = Patience()
        _log.info("started")
        while not self.stop.is_set():
            pause = LONGEST_SLEEP
            try:
                left = self.once()
                patience.succeeded()
                if left:
                    _log.info("outbox worked", **{state.value: count for state, count in left.items()})
            except DeliveryError as error:
                _log.error("mail server fails, everything waits", problem=str(error))
                pause = patience.pause()
            except Exception as error:  # whatever it is, mail must go on leaving
                _log.error("sending failed", **where(error))
                pause = patience.pause()
            self.stop.wait(pause)
        _log.info("ended")

    def _drain(self) -> Counter[OutboxState]:
        """One claim, one message: nothing is held that is not being sent at this moment."""
        left: Counter[OutboxState] = Counter()
        courier: Courier | None = None
        try:
            while not self.stop.is_set() and self._is_due():
                if courier is None or not courier.usable:
                    if courier is not None:
                        courier.close()
                    courier = self._connect()
                claimed = outbox.claim(now=self.clock(), limit=1)
                if claimed:
                    state = self._send(claimed[0], courier)
                    left.update([state] if state is not None else ())
                    self._beat()
        finally:
            if courier is not None:
                courier.close()
        return left

    def _connect(self) -> Courier:
        server, court = self.desk.config.require_smtp(), self.desk.rules.court
        return Courier.connect(server, court, timeout=self.timeout, deadline=self.deadline)

    def _send(self, row: outbox.Claimed, courier: Courier) -> OutboxState | None:
        """What became of the message; None where its domain has got enough for the moment."""
        self.checkpoint("claimed")
        try:
            mail = dispatch.prepare(row, dispatch=self._dispatch(), now=self.clock())
        except TooManyAtOnceError as full:
            self._full_until = full.until
            outbox.postponed(row, full.until)
            return None
        except HelpdeskError as error:  # for instance a letter that is missing: it may be put right
            return self._defer(row, str(error))
        except OperationalError:  # two transactions in each other's way: nothing was sent
            return self._defer(row, "The database was busy.")
        if mail is None:
            _log.info("not sent any more", outbox=row.id, kind=row.kind.value)
            return OutboxState.CANCELLED
        self.checkpoint("prepared")
        try:
            courier.send(mail, now=self.clock())
        except DeliveryError as error:
            return self._not_accepted(row, error)
        self.checkpoint("accepted")
        dispatch.sent(row, connector=self.desk.config.connector, now=self.clock())
        self.checkpoint("noted")
        _log.info("sent", outbox=row.id, kind=row.kind.value, ticket=row.ticket_id)
        return OutboxState.SENT

    def _not_accepted(self, row: outbox.Claimed, error: DeliveryError) -> OutboxState:
        if error.uncertain:
            state = outbox.uncertain(row, str(error), now=self.clock())
        elif error.permanent:
            state = outbox.failed(row, str(error), now=self.clock())
        else:
            return self._defer(row, str(error))
        _log.error("not sent", outbox=row.id, kind=row.kind.value, state=state.value, problem=str(error))
        return state

    def _defer(self, row: outbox.Claimed, reason: str) -> OutboxState:
        jitter = random.random()  # noqa: S311 - spreads load, guards nothing
        state = outbox.deferred(row, reason, limits=self.desk.rules.mail, jitter=jitter, now=self.clock())
        _log.warning("not sent yet", outbox=row.id, kind=row.kind.value, state=state.value, problem=reason)
        return state

    def _dispatch(self) -> Dispatch:
        rules, letters, config = self.desk.rules, self.desk.letters, self.desk.config
        return Dispatch(
            court=rules.court,
            limits=rules.mail,
            connector=config.connector,
            base_url=config.base_url,
            approval_hours=rules.approvals.approval_hours,
            write=lambda name, language, number, login, link: letters.to_primary(
                name, language, number=number, login=login, link=link, rules=rules
            ),
        )

    def _wake(self) -> None:
        """Snoozed tickets whose time has come return to staff."""
        woken = snoozing.wake_due(now=self.clock())
        if woken:
            _log.info("woken", tickets=woken)

    def _forget(self) -> None:
        """Counts that nothing asks for any more, and mail that the rules keep no longer, are deleted now and then."""
        if self._forgot is None or time.monotonic() - self._forgot > FORGET_SECONDS:
            gone = forgetting.forget(approvals=self.desk.rules.approvals, now=self.clock())
            if gone:
                _log.info("old counts forgotten", rows=gone)
            mail = retention.forget(self.desk.rules.mail.keep, now=self.clock(), most=FORGOTTEN_AT_ONCE)
            if mail:
                _log.info("old mail forgotten", originals=mail.originals, texts=mail.texts)
            more = max(mail.originals, mail.texts) == FORGOTTEN_AT_ONCE
            self._forgot = None if more else time.monotonic()

    def _is_due(self) -> bool:
        due = outbox.next_due()
        return due is not None and due <= self.clock()

    def _beat(self) -> None:
        if self._beaten is None or time.monotonic() - self._beaten > BEAT_SECONDS:
            heartbeat.beat("worker", now=self.clock())
            self._beaten = time.monotonic()

    def _tell_pause(self) -> None:
        """The breaker is open: whoever watches the log is called, at once and again every hour until staff resume."""
        since = reply_limits.paused()
        if since is None:
            self._told_pause = None
        elif self._told_pause is None or time.monotonic() - self._told_pause > CHECKPOINT_SECONDS:
            held = reply_limits.held_count()
            _log.error(
                "automatic replies are held back until a supervisor resumes them", since=since.isoformat(), held=held
            )
            self._told_pause = time.monotonic()

    def _tell_checkpoint(self) -> None:
        """Logs leave the database's reach: what they say of the record shows later whether its end was cut off."""
        if self._told is None or time.monotonic() - self._told > CHECKPOINT_SECONDS:
            reached = audit.checkpoint()
            _log.info("record", events=reached.events, seal=reached.seal)
            self._told = time.monotonic()
