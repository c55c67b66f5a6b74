"""The CM/ECF connector: the court's own program sets a filer's password.

The contract: the program gets one JSON object on standard input, ``{"ecf_user_id", "login", "password"}``, and ends
with code 0 when the password is set. Code 75 (EX_TEMPFAIL of sysexits.h) says that nothing was changed and trying
again makes sense; any other code is a failure of unknown effect. A sentence on standard error tells staff why.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import time
from tempfile import TemporaryFile
from threading import Thread

from helpdesk.errors import ConnectorError
from helpdesk.vocabulary import Filer

PATIENCE = 30.0  # seconds; a filer waits before the page
PAUSE = 1.0  # seconds before the program is asked again
ATTEMPTS = 3
NOTHING_CHANGED = 75
_LONGEST_REASON = 300  # characters of standard error that staff see
_MOST_READ = 10_000  # bytes
_DYING = 2.0  # seconds that a program takes at most to be gone once it is killed
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike in print
_GROUPS, _GROUP = 4, 5  # 20 of 55 letters: 115 bits


def set_password(filer: Filer, *, command: tuple[str, ...], patience: float = PATIENCE, pause: float = PAUSE) -> str:
    """Have the court's program set a fresh temporary password; returns it. ConnectorError where it did not.

    Where the program says that nothing was changed, it is asked again while ``patience`` lasts; never otherwise.
    """
    if not command:
        raise ConnectorError("the court's program cannot be started: none is configured", retryable=True)
    ends = time.monotonic() + patience
    tries = 0
    while True:
        tries += 1
        try:
            return _set_once(filer, command, ends - time.monotonic(), patience)
        except NothingChangedError:
            if tries == ATTEMPTS or time.monotonic() + pause >= ends:
                raise
            time.sleep(pause)


class NothingChangedError(ConnectorError):
    """The program itself says that nothing was changed and that trying again makes sense."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, retryable=True)


def _set_once(filer: Filer, command: tuple[str, ...], left: float, patience: float) -> str:
    password = _temporary_password()
    request = json.dumps({"ecf_user_id": filer.ecf_user_id, "login": filer.login, "password": password})
    code, complaint = _run(command, request, left, patience)
    if not code:
        return password
    said = _one_line(_without(password, complaint))
    reason = f"the court's program ended with code {code}" + (f": {said}" if said else "")
    raise NothingChangedError(reason) if code == NOTHING_CHANGED else ConnectorError(reason)


def _without(password: str, text: str) -> str:
    """The text without the password, nor any group of it: programs wrap lines, and quote what they dislike."""
    for part in (password, *password.split("-")):
        text = text.replace(part, "…")
    return text


def _temporary_password() -> str:
    """Like ``xK7mn-…``: easy to type, not to guess, and with letters of every kind that password rules ask for."""
    while True:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        if all(any(kind(sign) for sign in password) for kind in (str.islower, str.isupper, str.isdigit)):
            return password


def _run(command: tuple[str, ...], request: str, left: float, patience: float) -> tuple[int, str]:
    """Run the program in a session of its own, so that stopping it stops whatever it started."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    with TemporaryFile() as complaint:  # a pipe could be held open by something the program left behind
        try:
            program = subprocess.Popen(  # noqa: S603 - the deployment's own program, no shell
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=complaint,
                start_new_session=True,
            )
        except OSError as error:
            raise ConnectorError(f"the court's program cannot be started: {error.strerror}", retryable=True) from None
        try:
            program.communicate(request.encode(), timeout=left)
        except subprocess.TimeoutExpired:
            how = "was stopped" if _stops(program) else "could not be stopped: it runs as somebody else"
            raise ConnectorError(f"the court's program did not end within {patience:g} s and {how}") from None
        complaint.seek(0)
        return program.returncode, complaint.read(_MOST_READ).decode("utf-8", "replace")


def _stops(program: subprocess.Popen[bytes]) -> bool:
    """Stop the program and whatever it started; whether that is allowed. Nobody waits for one that goes on (sudo)."""
    if program.stdin is not None:
        program.stdin.close()
    try:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait(_DYING)
    except (PermissionError, subprocess.TimeoutExpired):
        Thread(target=program.wait, daemon=True).start()  # it is a child of ours when it ends
        return False
    return True


def _one_line(text: str) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:_LONGEST_REASON]
