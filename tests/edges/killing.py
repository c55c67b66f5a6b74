"""Processes that kill themselves at a step of their work, for the tests of what a crash leaves behind."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable

KILLED = -signal.SIGKILL


def killed_at(step: str, visit: int, run: Callable[[Callable[[str], None]], object]) -> int:
    """Run in a process of its own that kills itself (kill -9) the nth time it comes to a step.

    ``run`` gets what is to be called with the name of each step. Returns how the process ended: minus the signal's
    number, or 0 when it never came there.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    visits = itertools.count(1)

    def die(name: str) -> None:
        if name == step and next(visits) == visit:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        run(die)
    finally:
        os._exit(0)
