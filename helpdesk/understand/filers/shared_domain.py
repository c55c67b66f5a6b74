"""Addresses of which the domain is told once: "jdoe@, rroe@ (all at firm.example)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from helpdesk.understand.text.view import View

_MOST = 40
_WITHOUT_DOMAIN = re.compile(r"(?<![\w@.+-])(?P<local>[A-Za-z][\w.+-]{0,40})@(?:\.{2,3}|[\"~]{1,2})?(?=[\s,;)|/]|$)")
_DOMAIN = re.compile(
    r"\b(?:all|each|both|everyone|e-?mails?|addresses|same|todos?)\b[^@\n]{0,30}"
    r"(?:\bat |(?<=[\s(\"'])@ ?|\bdomain:? |\ben )"
    r"(?P<domain>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,3})",
    re.IGNORECASE,
)


def of_shared_domain(view: View) -> Iterator[tuple[int, int, str]]:
    """Start, end and whole address of each that leaves its domain off, where one domain alone is told for them."""
    if "@" not in view.plain:
        return
    short = list(islice(_WITHOUT_DOMAIN.finditer(view.plain), _MOST))
    domains = {told["domain"].lower() for told in islice(_DOMAIN.finditer(view.plain), _MOST)} if short else set()
    if len(domains) != 1:
        return
    domain = domains.pop()
    for address in short:
        yield *address.span(), f"{address['local'].lower()}@{domain}"
