"""E-mail addresses: only the stored letters count; letter case is ignored for ASCII alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from helpdesk.match.written.letters import fold
from helpdesk.vocabulary import ascii_lower

LONGEST_ADDRESS = 320  # characters looked at
_LONGEST_PATH = 254  # RFC 5321 with erratum 1690
_PART = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\".]+"
_ONE_ADDRESS = re.compile(rf"{_PART}(?:\.{_PART})*@{_PART}(?:\.{_PART})*")  # no dot at an end, no two together
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


def poses_as(written: str, stored: str) -> bool:
    """Whether an address only looks like the stored one: by case fold, compatible letters or other scripts."""
    if written.isascii() and stored.isascii() and "xn--" not in f"{written}{stored}".lower():
        return False
    return ascii_lower(written) != ascii_lower(stored) and fold(_as_seen(written)) == fold(_as_seen(stored))


def _as_seen(address: str) -> str:
    """The address as programs show it: international domains in their own letters."""
    local, at, domain = address.rpartition("@")
    try:
        shown = domain.encode("ascii").decode("idna") if "xn--" in domain.lower() else domain
    except UnicodeError:
        shown = domain
    return f"{local}{at}{shown}"


def is_one_address(written: str) -> bool:
    """Whether a text is exactly one plain address to which mail can go as it stands."""
    return len(written) <= _LONGEST_PATH and written.isprintable() and bool(_ONE_ADDRESS.fullmatch(written))


def is_webmail(domain: str, webmail: frozenset[str]) -> bool:
    """Whether the domain is a public one, where sharing it means nothing."""
    if domain in webmail:
        return True
    for ending in _REHEARSAL:
        domain = domain.removesuffix(ending)
    return domain in webmail
