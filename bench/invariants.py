"""Random walks through the whole desk: how many steps were taken, what happened, and that nothing went astray.

Real application, real store, SQLite files in memory where the machine has such a folder; a mail server at the end of
the wire and a court's program that fail in every way; crashes before and after commits and at every step of the
worker; backups put back; rules and rolls edited meanwhile; and a twin with another roll. The first thing that does
not hold ends the run and names the walk's seed; ``--seed THAT --walks 1`` takes the same walk again.

``python -m bench.invariants --steps 1000000 --resume`` goes on where the last run ended; ``--seconds`` bounds a run,
``--jobs`` says how many processes walk. Who takes part in a race first is up to the machine, all else to the seed.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import count, islice
from multiprocessing.util import Finalize
from pathlib import Path

import structlog
from argon2 import PasswordHasher
from tqdm import tqdm

from helpdesk.store.people import staff
from tests.walks import holds
from tests.walks.desks import Desks, furnished
from tests.walks.strides import stride

RESULTS = Path(__file__).resolve().parent / "results" / "invariants.json"
MEMORY = Path("/dev/shm")  # noqa: S108 - files that never reach a disk; any folder does
_AT_ONCE = 4  # walks a process gets in one go
_here: list[Desks] = []
_open = ExitStack()


def main() -> int:
    """Walk, count, write down; 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3_000, help="how many steps in all")
    parser.add_argument("--walks", type=int, default=sys.maxsize, help="no more walks than that")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no new walk after this")
    parser.add_argument("--walk", type=int, default=200, help="steps of one walk")
    parser.add_argument("--seed", type=int, default=0, help="of the first walk; each walk has the next")
    parser.add_argument("--jobs", type=int, default=1, help="processes that walk")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write the counts")
    parser.add_argument("--resume", action="store_true", help="go on where the last run ended")
    given = parser.parse_args()
    found = Counter(json.loads(given.results.read_text())) if given.resume and given.results.exists() else Counter()
    seeds = count(given.seed + found["walks"])
    ends = time.perf_counter() + given.seconds
    with (
        ProcessPoolExecutor(given.jobs, initializer=_furnish) as pool,
        tqdm(total=given.steps, initial=found["steps"], unit=" steps", disable=None) as progress,
    ):
        while found["steps"] < given.steps and found["walks"] < given.walks and time.perf_counter() < ends:
            left = min(given.walks - found["walks"], -(-(given.steps - found["steps"]) // given.walk))
            for walked in pool.map(_walk, islice(seeds, min(left, given.jobs * _AT_ONCE)), _always(given.walk)):
                found.update(walked)
                progress.update(walked["steps"])
            given.results.parent.mkdir(exist_ok=True)
            given.results.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    print(_told(found))
    return 0


def _always(steps: int) -> Iterator[int]:
    while True:
        yield steps


def _furnish() -> None:
    """What a process does once: two desks that every walk puts back to their beginning."""
    Finalize(None, _open.close, exitpriority=1)  # a process of a pool ends without what others do at their end
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    staff._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    _here.append(_open.enter_context(furnished(Path(_open.enter_context(folder)))))
    gc.collect()
    gc.freeze()  # the application stays; what a walk leaves is collected between walks
    gc.disable()


def _walk(seed: int, steps: int) -> Counter[str]:
    """One walk; how often what happened on it."""
    began = time.process_time()
    dice = random.Random(seed)
    random.seed(seed)
    world = _here[0].world(other_roll=dice.choice((None, 0, None, 1, None, 2, None, 3)), link=dice.random() < 0.7)
    found = Counter(steps=steps, walks=1)
    try:
        with world.mortal():
            for _ in range(steps):
                name, effective = stride(world, dice)
                found.update({f"step: {name}": 1, f"effective: {name}": effective, "effective": effective})
                holds.after_step(world)
        holds.at_rest(world)
    except Exception as problem:
        again = f"python -m bench.invariants --seed {seed} --walks 1 --walk {steps}"
        problem.add_note(f"walk {seed}, after {found.total()} counts; again: {again}")
        raise
    events = world.desk.rows("SELECT kind, count(*) AS times FROM event GROUP BY kind")
    found.update({f"record: {row['kind']}": row["times"] for row in events})
    found.update(world.happened)
    found.update({"mails": len(world.received), "links": len(world.tokens), "passwords": len(world.set_passwords)})
    gc.collect()
    found["milliseconds"] += round((time.process_time() - began) * 1000)
    return found


def _told(found: Counter[str]) -> str:
    """The counts as a table for people."""
    steps, lines = found["steps"], []
    lines.append(f"{steps:,} steps in {found['walks']:,} walks: everything held after each of them.")
    lines.append(f"{found['effective'] / max(steps, 1):.0%} of the steps left something in the record or went out.")
    lines.append(f"{1000 * steps / max(found['milliseconds'], 1):,.0f} steps a second of one core's time.\n")
    named = sorted(name.removeprefix("step: ") for name in found if name.startswith("step: "))
    lines.append(f"{'step':<28}{'taken':>12}{'effective':>12}")
    lines += [f"{name:<28}{found[f'step: {name}']:>12,}{found[f'effective: {name}']:>12,}" for name in named]
    lines.append(f"\n{'what happened':<40}{'times':>12}")
    others = (name for name in sorted(found) if not name.startswith(("step: ", "effective")))
    lines += [f"{name:<40}{found[name]:>12,}" for name in others if name not in ("steps", "walks", "milliseconds")]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
