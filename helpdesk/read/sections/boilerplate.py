"""Confidentiality notes, tax notes, gateway banners: words that no sender wrote themselves."""

from __future__ import annotations

import re

from helpdesk.read.sections.lines import Line, paragraphs
from helpdesk.read.seldom import Seldom
from helpdesk.vocabulary import SectionKind

_LONGEST = 40  # lines of one paragraph that are weighed; the rest of it adds nothing
_WIDEST = 4_000  # characters of one of them
_TRIES = 20  # lines of one paragraph that may begin it
_SHORT = 55  # characters; a longer line may wrap to the next

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
    r"|do not print)|think (?:green|before)|go(?:ing)? green|save (?:a tree|trees|paper)|please don.t print"
    r"|virus|scanned|no attorney.client|public records?\b"
    r"|(?:e-?mails?|messages|correspondence) (?:sent )?to (?:and|or) from"
    r"|este (?:mensaje|correo)|esta (?:transmisi[oó]n|comunicaci[oó]n)|la informaci[oó]n|aviso"
    r"|si usted (?:no es|ha recibido)|checked by|sent from outside|you don.t often|some people who received)",
    re.I,
)
# … and what it says. One sure sign is enough, or two that people also use in their own words.
_SURE = Seldom(
    r"intended recipient|intended (?:only|solely|exclusively) for|(?:solely|exclusively|only) for the (?:use"
    r"|person|named)"
    r"|addressee|circular 230|avoid(?:ing)? (?:federal )?(?:tax )?penalties|originated (?:from )?outside"
    r"|(?:do not|don.t) click|sender.s? (?:identity|e-?mail address) (?:is|has)|virus-free|consider the environment"
    r"|before print|(?:don.t|not) (?:to )?print (?:this|the) (?:e-?mail|message)|destinatari[oa]"
    r"|you don.t often get|(?:outside|external to) (?:of )?(?:the|your"
    r"|our) (?:organization|firm"
    r"|company|agency|office|network)|(?:confidentiality|privilege)(?:/\w+)? (?:notice|note|statement|disclaimer)"
    r"|aviso (?:legal|de confidencialidad)|notice of confidentiality|attorney.client (?:privilege"
    r"|communication|relationship)"
)
_LIKELY = re.compile(
    r"\b(confidential\w*|privileged?|unauthori[sz]ed|prohibited|in error|by mistake|delete|destroy"
    r"|work product|disclos\w+"
    r"|dissemination|distribution|public records?|external|caution|attachments?|scanned|viruse?s?"
    r"|notify (?:the sender|us|me)"
    r"|confidencial"
    r"|prohibid[oa]|por error)\b",
    re.I,
)

# A letter begins.
_OWN_WORDS = re.compile(
    r"^\W*(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|to whom|hola|estimad[oa]s?"
    r"|buen[oa]s)\b"
    r"|\b(?:i am|i.m|i have|i.ve|i need|i forgot|i lost|i can.t|i cannot|my (?:password|login|account|name))\b",
    re.I,
)


def mark_boilerplate(lines: list[Line]) -> None:
    """Give the lines that are boilerplate their kind."""
    for paragraph in paragraphs(lines):
        rest, tries = paragraph, _TRIES
        while rest and tries:
            tries -= 1
            first = next((number for number, line in enumerate(rest) if _BEGINNING.match(line.text)), None)
            if first is None:
                break
            behind = _behind(rest[first:])
            for line in rest[first : first + behind]:
                line.kind = SectionKind.DISCLAIMER
            rest = rest[first + max(behind, 1) :]


def _behind(lines: list[Line]) -> int:
    """How many lines the boilerplate takes that begins on the first of ``lines``; 0: it is none.

    It may follow a signature, or go before a letter, without a blank line: it ends with a sentence or short line
    below which nothing sounds like it.
    """
    lines = lines[:_LONGEST]
    ends = [number + 1 for number, line in enumerate(lines) if _ends(line.text)] or [len(lines)]
    behind, start = 0, 0
    for end in dict.fromkeys((*ends, len(lines))):
        piece = " ".join(line.text[:_WIDEST] for line in lines[start:end])
        if behind == 0 and not _is_boilerplate(piece):
            piece = " ".join(line.text[:_WIDEST] for line in lines[:end])
            if not _is_boilerplate(piece):
                continue
        elif behind and (_OWN_WORDS.search(piece) or not (_SURE.search(piece) or _LIKELY.search(piece))):
            break
        behind, start = end, end
    return behind


def _ends(text: str) -> bool:
    """Whether nothing wraps from this line to the next one."""
    return text.endswith((".", "!", "?", "]", "*", '"')) or len(text) < _SHORT


def _is_boilerplate(words: str) -> bool:
    if _SURE.search(words):
        return True
    return len({sign.lower() for sign in _LIKELY.findall(words)}) >= 2
