"""Whether the time after which a reply leaves tells who is on the roll (case 20).

Desks with different rolls get the same mails, in turn: the filer is on the roll, is not, is suspended, or another one
has the Bar ID. Measured is the time from a mail's being stored to its reply's being queued; what a sender sees is
that and the wait for the worker's next look at the outbox, which comes every two seconds whatever happens. Each other
desk's delays are compared with the first one's: the largest distance of both distributions (Kolmogorov and Smirnov)
with the one that chance alone exceeds in any of the three once in twenty times, and the share of pairs in which the
slower one is told (AUC; 0.5 is guessing). ``python -m bench.timing --mails 2000``
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import structlog
from flask import Flask
from tqdm import tqdm

from bench._people import People
from helpdesk.desk import desk
from helpdesk.service.worker import LONGEST_SLEEP
from helpdesk.store.database import db
from helpdesk.store.incoming import intake
from helpdesk.store.models import OutboxRow
from helpdesk.vocabulary import Filer, FilerStatus
from tests import cast
from tests.apps import application
from tests.conftest import config_for, put_on_roll
from tests.databases import migrate
from tests.desk_work import read, store

RESULTS = Path(__file__).resolve().parent / "results" / "timing.json"
MEMORY = Path("/dev/shm")  # noqa: S108 - files that never reach a disk; any folder does
STRANGERS = 3_000  # on every roll
APART = timedelta(minutes=5)  # between two mails, so that no brake is reached
ONCE_IN_TWENTY = 1.547  # of Kolmogorov's distribution: in any of three comparisons


@dataclass(slots=True, kw_only=True)
class Probed:
    """A desk with its roll, and how long each reply took, in seconds."""

    name: str
    app: Flask
    took: list[float] = field(default_factory=list)


def main() -> int:
    """Measure, compare, write down; 1 where what a sender sees tells the rolls apart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    people, dice = People(STRANGERS + given.mails, given.seed), Random(given.seed)
    everybody = tuple(people.roll(STRANGERS + given.mails))
    asked, strangers = everybody[: given.mails], everybody[given.mails :]
    rolls = {
        "on the roll": asked,
        "not on the roll": (),
        "suspended": tuple(replace(filer, status=FilerStatus.SUSPENDED) for filer in asked),
        "another has the Bar ID": tuple(
            replace(filer, bar_id=other.bar_id) for filer, other in zip(asked, (*asked[1:], asked[0]), strict=True)
        ),
    }
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None))
        desks = []
        for number, (name, filers) in enumerate(rolls.items()):
            url = f"sqlite:///{folder}/{number}.sqlite3"
            migrate(url)
            app = stack.enter_context(application(config_for(url)))
            with app.app_context():
                put_on_roll(*filers, *strangers)
                assert len(desk().roll)
            desks.append(Probed(name=name, app=app))
        for number, filer in enumerate(tqdm(asked, unit=" mails", disable=None)):
            for probed in dice.sample(desks, len(desks)):
                probed.took.append(_answered(probed.app, number, filer))
    found = [_compared(desks[0], other, dice) for other in desks[1:]]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    return _tell(found, given.mails)


def _answered(app: Flask, number: int, filer: Filer) -> float:
    """How long a request, already stored, waits for its reply to be queued."""
    now = cast.NOW + number * APART
    raw = cast.mail(
        f"Please reset my CM/ECF password.\n\nName: {filer.full_name}\nBar ID: {filer.bar_id}\n",
        sender=f"{filer.first_name} {filer.last_name} <probe{number}@firm{number}.example>",
        message_id=f"<{number}@firm.example>",
        at=now,
    )
    with app.app_context():
        ledger_id = store(raw, now=now)
        began = time.perf_counter()
        rules = desk().rules
        message, understanding = read(raw)
        triaged = desk().triage(message, understanding, rules, now)
        intake.settle(ledger_id, triaged, house=desk().house(rules, now), now=now)
        took = time.perf_counter() - began
        reply = db.session.query(OutboxRow).filter_by(dedupe_key=f"automatic:{ledger_id}").one()
        assert reply.due_at == now, "it leaves as soon as the worker looks"
        db.session.remove()
    return took


def _compared(first: Probed, other: Probed, dice: Random) -> dict[str, Any]:
    seen = [[took + dice.uniform(0, LONGEST_SLEEP) for took in probed.took] for probed in (first, other)]
    return {
        "roll": other.name,
        "milliseconds": [1000 * sorted(probed.took)[len(probed.took) // 2] for probed in (first, other)],
        "queued": {"distance": _distance(first.took, other.took), "auc": _auc(first.took, other.took)},
        "seen": {"distance": _distance(*seen), "auc": _auc(*seen)},
        "by chance": ONCE_IN_TWENTY * math.sqrt(2 / len(first.took)),
    }


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest difference between the shares of both samples that lie below any value."""
    steps = sorted([(value, 1 / len(one)) for value in one] + [(value, -1 / len(other)) for value in other])
    farthest = height = 0.0
    for _, step in steps:
        height += step
        farthest = max(farthest, abs(height))
    return farthest


def _auc(one: Sequence[float], other: Sequence[float]) -> float:
    """How often a value of one sample lies above one of the other; turned so that it is at least a half."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = sum(rank for rank, (_, of_one) in enumerate(ranked, 1) if of_one)
    above = (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))
    return max(above, 1 - above)


def _tell(found: list[dict[str, Any]], mails: int) -> int:
    told = 0
    print(f"{mails:,} mails to each desk; distance and AUC against the desk on whose roll the filer is")
    print(f"{'roll':<26}{'median ms':>16}{'queued after':>22}{'as a sender sees it':>22}{'chance':>9}")
    for line in found:
        mine, theirs = line["milliseconds"]
        queued, seen, chance = line["queued"], line["seen"], line["by chance"]
        pairs = [f"{part['distance']:.3f} / {part['auc']:.3f}" for part in (queued, seen)]
        print(f"{line['roll']:<26}{f'{mine:.1f} / {theirs:.1f}':>16}{pairs[0]:>22}{pairs[1]:>22}{chance:>9.3f}")
        told += seen["distance"] > chance
    return int(told > 0)


if __name__ == "__main__":
    sys.exit(main())
