"""Confidentiality notes, tax notes, gateway banners: words that no sender wrote themselves."""

from __future__ import annotations

import re
from itertools import islice

from helpdesk.read.lines import Line, paragraphs
from helpdesk.vocabulary import SectionKind

_LONGEST = 40  # lines of one paragraph that are weighed; the rest of it adds nothing
_WIDEST = 4_000  # characters of one of them
_TRIES = 20  # lines of one paragraph that may begin it

# How such a paragraph begins …
_BEGINNING = re.compile(
    r"\W*(?:(?:this|the|these) (?:e-?mail|message|communication|transmission|electronic|information|contents?"
    r"|document)"
    r"|if you (?:are not|have received|received|believe|think|got)|information (?:contained|in this)|unless "
    r"|any (?:review|use|unauthorized|disclosure|dissemination|distribution|tax|federal|u\.?s\.?)|to (?:ensure"
    r"|comply)"
    r"|pursuant to|in accordance with|(?:important |legal |privacy |security )?(?:notice|warning|disclaimer"
    r"|caution)\b"
    r"|confidential|privileged|attorney|irs\b|circular|external|\[?ext(?:ernal)?\]|please (?:consider|think"
    r"|do not print)"
    r"|virus|scanned|este (?:mensaje|correo)|esta (?:transmisi[oó]n|comunicaci[oó]n)|la informaci[oó]n|aviso"
    r"|si usted (?:no es|ha recibido)|checked by|sent from outside|you don.t often|some people who received)",
    re.I,
)
# … and what it says. One sure sign is enough, or two that people also use in their own words.
_SURE = re.compile(
    r"intended recipient|intended (?:only|solely|exclusively) for|(?:solely|exclusively|only) for the (?:use"
    r"|person|named)"
    r"|addressee|circular 230|avoid(?:ing)? (?:federal )?(?:tax )?penalties|originated (?:from )?outside"
    r"|(?:do not|don.t) click|sender.s? (?:identity|e-?mail address) (?:is|has)|virus-free|consider the environment"
    r"|before print|destinatari[oa]|you don.t often get|(?:outside|external to) (?:of )?(?:the|your"
    r"|our) (?:organization|firm"
    r"|company|agency|office|network)|(?:confidentiality|privilege)(?:/\w+)? (?:notice|note|statement|disclaimer)"
    r"|aviso (?:legal|de confidencialidad)|notice of confidentiality|attorney.client (?:privilege|communication)",
    re.I,
)
_LIKELY = re.compile(
    r"\b(confidential\w*|privileged?|unauthori[sz]ed|prohibited|in error|by mistake|delete|destroy"
    r"|work product|disclos\w+"
    r"|dissemination|distribution|external|caution|attachments?|scanned|viruse?s?|notify (?:the sender|us|me)"
    r"|confidencial"
    r"|prohibid[oa]|por error)\b",
    re.I,
)


def mark_boilerplate(lines: list[Line]) -> None:
    """Give the paragraphs that are boilerplate their kind."""
    for paragraph in paragraphs(lines):
        first = _first_line(paragraph)
        if first is not None:
            for line in paragraph[first:]:
                line.kind = SectionKind.DISCLAIMER


def _first_line(paragraph: list[Line]) -> int | None:
    """From which line on a paragraph is boilerplate: it may follow a signature without a blank line."""
    likely = (number for number, line in enumerate(paragraph) if _BEGINNING.match(line.text))
    for number in islice(likely, _TRIES):
        if _is_boilerplate(" ".join(line.text[:_WIDEST] for line in paragraph[number : number + _LONGEST])):
            return number
    return None


def _is_boilerplate(words: str) -> bool:
    if _SURE.search(words):
        return True
    return len({sign.lower() for sign in _LIKELY.findall(words)}) >= 2
