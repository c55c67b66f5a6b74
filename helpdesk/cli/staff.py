"""``flask staff``: accounts of the helpdesk's people."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from helpdesk.cli.words import at_the_console, now, plain_errors
from helpdesk.desk import desk
from helpdesk.store.people import staff
from helpdesk.vocabulary import Role

group = AppGroup("staff", help="Accounts of the helpdesk's people.")


@group.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="Shown to colleagues; the login where none is given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@plain_errors
def add(login: str, role: str, name: str, password_stdin: bool) -> None:
    """Create LOGIN, or give it a new role and password. Its sessions end."""
    desk().config.require_secret()
    if password_stdin:
        password = _read_password()
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    member = staff.add(login, Role(role), password, actor=at_the_console(), now=now(), name=name)
    click.echo(f"{member.login} may sign in as {member.role.value}.")


def _read_password() -> str:
    try:
        password = sys.stdin.readline().rstrip("\r\n")
        password.encode()
    except UnicodeError:
        raise click.ClickException("The password is not UTF-8 text.") from None
    return password


@group.command("list")
@plain_errors
def list_() -> None:
    """Everyone who may sign in."""
    for entry in staff.everyone():
        closed = "  (disabled)" if entry.disabled else ""
        click.echo(f"{entry.member.login:<24} {entry.member.role.value:<11} {entry.member.name}{closed}")


commands = [group]
