"""How long-running services wait and end: woken by a signal, patient with servers that are down."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable

Checkpoint = Callable[[str], None]
"""Called with the name of each step; tests stop the process there."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds


def no_checkpoint(_name: str) -> None:
    """Outside tests a step is just a step."""


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: finish what is in hand, begin nothing new."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


class Patience:
    """Pauses that grow with every failure in a row, spread so that many clients do not return together."""

    def __init__(self) -> None:
        self._failures = 0

    def succeeded(self) -> None:
        """The next failure is a first one again."""
        self._failures = 0

    def pause(self) -> float:
        """Seconds to wait after one more failure."""
        longest = min(FIRST_PAUSE * 2.0**self._failures, LONGEST_PAUSE)
        self._failures = min(self._failures + 1, 10)
        return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
