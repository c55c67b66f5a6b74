"""``flask audit``: the record of what happened."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from helpdesk.cli.words import plain_errors
from helpdesk.desk import desk
from helpdesk.store import audit

group = AppGroup("audit", help="The record of what happened.")


@group.command("verify")
@plain_errors
def verify() -> None:
    """Walk the chain of events; exit 1 where it is broken."""
    desk().config.require_secret()
    found = audit.verify()
    if not found.ok:
        raise click.ClickException(
            f"The record is broken: {found.problem}. {found.events} events before it are whole."
        )
    click.echo(f"The record is whole: {found.events} events.")


commands = [group]
