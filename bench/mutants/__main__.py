"""``make mutants``: takes each guard away, one at a time, in a copy of the project; a test must notice.

``python -m bench.mutants WORDS…`` tries only guards whose name, invariant or file holds all of the words.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from bench.mutants import brakes, mail, record, resets, rim, roll
from bench.mutants.mutant import Mutant

PROJECT = Path(__file__).resolve().parents[2]
PARTS = (
    "helpdesk",
    "bench",
    "rules",
    "templates",
    "tests",
    "docs",
    "pyproject.toml",
    "wsgi.py",
    "README.md",
    "Makefile",
)
MUTANTS: tuple[Mutant, ...] = (
    *resets.MUTANTS,
    *roll.MUTANTS,
    *brakes.MUTANTS,
    *mail.MUTANTS,
    *record.MUTANTS,
    *rim.MUTANTS,
)
LONGEST = 900  # seconds of one run


class End(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    BROKEN = "BROKEN"  # the tests did not run at all, or never ended


def main() -> int:
    """Try them; 1 where one survives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only guards with all of these words")
    parser.add_argument("--list", action="store_true", help="name the guards, try none")
    parser.add_argument("--trusting", action="store_true", help="do not look first whether the tests pass as it is")
    given = parser.parse_args()
    chosen = [one for one in MUTANTS if all(word in f"{one.guard} {one.holds} {one.file}" for word in given.words)]
    if problems := not_found(chosen):
        print("\n".join(problems), file=sys.stderr)
        return 2
    if given.list:
        for mutant in chosen:
            print(f"{mutant.guard}  [{mutant.holds}]  {mutant.file}")
        return 0
    ends = []
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            _copy(part, Path(folder))
        for number, mutant in enumerate(chosen, 1):
            end = _try(mutant, Path(folder), trusting=given.trusting)
            ends.append(end)
            print(f"{number:>3}  {end:<9} {mutant.guard}  [{mutant.holds}]  {mutant.file}", flush=True)
    print(f"\n{ends.count(End.KILLED)} of {len(ends)} guards cannot be taken away unnoticed.")
    return int(ends.count(End.KILLED) < len(ends))


def not_found(mutants: Iterable[Mutant]) -> list[str]:
    """Every text must still be there, exactly once: a guard that moved would else be tried in vain."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for mutant in mutants:
            copy = Path(folder) / mutant.file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / mutant.file, copy)
            try:
                mutant.apply(Path(folder))
            except ValueError as problem:
                problems.append(str(problem))
    return problems


def _try(mutant: Mutant, tree: Path, *, trusting: bool) -> End:
    """The tests must pass as the project is, and fail without the guard."""
    if not trusting and _passes(mutant.tests, tree) is not End.SURVIVED:
        return End.BROKEN
    text = mutant.apply(tree)
    try:
        return _run(mutant.tests, tree)
    finally:
        (tree / mutant.file).write_text(text, encoding="utf-8")


def _copy(part: str, tree: Path) -> None:
    source = PROJECT / part
    if source.is_dir():
        shutil.copytree(source, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, tree / part)


@cache
def _passes(tests: tuple[str, ...], tree: Path) -> End:
    return _run(tests, tree)


def _run(tests: tuple[str, ...], tree: Path) -> End:
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tree / ".compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return End.BROKEN
    return {0: End.SURVIVED, 1: End.KILLED}.get(done.returncode, End.BROKEN)


if __name__ == "__main__":
    sys.exit(main())
