"""Hostile mail from its bytes to its place, one message after the other, as the service reads and settles it.

Times are of the processor, of the service and its reading process together: they mean the same on a busy machine.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.desk import desk
from helpdesk.service.intake import Intake
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.stopping import no_checkpoint
from helpdesk.store import audit
from helpdesk.store.incoming import ledger
from tests import cast
from tests.conftest import put_on_roll
from tests.core.test_read_hostile import READ, REFUSED
from tests.core.test_read_properties import MESSAGES
from tests.databases import SECRET, migrate

RESULTS = Path(__file__).resolve().parent / "results"
SECONDS, MEGABYTES = 2.0, 300
_NO_MAIL = ("LICENSE.txt", "SOURCE.md", "README.md", "expected.json")


@dataclass(slots=True, kw_only=True)
class _Figures:
    """Of one kind of message."""

    states: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")  # seconds of the processor from stored to settled
    largest: int = 0  # MB that the reading process ever held

    def as_json(self) -> dict[str, object]:
        seconds, name = self.slowest
        return {
            "messages": self.states.total(),
            "states": dict(self.states),
            "slowest_seconds": round(seconds, 3),
            "slowest": name,
            "reading_process_megabytes": self.largest,
        }


def settle_all(wild: Path, made_up: int) -> bool:
    """Settle all of them; prints a table and writes JSON. True when something is over its bound."""
    kinds = {"wild": _wild(wild), "hostile": _hostile(), "made up": _made_up(made_up)}
    with tempfile.TemporaryDirectory() as folder, ReadingRoom(processes=1) as room:
        url = f"sqlite:///{folder}/helpdesk.sqlite3"
        migrate(url)
        with create_app(Config(database_url=url, secret_key=SECRET)).app_context():
            put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE)
            found = {kind: _settle_each(kind, mails, room) for kind, mails in kinds.items()}
            assert audit.verify().ok
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for kind, figures in found.items():
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(figures.states.items()))
        print(f"{kind:<8} {figures.states.total():>7,} messages: {states}")
        print(f"{'':<8} slowest {figures.slowest[0]:.2f} s of {SECONDS:.0f} ({figures.slowest[1]})")
        print(f"{'':<8} reading process at most {figures.largest} MB of {MEGABYTES}")
    print(f"this process, which also makes the messages: at most {ours} MB")
    RESULTS.mkdir(exist_ok=True)
    written = {kind: figures.as_json() for kind, figures in found.items()}
    (RESULTS / "hostile.json").write_text(json.dumps(written, indent=2) + "\n")
    return any(one.slowest[0] > SECONDS or one.largest > MEGABYTES for one in found.values())


def _settle_each(kind: str, mails: Iterator[tuple[str, bytes]], room: ReadingRoom) -> _Figures:
    figures = _Figures()
    intake = Intake(desk=desk(), room=room, clock=lambda: datetime.now(UTC), checkpoint=no_checkpoint)
    cursor = ledger.open_mailbox(kind, 1, now=cast.NOW)
    list(room.read_each([cast.mail()], desk().rules))  # its start is no message's
    for uid, (name, raw) in enumerate(mails, start=1):
        ledger.store_batch(cursor, [ledger.Fetched(uid=uid, raw=raw)], now=datetime.now(UTC))
        before = _seconds(room)
        places = Counter(intake.run(go_on=lambda: True))
        figures.slowest = max(figures.slowest, (_spent(before, _seconds(room)), name))
        assert places.total() == 1, f"{name} has no place"
        figures.states.update(place.value for place in places.elements())
        figures.largest = max([figures.largest, *(_peak(process) for process in room.process_ids)])
    return figures


def _seconds(room: ReadingRoom) -> dict[int | None, float]:
    """Of the processor, by process; None stands for this one."""
    found: dict[int | None, float] = {None: time.process_time()}
    for process in room.process_ids:
        spent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
        found[process] = sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
    return found


def _spent(before: dict[int | None, float], after: dict[int | None, float]) -> float:
    """A process that was started anew has spent all of its time on this message."""
    return sum(seconds - before.get(process, 0.0) for process, seconds in after.items())


def _peak(process: int) -> int:
    """Megabytes that a process ever held; it may just have been ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _wild(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name not in _NO_MAIL:
            yield str(file.relative_to(folder)), file.read_bytes()


def _hostile() -> Iterator[tuple[str, bytes]]:
    for name, make in {**READ, **REFUSED}.items():
        yield name, make()


def _made_up(count: int) -> Iterator[tuple[str, bytes]]:
    found: list[bytes] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(MESSAGES)
    def gather(content: bytes) -> None:
        found.append(content)

    while len(found) < count:
        with warnings.catch_warnings(action="ignore"):
            gather()
    yield from ((f"made up, number {number}", content) for number, content in enumerate(found[:count], start=1))
