"""Stored messages become tickets: read, understood, matched, decided, settled; one bad mail never blocks another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from helpdesk.desk import Desk
from helpdesk.errors import UnreadableMessageError
from helpdesk.letters import automatic_writer
from helpdesk.logs import where
from helpdesk.rules import Rules
from helpdesk.service.reading import ReadingRoom, ReadMail
from helpdesk.store import intake, ledger
from helpdesk.store.database import is_away
from helpdesk.store.ledger import StoredMail
from helpdesk.vocabulary import Delivery

AT_ONCE = 4  # messages held in memory together; each may be as large as the largest allowed

_log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Gives pending messages their place. Needs an application context."""

    desk: Desk
    room: ReadingRoom
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]

    def run(self, *, go_on: Callable[[], bool]) -> Iterator[Delivery]:
        """Settle pending messages, oldest first, until none is left or ``go_on()`` is false."""
        while go_on() and (waiting := ledger.pending(limit=AT_ONCE)):
            rules = self.desk.rules
            results = self.room.read_each([mail.raw for mail in waiting], rules)
            for mail, result in zip(waiting, results, strict=True):
                yield self._settle(mail, result, rules)

    def drain(self, *, go_on: Callable[[], bool]) -> Counter[Delivery]:
        """Settle everything that is pending; how many went where."""
        return Counter(self.run(go_on=go_on))

    def _settle(self, mail: StoredMail, result: ReadMail | UnreadableMessageError, rules: Rules) -> Delivery:
        self.checkpoint("read")
        if isinstance(result, UnreadableMessageError):
            return self._quarantine(mail, str(result))
        try:
            delivery = self._triage(mail, result, rules)
        except Exception as error:  # a mistake of ours must not stop the mails behind this one
            if is_away(error):
                raise  # nothing is wrong with the message
            _log.error("triage failed", ledger=mail.ledger_id, **where(error))
            return self._quarantine(mail, f"Triage failed ({type(error).__name__}); the log says where.")
        self.checkpoint("settled")
        return delivery

    def _triage(self, mail: StoredMail, read: ReadMail, rules: Rules) -> Delivery:
        now = self.clock()
        decision = self.desk.decide(read.message, read.understanding, rules, now)
        house = intake.House(
            court=rules.court,
            replies=rules.replies,
            limits=rules.mail,
            write_reply=automatic_writer(self.desk.letters, rules, now),
        )
        triaged = intake.Triaged(message=read.message, understanding=read.understanding, decision=decision)
        return intake.settle(mail.ledger_id, triaged, house=house, now=now).delivery

    def _quarantine(self, mail: StoredMail, reason: str) -> Delivery:
        ledger.quarantine(mail.ledger_id, reason, now=self.clock())
        _log.warning("quarantined", ledger=mail.ledger_id, reason=reason)
        return Delivery.QUARANTINED
