"""Stored messages become tickets: read, understood, matched, decided, settled; one bad mail never blocks another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import structlog

from helpdesk.desk import Desk
from helpdesk.errors import UnreadableMessageError
from helpdesk.logs import where
from helpdesk.rules import Rules
from helpdesk.service.reading import ReadingRoom, ReadMail, Result
from helpdesk.store.cases.arriving import Arriving
from helpdesk.store.database import is_away, retried, transaction
from helpdesk.store.incoming import intake, ledger, quarantine, strangers
from helpdesk.store.incoming.ledger import StoredMail
from helpdesk.triage import weigh
from helpdesk.vocabulary import Delivery

AT_ONCE = 64  # messages of one commit: others wait for the database some 50 ms at most

_log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Gives pending messages their place. Needs an application context."""

    desk: Desk
    room: ReadingRoom
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]

    def run(self, *, go_on: Callable[[], bool]) -> Iterator[Delivery]:
        """Settle pending messages, oldest first, until none is left or ``go_on()`` is false.

        What comes back from quarantine waits for the fresh ones and is tried one by one: it may take its time again.
        """
        found = True
        while found and go_on():
            found = False
            for again in (False, True):
                for delivery in self._pass(self.desk.rules, go_on, again=again):
                    found = True
                    yield delivery
                if found:
                    break

    def _pass(self, rules: Rules, go_on: Callable[[], bool], *, again: bool) -> Iterator[Delivery]:
        """Settle what is pending, while these rules are in force. The next pages are read while one is settled."""
        pages: deque[tuple[StoredMail, ...]] = deque()

        def coming() -> Iterator[bytes]:
            after = 0
            limit = 1 if again else AT_ONCE
            while go_on() and self.desk.rules is rules:
                page = ledger.pending(limit=limit, after=after, again=again)
                if not page:
                    return
                after = page[-1].ledger_id
                pages.append(page)
                yield from (mail.raw for mail in page)
                if again:
                    return

        results: list[Result] = []
        with closing(self.room.read_each(coming(), rules)) as reading:
            for result in reading:
                results.append(result)
                if len(results) < len(pages[0]):
                    continue
                if not go_on():
                    return
                yield from self._settle_page(list(zip(pages.popleft(), results, strict=True)), rules)
                results.clear()

    def _settle_page(self, page: list[tuple[StoredMail, Result]], rules: Rules) -> list[Delivery]:
        """All in one commit; or one by one, so that one that cannot be settled keeps back none of the others."""
        for _ in page:
            self.checkpoint("read")
        try:
            deliveries = retried(lambda: self._place_all(page, rules))
        except Exception as error:  # it is reported when its turn comes
            if is_away(error):
                raise
            return [self._settle_alone(mail, result, rules) for mail, result in page]
        for _ in page:
            self.checkpoint("settled")
        return deliveries

    def _place_all(self, page: Sequence[tuple[StoredMail, Result]], rules: Rules) -> list[Delivery]:
        """In one transaction. What needs no database is done before it begins, because all others wait for it."""
        roll, now = self.desk.roll, self.clock()
        house = self.desk.house(rules, now)
        unreadable = [(mail, read) for mail, read in page if isinstance(read, UnreadableMessageError)]
        weighed = {
            mail.ledger_id: weigh(read.message, read.understanding, roll, rules)
            for mail, read in page
            if isinstance(read, ReadMail)
        }
        with transaction() as session:
            entries = intake.lock(session, [mail.ledger_id for mail, _ in page])
            deliveries = [self._quarantine(mail, str(error)) for mail, error in unreadable]
            for run in strangers.together(session, weighed, entries, rules.approvals.limits):
                triaged = self.desk.triage_all([weighed[number] for number in run], roll, rules, now)
                arriving = [
                    Arriving(entry=entries[number], triaged=one) for number, one in zip(run, triaged, strict=True)
                ]
                for settled in intake.settle_all(session, arriving, house=house, now=now):
                    deliveries.append(settled.delivery)
                    self.checkpoint("placed")
        return deliveries

    def _settle_alone(self, mail: StoredMail, result: Result, rules: Rules) -> Delivery:
        try:
            [delivery] = retried(lambda: self._place_all([(mail, result)], rules))
        except Exception as error:  # a mistake of ours must not stop the mails behind this one
            if is_away(error):
                raise  # nothing is wrong with the message
            _log.error("triage failed", ledger=mail.ledger_id, **where(error))
            return self._quarantine(mail, f"Triage failed ({type(error).__name__}); the log says where.")
        self.checkpoint("settled")
        return delivery

    def _quarantine(self, mail: StoredMail, reason: str) -> Delivery:
        delivery = quarantine.set_aside(mail.ledger_id, reason, now=self.clock())
        if delivery is Delivery.QUARANTINED:
            _log.warning("quarantined", ledger=mail.ledger_id, reason=reason)
        return delivery
