"""``flask calibrate``: the matching's probabilities, fitted anew on what staff decided."""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path

import click

from helpdesk.cli.words import now, plain_errors
from helpdesk.desk import desk
from helpdesk.errors import RulesError
from helpdesk.match.ranking.refit import Judged, Refit, Scale, refit
from helpdesk.policy.matching import Knots
from helpdesk.rules import load_rules
from helpdesk.store.desk.judgements import judgements

_TABLE = re.compile(  # up to the next table, without blank lines and comments in front of that
    r"^\[calibration\][^\n]*\n(?:[^\n]*\n)*?(?=(?:[ \t]*(?:#[^\n]*)?\n)*(?:^\[[a-z]|\Z))", re.MULTILINE
)


@click.command("calibrate")
@click.option("--write", is_flag=True, help="Put the new table into rules/matching.toml; without it, only report.")
@click.option("--at-least", type=click.IntRange(min=10), default=500, show_default=True, help="Requests it takes.")
@plain_errors
def calibrate(write: bool, at_least: int) -> None:
    """Fit the matching's probabilities on staff's decisions and report them before and after."""
    folder = desk().config.rules_dir
    rules = load_rules(folder)
    roll = desk().roll
    judged = [
        Judged(claim=one.claim, filer=one.filer)
        for one in judgements()
        if one.filer is None or roll.filer(one.filer)  # who has left the roll cannot be found on it
    ]
    if len(judged) < at_least:
        raise click.ClickException(
            f"Staff have judged {len(judged):,} requests so far; a calibration needs at least {at_least:,}."
        )
    found = refit(judged, roll, rules.matching, gate=rules.triage.sure)
    _report(found, rules.triage.sure)
    if not write:
        click.echo("Nothing was changed. Run again with --write to put the new table into rules/matching.toml.")
        return
    source = f"{found.requests:,} requests judged by staff, on roll {roll.version}"
    write_calibration(folder, calibration_table(found.knots, source, found.requests, now().date()))
    click.echo("Written to rules/matching.toml; running services take it up with the next message.")


def _report(found: Refit, gate: float) -> None:
    click.echo(f"{found.requests:,} requests judged by staff; the best candidate was wrong in {found.wrong:,}.")
    click.echo(f"{'':8}{'knots':>7}{'calibration error':>19}{f'at least {gate:.2f}':>16}{'of these wrong':>16}")
    for word, scale in (("before", found.before), ("after", found.after)):
        click.echo(_line(word, scale))
    click.echo("The figures after are from requests that the fitting did not see.")
    if found.held:
        click.echo(
            f"These decisions alone would let more requests reach {gate:.2f}. The new table does not: what must be"
            " reviewed today stays under review. To change that, change triage.toml."
        )


def _line(word: str, scale: Scale) -> str:
    return f"{word:8}{scale.knots:>7}{scale.error:>19.4f}{scale.past_gate:>16,}{scale.wrong_past_gate:>16,}"


def calibration_table(knots: Knots, source: str, requests: int, as_of: date) -> str:
    """The [calibration] table of matching.toml."""
    rows = "\n".join(f"    [{odds!r}, {probability!r}]," for odds, probability in knots)
    return f'[calibration]\nknots = [\n{rows}\n]\nfitted_on = "{source}"\nrequests = {requests}\nas_of = {as_of}\n'


def write_calibration(folder: Path, table: str) -> None:
    """Replace the table in matching.toml and leave everything else there as it is; all or nothing."""
    file = folder / "matching.toml"
    text, replaced = _TABLE.subn(lambda _: table, file.read_text(encoding="utf-8") + "\n")
    if replaced != 1:
        raise RulesError(file.name, "calibration", "is not there once as a table of its own")
    fresh = file.with_name("matching.toml.new")
    try:
        fresh.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        shutil.copymode(file, fresh)
        os.replace(fresh, file)
    except OSError as error:
        raise RulesError(file.name, "", f"cannot be written: {error.strerror}") from error


commands = [calibrate]
