"""Do mailbox and ledger agree? Compared message by message, and nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.config import MailServer
from helpdesk.doors.imap import Folder, Mailbox
from helpdesk.service import comparing
from helpdesk.store.incoming import numbering


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One mailbox compared with the ledger.

    missing: UIDs on the server, not in the ledger: a loss if it stays. gone: how many are in the ledger and not on
    the server (any more): moved or deleted by others, no loss. unseen: how many UIDs were given since the first that
    we know, and were gone before we looked. others: UIDs that name other messages on the server than in the ledger,
    the first few. series: how often UIDs began anew under one UIDVALIDITY.
    """

    name: str
    on_server: int
    in_ledger: int  # of the same UIDVALIDITY and series
    missing: tuple[int, ...]
    gone: int
    unseen: int = 0
    others: tuple[int, ...] = ()
    counts_anew: bool = False  # the server gives UIDs again that the ledger knows
    series: int = 0

    @property
    def recreated(self) -> bool:
        """Whether this is another mailbox under the same UIDVALIDITY, and no poller has noticed so far."""
        return self.counts_anew or bool(self.others)


def compare(server: MailServer, largest: int) -> Comparison:
    """Ask the server for all its messages; MailboxError where it fails. Needs an application context.

    largest: bytes of a message that is fetched whole.
    """
    cursor = numbering.cursor_of(server.name)  # before we look: the poller may go on meanwhile
    mailbox = Mailbox.connect(server)
    try:
        folder = mailbox.look()
        present = mailbox.uids(folder)
        if cursor is None or cursor.server_uidvalidity != folder.uidvalidity:
            return Comparison(name=server.name, on_server=len(present), in_ledger=0, missing=present, gone=0)
        counts_anew = comparing.counts_anew(mailbox, folder, cursor)
        found = comparing.compare_all(mailbox, cursor, present, largest)
    finally:
        mailbox.close()
    extent = numbering.extent(cursor)
    return Comparison(
        name=server.name,
        on_server=len(present),
        in_ledger=extent.messages,
        missing=found.new,
        gone=extent.messages - found.known,
        unseen=0 if counts_anew or found.others else _unseen(folder, extent, found.new),
        others=found.others,
        counts_anew=counts_anew,
        series=cursor.series,
    )


def _unseen(folder: Folder, extent: numbering.Extent, missing: Sequence[int]) -> int:
    """UIDs between the first that we know and the next to be given which are neither with us nor on the server."""
    if folder.next_uid is None or extent.first_uid is None:
        return 0
    accounted = extent.messages + sum(uid > extent.first_uid for uid in missing)
    return max(folder.next_uid - extent.first_uid - accounted, 0)
