"""``flask forget``: what the court's rules no longer keep of its mail."""

from __future__ import annotations

import click

from helpdesk.cli.words import at_the_console, now, plain_errors
from helpdesk.counted import counted
from helpdesk.desk import desk
from helpdesk.store.incoming import retention


@click.command("forget")
@click.option("--dry-run", is_flag=True, help="Only say how much that is.")
@plain_errors
def forget(dry_run: bool) -> None:
    """Delete originals and texts of mail whose time is over (rules/mail.toml, [keep]). The worker does so by itself.

    Nothing is deleted from the mailbox.
    """
    desk().config.require_secret()
    keep = desk().rules.mail.keep
    if keep is None:
        click.echo("The rules do not say how long mail is kept ([keep] in mail.toml), so all of it is.")
        return
    actor = at_the_console()
    found = retention.due(keep, now=now()) if dry_run else retention.forget(keep, now=now(), actor=actor)
    done = "would be deleted" if dry_run else "deleted"
    click.echo(f"{counted(found.originals, 'original')} and {counted(found.texts, 'text')} {done}.")


commands = [forget]
