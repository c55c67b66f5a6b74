"""Time on the pages: one reading of the clock a request, shown in the court's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g
from markupsafe import Markup

from helpdesk.desk import desk

_TIME = Markup('<time datetime="%s" title="%s">%s</time>')
CLOCK = "helpdesk_clock"  # key in app.extensions; tests put another clock there


def now() -> datetime:
    """The time of this request, aware UTC; every row and every page of one request agree on it."""
    if "now" not in g:
        clock: Callable[[], datetime] = current_app.extensions.get(CLOCK, _utc_now)
        g.now = clock()
    moment: datetime = g.now
    return moment


def local(moment: datetime) -> datetime:
    """A time in the court's own zone."""
    if "zone" not in g:
        g.zone = ZoneInfo(desk().rules.court.timezone)
    return moment.astimezone(g.zone)


def in_full(moment: datetime) -> str:
    """``Tue, Nov 24, 2026, 9:14 AM PST``."""
    there = local(moment)
    return there.strftime(f"%a, %b {there.day}, {there.year}, {there.hour % 12 or 12}:%M %p %Z")


def ago(moment: datetime, *, at: datetime) -> str:
    """``just now``, ``5 min ago``, ``2 h ago``, ``3 days ago``, then the date; ``in 15 s`` for what is to come."""
    gap = at - moment
    if gap < timedelta(0):
        return f"in {_length(-gap)}"
    if gap < timedelta(seconds=45):
        return "just now"
    if gap < timedelta(days=14):
        return f"{_length(gap)} ago"
    there = local(moment)
    return f"{there:%b} {there.day}, {there.year}"


def when(moment: datetime | None) -> Markup:
    """A ``<time>`` element: relative text, full local time as its title, machine-readable for the script."""
    if moment is None:
        return Markup("never")
    machine = moment.astimezone(UTC).isoformat(timespec="seconds")
    return _TIME % (machine, in_full(moment), ago(moment, at=now()))


def _length(gap: timedelta) -> str:
    seconds = int(gap.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} days"


def _utc_now() -> datetime:
    return datetime.now(UTC)
