"""How well labelled mail is understood: `python -m bench.corpus [FOLDER …] [--only PREFIX] [--mistakes]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpdesk.cli.dry_run import as_line, dry_runs, mail_files, messages_in
from helpdesk.cli.scoring import Score, page, read_labels, score
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll
from helpdesk.rules import Rules, load_rules

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "tests" / "corpus"


def mailboxes() -> list[Path]:
    """The labelled mailboxes among the tests, by name."""
    return sorted(path.parent for path in CORPORA.glob("*/labels.jsonl"))


def measure(folder: Path, roll: Roll, rules: Rules, only: tuple[str, ...] = ()) -> Score:
    """The score of a labelled folder, or of the files in it whose names begin with one of ``only``."""
    files = (file for file in mail_files(folder, []) if not only or file.name.startswith(only))
    messages = (message for file in files for message in messages_in(file, rules.mail.largest_message))
    return score((as_line(triaged, rules) for triaged in dry_runs(messages, roll, rules)), read_labels(folder))


def roll_of(folder: Path) -> Roll:
    """The roll that a mailbox was written for: its own, or that of ``dev``."""
    own = folder / "roster.csv"
    return Roll.build(read_roster(own if own.exists() else CORPORA / "dev" / "roster.csv").filers, "1")


def main() -> None:
    """Print the figures of each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[CORPORA / "dev"])
    parser.add_argument("--roster", type=Path, default=CORPORA / "dev" / "roster.csv")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--mistakes", action="store_true")
    arguments = parser.parse_args()
    rules = load_rules(ROOT / "rules")
    roll = Roll.build(read_roster(arguments.roster).filers, version=arguments.roster.name)
    for folder in arguments.folders:
        result = measure(folder, roll, rules, tuple(arguments.only))
        print(f"== {folder.name} {' '.join(arguments.only)}\n{page(result)}")
        if arguments.mistakes:
            print("\n" + "\n".join(result.mistakes))


if __name__ == "__main__":
    main()
