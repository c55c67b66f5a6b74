"""By which a message is recognised: its ids, and a key that every copy of it shares."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from helpdesk.read.mime.headers import Headers, raw_text
from helpdesk.vocabulary import Address, Defect

_ID = re.compile(r"<([^<>\s]{1,998})>")
_MOST_REFERENCES = 100
_LONGEST_ID = 998  # bytes; RFC 5322 allows no longer line


def message_ids(headers: Headers, name: str) -> tuple[str, ...]:
    """The ids of every header of this name, without angle brackets. What cannot be printed is none: not every
    database can be asked for it."""
    found = (written for value in headers.all(name) for written in _ID.findall(raw_text(value)))
    return tuple(written for written in found if written.isprintable())[:_MOST_REFERENCES]


def message_id(headers: Headers, defects: list[Defect]) -> str | None:
    """Its own id; None when it is missing, doubled or malformed."""
    written = headers.all("message-id")
    found = message_ids(headers, "message-id")
    if not written:
        defects.append(Defect(why="It has no Message-ID."))
    elif len(found) != 1 or len(found[0].encode()) > _LONGEST_ID:
        defects.append(Defect(why="Its Message-ID is malformed."))
    usable = len(found) == 1 and len(found[0].encode()) <= _LONGEST_ID
    return found[0] if usable else None


def content_key(
    headers: Headers,
    *,
    senders: tuple[Address, ...],
    subject: str,
    sent_at: datetime | None,
    text: str,
    digests: Sequence[str],
) -> str:
    """Hash of what people see, ``digests`` of the attachments included.

    Copies that went other ways, or to another of our addresses, share it.
    """
    moment = sent_at.isoformat() if sent_at else _moment(headers)
    seen = [*(sender.address for sender in senders), subject, moment, *digests, " ".join(text.split())]
    return hashlib.sha256("\0".join(seen).encode("utf-8", "replace")).hexdigest()


def _moment(headers: Headers) -> str:
    """What tells when it was written: an odd Date; failing that its id, failing that the first server's stamp."""
    values = headers.all("date")[:1] or headers.all("message-id")[-1:] or headers.all("received")[-1:]
    return " ".join(raw_text(values[0]).split()) if values else ""
