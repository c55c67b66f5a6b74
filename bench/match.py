"""Matching beside its peers: `python -m bench.match [--sizes 50000 1000000] [--roster F.csv [--requests F.jsonl]]`.

Rolls and requests are invented anew from a seed, in several mixtures of errors; a court can measure its own roster,
and its own labelled requests (fields id, name, bar_id, email, kind, truth). Every threshold is fixed on requests that
are not reported on. Splink is installed into an environment that is thrown away afterwards (--no-splink: without it).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter

from bench._measures import Answer, Figures, figures, table, timed
from bench._peers import SPLINK, extract_one, several_fields, splink
from bench._people import People
from bench._requests import MIXES, Request, Requests
from bench._throwaway import PeerMissingError, environment
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.match.calibration import fitted
from helpdesk.match.comparing.query import Query
from helpdesk.match.ranking.rank import at_once
from helpdesk.match.ranking.refit import Judged, outcomes_of
from helpdesk.policy import Matching
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Filer

ROOT = Path(__file__).resolve().parent.parent
LARGE = 200_000  # records; beyond that one answer of a peer takes half a second, and splink an hour
PEER_REQUESTS = {False: 120, True: 20}  # for each half, by whether the roll is large
SAMPLE = 20_000  # filers that the requests about an invented roll mean


def ours(roll: Roll, matching: Matching) -> Callable[[Request], Answer]:
    """The helpdesk's own matcher."""

    def answer(request: Request) -> Answer:
        candidates = rank(request.claim, roll, matching).candidates
        return (candidates[0].filer.ecf_user_id, candidates[0].probability) if candidates else (None, 0.0)

    return answer


class Building:
    """A roll built from a stream of filers: seconds and megabytes without those of the stream itself."""

    def __init__(self, filers: Iterable[Filer], name: str) -> None:
        self._producing = 0.0
        gc.collect()
        before, began = _resident(), perf_counter()
        self.roll = Roll.build(self._watched(iter(filers)), name)
        self.seconds = perf_counter() - began - self._producing
        gc.collect()
        self.megabytes = _resident() - before

    def _watched(self, filers: Iterator[Filer]) -> Iterator[Filer]:
        while True:
            began = perf_counter()
            filer = next(filers, None)
            self._producing += perf_counter() - began
            if filer is None:
                return
            yield filer


def _resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(
    name: str, building: Building, requests: Sequence[Request], python: Path | None, *, peers: bool
) -> dict[str, object]:
    """Ours and the peers on one set of requests: every other one fixes thresholds, the rest is reported."""
    matching, roll = load_rules(ROOT / "rules").matching, building.roll
    gc.collect()
    gc.freeze()
    fixing, reported = list(requests[::2]), list(requests[1::2])
    rows = [_of_ours("helpdesk", roll, matching, fixing, reported)]
    knots = fitted(pair for r in fixing for pair in outcomes_of(Judged(claim=r.claim, filer=r.truth), roll, matching))
    own = replace(matching, calibration=replace(matching.calibration, knots=knots))
    rows.append(_of_ours("helpdesk, calibrated on the rest", roll, own, fixing, reported))
    if peers:
        rows += _of_peers(roll, fixing, reported, python, matching.titles)
    print(f"\n== {name}: {len(roll):,} filers, index in {building.seconds:.2f} s, {building.megabytes:.0f} MB")
    print(table(rows), flush=True)
    gc.unfreeze()
    return {
        "roll": name,
        "filers": len(roll),
        "build_seconds": building.seconds,
        "megabytes": building.megabytes,
        "figures": [row.as_json() for row in rows],
    }


def _of_ours(
    name: str, roll: Roll, matching: Matching, fixing: Sequence[Request], reported: Sequence[Request]
) -> Figures:
    answer = ours(roll, matching)
    answered, times = timed(answer, reported)
    fixed, _ = timed(answer, fixing)

    def is_at_once(request: Request) -> bool:
        return at_once(Query(request.claim, roll, matching)) is not None

    return figures(name, fixed, answered, times, probabilities=True, filers=roll.filer, is_at_once=is_at_once)


