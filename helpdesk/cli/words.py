"""How commands speak: errors as one clear line, times as now."""

from __future__ import annotations

import functools
import os
import pwd
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from helpdesk.errors import HelpdeskError
from helpdesk.store.database import is_away, trouble
from helpdesk.store.roll.imports import CONSOLE
from helpdesk.vocabulary import SYSTEM, StaffMember

P = ParamSpec("P")
R = TypeVar("R")


def now() -> datetime:
    """The present, in UTC; commands pass it in, nothing below reads a clock."""
    return datetime.now(UTC)


def at_the_console() -> StaffMember:
    """Who works at the machine itself, as the system knows them: the environment says what its owner likes.

    In small letters, as logins are: so it counts as the login of the same name.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # in a container
        name = str(number)
    return replace(SYSTEM, login=f"{CONSOLE}{name.lower()}")


def several(number: int, noun: str) -> str:
    """So many of them, as one says it: "1 row", "2,000 rows"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn expected errors into one line on stderr and exit code 1, without a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except HelpdeskError as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            if not is_away(error):
                raise
            raise click.ClickException(trouble(error)) from error

    return run
