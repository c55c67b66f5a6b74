"""Where a link truly leads, in a form that cannot be mistaken for another place."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from helpdesk.web.display.highlights import plain

_DROPPED = re.compile(r"[\t\n\r]")  # browsers drop them anywhere in an address
_EDGES = "".join(map(chr, range(0x21)))  # and these at its ends
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT = re.compile(r":\d*$")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_LONGEST_HOST, _LONGEST_LABEL = 253, 63  # characters: nobody is found by a longer name (RFC 1035)
_TOO_LONG = "a host whose name is too long"


def destination(href: str, *, base: str = "") -> str:
    """The host of a web address, the address of a mail link; '' where the link leads nowhere. base: where one leads
    that names no host of its own."""
    written = _DROPPED.sub("", href).strip(_EDGES)
    found = _SCHEME.match(written)
    if found is None and written.replace("\\", "/").startswith("//"):
        return _place(written)
    if found is None:
        return base if written else ""
    rest = written[found.end() :]
    if found[1].lower() in ("mailto", "tel"):
        return plain(unquote(rest.partition("?")[0]))
    return _place(rest) if found[1].lower() in ("http", "https", "ftp") else ""


def _place(rest: str) -> str:
    """Of what stands behind the scheme."""
    host = _host(rest)
    if len(host) > _LONGEST_HOST or any(len(label) > _LONGEST_LABEL for label in host.split(".")):
        return _TOO_LONG
    return plain(_unmistakable(host)) if host else ""


def says_where(words: str, leads: str) -> bool:
    """Whether a link's words are its destination, so that nothing is gained by saying it again."""
    said, place = words.strip().lower().rstrip("/"), leads.lower()
    return said == place or said in (f"https://{place}", f"http://{place}", f"mailto:{place}")


def _host(rest: str) -> str:
    """The host as browsers find it: backslashes count as slashes, and what stands before an @ does not count."""
    authority = re.split(r"[/?#]", rest.replace("\\", "/").lstrip("/"), maxsplit=1)[0]
    host = _PORT.sub("", authority.rpartition("@")[2])
    return unicodedata.normalize("NFKC", unquote(host).translate(_DOTS)).lower()


def _unmistakable(host: str) -> str:
    """Foreign letters in the form that computers look up, and how that reads to the eye."""
    ascii_form = ".".join(_to_ascii(label) for label in host.split("."))
    seen = ".".join(_to_letters(label) for label in host.split("."))
    return ascii_form if ascii_form == seen else f"{ascii_form}, looks like {seen}"


def _to_ascii(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _to_letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label
