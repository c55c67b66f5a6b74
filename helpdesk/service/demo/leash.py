"""Runs a command of the demo and ends it when the demo's parent is gone, even when that was killed outright.

``python -m helpdesk.service.demo.leash MODULE ARGUMENT…`` is ``python -m MODULE ARGUMENT…`` with one addition:
standard input is a pipe whose other end the parent holds. When it closes, nobody is left who could stop us.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

GRACE = 5.0  # seconds between asking the command to end and ending it


def main() -> None:
    """Run the module named by the first argument as the main program."""
    pipe = os.dup(0)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)  # the command itself has nothing to read
    threading.Thread(target=_end_with_the_parent, args=(pipe,), daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_the_parent(pipe: int) -> None:
    while os.read(pipe, 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE)
    os._exit(1)


if __name__ == "__main__":
    main()
