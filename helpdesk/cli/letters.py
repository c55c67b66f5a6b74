"""``flask letters``: check the court's letters, and read one."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from helpdesk.cli.words import now, plain_errors
from helpdesk.desk import desk
from helpdesk.letters import LetterError, Library, load_library, preview, read_as
from helpdesk.letters.facts import LANGUAGES
from helpdesk.rules import Rules, load_rules
from helpdesk.vocabulary import Missing

group = AppGroup("letters", help="The letters that the court sends.")
_FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
_RULES = click.option("--rules", "rules_dir", type=click.Path(path_type=Path, exists=True), help="Folder of rules.")


@group.command("check")
@_FOLDER
@_RULES
@plain_errors
def check(folder: Path | None, rules_dir: Path | None) -> None:
    """Check all letters of FOLDER, by default those in force; exit 1 where one is refused.

    Each thing wrong is a line with file, line and reason. Letters that are long or hard to read are only named.
    """
    rules = load_rules(rules_dir) if rules_dir else desk().rules
    try:
        library = load_library(folder or desk().config.letters_dir, needed=rules.replies.letters())
    except LetterError as refused:
        for problem in refused.problems:
            click.echo(str(problem))
        raise click.ClickException("The letters are refused.") from None
    for name in library.names():
        for language in library.languages(name):
            for advice in _advice(library, name, language, rules):
                click.echo(f"note: {name} ({language}): {advice}")
    click.echo(f"{len(library.names())} letters are in order.")


@group.command("show")
@click.argument("name")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--missing", type=click.Choice([item.value for item in Missing]), multiple=True)
@plain_errors
def show(name: str, language: str, missing: tuple[str, ...]) -> None:
    """Print a letter as a requester would get it today."""
    asked = tuple(Missing(item) for item in missing)
    written = preview(
        desk().letters.library, name, language, number=1, missing=asked, rules=desk().rules, moment=now()
    )
    click.echo(f"{written.subject}\n\n{written.body}", nl=False)


def _advice(library: Library, name: str, language: str, rules: Rules) -> tuple[str, ...]:
    """What to do about a letter in its longest form."""
    written = preview(library, name, language, number=999_999, missing=tuple(Missing), rules=rules, moment=now())
    return read_as(written.body, language).advice


commands = [group]
