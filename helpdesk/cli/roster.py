"""``flask roster``: the court's roster into the roll."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from helpdesk.cli.words import at_the_console, now, plain_errors
from helpdesk.counted import counted
from helpdesk.desk import desk
from helpdesk.doors.roster_csv import RosterFile, read_roster
from helpdesk.store.roll import imports, staged_rosters
from helpdesk.store.roll.imports import RosterDifferences

_SHOWN = 20
HELD_UP = 3  # exit code: nothing is wrong with the file, but a second person must apply it

group = AppGroup("roster", help="The court's roster.")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "apply_", is_flag=True, help="Apply the differences; without it they are only shown.")
@plain_errors
def import_(file: Path, apply_: bool) -> None:
    """Check FILE, show what it would change and, with --apply, change it in one transaction.

    Exit code 3: the file changes so many primary addresses that a second person must apply it.
    """
    found = read_roster(file)
    _report(found)
    if found.problems:
        are = "is" if len(found.problems) == 1 else "are"
        wrong = f"{counted(len(found.problems), 'row')} {are} wrong"
        raise click.ClickException(f"{wrong}; nothing was changed. Correct the file first.")
    differences = imports.compare(found.filers, now=now())
    _show(differences)
    if differences.nothing:
        click.echo("The roll says exactly this already.")
    elif apply_:
        _apply(file.name, found.sha256, differences)
    else:
        click.echo("Nothing was changed. Run again with --apply to apply this.")


def _apply(name: str, sha256: str, differences: RosterDifferences) -> None:
    """Apply the differences, or hold them up for a second person where the rules ask for one."""
    desk().config.require_secret()
    actor = at_the_console()
    lately = staged_rosters.changed_lately(now=now())
    why = staged_rosters.held_up(differences, desk().rules.approvals.roster, lately=lately)
    if not why:
        applied = imports.apply(differences, file_name=name, sha256=sha256, actor=actor, now=now())
        click.echo(f"Applied as import {applied.id}: {counted(applied.filers, 'filer')} on the roll.")
        return
    staged = staged_rosters.stage(differences, why, file_name=name, sha256=sha256, actor=actor, now=now())
    click.echo(
        f"NOT APPLIED. {why} The roll is as it was.\n"
        f"The roster is kept as number {staged}: a supervisor other than {actor.login} can look at it and apply it on"
        f" the Roster page ({desk().config.base_url}/roster).",
        err=True,
    )
    raise SystemExit(HELD_UP)


def _report(found: RosterFile) -> None:
    for notice in found.notices:
        click.echo(f"Notice: {notice}", err=True)
    for problem in found.problems:
        click.echo(f"Line {problem.line}: {problem.reason}", err=True)


def _show(differences: RosterDifferences) -> None:
    rows, addresses = counted(differences.total, "row"), counted(len(differences.primary_changed), "primary e-mail")
    click.echo(
        f"{rows}: +{len(differences.added):,} new, {len(differences.changed):,} changed, "
        f"-{len(differences.gone):,} gone, {addresses} changed"
    )
    known_otherwise = differences.known_otherwise
    for ecf_user_id in differences.primary_changed[:_SHOWN]:
        what = "name, Bar ID or login changes" if ecf_user_id in known_otherwise else "primary e-mail changes"
        click.echo(f"  {what}: {ecf_user_id}")
    if len(differences.primary_changed) > _SHOWN:
        click.echo(f"  … and {len(differences.primary_changed) - _SHOWN:,} more")


commands = [group]
