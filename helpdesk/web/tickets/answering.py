"""The standard letters a clerk may send, and how one reads before it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort

from helpdesk.desk import desk
from helpdesk.store.desk.handling import LetterWriter
from helpdesk.vocabulary import Letter, Missing
from helpdesk.web.clock import now
from helpdesk.web.display.words import REPLY_NAMES


def answers() -> tuple[str, ...]:
    """The standard letters a clerk may send to a requester, in the order of the menu."""
    there = desk().letters.names()
    return tuple(name for name in REPLY_NAMES if name in there and name != "ask")


def chosen_letter(fields: Mapping[str, str]) -> tuple[str, str | None]:
    """The letter and the other court that a form names; 400 where there is no such letter or court."""
    name, court = fields.get("reply", ""), fields.get("court") or None
    if name not in answers() or (court is not None and court not in desk().rules.courts.courts):
        abort(400)
    return name, court


def writer(
    name: str, language: str, *, missing: tuple[Missing, ...] = (), court_asked: str | None = None
) -> LetterWriter:
    """Writes the letter for a ticket."""

    def write(number: int, tag: str) -> Letter:
        return desk().letters.to_requester(
            name,
            number=number,
            tag=tag,
            language=language,
            missing=missing,
            court_asked=court_asked,
            rules=desk().rules,
            now=now(),
        )

    return write
