"""E-mail addresses: only the stored letters count; letter case is ignored for ASCII alone."""

from __future__ import annotations

import string
from typing import NamedTuple

LONGEST_ADDRESS = 320  # characters looked at
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_REHEARSAL = (".example", ".test")  # reserved top-level domains, put behind real names in rehearsals


class MailAddress(NamedTuple):
    """An address ready to compare: in ASCII lower case, all other letters as they are."""

    whole: str
    local: str  # without a "+tag"
    domain: str


def address_of(text: str) -> MailAddress | None:
    """The address in a text that is one, None otherwise."""
    parts = address_parts(text)
    return None if parts is None else MailAddress(*parts)


def address_parts(text: str) -> tuple[str, str, str] | None:
    """Whole address, local part without its tag, and domain, as in ``MailAddress``."""
    whole = ascii_lower(text.strip()[:LONGEST_ADDRESS])
    local, at, domain = whole.rpartition("@")
    if not at or not local or not domain:
        return None
    return whole, local.partition("+")[0], domain


def ascii_lower(text: str) -> str:
    """ASCII letters in lower case. ``str.lower`` would make a plain k of the Kelvin sign."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def is_webmail(domain: str, webmail: frozenset[str]) -> bool:
    """Whether the domain is a public one, where sharing it means nothing."""
    if domain in webmail:
        return True
    for ending in _REHEARSAL:
        domain = domain.removesuffix(ending)
    return domain in webmail
