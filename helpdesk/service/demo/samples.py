"""The sample mails: read from ``mails/``, moved to the recent past."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

MAILS = Path(__file__).parent / "mails"
NEWEST_AGO = timedelta(minutes=4)  # when the newest sample mail came in, seen from the start of the demo
DATE_HEADER = re.compile(rb"^Date: (.+)$", re.MULTILINE)
RECEIVED_DATE = re.compile(rb"(?<=; )\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMail:
    """A mail as the mailbox receives it: bytes with CRLF line ends, and when it came in."""

    raw: bytes
    received_at: datetime


def sample_mails(now: datetime, folder: Path = MAILS) -> tuple[SampleMail, ...]:
    """All sample mails, oldest first, moved so that the newest came in a few minutes before ``now``."""
    written = [_read(path) for path in sorted(folder.glob("*.eml"))]
    by = now - NEWEST_AGO - max(mail.received_at for mail in written)
    return tuple(_moved(mail, by) for mail in sorted(written, key=lambda mail: mail.received_at))


def _read(path: Path) -> SampleMail:
    raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    header, _ = _split(raw)
    found = DATE_HEADER.search(header)
    if found is None:
        raise ValueError(f"{path.name} has no Date header")
    return SampleMail(raw=raw, received_at=parsedate_to_datetime(found[1].decode().strip()))


def _moved(mail: SampleMail, by: timedelta) -> SampleMail:
    """The same mail with ``by`` added to every date of its header; the text stays as it is."""

    def later(written: bytes) -> bytes:
        return format_datetime(parsedate_to_datetime(written.decode().strip()) + by).encode()

    header, body = _split(mail.raw)
    header = header.replace(b"\r\n", b"\n")
    header = DATE_HEADER.sub(lambda found: b"Date: " + later(found[1]), header)
    header = RECEIVED_DATE.sub(lambda found: later(found[0]), header)
    return SampleMail(raw=header.replace(b"\n", b"\r\n") + body, received_at=mail.received_at + by)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    end = raw.index(b"\r\n\r\n")
    return raw[:end], raw[end:]
