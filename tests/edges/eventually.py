"""Waiting for something that another process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], what: str, *, within: float = 30) -> None:
    """Look again and again until it holds; fail when it takes too long."""
    ends = time.monotonic() + within
    while not holds():
        assert time.monotonic() < ends, f"this did not happen: {what}"
        time.sleep(0.02)
