"""Matching: time, memory, who is on top, how sure: `python -m bench.match [--sizes 50000 1000000]`.

Rolls and requests are invented anew from a seed; a court can measure its own labelled requests with --roster and
--requests (fields id, name, bar_id, email, kind, truth). The threshold is always fixed on requests not reported on.
"""

from __future__ import annotations

import argparse
import gc
import json
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from bench._measures import Answer, measure, table
from bench._peers import extract_one, several_fields
from bench._people import People
from bench._requests import MIXES, Request, Requests
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Filer

ROOT = Path(__file__).resolve().parent.parent
PEERS_UP_TO = 100_000  # records; beyond that one peer's answer takes half a second
PEER_REQUESTS = 120  # for each half


def ours(roll: Roll) -> Callable[[Request], Answer]:
    """The helpdesk's own matcher."""
    matching = load_rules(ROOT / "rules").matching

    def answer(request: Request) -> Answer:
        candidates = rank(request.claim, roll, matching).candidates
        return (candidates[0].filer.ecf_user_id, candidates[0].probability) if candidates else (None, 0.0)

    return answer


def run(name: str, filers: Sequence[Filer], requests: Sequence[Request]) -> dict[str, object]:
    """Build, measure, print; the figures for the results file."""
    gc.collect()
    began = perf_counter()
    roll = Roll.build(filers, name)
    seconds = perf_counter() - began
    gc.freeze()
    fixing, reported = requests[::2], requests[1::2]
    rows = [measure("helpdesk", ours(roll), fixing, reported, probabilities=True)]
    if len(filers) <= PEERS_UP_TO:
        few = fixing[:PEER_REQUESTS], reported[:PEER_REQUESTS]
        rows.append(measure("rapidfuzz extractOne", extract_one(filers), *few, probabilities=False))
        rows.append(measure("rapidfuzz cdist", several_fields(filers), *few, probabilities=False))
    megabytes = _megabytes(filers) if len(filers) <= PEERS_UP_TO else None
    print(
        f"\n== {name}: {len(filers):,} filers, index in {seconds:.2f} s"
        + (f", {megabytes:.0f} MB" if megabytes else "")
    )
    print(table(rows))
    gc.unfreeze()
    return {
        "roll": name,
        "filers": len(filers),
        "build_seconds": seconds,
        "megabytes": megabytes,
        "figures": [row.as_json() for row in rows],
    }


def _megabytes(filers: Sequence[Filer]) -> float:
    """What a roll keeps in memory, records included."""
    tracemalloc.start()
    roll = Roll.build(filers, "memory")
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / 1e6 if len(roll) else 0.0


def labelled(file: Path) -> list[Request]:
    """Requests of a court's own, one JSON object a line."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Request(
            claim=ClaimedIdentity(name=row["name"], bar_id=row["bar_id"], email=row["email"]),
            kind=row["kind"],
            truth=row["truth"],
        )
        for row in rows
    ]


def main() -> None:
    """Measure invented rolls, or a court's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4000, help="requests on each invented roll")
    parser.add_argument("--roster", type=Path)
    parser.add_argument("--requests", type=Path)
    arguments = parser.parse_args()
    results = []
    if arguments.roster and arguments.requests:
        results.append(run(arguments.roster.name, read_roster(arguments.roster).filers, labelled(arguments.requests)))
    else:
        for size in arguments.sizes:
            filers = list(People(size, arguments.seed).roll(size))
            requests = Requests(filers, arguments.seed, MIXES["usual"]).draw(arguments.count)
            results.append(run(f"seed {arguments.seed}", filers, requests))
    (ROOT / "bench" / "results").mkdir(exist_ok=True)
    (ROOT / "bench" / "results" / "match.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
