"""``flask triage`` and ``flask evaluate``: understanding and decisions without database, network or settings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Never

import click
from tqdm import tqdm

from helpdesk.cli.dry_run import Triaged, as_line, count_messages, dry_runs, mail_files, messages_in
from helpdesk.cli.explain import explained
from helpdesk.cli.scoring import page, read_labels, score
from helpdesk.cli.words import json_line, plain_errors
from helpdesk.config import PROJECT
from helpdesk.counted import counted
from helpdesk.doors.roster_csv import read_roster
from helpdesk.errors import RosterError, UnreadableMessageError
from helpdesk.match import Roll
from helpdesk.rules import Rules, load_rules

_SHOWN = 10  # names in a line
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_ANY = click.Path(exists=True, path_type=Path)
_ROSTER = click.option("--roster", required=True, type=_FILE, help="The roll, as a roster CSV.")
_RULES = click.option("--rules", "folder", default=PROJECT / "rules", type=_FOLDER, help="Folder of rules files.")


@click.command("triage")
@click.argument("paths", nargs=-1, required=True, type=_ANY)
@_ROSTER
@_RULES
@click.option("--explain", is_flag=True, help="A readable page per message instead of JSON.")
@plain_errors
def triage_(paths: tuple[Path, ...], roster: Path, folder: Path, explain: bool) -> None:
    """Say where each message of PATHS (.eml files, folders, mbox files) would go; one JSON object a line."""
    rules, roll = load_rules(folder), _roll(roster)
    for triaged in _dry_runs(paths, roll, rules):
        click.echo(explained(triaged, rules) if explain else json_line(as_line(triaged, rules)))


@click.command("evaluate")
@click.argument("folder_of_mail", metavar="DIR", type=_FOLDER)
@_ROSTER
@_RULES
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
@click.option("--mistakes", is_flag=True, help="Every difference from the labels, a line each.")
@plain_errors
def evaluate(folder_of_mail: Path, roster: Path, folder: Path, as_json: bool, mistakes: bool) -> None:
    """Score a labelled folder (DIR/labels.jsonl); exit code 1 when a message was wrongly called ready."""
    rules, roll, labels = load_rules(folder), _roll(roster), read_labels(folder_of_mail)
    lines = (as_line(triaged, rules) for triaged in _dry_runs((folder_of_mail,), roll, rules))
    result = score(lines, labels)
    if not result.messages:
        raise click.ClickException(f"No mail of {folder_of_mail} has a label.")
    if alone := result.without_mail:
        click.echo(f"Notice: {counted(len(alone), 'label')} without a mail: {_few(alone)}", err=True)
    click.echo(json_line(result.as_json()) if as_json else page(result))
    if mistakes:
        click.echo("\n" + "\n".join(result.mistakes), err=as_json)
    if result.false_ready:
        sys.exit(1)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def _roll(path: Path) -> Roll:
    found = read_roster(path)
    for notice in found.notices:
        click.echo(f"Notice: {notice}", err=True)
    for problem in found.problems:
        click.echo(f"{path.name} line {problem.line}: {problem.reason}", err=True)
    if not found.filers:
        raise RosterError(f"{path.name} has no usable row.")
    return Roll.build(found.filers, version=path.name)


def _dry_runs(paths: Iterable[Path], roll: Roll, rules: Rules) -> Iterator[Triaged]:
    """In order; a bar on a terminal's stderr, silence in a pipe. One unreadable file bars no other."""
    unreadable: list[str] = []
    files = [file for path in paths for file in mail_files(path, unreadable)]
    if not files and not unreadable:
        click.echo("No mail found: a folder's files count when they end in .eml, .mbox or .mbx.", err=True)
    with _bar(files) as bar:
        for triaged in dry_runs(_messages(files, rules.mail.largest_message, unreadable), roll, rules):
            yield triaged
            bar.update()
    if unreadable:
        raise click.ClickException("\n".join((*unreadable, f"{counted(len(unreadable), 'file')} left out.")))


def _messages(files: Iterable[Path], most: int, unreadable: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each; what keeps a file from being read is added to ``unreadable``."""
    for file in files:
        try:
            yield from messages_in(file, most)
        except OSError as error:
            unreadable.append(f"{file} cannot be read: {error.strerror}")
        except UnreadableMessageError as error:
            unreadable.append(str(error))


def _bar(files: Iterable[Path]) -> tqdm[Never]:
    quiet = not sys.stderr.isatty()
    total = None if quiet else sum(map(count_messages, files))
    return tqdm(total=total, unit="mail", disable=quiet, file=sys.stderr, leave=False)


commands = [triage_, evaluate]
