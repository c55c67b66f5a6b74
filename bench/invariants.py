"""Random walks through the whole desk: how many steps were taken, and that nothing ever went astray.

Real application, real store, SQLite in memory-backed files where there are any; a mail server at the end of the wire
and a court's program that fail in every way; crashes before and after commits and at every step of the worker; and a
twin with another roll. The first thing that does not hold ends the run and names the walk's seed.

``python -m bench.invariants --steps 1000000 --resume`` goes on where the last run ended; ``--seconds`` bounds a run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog
from argon2 import PasswordHasher
from tqdm import tqdm

from helpdesk.store import staff
from tests.walks import holds
from tests.walks.desks import Desks, furnished
from tests.walks.strides import stride

RESULTS = Path(__file__).resolve().parent / "results" / "invariants.json"
MEMORY = Path("/dev/shm")  # noqa: S108 - files that never reach a disk; any folder does
SHOWN = (
    "steps",
    "walks",
    "mails",
    "approvals",
    "messages taken",
    "links",
    "passwords set",
    "replies compared",
    "deaths",
)


def main() -> None:
    """Walk, count, write down; an AssertionError where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3_000, help="how many steps in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no new walk after this")
    parser.add_argument("--walk", type=int, default=100, help="steps of one walk")
    parser.add_argument("--seed", type=int, default=0, help="of the first walk; each walk has the next")
    parser.add_argument("--resume", action="store_true", help="go on where the last run ended")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    found = _earlier() if given.resume else Counter()
    first = given.seed + found["walks"]
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        furnished(Path(folder)) as desks,
        tqdm(total=given.steps, initial=found["steps"], unit=" steps", disable=None) as progress,
    ):
        ends = time.perf_counter() + given.seconds
        for seed in itertools.count(first):
            began = time.perf_counter()
            if found["steps"] >= given.steps or began > ends:
                break
            found += _walk(desks, seed, given.walk)
            found["milliseconds"] += round((time.perf_counter() - began) * 1000)
            progress.update(given.walk)
            _write(found)
    for name in SHOWN:
        print(f"{name:<20}{found[name]:>12,}")
    print(f"{'steps a second':<20}{found['steps'] / max(found['milliseconds'] / 1000, 0.001):>12,.0f}")
    print("Everything held after each of these steps.")


def _walk(desks: Desks, seed: int, steps: int) -> Counter[str]:
    """One walk; what happened on it."""
    dice = random.Random(seed)
    random.seed(seed)
    world = desks.world(other_roll=dice.randrange(4), link=dice.random() < 0.7)
    taken: Counter[str] = Counter()
    try:
        with world.mortal():
            for _ in range(steps):
                name, possible = stride(world, dice)
                taken[name] += possible
                holds.after_step(world)
        holds.at_rest(world)
    except BaseException as problem:
        problem.add_note(f"walk {seed}, after {taken.total()} possible steps")
        raise
    return Counter(
        {
            "steps": steps,
            "walks": 1,
            "mails": world.mails,
            "approvals": len(world.primaries),
            "messages taken": world.takes.total(),
            "links": len(world.tokens),
            "passwords set": len(world.set_passwords),
            "replies compared": world.compared,
            "deaths": world.deaths,
        }
    )


def _earlier() -> Counter[str]:
    return Counter(json.loads(RESULTS.read_text())) if RESULTS.exists() else Counter()


def _write(found: Counter[str]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
