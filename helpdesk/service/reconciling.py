"""Do mailbox and ledger agree? Compared UID by UID, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.config import MailServer
from helpdesk.doors.imap import Mailbox
from helpdesk.store import ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One mailbox compared with the ledger."""

    name: str
    on_server: int
    in_ledger: int  # of the same UIDVALIDITY
    missing: tuple[int, ...]  # on the server, not in the ledger: a loss if it stays
    gone: int  # in the ledger, not on the server (any more): moved or deleted by others, no loss


def compare(server: MailServer) -> Comparison:
    """Ask the server for all its UIDs; MailboxError where it fails. Needs an application context."""
    mailbox = Mailbox.connect(server)
    try:
        folder = mailbox.look()
        present = set(mailbox.uids(folder))
    finally:
        mailbox.close()
    known = ledger.uids_of(server.name, folder.uidvalidity)
    return Comparison(
        name=server.name,
        on_server=len(present),
        in_ledger=len(known),
        missing=tuple(sorted(present - known)),
        gone=len(known - present),
    )
