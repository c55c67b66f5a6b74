"""What a letter may know. Whatever is not handed over here cannot be in a letter: nothing of the roll is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from helpdesk.rules import Rules
from helpdesk.vocabulary import Missing

LANGUAGES = ("en", "es")
TO_PRIMARY = ("reset_approved", "reset_link", "reset_done")


class Audience(StrEnum):
    """Who gets a letter, and so what it may know."""

    REQUESTER = "requester"  # whoever wrote to us: may be anybody
    PRIMARY = "primary"  # a record's primary address


COURT_FACTS = frozenset(
    {
        "name",
        "system",
        "helpdesk_name",
        "helpdesk_address",
        "phone",
        "password_page",
        "admissions_address",
        "pacer_site",
        "pacer_phone",
        "pacer_address",
    }
)
"""The attributes of ``court`` that a letter may name; all of them public."""

_SHARED: dict[str, frozenset[str]] = {"court": COURT_FACTS, "number": frozenset(), "hours": frozenset()}
KNOWN: Mapping[Audience, Mapping[str, frozenset[str]]] = {
    Audience.REQUESTER: _SHARED
    | {
        "missing": frozenset(),
        "other_court": frozenset({"name", "contact"}),
        "live": frozenset(),
        "go_live": frozenset(),
    },
    Audience.PRIMARY: _SHARED | {"login": frozenset(), "link": frozenset(), "link_hours": frozenset()},
}
"""Every name a template may use, with the attributes it may ask of it."""

ASKED_ALONE = {"missing": '"name" in missing', "live": "live"}
"""Names that are no words, so that they may be asked for and not printed; each with a condition to write."""


def audience_of(letter: str) -> Audience:
    """Who gets the letter of this name."""
    return Audience.PRIMARY if letter in TO_PRIMARY else Audience.REQUESTER


def for_requester(
    rules: Rules,
    language: str,
    *,
    number: int,
    missing: tuple[Missing, ...],
    court_asked: str | None,
    moment: datetime,
) -> dict[str, Any]:
    """What a letter to a requester knows. moment: whether the new system is live is told as of then."""
    language = _known(language)
    return _shared(rules, language, number) | {
        "missing": tuple(item.value for item in missing),
        "other_court": rules.courts.courts.get(court_asked or ""),
        "live": rules.court.is_live(moment),
        "go_live": _day(rules.court.go_live.date(), language),
    }


def for_primary(rules: Rules, language: str, *, number: int, login: str, link: str | None) -> dict[str, Any]:
    """What a letter to a record's primary address knows. login: the record's login name, '' where it has none."""
    own = {"login": login, "link": link, "link_hours": rules.mail.link_hours}
    return _shared(rules, _known(language), number) | own


def specimens(audience: Audience) -> Iterator[tuple[str, dict[str, Any]]]:
    """Stand-ins for everything that can be, each with its description; a template must be able to tell them all."""
    court = SimpleNamespace(**{name: name for name in COURT_FACTS})
    shared: dict[str, Any] = {"court": court, "number": 1, "hours": "hours"}
    if audience is Audience.PRIMARY:
        for login, hours in itertools.product(("login", ""), (24, 1)):
            what = "the login name known" if login else "no login name on the record"
            yield what, shared | {"login": login, "link": "https://link.example/token", "link_hours": hours}
        return
    other = SimpleNamespace(name="name", contact="contact")
    items = [item.value for item in Missing]
    lacks = itertools.chain.from_iterable(itertools.combinations(items, size) for size in range(len(items) + 1))
    for missing, other_court, live in itertools.product(lacks, (None, other), (False, True)):
        when = "after" if live else "before"
        named = "another court" if other_court else "no other court"
        what = " and ".join(missing) or "nothing"
        facts = {"missing": missing, "other_court": other_court, "live": live, "go_live": "day"}
        yield f"{when} go-live, {what} missing, {named} recognised", shared | facts


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _shared(rules: Rules, language: str, number: int) -> dict[str, Any]:
    calendar = rules.calendar
    hours = _hours(calendar.opens, calendar.closes, calendar.weekdays, language)
    return {"court": rules.court, "number": number, "hours": hours}


_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS_ES = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905
)


def _day(day: date, language: str) -> str:
    """``March 2, 2020`` or ``2 de marzo de 2020``."""
    if language == "es":
        return f"{day.day} de {_MONTHS_ES[day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"


def _hours(opens: time, closes: time, weekdays: tuple[int, ...], language: str) -> str:
    """``Monday to Friday, 8:30 a.m. to 4:30 p.m.`` or ``de lunes a viernes, de 8:30 a. m. a 4:30 p. m.``."""
    names = [_DAYS[language][day - 1] for day in sorted(weekdays)]
    in_a_row = len(names) > 1 and max(weekdays) - min(weekdays) == len(names) - 1
    if language == "es":
        days = f"de {names[0]} a {names[-1]}" if in_a_row else ", ".join(names)
        return f"{days}, de {_clock(opens, 'a. m.', 'p. m.')} a {_clock(closes, 'a. m.', 'p. m.')}"
    days = f"{names[0]} to {names[-1]}" if in_a_row else ", ".join(names)
    return f"{days}, {_clock(opens, 'a.m.', 'p.m.')} to {_clock(closes, 'a.m.', 'p.m.')}"


def _clock(moment: time, morning: str, afternoon: str) -> str:
    half = morning if moment.hour < 12 else afternoon
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"
