"""Do the UIDs of a folder still name the messages that the ledger knows by them?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpdesk.doors.imap import Folder, Mailbox
from helpdesk.store.incoming import numbering
from helpdesk.store.incoming.ledger import Cursor

_PROBED = 20  # newest messages that are compared at every look
_WINDOW = 5_000  # messages compared at once when it is all of them
_ENOUGH = 10  # messages found to be others: no more are looked for
_FETCHED_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A folder's messages compared with the ledger.

    new: UIDs that the ledger does not know. others: known UIDs under which other messages stand now, the first few
    of them. known: how many UIDs are in both. redescribed: messages that are the same although the server describes
    them in another way than before.
    """

    new: tuple[int, ...]
    known: int
    others: tuple[int, ...]
    redescribed: Mapping[int, str]


def counts_anew(mailbox: Mailbox, folder: Folder, cursor: Cursor) -> bool:
    """Whether the server promises UIDs that were given before. One whose own messages belie that is not believed."""
    if folder.next_uid is None or folder.next_uid > cursor.last_uid:
        return False
    return not mailbox.uids(folder, above=folder.next_uid - 1)


def probe(mailbox: Mailbox, cursor: Cursor, largest: int) -> Found:
    """Compare the newest messages that the ledger knows: where UIDs were given again, these are among them."""
    return _compared(mailbox, cursor, numbering.newest_marks(cursor, _PROBED), largest)


def compare_all(mailbox: Mailbox, cursor: Cursor, present: Sequence[int], largest: int) -> Found:
    """Compare all messages of the folder. largest: bytes of a message that is fetched whole."""
    new: list[int] = []
    others: list[int] = []
    redescribed: dict[int, str] = {}
    for start in range(0, len(present), _WINDOW):
        window = present[start : start + _WINDOW]
        marks = numbering.marks(cursor, window)
        new += [uid for uid in window if uid not in marks]
        if len(others) < _ENOUGH:
            found = _compared(mailbox, cursor, marks, largest)
            others += found.others
            redescribed |= found.redescribed
    return Found(
        new=tuple(new), known=len(present) - len(new), others=tuple(others[:_ENOUGH]), redescribed=redescribed
    )


def _compared(mailbox: Mailbox, cursor: Cursor, marks: Mapping[int, str], largest: int) -> Found:
    """Where a mark differs, the bytes decide: servers may describe the same message in another way one day."""
    shown = mailbox.marks([uid for uid, mark in marks.items() if mark])
    doubtful = [uid for uid, mark in sorted(shown.items()) if mark and mark != marks[uid]]
    others: list[int] = []
    redescribed: dict[int, str] = {}
    for start in range(0, len(doubtful), _FETCHED_AT_ONCE):
        uids = doubtful[start : start + _FETCHED_AT_ONCE]
        hashes = numbering.hashes(cursor, uids)
        for batch in mailbox.fetch(uids, batch=len(uids), largest=largest):
            for message in batch.messages:
                if hashlib.sha256(message.raw).hexdigest() == hashes[message.uid]:
                    redescribed[message.uid] = message.mark
                else:
                    others.append(message.uid)
        if len(others) >= _ENOUGH:
            break
    return Found(new=(), known=len(marks), others=tuple(others), redescribed=redescribed)
