"""What all processes of a test run share: made by the one that comes first, ended by the one that leaves last."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that every process of this run has; of several, each has one of its own inside."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(target: Path, make: Callable[[Path], None]) -> Path:
    """A file that the first of all processes makes; the others wait until it is whole."""
    with _alone(target):
        if not target.exists():
            unfinished = target.with_name(f"unfinished-{target.name}")
            make(unfinished)
            unfinished.rename(target)
    return target


@contextmanager
def together(description: Path, start: Callable[[], str], stop: Callable[[str], None]) -> Iterator[str]:
    """Something that runs while any process needs it, described by what ``start`` returned."""
    with description.with_suffix(".users").open("w") as users:
        with _alone(description):
            if not description.exists():
                description.write_text(start(), encoding="utf-8")
            said = description.read_text(encoding="utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield said
        finally:
            with _alone(description):
                fcntl.flock(users, fcntl.LOCK_UN)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else needs it still
                else:
                    description.unlink()
                    stop(said)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
