"""Waiting for something to become true, instead of for a time to pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

DEADLINE = 30.0  # seconds


def until(holds: Callable[[], bool], what: str, deadline: float = DEADLINE) -> None:
    """Look again and again until it holds; an AssertionError names what never happened."""
    end = time.monotonic() + deadline
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, f"it never happened that {what}"
        pause.wait(0.05)
