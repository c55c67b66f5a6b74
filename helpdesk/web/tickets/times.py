"""Times that a clerk chooses: in the court's own zone, on its own days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.desk import desk
from helpdesk.errors import NotPossibleError
from helpdesk.web.clock import in_full, local, now


def snooze_choices() -> tuple[tuple[str, str], ...]:
    """Times offered to snooze a ticket until: what the form sends, and how it reads."""
    calendar = desk().rules.calendar
    here = local(now())
    closed = {closure.day for closure in calendar.closures}

    def opening(day: date) -> datetime:
        """When the office opens on this day, or on the first one after it that it is open."""
        while day.isoweekday() not in calendar.weekdays or day in closed:
            day += timedelta(days=1)
        return datetime.combine(day, calendar.opens, here.tzinfo)

    later = here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4)
    tomorrow = opening(here.date() + timedelta(days=1))
    week = opening(here.date() + timedelta(days=7))
    offered = (("Later", later), ("Next working day", tomorrow), ("In a week", week))
    return tuple((at.astimezone(UTC).isoformat(), f"{name}: {in_full(at)}") for name, at in offered)


def chosen_time(fields: Mapping[str, str]) -> datetime:
    """The time that a form names: a day and an hour of its own, else one of those offered."""
    if fields.get("day"):
        return _own(fields["day"], fields.get("hour") or desk().rules.calendar.opens.isoformat("minutes"))
    try:
        chosen = datetime.fromisoformat(fields.get("until", ""))
        if chosen.tzinfo is None:
            raise ValueError
        return chosen.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotPossibleError("Choose until when, or enter a day.") from None


def _own(day: str, hour: str) -> datetime:
    zone = ZoneInfo(desk().rules.court.timezone)
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotPossibleError("Enter the day as year-month-day and the time as hour:minutes.") from None
