"""Environments for peers: made for one run, thrown away after it. Nothing of theirs becomes a requirement of ours."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class PeerMissingError(Exception):
    """The peer could not be installed or did not run; the benchmark goes on without it."""


@contextmanager
def environment(*packages: str) -> Iterator[Path]:
    """The Python of a new environment with these packages."""
    with TemporaryDirectory(prefix="bench-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        print(f"installing {', '.join(packages)} for this run …", file=sys.stderr, flush=True)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
        yield python


def run(python: Path, *arguments: str) -> str:
    """What a program of the environment prints."""
    done = subprocess.run([python, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerMissingError((done.stderr or done.stdout).strip().splitlines()[-1])
    return done.stdout
