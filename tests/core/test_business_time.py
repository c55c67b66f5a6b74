"""Business hours: 8:30 to 16:30 Pacific on weekdays, without holidays."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.business_time import business_hours
from helpdesk.rules import Rules, load_rules

SAN_DIEGO = ZoneInfo("America/Los_Angeles")
CALENDAR = load_rules(Path(__file__).parents[2] / "rules").calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAN_DIEGO)


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2020-02-11 09:00", "2020-02-11 10:30", 1.5),
        ("2020-02-11 07:00", "2020-02-11 09:30", 1.0),
        ("2020-02-11 16:00", "2020-02-11 23:00", 0.5),
        ("2020-02-11 16:00", "2020-02-12 09:00", 1.0),
        ("2020-02-14 16:00", "2020-02-18 08:45", 0.75),  # a weekend and Washington's Birthday
        ("2019-12-23 16:00", "2019-12-26 09:00", 1.0),  # the closure and Christmas
        ("2020-02-15 10:00", "2020-02-16 10:00", 0.0),
        ("2020-03-06 16:00", "2020-03-09 09:30", 1.5),  # the clocks change on Sunday
        ("2020-02-11 10:00", "2020-02-11 09:00", 0.0),
    ],
)
def test_only_opening_hours_count(rules: Rules, begin: str, end: str, hours: float) -> None:
    assert business_hours(at(begin), at(end), rules.calendar, SAN_DIEGO) == pytest.approx(hours)


moments = st.integers(0, 120 * 24 * 60).map(lambda minutes: at("2019-12-01") + timedelta(minutes=minutes))


@given(first=moments, second=moments, third=moments)
def test_the_parts_of_a_stretch_add_up_to_the_whole(first: datetime, second: datetime, third: datetime) -> None:
    a, b, c = sorted((first, second, third), key=lambda moment: moment.timestamp())
    whole = business_hours(a, c, CALENDAR, SAN_DIEGO)
    parts = business_hours(a, b, CALENDAR, SAN_DIEGO) + business_hours(b, c, CALENDAR, SAN_DIEGO)
    assert parts == pytest.approx(whole)
    assert 0 <= whole <= (c - a) / timedelta(hours=1) + 1e-9 + 1
