"""django-helpdesk's get_email on the same Dovecot, in an environment made for this run and thrown away with it."""

from __future__ import annotations

import json
from pathlib import Path

from bench._throwaway import PeerMissingError, environment, run
from helpdesk.config import MailServer

PACKAGE = "django-helpdesk==2.6.1"
_SCRIPT = Path(__file__).resolve().parent / "_django_helpdesk.py"


def peer_seconds(mailbox: MailServer, folder: Path, count: int) -> tuple[float, float]:
    """Seconds from the mailbox to tickets in SQLite, and seconds of the processor. PeerMissingError where that cannot
    be measured."""
    where = (mailbox.host, str(mailbox.port), mailbox.user, mailbox.password, mailbox.folder)
    with environment(PACKAGE) as python:
        printed = run(python, "-I", str(_SCRIPT), str(folder), *where)
    found = json.loads(printed.splitlines()[-1])
    if found["tickets"] != count:
        raise PeerMissingError(f"it made {found['tickets']} tickets of {count} messages")
    return float(found["seconds"]), float(found["processor"])
