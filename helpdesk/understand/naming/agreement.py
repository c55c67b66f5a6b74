"""What an address and a display name tell about a person's name, and whether words agree with it."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.understand.naming.persons import NOT_LETTERS, goes_by, is_short_for, parts_of
from helpdesk.understand.text.view import fold


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person beforehand: an address, and perhaps what they call themselves beside it."""

    local: str  # letters only
    domain: str
    display: tuple[str, ...]

    @property
    def traces(self) -> str:
        """All of it, for looking words up."""
        return f"{self.local} {self.domain} {' '.join(self.display)}"

    @property
    def short_traces(self) -> tuple[str, ...]:
        """Where a name of two letters can stand in it."""
        return (*self.display, self.local[:2], self.local[-2:])


def known_by(address: str, display_name: str = "") -> Known:
    """What an address and a display name say about a person's name."""
    before, _, behind = address.lower().partition("@")
    shown = () if "@" in display_name else parts_of((fold(display_name).lower(),))
    return Known(
        local=NOT_LETTERS.sub("", before),
        domain=NOT_LETTERS.sub("", behind.rpartition(".")[0]),
        display=tuple(part for part in shown if part),
    )


def agrees(words: tuple[str, ...], person: Known, *, large: bool) -> bool:
    """Whether both ends of a run of words, given name first, agree with what is known of a person.

    large: they are written large. Mere initials say nothing about small words.
    """
    given, whole = NOT_LETTERS.sub("", words[0]), NOT_LETTERS.sub("", words[-1])
    if not given or not whole or _is_firm(words, person):
        return False
    lasts = [part for part in NOT_LETTERS.split(words[-1]) if len(part) > 2] or [whole]
    in_local = next((part for part in lasts if len(part) > 1 and part in person.local), "")
    in_domain = any(len(part) > 2 and part in person.domain for part in lasts)
    return (
        (bool(in_local) and _begins_or_ends(person.local.replace(in_local, "", 1), given[0]))
        or (in_domain and _gives(person.local, given, lasts))
        or _displays(given, lasts, person.display, in_address=bool(in_local) or in_domain)
        or (large and len(person.local) > 2 and person.local == "".join(part[0] for part in parts_of(words)))
    )


def _is_firm(words: tuple[str, ...], person: Known) -> bool:
    """ "Quill Filer" beside aquill@quillfiler.example: the partners whose names the domain is made of."""
    first, *_, last = parts = [NOT_LETTERS.sub("", word) for word in words]
    if "".join(parts) != person.domain or {first, last} <= set(person.display):
        return False
    return first in person.local and not person.local.startswith(first) and last not in person.local


def _begins_or_ends(rest: str, initial: str) -> bool:
    return rest.startswith(initial) or rest.endswith(initial)


def _gives(local: str, given: str, lasts: list[str]) -> bool:
    """Whether a local part tells the given name of one whose surname the domain has."""
    return (len(given) > 2 and given in local) or (bool(local) and is_short_for(local, given, lasts))


def _displays(given: str, lasts: list[str], display: tuple[str, ...], *, in_address: bool) -> bool:
    """Whether From displays such a given name, and the surname or its initials where no address has it."""
    initials = "".join(part[0] for part in lasts)
    for place, shown in enumerate(display):
        if not goes_by(shown, given):
            continue
        others = display[:place] + display[place + 1 :]
        if any(part in others for part in lasts) or (in_address and len(shown) > 1):
            return True
        if len(shown) > 1 and all(len(other) == 1 for other in others) and "".join(others).endswith(initials):
            return True
    return False
