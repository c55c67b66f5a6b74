"""``flask restored``: to be run once a backup was put in place, before anything else starts."""

from __future__ import annotations

import click

from helpdesk.cli.words import at_the_console, now, plain_errors
from helpdesk.counted import counted
from helpdesk.desk import desk
from helpdesk.store.outgoing import restoring


@click.command("restored")
@plain_errors
def restored() -> None:
    """After restoring a backup: send nothing again, let no old link work, end all sessions."""
    desk().config.require_secret()
    actor = at_the_console()
    done = restoring.after_restore(actor=actor, now=now())
    stopped = (
        f"{counted(done.messages, 'unsent message')} to be decided on under Failed mail",
        f"{counted(done.approvals, 'approval')} back in review",
        f"{counted(done.links, 'unused link')} made void",
        f"{counted(done.sessions, 'session')} ended",
    )
    click.echo(f"{', '.join(stopped)}. Mail received before now gets no automatic reply.")


commands = [restored]
