"""A lease on what only one process may do at a time, kept alive while it works."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from helpdesk.store import heartbeat

SECONDS = 45  # a standby takes over when a holder has been silent for so long
_RENEW_AFTER = timedelta(seconds=10)


class Lease:
    """One named lease, for one process. Needs an application context."""

    def __init__(self, name: str, *, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._clock = clock
        self._holder = f"{_this_machine()} {os.getpid()} {secrets.token_hex(4)}"
        self._kept_at: datetime | None = None

    def keep(self) -> bool:
        """Take or renew it; False when somebody else has it. Cheap: it asks the database every ten seconds only."""
        now = self._clock()
        if self._kept_at is not None and now - self._kept_at < _RENEW_AFTER:
            return True
        self._free_from_the_dead()
        kept = heartbeat.acquire(self.name, self._holder, now=now, seconds=SECONDS)
        self._kept_at = now if kept else None
        return kept

    def give_back(self) -> None:
        """Let a standby have it at once."""
        if self._kept_at is not None:
            heartbeat.release(self.name, self._holder)
            self._kept_at = None

    def _free_from_the_dead(self) -> None:
        """A holder that was killed on this very machine need not be waited for."""
        holder = heartbeat.holder_of(self.name)
        machine, _, rest = (holder or "").rpartition(" ")[0].rpartition(" ")
        if holder and machine == _this_machine() and rest.isdigit() and not Path(f"/proc/{rest}").exists():
            heartbeat.release(self.name, holder)


def _this_machine() -> str:
    """This machine, or this container: process numbers mean something only here."""
    try:
        processes = os.stat("/proc/self/ns/pid").st_ino
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{socket.gethostname()} {secrets.token_hex(8)}"  # never the same: leases then run out by time
    return f"{socket.gethostname()} {boot} {processes}"
