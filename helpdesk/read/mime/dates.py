"""Dates of headers, as tolerant as the mail that is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from helpdesk.vocabulary import Defect

_EARLIEST, _LATEST = 1990, 2100
_LONGEST = 200
_FURTHEST_ZONE = 24 * 3600


def parse_date(written: str, header: str, defects: list[Defect]) -> datetime | None:
    """An aware UTC time, or None with a defect; a time without zone counts as UTC."""
    if not written.strip():
        return None
    moment = _moment(written[:_LONGEST])
    if moment is None:
        defects.append(Defect(why=f"The date in its {header} header cannot be read."))
    elif not _EARLIEST <= moment.year < _LATEST:
        defects.append(Defect(why=f"The date in its {header} header is absurd ({moment.year})."))
        return None
    return moment


def _moment(written: str) -> datetime | None:
    try:
        parsed = parsedate_tz(written)
        if parsed is None:
            return None
        year, month, day, hour, minute, second = parsed[:6]
        offset = parsed[9] or 0
        if abs(offset) >= _FURTHEST_ZONE:
            return None
        zone = timezone(timedelta(seconds=offset))
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # parsedate_tz is not total either
        return None
