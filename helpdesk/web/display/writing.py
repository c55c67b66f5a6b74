"""How figures, fits and addresses are written on the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from markupsafe import Markup

from helpdesk.store.desk.queue import MOST_COUNTED
from helpdesk.vocabulary import Level
from helpdesk.web.display.highlights import plain
from helpdesk.web.display.words import word

# A sign beside the word, never instead of it; and how good that is.
SIGNS: Mapping[Level, str] = {
    Level.EXACT: "✓",
    Level.PRIMARY: "✓",
    Level.SECONDARY: "~",
    Level.CLOSE: "~",
    Level.PARTIAL: "~",
    Level.DOMAIN: "~",
    Level.DIFFERENT: "✗",
    Level.ABSENT: "–",
}
_SHADES: Mapping[str, str] = {"✓": " level--good", "~": " level--some", "✗": " level--bad"}


@cache
def fit(level: Level, field: str = "") -> Markup:
    """How well a field fits the record: a sign and a word. A good fit beside the field's name needs no visible word.

    Made once for each level and field: a long list shows it hundreds of times.
    """
    sign = SIGNS[level]
    hidden = Markup(' class="visually-hidden"') if field and sign == "✓" else ""
    return Markup('<span class="level{}">{}<span aria-hidden="true">{}</span> <span{}>{}</span></span>').format(
        _SHADES.get(sign, ""), f"{field} " if field else "", sign, hidden, word(level)
    )


def counted(number: int) -> str:
    """A count as the queue shows it: nobody waits for an exact one beyond what the eye can use."""
    return f"{number:,}+" if number >= MOST_COUNTED else f"{number:,}"


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def breakable(text: str) -> Markup:
    """Shown text that may be broken after ``@`` and dots, where an address is best broken."""
    return Markup("<wbr>").join(re.split(r"(?<=[@.])", plain(text)))


def percent(probability: float) -> str:
    """A probability as staff read it; never 100 %, because nothing is certain."""
    if probability >= 0.9999:
        return "> 99.99 %"
    if probability < 0.0001:
        return "< 0.01 %"
    return f"{probability * 100:.2f} %"


def signed_bits(bits: float) -> str:
    """Weight of one piece of evidence, ``+9.1`` or ``−3.0``."""
    return f"{bits:+.1f}".replace("-", "−")


def size(octets: int) -> str:
    """``812 bytes``, ``23 KB``, ``4.1 MB``."""
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:.0f} KB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"
