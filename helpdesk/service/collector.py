"""One mailbox's mail into the ledger: fetched, committed, and only then marked on the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from helpdesk.config import MailServer
from helpdesk.doors.imap import Folder, Mailbox
from helpdesk.errors import RefusalError
from helpdesk.policy import MailLimits
from helpdesk.service import comparing
from helpdesk.service.stopping import Checkpoint, no_checkpoint
from helpdesk.store.incoming import ledger, numbering
from helpdesk.store.incoming.ledger import Cursor, Fetched

_SWEEP_EVERY = timedelta(hours=1)
_STRIKES = 3  # so often a message may break the connection before it is left for the next sweep
_TOLD_AT_ONCE = 500

_log = structlog.get_logger("poller")


@dataclass(slots=True, kw_only=True)
class Collector:
    """Reads one mailbox; remembers which messages broke the connection. Needs an application context.

    after: what happens on the server once a message is committed: "seen", "keep" or "move:Folder".
    go_on: asked before each batch; False ends the look (somebody stops us, or another poller took over).
    """

    server: MailServer
    after: str
    clock: Callable[[], datetime]
    go_on: Callable[[], bool] = lambda: True
    checkpoint: Checkpoint = no_checkpoint
    progress: Callable[[int, int], None] = lambda _done, _total: None
    _strikes: Counter[int] = field(default_factory=Counter)
    _uidvalidity: int = 0
    _swept_at: datetime | None = None
    _said_no: RefusalError | None = None  # what the server would not let us mark or move, in this look
    _reported: list[int] = field(default_factory=list)

    def collect(self, mailbox: Mailbox, limits: MailLimits) -> int:
        """One complete look; how many messages it brought. MailboxError where the server fails."""
        folder = mailbox.look()
        cursor = ledger.open_mailbox(self.server.name, folder.uidvalidity, now=self.clock())
        sweeping = self._begin(cursor)
        new = self._compare(mailbox, folder, cursor, limits, everything=sweeping)
        if new is None:
            cursor, sweeping = self._begin_anew(cursor), True
            new = mailbox.uids(folder)
        self.checkpoint("listed")
        wanted = sorted({*new, *self._strikes})
        self._said_no = None
        stored, refused = self._fetch(mailbox, cursor, wanted, limits)
        self._tell_server(mailbox, cursor)
        if not self.go_on():
            return stored
        if sweeping:
            self._swept_at = self.clock()
        ledger.poll_succeeded(cursor.mailbox_id, folder.messages, now=self.clock())
        self._report(refused)
        if self._said_no:
            raise self._said_no
        return stored

    def _compare(
        self, mailbox: Mailbox, folder: Folder, cursor: Cursor, limits: MailLimits, *, everything: bool
    ) -> Sequence[int] | None:
        """The UIDs that are new; None where known ones name other messages now."""
        if comparing.counts_anew(mailbox, folder, cursor):
            return None
        if everything:
            found = comparing.compare_all(mailbox, cursor, mailbox.uids(folder), limits.largest_message)
        else:
            found = comparing.probe(mailbox, cursor, limits.largest_message)
        if found.others:
            return None
        if found.redescribed:
            numbering.note_marks(cursor, found.redescribed)
        return found.new if everything else mailbox.uids(folder, above=cursor.last_uid)

    def _begin_anew(self, cursor: Cursor) -> Cursor:
        """The mailbox was deleted and created again, or put back from a backup. Copies of what is known already are
        recognised by their content."""
        _log.warning("the UIDs of the mailbox began anew", mailbox=self.server.name, read_until=cursor.last_uid)
        fresh = numbering.begin_anew(cursor, now=self.clock())
        self._begin(fresh)
        return fresh

    def _begin(self, cursor: Cursor) -> bool:
        """Whether this look compares all UIDs with the ledger. UIDs should only ever grow; servers that were restored
        from a backup, or that refused a message once, break that rule."""
        if cursor.uidvalidity != self._uidvalidity:
            self._uidvalidity = cursor.uidvalidity
            self._swept_at = None
            self._strikes.clear()
        sweeping = self._swept_at is None or self.clock() - self._swept_at > _SWEEP_EVERY
        if sweeping and self._swept_at is not None:
            self._strikes.clear()
        return sweeping

    def _fetch(
        self, mailbox: Mailbox, cursor: Cursor, wanted: Sequence[int], limits: MailLimits
    ) -> tuple[int, list[int]]:
        """Fetch and commit; how many are new, and which UIDs the server would not give."""
        good = [uid for uid in wanted if not self._strikes[uid]]
        suspects = [uid for uid in wanted if 0 < self._strikes[uid] < _STRIKES]
        refused = [uid for uid in wanted if self._strikes[uid] >= _STRIKES]
        stored = 0
        for uids, batch in ((good, limits.fetch_batch), (suspects, 1)):
            for start in range(0, len(uids), batch):
                if not self.go_on():
                    return stored, refused
                chosen = uids[start : start + batch]
                brought, not_given = self._fetch_batch(mailbox, cursor, chosen, limits)
                refused += not_given
                stored += brought
                self._tell_server(mailbox, cursor)
                self.progress(stored, len(wanted))
        return stored, refused

    def _fetch_batch(
        self, mailbox: Mailbox, cursor: Cursor, uids: Sequence[int], limits: MailLimits
    ) -> tuple[int, list[int]]:
        stored = 0
        refused: list[int] = []
        self._strikes.update(uids)  # taken back as soon as they have arrived
        for part in mailbox.fetch(uids, batch=len(uids), largest=limits.largest_message):
            self.checkpoint("fetched")
            if not self.go_on():
                break
            ledger.store_batch(
                cursor,
                [
                    Fetched(
                        uid=mail.uid, raw=mail.raw, truncated=mail.truncated, outline=mail.outline, mark=mail.mark
                    )
                    for mail in part.messages
                ],
                now=self.clock(),
            )
            self.checkpoint("stored")
            stored += len(part.messages)
            refused += part.refused
        for uid in uids:
            del self._strikes[uid]
        return stored, refused

    def _tell_server(self, mailbox: Mailbox, cursor: Cursor) -> None:
        """Mark or move what is committed, also what a process that died left unmarked. A server that refuses this
        keeps no mail back: the error is raised when all of it is here."""
        if self.after == "keep" or self._said_no:
            return
        try:
            self._tell(mailbox, cursor)
        except RefusalError as error:
            self._said_no = error

    def _tell(self, mailbox: Mailbox, cursor: Cursor) -> None:
        while uids := ledger.to_flag(cursor, limit=_TOLD_AT_ONCE):
            if self.after == "seen":
                mailbox.flag_seen(uids)
            else:
                mailbox.move(uids, self.after.removeprefix("move:").strip())
            self.checkpoint("flagged")
            ledger.mark_flagged(cursor, uids, now=self.clock())
            self.checkpoint("noted")

    def _report(self, refused: list[int]) -> None:
        """Show on the queue page which messages the server keeps back; log it when they are others than before."""
        reported, self._reported = self._reported, refused
        if not refused:
            return
        shown = ", ".join(str(uid) for uid in refused[:5])
        problem = f"{self.server.name}: the server does not give {len(refused)} message(s), UID {shown}"
        ledger.poll_failed(self.server.name, problem)
        if refused != reported:
            _log.error("messages not given", mailbox=self.server.name, uids=refused[:20], count=len(refused))
