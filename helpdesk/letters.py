"""Letters from templates/mail/<name>/{subject,body}.txt, in the requester's language.

What a letter to a requester may know is listed in ``_for_requester``: the court's public facts, the ticket's number
and what the message itself lacks. Nothing of the roll can reach a template, because nothing of it is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from helpdesk.errors import HelpdeskError
from helpdesk.rules import Rules
from helpdesk.vocabulary import Letter, Missing, Understanding


class LetterError(HelpdeskError):
    """There is no such letter."""


class Letters:
    """Writes letters from a folder of templates and the court's rules."""

    def __init__(self, folder: Path) -> None:
        # Plain text: nothing is escaped, and a template that uses an unknown word fails instead of saying nothing.
        self._environment = Environment(  # noqa: S701
            loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """All letters there are."""
        return tuple(sorted(path.name for path in self._folder.iterdir() if (path / "body.txt").exists()))

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
    ) -> Letter:
        """A letter to whoever wrote to us."""
        words = _for_requester(rules, number, missing, court_asked, now)
        letter = self._write(name, language, words)
        return Letter(subject=f"{letter.subject} {tag}", body=letter.body)

    def to_primary(self, name: str, language: str, *, number: int, link: str | None, rules: Rules) -> Letter:
        """A letter to a record's primary address."""
        return self._write(
            name, language, {"court": rules.court, "number": number, "link": link, "limits": rules.mail}
        )

    def _write(self, name: str, language: str, words: dict[str, Any]) -> Letter:
        subject = self._render(name, language, "subject.txt", words)
        body = self._render(name, language, "body.txt", words)
        return Letter(subject=" ".join(subject.split()), body=_tidy(body))

    def _render(self, name: str, language: str, part: str, words: dict[str, Any]) -> str:
        stem, _, ending = part.rpartition(".")
        choices = [f"{name}/{stem}.{language}.{ending}", f"{name}/{part}"]
        try:
            return self._environment.select_template(choices).render(words)
        except TemplateNotFound:
            raise LetterError(f"There is no letter named {name!r}.") from None


def automatic_writer(
    letters: Letters, rules: Rules, now: datetime
) -> Callable[[str, int, str, Understanding], Letter]:
    """How intake writes its replies: from the message's understanding, and from nothing else."""

    def write(name: str, number: int, tag: str, understanding: Understanding) -> Letter:
        return letters.to_requester(
            name,
            number=number,
            tag=tag,
            language=understanding.language,
            missing=understanding.missing,
            court_asked=understanding.court,
            rules=rules,
            now=now,
        )

    return write


def _for_requester(
    rules: Rules, number: int, missing: tuple[Missing, ...], court_asked: str | None, now: datetime
) -> dict[str, Any]:
    local = now.astimezone(ZoneInfo(rules.court.timezone)).replace(tzinfo=None)
    return {
        "court": rules.court,
        "number": number,
        "missing": tuple(item.value for item in missing),
        "other_court": rules.courts.courts.get(court_asked or ""),
        "live": local >= rules.court.go_live,
    }


def _tidy(body: str) -> str:
    """No trailing blanks, no runs of empty lines: templates may use control lines freely."""
    lines = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
