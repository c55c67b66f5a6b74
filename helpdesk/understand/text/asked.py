"""What a quoted line asks for, where it is answered right below: then its last words are the answer's label."""

from __future__ import annotations

import re
from itertools import pairwise

from helpdesk.vocabulary import Message, Section, SectionKind

_LAST = 200  # characters of what is quoted among which its last words stand
_ASKED = re.compile(
    r"\b(?:(?:full )?name|bar (?:id|no\.?|number)|sbn)(?=[^\w\n]{0,6}(?:\([^()\n]{1,40}\))?[\s>:?.,;]*\Z)", re.I
)


def asked_above(message: Message) -> list[Section]:
    """ "Bar ID" at the end of each quoted line below which the sender's own words begin."""
    return [
        Section(kind=SectionKind.QUOTE, start=asked.start(), end=asked.end())
        for asks, answers in pairwise(message.sections)
        if asks.kind is SectionKind.QUOTE and answers.kind is SectionKind.OWN
        if (asked := _ASKED.search(message.text, max(asks.start, asks.end - _LAST), asks.end))
    ]
