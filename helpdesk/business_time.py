"""Business hours: the clock for everything that measures people (invariant 9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk import policy


def business_hours(begin: datetime, end: datetime, calendar: policy.Calendar, zone: ZoneInfo) -> float:
    """Hours between two moments that fall into opening hours; 0 where ``end`` is not after ``begin``.

    Opening hours are local wall-clock time, so a day on which the clocks change has its usual length.
    """
    if end <= begin:
        return 0.0
    closed = frozenset(closure.day for closure in calendar.closures)
    first, last = begin.astimezone(zone), end.astimezone(zone)
    seconds = 0.0
    day = first.date()
    while day <= last.date():
        if day.isoweekday() in calendar.weekdays and day not in closed:
            seconds += _open_seconds(day, first, last, calendar)
        day += timedelta(days=1)
    return seconds / 3600


def _open_seconds(day: date, begin: datetime, end: datetime, calendar: policy.Calendar) -> float:
    opens = begin.timetz() if day == begin.date() else time.min
    closes = end.timetz() if day == end.date() else time.max
    start = max(calendar.opens, opens.replace(tzinfo=None))
    stop = min(calendar.closes, closes.replace(tzinfo=None))
    if stop <= start:
        return 0.0
    return (datetime.combine(day, stop) - datetime.combine(day, start)).total_seconds()
