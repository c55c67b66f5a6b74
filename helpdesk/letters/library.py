"""All letters of a folder, checked as a whole: one that is refused refuses them all, and says where and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Template, meta

from helpdesk.errors import HelpdeskError
from helpdesk.letters.check import Problem, environment, problems_of
from helpdesk.letters.facts import LANGUAGES, TO_PRIMARY, audience_of
from helpdesk.vocabulary import Letter

_PARTS = ("subject", "body")
_MUST_USE = {"reset_link/body": "link", "ask/body": "missing"}


class LetterError(HelpdeskError):
    """A letter does not exist, or the templates of a folder are refused; ``problems`` names file, line and reason."""

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Checked templates by their paths within the folder."""

    sources: Mapping[str, str]
    templates: Mapping[str, Template]

    def names(self) -> tuple[str, ...]:
        """All letters there are."""
        return tuple(sorted({file.partition("/")[0] for file in self.templates}))

    def with_changed(self, files: Mapping[str, str]) -> Library:
        """The same letters with these files' texts instead; LetterError where one of them is refused."""
        return library_of({**self.sources, **files})

    def languages(self, name: str) -> tuple[str, ...]:
        """The languages a letter is written in."""
        return tuple(language for language in LANGUAGES if file_of(name, "body", language) in self.templates)

    def write(self, name: str, language: str, facts: Mapping[str, Any]) -> Letter:
        """A letter in this language, or in English where there is none; LetterError where there is no such letter."""
        if language not in self.languages(name):
            language = LANGUAGES[0]
        subject, body = (self._render(file_of(name, part, language), facts) for part in _PARTS)
        return Letter(subject=" ".join(subject.split()), body=_tidy(body))

    def _render(self, file: str, facts: Mapping[str, Any]) -> str:
        if file not in self.templates:
            raise LetterError(f"There is no letter named {file.partition('/')[0]!r}.")
        return self.templates[file].render(facts)


def file_of(name: str, part: str, language: str) -> str:
    """``ask/body.txt`` or ``ask/body.es.txt``."""
    ending = "txt" if language == LANGUAGES[0] else f"{language}.txt"
    return f"{name}/{part}.{ending}"


def load_library(folder: Path, *, needed: frozenset[str] = frozenset()) -> Library:
    """Read and check every letter of ``folder``; LetterError with everything wrong.

    needed: letters that the rules name, besides those every court needs.
    """
    try:
        sources = read_sources(folder)
    except OSError as error:
        raise LetterError(f"{folder}: cannot be read: {error.strerror}") from None
    return library_of(sources, needed=needed)


def library_of(sources: Mapping[str, str], *, needed: frozenset[str] = frozenset()) -> Library:
    """The letters of these templates, given by path; LetterError with everything wrong."""
    return _library_of(tuple(sources.items()), needed)


@lru_cache(maxsize=2)  # as with the rules: the same texts are checked once a process
def _library_of(texts: tuple[tuple[str, str], ...], needed: frozenset[str]) -> Library:
    sources = dict(texts)
    problems = check_sources(sources, needed=needed)
    if problems:
        raise LetterError(*problems)
    made = environment()
    return Library(
        sources=MappingProxyType(sources),
        templates=MappingProxyType({file: made.from_string(text) for file, text in sources.items()}),
    )


def check_sources(sources: Mapping[str, str], *, needed: frozenset[str] = frozenset()) -> tuple[Problem, ...]:
    """Everything wrong with templates, given by path."""
    return tuple(_problems(sources, needed))


def _problems(sources: Mapping[str, str], needed: frozenset[str]) -> Iterator[Problem]:
    names = {file.partition("/")[0] for file in sources}
    for name in sorted((needed | set(TO_PRIMARY)) - names):
        yield Problem(file=name, reason="is missing, and mail is answered with it")
    allowed = {file_of("", part, language).lstrip("/") for part in _PARTS for language in LANGUAGES}
    for file in sorted(sources):
        name, _, base = file.partition("/")
        if base not in allowed:
            yield Problem(file=file, reason=f"is no part of a letter; there are only {', '.join(sorted(allowed))}")
            continue
        found = problems_of(file, sources[file], audience_of(name))
        yield from found
        must = _MUST_USE.get(f"{name}/{base.partition('.')[0]}")
        if must and not found and must not in meta.find_undeclared_variables(environment().parse(sources[file])):
            yield Problem(file=file, reason=f"does not use {must!r}, which is what this letter is for")
    for name in sorted(names):
        for language in LANGUAGES:
            there = [part for part in _PARTS if file_of(name, part, language) in sources]
            if len(there) == 1 or (language == LANGUAGES[0] and not there):
                lacking = next(part for part in _PARTS if part not in there)
                yield Problem(file=file_of(name, lacking, language), reason="is missing")


def read_sources(folder: Path) -> dict[str, str]:
    """Every template's text by its path; what editors leave beside their files is passed over."""
    return {
        (file := path.relative_to(folder).as_posix()): _text(path, file)
        for path in sorted(folder.glob("*/*"))
        if path.is_file() and not path.name.startswith((".", "#")) and not path.name.endswith("~")
    }


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark that is no text
    except UnicodeDecodeError as error:
        raise LetterError(Problem(file=file, reason=f"is not UTF-8 text (byte {error.start})")) from None


def _tidy(body: str) -> str:
    """No trailing blanks, no runs of empty lines: templates may use control lines freely."""
    kept: list[str] = []
    for line in (line.rstrip() for line in body.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept) + "\n"