def _of_peers(
    roll: Roll, fixing: Sequence[Request], reported: Sequence[Request], python: Path | None, titles: frozenset[str]
) -> Iterator[Figures]:
    filers, few = list(roll), PEER_REQUESTS[len(roll) > LARGE]
    for name, make in (("rapidfuzz extractOne", extract_one), ("rapidfuzz cdist", several_fields)):
        answer = make(filers)
        answered, times = timed(answer, reported[:few])
        yield figures(name, timed(answer, fixing[:few])[0], answered, times, probabilities=False)
    if python is None or len(filers) > LARGE:
        return
    try:
        answers, seconds = splink(python, filers, [*fixing, *reported], titles)
    except PeerMissingError as error:
        print(f"splink did not run: {error}", file=sys.stderr)
        return
    halves = answers[: len(fixing)], answers[len(fixing) :]
    first, second = (
        list(zip(half, asked, strict=True)) for half, asked in zip(halves, (fixing, reported), strict=True)
    )
    yield figures("splink (one batch)", first, second, seconds=seconds, probabilities=True)


def labelled(file: Path) -> list[Request]:
    """Requests of a court's own, one JSON object a line."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    fields = ("name", "bar_id", "email")
    return [
        Request(
            claim=ClaimedIdentity(**{field: row.get(field) or "" for field in fields}),
            kind=row["kind"],
            truth=row["truth"],
        )
        for row in rows
    ]


def invented(size: int, seed: int) -> Building:
    """An invented roll of this size."""
    return Building(People(size, seed).roll(size), f"seed {seed}")


def _taken(roll: Roll) -> Callable[[str], bool]:
    """Whether somebody on the roll has an address."""
    return lambda address: any(roll.addressed(address))


def _some_of(roll: Roll, seed: int) -> list[Filer]:
    """Filers that requests are about; all of a small roll."""
    rows = sorted(Random(seed).sample(range(len(roll)), min(SAMPLE, len(roll))))
    return [roll.indexes[0].records.filer(row) for row in rows]


def main() -> None:
    """Measure invented rolls, or a court's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50_000], help="of the invented rolls")
    parser.add_argument("--mixes", nargs="*", choices=MIXES, default=["usual"], help="mixtures of errors")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4000, help="requests on each roll and mixture")
    parser.add_argument("--roster", type=Path, help="a roster instead of invented rolls")
    parser.add_argument("--requests", type=Path, help="labelled requests on it; invented ones without")
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--no-peers", action="store_true", help="nobody else's matcher")
    asked = parser.parse_args()
    results, peers = [], not asked.no_peers
    with ExitStack() as stack:
        python = None
        if not (asked.no_splink or asked.no_peers) and (asked.roster or min(asked.sizes) <= LARGE):
            try:
                python = stack.enter_context(environment(*SPLINK))
            except PeerMissingError as error:
                print(f"splink cannot be installed: {error}", file=sys.stderr)
        for size in [0] if asked.roster else asked.sizes:
            building = (
                Building(read_roster(asked.roster).filers, asked.roster.name)
                if asked.roster
                else invented(size, asked.seed)
            )
            if asked.requests:
                results.append(measure(asked.requests.name, building, labelled(asked.requests), python, peers=peers))
                continue
            filers = _some_of(building.roll, asked.seed)
            for mix in asked.mixes:
                drawn = Requests(filers, asked.seed, MIXES[mix], _taken(building.roll)).draw(asked.count)
                results.append(measure(f"{building.roll.version}, {mix}", building, drawn, python, peers=peers))
    (ROOT / "bench" / "results").mkdir(exist_ok=True)
    (ROOT / "bench" / "results" / "match.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
