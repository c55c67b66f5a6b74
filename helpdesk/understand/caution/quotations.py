"""Quotations: a wish that stands in one may be a specimen, a witness's or a joke."""

from __future__ import annotations

import re
from itertools import islice

from helpdesk.policy.reading import SenderReading
from helpdesk.understand.text.view import blanked

_QUOTATION = re.compile(r'"(?:[^"\n]|\n(?!\s*\n)){16,600}"')  # over several lines, but not over paragraphs
_TITLE = 20  # characters behind a quotation that may say what it is called by it
_NUMBER = re.compile(r"(?<!\d)\d{5,8}(?!\d)")  # a Bar ID
_MOST = 40  # quotations that are looked at


def quotations(text: str) -> list[tuple[int, int]]:
    """Where the quotations of a text stand."""
    return [quotation.span() for quotation in islice(_QUOTATION.finditer(text), _MOST)]


def specimens(text: str) -> list[tuple[int, int]]:
    """Those of a text that asks something: "is this the wording?". Elsewhere they say what somebody wants."""
    found = quotations(text)
    return found if "?" in blanked(text, found) else []


def quoted_wish(text: str, sender: SenderReading) -> tuple[int, int] | None:
    """The quotation in which the wish stands, where nothing beside it says a wish of the sender's."""
    found = [span for span in quotations(text) if not sender.titled.search(text[span[1] :][:_TITLE])]
    dictated = (span for span in found if not _NUMBER.search(text[slice(*span)]))  # who states a number means it
    wish = next((span for span in dictated if sender.own_password.search(text[slice(*span)])), None)
    if wish is None:
        return None
    rest = blanked(text, found)
    asks = (sender.own_password, sender.first_person, sender.asks)
    return None if any(patterns.search(rest) for patterns in asks) else wish
