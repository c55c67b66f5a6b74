"""``flask`` commands as an administrator runs them: a process each, which starts in a tenth of the usual time.

A server process imports the libraries once and is forked for every command; the command itself (settings from its
environment, the application, its output and exit code) is what ``python -m flask`` runs.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from flask.cli import main as flask_main

from tests.project import PROJECT

_LONGEST = 90.0  # seconds a command may take on a busy machine

_starter = multiprocessing.get_context("forkserver")
_starter.set_forkserver_preload(
    ["tests.commands", "helpdesk", "helpdesk.web", "helpdesk.cli", "flask_migrate.cli", "tests.warm"]
)


def flask(*words: str, env: Mapping[str, str], stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
    """Run a ``flask`` command to its end, with exactly this environment."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(stdin if isinstance(stdin, bytes) else stdin.encode())
        process = _starter.Process(target=_command, args=(words, dict(env), [str(path) for path in streams]))
        process.start()
        process.join(_LONGEST)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["flask", *words], _LONGEST)
        process.close()
        written = [path.read_text(encoding="utf-8") if path.exists() else "" for path in streams[1:]]
        return subprocess.CompletedProcess(["flask", *words], code, *written)


def _command(words: tuple[str, ...], env: dict[str, str], streams: list[str]) -> NoReturn:
    """What the forked process does."""
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(env)
    for stream, path in enumerate(streams):
        opened = os.open(path, os.O_RDONLY if stream == 0 else os.O_WRONLY | os.O_CREAT)
        os.dup2(opened, stream)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.argv = ["flask", *words]
    flask_main()
    raise AssertionError("flask ends its process")
