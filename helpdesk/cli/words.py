"""How commands speak: errors as one clear line, times as now."""

from __future__ import annotations

import errno
import functools
import io
import json
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from helpdesk.errors import HelpdeskError
from helpdesk.store.database import is_away, trouble
from helpdesk.store.roll.imports import CONSOLE
from helpdesk.vocabulary import SYSTEM, StaffMember

P = ParamSpec("P")
R = TypeVar("R")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


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


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn expected errors into one line on stderr and exit code 1, without a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        _open_streams()
        _spell_out()
        try:
            return command(*args, **kwargs)
        except HelpdeskError as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            if not is_away(error):
                raise
            raise click.ClickException(trouble(error)) from error
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _write_nowhere()
            raise click.ClickException(f"The output cannot be written: {error.strerror}.") from error

    return run


def _write_nowhere() -> None:
    """What is left to be written is not tried once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_streams() -> None:
    """A stream that whoever started the command has closed is nowhere, instead of no stream."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for the whole command


def _spell_out() -> None:
    """Letters that a terminal or file does not take are written as their numbers, instead of ending the command."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def json_line(told: dict[str, Any]) -> str:
    """One JSON object a line, its letters as they are where the output takes them."""
    line = json.dumps(told, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(told)
    return line
