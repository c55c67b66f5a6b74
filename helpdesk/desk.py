"""What every part of the running service shares: settings, the rules in force, the letters, the roll's index."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from flask import current_app

from helpdesk.config import Config
from helpdesk.decide import RecordContext
from helpdesk.errors import RulesError
from helpdesk.letters import Letters, automatic_writer
from helpdesk.match import Roll
from helpdesk.match.roll.memory import LARGEST_OVERLAY
from helpdesk.rules import Rules, load_rules
from helpdesk.store.approving.approvals import Approving
from helpdesk.store.cases import asking
from helpdesk.store.cases.arriving import Triaged
from helpdesk.store.database import db
from helpdesk.store.incoming import bounces, threads
from helpdesk.store.incoming.intake import House
from helpdesk.store.incoming.repeats import Counting
from helpdesk.store.roll import roster
from helpdesk.triage import Weighed, decided, weigh
from helpdesk.understand import completed
from helpdesk.vocabulary import Asked, Message, Understanding

_log = structlog.get_logger()


class Desk:
    """One per application. Reading ``rules`` or ``roll`` gives what is in force now."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.rules_problem = ""  # why the newest rules files are not in force, '' when they are
        self._rules = load_rules(config.rules_dir)
        self._rules_stamp = _stamp(config.rules_dir)
        self._unwritten: frozenset[str] = frozenset()  # letters that the newest rules name and that do not exist
        self.letters = Letters(config.letters_dir, needed=self._rules.replies.letters())
        self._roll = Roll.build((), "0")
        self._lock = threading.Lock()
        self._roll_lock = threading.Lock()

    @property
    def rules(self) -> Rules:
        """The rules in force. Changed files are taken up when right; wrong ones leave the last good rules."""
        stamp = _stamp(self.config.rules_dir)
        if stamp != self._rules_stamp or (self._unwritten and self._unwritten.issubset(self.letters.names())):
            with self._lock:
                self._rules_stamp, self._unwritten = stamp, frozenset()
                try:
                    self._rules, self.rules_problem = self._new_rules(), ""
                except RulesError as error:
                    self.rules_problem = str(error)
                    _log.error("rules refused, the last good ones stay in force", problem=str(error))
        return self._rules

    def _new_rules(self) -> Rules:
        """The rules as they lie there now, where every letter they name exists."""
        rules = load_rules(self.config.rules_dir)
        self._unwritten = rules.replies.letters() - set(self.letters.names())
        if self._unwritten:
            named = ", ".join(sorted(self._unwritten))
            raise RulesError("replies.toml", "", f"names a letter that does not exist: {named}")
        self.letters.need(rules.replies.letters())
        return rules

    @property
    def roll(self) -> Roll:
        """The index of the roll in the database. After an import it is swapped whole, and never waited for.

        Whoever first notices the import prepares the new one; others go on with the last. Only the very first index
        is waited for.
        """
        if self._roll.version != roster.version() and self._roll_lock.acquire(blocking=not len(self._roll)):
            try:
                self._roll = _roll_now(self._roll)
            finally:
                self._roll_lock.release()
        return self._roll

    def approving(self) -> Approving:
        """The policy that approvals are held to now."""
        rules = self.rules
        return Approving(
            court=rules.court,
            approvals=rules.approvals,
            cool_down_days=rules.triage.cool_down_days,
            webmail=rules.matching.webmail_domains,
            undo_seconds=rules.mail.undo_seconds,
            connector=self.config.connector,
            rules=rules.digest,
        )

    def house(self, rules: Rules, now: datetime) -> House:
        """The policy by which messages are given their place, and how their replies are written."""
        return House(
            court=rules.court,
            replies=rules.replies,
            limits=rules.mail,
            counting=self.counting(rules),
            write_reply=automatic_writer(self.letters, rules, now),
        )

    def counting(self, rules: Rules) -> Counting:
        """The policy by which requests are counted."""
        return Counting(approvals=rules.approvals, webmail=rules.matching.webmail_domains)

    def triage(self, message: Message, understanding: Understanding, rules: Rules, now: datetime) -> Triaged:
        """Where a message goes that is understood already."""
        roll = self.roll
        return self.triage_all([weigh(message, understanding, roll, rules)], roll, rules, now)[0]

    def triage_all(self, mails: Sequence[Weighed], roll: Roll, rules: Rules, now: datetime) -> list[Triaged]:
        """Where messages go that have nothing to do with each other: by the roll, by who else asked for the same
        filers lately, and where one answers our question, by the request that it completes."""
        asked = threads.asked([mail.message for mail in mails])
        mails = [_completed(mail, one, roll, rules) for mail, one in zip(mails, asked, strict=True)]
        contexts = _contexts(mails, rules, now)
        return [
            Triaged(
                message=mail.message,
                understanding=mail.understanding,
                decision=decided(mail, rules, now, context),
            )
            for mail, context in zip(mails, contexts, strict=True)
        ]


def _completed(mail: Weighed, asked: Asked | None, roll: Roll, rules: Rules) -> Weighed:
    if asked is None:
        return mail
    return weigh(mail.message, completed(asked, mail.understanding), roll, rules)


def _contexts(mails: Sequence[Weighed], rules: Rules, now: datetime) -> list[RecordContext]:
    """Of the likeliest filer of each request: how many other senders asked for them lately, and whether mail to them
    came back."""
    since = now - timedelta(days=rules.approvals.limits.other_senders_days)
    asked = [(top, asking.asker_of(mail.message)) for mail in mails for top in mail.tops]
    others = iter(asking.others(db.session(), asked, since=since))
    found = bounces.unreachable({top for top, _ in asked})
    unreachable = bounces.reasons(found, ZoneInfo(rules.court.timezone))
    contexts = []
    for mail in mails:
        counts = {top: next(others) for top in mail.tops}
        contexts.append(
            RecordContext(
                other_requests={top: count for top, count in counts.items() if count} or None,
                unreachable={top: unreachable[top] for top in mail.tops if top in unreachable} or None,
            )
        )
    return contexts


def _roll_now(roll: Roll) -> Roll:
    """The roll as it is in the database; what a few edits separate from the last index becomes an overlay on it."""
    while roll.version != (version := roster.version()):
        edits = roster.edits_since(roll.version, at_most=LARGEST_OVERLAY)
        if edits is None:
            roll = Roll.build(roster.all_filers(), version)
            gc.collect()
            gc.freeze()  # it stays until the next import: the collector, which would walk it for long, leaves it out
        else:
            roll = roll.with_edits(edits.changed, edits.gone, version)
    return roll


def desk() -> Desk:
    """The desk of the current application."""
    found: Desk = current_app.extensions["helpdesk"]
    return found


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the rules files: cheap to compare at every use."""
    try:
        with os.scandir(folder) as found:
            files = [(one.name, one.stat()) for one in found if one.name.endswith(".toml")]
    except OSError:
        return ()
    return tuple(sorted((name, told.st_mtime_ns, told.st_size) for name, told in files))
