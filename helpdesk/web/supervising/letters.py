"""The court's letters: what they say, how they read, and a place to try a wording with real tickets.

Nothing is saved here. Letters are files, like all of the court's policy; a wording that was tried is put into its
file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from helpdesk.desk import desk
from helpdesk.letters import Audience, LetterError, Library, Reading, audience_of, lacking, preview, read_as
from helpdesk.letters.facts import KNOWN, LANGUAGES, TO_PRIMARY
from helpdesk.letters.library import file_of
from helpdesk.store.outgoing import letter_samples
from helpdesk.store.outgoing.letter_samples import Sample
from helpdesk.vocabulary import Letter
from helpdesk.web.clock import now
from helpdesk.web.display.words import word

blueprint = Blueprint("letters", __name__, url_prefix="/letters")

LANGUAGE_NAMES = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A letter as one ticket's requester would read it."""

    sample: Sample | None  # None: there is no ticket yet
    letter: Letter
    reading: Reading


@blueprint.get("")
def page() -> str:
    """All letters."""
    library = desk().letters.library
    readings = {
        name: [_shown(library, name, language, None).reading for language in LANGUAGES] for name in library.names()
    }
    return render_template("letters.html", letters=readings, uses=_uses(), primary=TO_PRIMARY, **_frame())


@blueprint.get("/<name>")
def letter(name: str) -> str:
    """One letter, with real tickets."""
    library, language = desk().letters.library, _language(request.args)
    if name not in library.names():
        abort(404)
    return _try(name, language, library, _texts(library, name, language), tried=False)


@blueprint.post("/<name>")
def wording(name: str) -> str | tuple[str, int]:
    """The same with a wording that is not in force: refused, or shown with real tickets."""
    library, language = desk().letters.library, _language(request.form)
    if name not in library.names():
        abort(404)
    texts = {part: "\n".join(request.form.get(part, "").splitlines()) for part in ("subject", "body")}
    draft = {file_of(name, part, language): text for part, text in texts.items()}
    try:
        library = library.with_changed(draft)
    except LetterError as refused:
        return _try(name, language, library, texts, tried=True, problems=refused.problems), 422
    return _try(name, language, library, texts, tried=True)


def _try(
    name: str,
    language: str,
    library: Library,
    texts: Mapping[str, str],
    *,
    tried: bool,
    problems: tuple[object, ...] = (),
) -> str:
    samples = () if problems else letter_samples.newest(name) or (None,)
    return render_template(
        "letter.html",
        name=name,
        language=language,
        known=_known(audience_of(name)),
        texts=texts,
        tried=tried,
        problems=problems,
        shown=[_shown(library, name, language, sample) for sample in samples],
        files={part: file_of(name, part, language) for part in texts},
        to_primary=audience_of(name) is Audience.PRIMARY,
        **_frame(),
    )


def _shown(library: Library, name: str, language: str, sample: Sample | None) -> Shown:
    found = preview(
        library,
        name,
        language,
        number=sample.ticket_id if sample else 1,
        missing=lacking(sample.claims, sample.missing) if sample else (),
        rules=desk().rules,
        moment=sample.received_at if sample else now(),
    )
    return Shown(sample=sample, letter=found, reading=read_as(found.body, language))


def _texts(library: Library, name: str, language: str) -> dict[str, str]:
    """What stands in the files, nothing where a language is not written yet."""
    return {part: library.sources.get(file_of(name, part, language), "") for part in ("subject", "body")}


def _uses() -> dict[str, list[str]]:
    """Which letter goes out by itself for what."""
    replies = desk().rules.replies
    uses: dict[str, list[str]] = {
        replies.missing: ["something is missing from a request"],
        replies.several: ["a request for several filers"],
    }
    for category, name in replies.by_category.items():
        if name:
            uses.setdefault(name, []).append(word(category))
    for rule in replies.finer:
        named = ", ".join(word(category) for category in rule.categories)
        uses.setdefault(rule.reply, []).append(f"{named}, by its words")
    return uses


def _known(audience: Audience) -> list[str]:
    """The names a letter may use, with their parts."""
    return [
        f"{name}.{part}" if part else name
        for name, parts in sorted(KNOWN[audience].items())
        for part in sorted(parts) or [""]
    ]


def _language(fields: Mapping[str, str]) -> str:
    language = fields.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        abort(400)
    return language


def _frame() -> dict[str, object]:
    letters = desk().letters
    return {"problem": letters.problem, "folder": letters.folder.name, "languages": LANGUAGE_NAMES}
