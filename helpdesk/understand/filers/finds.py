"""Everything found in one text: names, numbers, addresses, tables."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.addresses import FoundAddress, find_addresses
from helpdesk.understand.filers.numbers import FoundBarId, find_bar_ids, lone_number
from helpdesk.understand.filers.tables import Row, rows_of
from helpdesk.understand.naming.agreement import Known, known_by
from helpdesk.understand.naming.fitting import fitting_names
from helpdesk.understand.naming.found import FoundName, How
from helpdesk.understand.naming.people import names_in
from helpdesk.understand.text.letter_case import with_large_names
from helpdesk.understand.text.view import View

_MOST_KNOWN = 8  # stated addresses with which names are compared
_MERE_WORDS = re.compile(r"[A-Za-z ,:;!?/()]*")
_WORD = re.compile(r"[a-z]+")
_DATA = re.compile(r"\d|@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """Everything found in one text. What stands in a table's rows is found in ``rows`` alone."""

    view: View
    names: tuple[FoundName, ...]
    bar_ids: tuple[FoundBarId, ...]
    addresses: tuple[FoundAddress, ...]
    rows: tuple[Row, ...] = ()

    @property
    def all_bar_ids(self) -> tuple[FoundBarId, ...]:
        """Those of the rows too."""
        return (*self.bar_ids, *(row.bar_id for row in self.rows if row.bar_id))

    def within(self, *, signature: bool) -> Finds:
        """What stands in the signature, or what stands outside of it; a table is never a signature."""
        return Finds(
            view=self.view,
            names=tuple(name for name in self.names if name.in_signature is signature),
            bar_ids=tuple(bar_id for bar_id in self.bar_ids if bar_id.in_signature is signature),
            addresses=tuple(address for address in self.addresses if address.in_signature is signature),
            rows=() if signature else self.rows,
        )


def _written_large(view: View, small_words: Set[str], rules: Extraction) -> View:
    """The text with names written large, where its writer writes all small."""
    plain = with_large_names(view.plain, small_words, rules.name.never)
    return view if plain is view.plain else replace(view, plain=plain)


class Search:
    """One text on the way to its finds: addresses come first, and the names that agree with them or the sender."""

    def __init__(self, view: View, own: Known, rules: Extraction, small_words: Set[str]) -> None:
        self._view = view
        self._written = _written_large(view, small_words, rules)
        self._rules = rules
        self._own = own
        self._is_idle = _is_idle(view.plain, rules)
        self._addresses = () if self._is_idle else view.once(find_addresses, rules.address)
        stated = [known_by(found.stated.value) for found in self._addresses[:_MOST_KNOWN]]
        spans = [(found.start, found.end) for found in self._addresses]
        self._fitting = [] if self._is_idle else fitting_names(view, (own, *stated), rules.name, spans)

    def called(self) -> list[FoundName]:
        """The names by which the sender goes in this text."""
        view = self._view
        return [
            FoundName(name=f.name, view=view, how=How.MENTIONED, in_signature=view.in_signature(f.name.start))
            for f in self._fitting
            if f.person is self._own
        ]

    def finds(self, hint: str) -> Finds:
        """Everything. hint: the sender's names and address in lower case."""
        view, rules, addresses = self._written, self._rules, self._addresses
        if self._is_idle:
            return Finds(view=view, names=(), bar_ids=(), addresses=())
        hint = f"{' '.join(fitting.name.value for fitting in self._fitting)} {hint}".lower()
        bar_ids = find_bar_ids(view, rules.bar_id, rules.name, hint, [fitting.name for fitting in self._fitting])
        rows = rows_of(view, rules, addresses)
        start, end = (_with_heading(view, rows[0].start), rows[-1].end) if rows else (0, 0)
        if not bar_ids and not rows:
            bar_ids = lone_number(view, rules.bar_id)
        bar_ids = tuple(found for found in bar_ids if not start <= found.start < end)
        addresses = tuple(found for found in addresses if not start <= found.start < end)
        anchors = sorted([(b.label_start, b.label_end) for b in bar_ids] + [(a.start, a.end) for a in addresses])
        others = [fitting.name for fitting in self._fitting if fitting.person is not self._own]
        own = [fitting.name for fitting in self._fitting if fitting.person is self._own]
        names = names_in(view, anchors, rules.name, hint, own=own, others=others)
        return Finds(
            view=view,
            names=tuple(name for name in names if not start <= name.start < end),
            bar_ids=bar_ids,
            addresses=addresses,
            rows=rows,
        )


def _with_heading(view: View, start: int) -> int:
    """Where a table's heading begins, if it stands right above the first row: its words are nobody's name."""
    row, _ = view.line(start)
    above, end = view.line(max(0, row - 1))
    return above if view.plain[above:end].strip() and not _DATA.search(view.plain, above, end) else start


def _is_idle(plain: str, rules: Extraction) -> bool:
    """Whether nothing can be found in it, as in "Password reset": it consists of words of which no name is made."""
    return bool(_MERE_WORDS.fullmatch(plain)) and rules.idle.issuperset(_WORD.findall(plain.lower()))
