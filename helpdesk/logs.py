"""Log lines of the long-running services: one JSON object a line, on standard error.

What is logged: counts, ticket and ledger numbers, names of servers, reasons. Never: bodies, subjects, addresses of
filers, passwords, tokens. JSON keeps line ends and terminal sequences inside their string (security case 61).
"""

from __future__ import annotations

import logging
import sys
import traceback

import structlog


def configure() -> None:
    """Set structlog up for a command that runs for long."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def way(error: BaseException) -> str:
    """Every place in the code on the way to an error, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)


def where(error: BaseException) -> dict[str, str]:
    """What kind of error, and where in the code; never its words, which may quote a message."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": at}
