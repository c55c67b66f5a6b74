"""The line above every queue that says whether all mail is accounted for, and whether the mailbox is being read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from helpdesk.desk import desk
from helpdesk.store.incoming import tally
from helpdesk.store.incoming.tally import Glance, MailboxState
from helpdesk.web.clock import ago, now

OVERDUE_AFTER = 3  # polls


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    """What stands there. ``late``: somebody must look; the text says so too, not only the colour."""

    text: str
    late: bool


def mailbox() -> MailboxLine:
    """The mailbox line as it is now."""
    ours = [server.name for server in desk().config.mailboxes]
    return mailbox_line(tally.glance(), poll_seconds=desk().rules.mail.poll_seconds, now=now(), ours=ours)


def mailbox_line(glance: Glance, *, poll_seconds: int, now: datetime, ours: Collection[str] = ()) -> MailboxLine:
    """The worst thing that is true of the mailboxes, or that all is well.

    ours: names of those that the deployment reads, where that is known; others are history, and nobody reads them.
    """
    unread = sorted(set(ours) - {box.name for box in glance.mailboxes})
    glance = replace(glance, mailboxes=tuple(box for box in glance.mailboxes if not ours or box.name in ours))
    if unread and glance.mailboxes:
        return MailboxLine(text=f"mailbox: {unread[0]} was never read; is the poller running?", late=True)
    if not glance.mailboxes:
        return MailboxLine(text="mailbox: not read yet; is the poller running?", late=True)
    problem = _unreadable(glance) or _overdue(glance, poll_seconds, now) or _unaccounted(glance)
    if problem:
        return MailboxLine(text=f"mailbox: {problem}", late=True)
    latest = min(box.polled_at for box in glance.mailboxes if box.polled_at)
    seen = "just now" if now - latest < timedelta(seconds=2) else _seconds_ago(latest, now)
    if glance.waiting:
        text = f"mailbox: {glance.waiting:,} of {glance.total:,} being read, {seen}"
    else:
        text = f"mailbox: all {glance.total:,} accounted for, {seen}"
    return MailboxLine(text=text, late=False)


def _unreadable(glance: Glance) -> str:
    for box in glance.mailboxes:
        if box.error:
            return f"cannot be read ({box.error}); mail waits on the server, nothing is lost"
    return ""


def _overdue(glance: Glance, poll_seconds: int, now: datetime) -> str:
    for box in glance.mailboxes:
        if box.polled_at is None:
            return f"{box.name} was never read to its end; is the poller running?"
        if now - box.polled_at > timedelta(seconds=OVERDUE_AFTER * poll_seconds):
            return f"last read {_seconds_ago(box.polled_at, now)}, should be every {poll_seconds} s; check the poller"
    return ""


def _unaccounted(glance: Glance) -> str:
    on_server = sum(_messages(box) for box in glance.mailboxes)
    missing = on_server - glance.total
    return f"{missing:,} of {on_server:,} messages on the server are not in the ledger yet" if missing > 0 else ""


def _messages(box: MailboxState) -> int:
    return box.server_messages or 0


def _seconds_ago(moment: datetime, now: datetime) -> str:
    seconds = int((now - moment).total_seconds())
    return f"{seconds} s ago" if seconds < 60 else ago(moment, at=now)
