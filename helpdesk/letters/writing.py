"""Writing letters: always from templates that were checked, always the newest that are right."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from helpdesk.letters.facts import Audience, audience_of, for_primary, for_requester
from helpdesk.letters.library import LetterError, Library, load_library
from helpdesk.rules import Rules
from helpdesk.vocabulary import Claim, Letter, Message, Missing, Understanding

_log = structlog.get_logger()
_Stamp = tuple[tuple[str, int, int], ...]


class Letters:
    """The letters of a folder. Changed files are taken up when right; wrong ones leave the last good letters."""

    def __init__(self, folder: Path, *, needed: frozenset[str] = frozenset()) -> None:
        self.folder = folder
        self.needed = needed  # letters that the rules name: they must not vanish
        self.problem = ""  # why the newest templates are not in force, '' when they are
        self._stamp = _stamp(folder)
        self._library = load_library(folder, needed=needed)
        self._lock = threading.Lock()

    @property
    def library(self) -> Library:
        """The templates in force now."""
        stamp = _stamp(self.folder)
        if stamp != self._stamp:
            with self._lock:
                self._stamp = stamp
                try:
                    self._library, self.problem = load_library(self.folder, needed=self.needed), ""
                except LetterError as error:
                    self.problem = str(error)
                    _log.error("letters refused, the last good ones stay in force", problem=str(error))
        return self._library

    def need(self, names: frozenset[str]) -> None:
        """The rules name these letters from now on. What was refused may be right now."""
        self.needed = names
        if self.problem:
            self._stamp = ()

    def names(self) -> tuple[str, ...]:
        """All letters there are."""
        return self.library.names()

    def to_requester(
        self,
        name: str,
        *,
        number: int,
        tag: str,
        language: str,
        missing: tuple[Missing, ...],
        court_asked: str | None,
        rules: Rules,
        now: datetime,
        library: Library | None = None,
    ) -> Letter:
        """A letter to whoever wrote to us. now: the moment whose wording it gets, before or after go-live. library:
        the templates that many letters share; looking whether there are newer ones takes longer than writing one.
        """
        if audience_of(name) is not Audience.REQUESTER:
            raise LetterError(f"The letter {name!r} goes to primary addresses alone.")
        facts = for_requester(rules, language, number=number, missing=missing, court_asked=court_asked, moment=now)
        letter = (library or self.library).write(name, language, facts)
        return Letter(subject=f"{letter.subject} {tag}".strip(), body=letter.body)

    def to_primary(
        self, name: str, language: str, *, number: int, login: str, link: str | None, rules: Rules
    ) -> Letter:
        """A letter to a record's primary address. login: the record's login name, '' where it has none."""
        facts = for_primary(rules, language, number=number, login=login, link=link)
        return self.library.write(name, language, facts)


def automatic_writer(
    letters: Letters, rules: Rules, now: datetime
) -> Callable[[str, int, str, Message, Understanding], Letter]:
    """How intake writes its replies: from the message and its understanding, and from nothing else.

    now: for messages that say no time of their own.
    """
    library = letters.library

    def write(name: str, number: int, tag: str, message: Message, understanding: Understanding) -> Letter:
        return letters.to_requester(
            name,
            number=number,
            tag=tag,
            language=understanding.language,
            missing=lacking(understanding.claims, understanding.missing),
            court_asked=understanding.court,
            rules=rules,
            now=message.clock(now),
            library=library,
        )

    return write


def preview(
    library: Library,
    name: str,
    language: str,
    *,
    number: int,
    missing: tuple[Missing, ...],
    rules: Rules,
    moment: datetime,
) -> Letter:
    """A letter to look at, from any library: about the first of the other courts, with words in place of a link."""
    if audience_of(name) is Audience.PRIMARY:
        stand_in = "(the one-time link stands here)"
        facts = for_primary(rules, language, number=number, login="(the login name)", link=stand_in)
    else:
        court = next(iter(rules.courts.courts), None)
        facts = for_requester(rules, language, number=number, missing=missing, court_asked=court, moment=moment)
    return library.write(name, language, facts)


def lacking(claims: tuple[Claim, ...], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """What a message lacks for at least one of the filers it is about. missing: what it lacks for all."""
    lacks = {
        Missing.NAME: any(claim.name is None for claim in claims),
        Missing.BAR_ID: any(claim.bar_id is None and not claim.says_no_bar_id for claim in claims),
    }
    return tuple(item for item in Missing if lacks.get(item) or item in missing)


def _stamp(folder: Path) -> _Stamp:
    """Names, sizes and times of the templates: cheap to compare at every use."""
    try:
        rooms = [room.path for room in os.scandir(folder) if room.is_dir()]
        files = [(one.path, one.stat()) for room in rooms for one in os.scandir(room) if one.is_file()]
    except OSError:
        return ()
    return tuple(sorted((path, told.st_mtime_ns, told.st_size) for path, told in files))
