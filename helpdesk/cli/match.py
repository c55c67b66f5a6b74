"""``flask match``: the matching alone, over claims in a file. No database, no network."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from helpdesk.cli.words import plain_errors
from helpdesk.config import PROJECT
from helpdesk.counted import counted
from helpdesk.doors.roster_csv import read_roster
from helpdesk.errors import RosterError
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Ranking


@click.command("match")
@click.argument("requests", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--roster", "roster_file", type=click.Path(path_type=Path), required=True, help="The roster, as CSV.")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), default=PROJECT / "rules", show_default=False)
@plain_errors
def match(requests: Path, roster_file: Path, rules_dir: Path) -> None:
    """Rank filers for each line of REQUESTS ({"id","name","bar_id","email"}; "-" is standard input)."""
    matching = load_rules(rules_dir).matching
    roster = read_roster(roster_file)
    for problem in roster.problems:
        click.echo(f"{roster_file.name}, line {problem.line}: {problem.reason}", err=True)
    for notice in roster.notices:
        click.echo(f"{roster_file.name}: {notice}", err=True)
    if roster.problems and not roster.filers:
        raise RosterError(f"{roster_file.name} has no usable row.")
    roll = Roll.build(roster.filers, roster_file.name)
    gc.freeze()  # the roll stays: the collector need not walk it between two requests
    wrong = 0
    for number, line in tqdm(_lines(requests), unit=" requests", disable=not sys.stderr.isatty()):
        try:
            key, identity = _request(line)
        except ValueError as error:
            wrong += 1
            click.echo(f"{requests.name}, line {number}: {error}", err=True)
            continue
        began = time.perf_counter_ns()
        ranking = rank(identity, roll, matching)
        micros = (time.perf_counter_ns() - began) / 1000
        click.echo(json.dumps(_answer(key, ranking, micros)))
    if wrong:
        raise click.ClickException(f"{counted(wrong, 'line')} could not be read; the others are above.")


def _lines(requests: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines, blank ones left out."""
    try:
        with click.open_file(str(requests), encoding="utf-8-sig", errors="replace") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except OSError as error:
        raise click.ClickException(f"{requests} cannot be read: {error.strerror}") from None


def _request(line: str) -> tuple[object, ClaimedIdentity]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from None
    if not isinstance(fields, dict):
        raise ValueError("is not a JSON object")
    stated = {name: fields.get(name) or "" for name in ("name", "bar_id", "bar_state", "email")}
    if type(stated["bar_id"]) is int:
        stated["bar_id"] = str(stated["bar_id"])
    for name, value in stated.items():
        if not isinstance(value, str):
            raise ValueError(f"{name} is not text")
    key = fields.get("id")
    try:
        json.dumps([key], allow_nan=False)
    except (ValueError, RecursionError):
        raise ValueError("id cannot be written as JSON") from None
    return key, ClaimedIdentity(**stated)


def _answer(key: object, ranking: Ranking, micros: float) -> dict[str, Any]:
    """``filer`` is the best candidate, however improbable; null where nobody on the roll is near."""
    top = ranking.candidates[0] if ranking.candidates else None
    return {
        "id": key,
        "filer": top.filer.ecf_user_id if top else None,
        "probability": top.probability if top else 0.0,
        "candidates": [[candidate.filer.ecf_user_id, candidate.probability] for candidate in ranking.candidates],
        "micros": round(micros, 1),
    }


commands = [match]
