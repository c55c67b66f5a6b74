"""Which records are worth comparing with a claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from helpdesk.match.comparing.names import compare_name
from helpdesk.match.comparing.query import Query
from helpdesk.match.roll.index import Index
from helpdesk.match.written.agreement import NameAgreement, Part
from helpdesk.match.written.bar_ids import one_edit_away
from helpdesk.match.written.likeness import Likeness
from helpdesk.match.written.names import Name, Order
from helpdesk.short_forms import nicknames

MOST_ROWS = 120  # records found in one way that are looked at one by one; those beyond are only counted
_FEW_KIN = 24  # so many records may share a surname and still all be compared
_FEW = 8  # so many records may share a local part and still all be compared

_AGREEING_GIVEN = (Part.SAME, Part.NICKNAME, Part.INITIAL)


class Found:
    """Rows of one index by the way they were found."""

    __slots__ = ("agreements", "by_address", "by_bar_id", "by_slip", "near", "unseen")

    def __init__(self, query: Query, number: int, index: Index) -> None:
        self.by_bar_id = query.by_bar_id[number] if query.bar_id else []
        self.by_address = query.by_address[number] if query.address else []
        self.agreements: dict[tuple[int, ...], NameAgreement] = {}
        self.by_slip: list[int] = []  # the Bar ID is one digit off
        self.near: list[int] = []
        self.unseen = 0  # records that were not looked at one by one

    def rows(self) -> list[int]:
        """All rows found, each once."""
        return list(dict.fromkeys((*self.by_bar_id, *self.by_address, *self.by_slip, *self.near)))

    def limit(self, query: Query, index: Index) -> None:
        """Of very many, look at those whose name is near, whose middle name agrees; the others are only counted."""
        near = self.near
        self.by_bar_id = self._few(self.by_bar_id, near)
        self.by_address = self._few(self.by_address, near)
        if len(near) > MOST_ROWS:
            initials = tuple({name.middle[0][0] for name in query.names if name.middle})
            self.near = self._few(near, index.middle_begins(near, initials) if initials else [])

    def _few(self, rows: list[int], likelier: list[int]) -> list[int]:
        """At most so many of these rows, the likelier ones first; the others are only counted."""
        if len(rows) <= MOST_ROWS:
            return rows
        likely = set(likelier)
        first = [row for row in rows if row in likely][:MOST_ROWS]
        others = (row for row in rows if row not in likely)
        self.unseen += len(rows) - MOST_ROWS
        return [*first, *islice(others, MOST_ROWS - len(first))]


def find(query: Query, number: int, index: Index) -> Found:
    """The rows of an index, which is this one of the roll's, that may be meant.

    Where name and number or name and address already agree, only namesakes can compete; otherwise everything near.
    """
    found = Found(query, number, index)
    settled = _settled(query, index, found)
    if settled is not None:
        found.near = index.named((settled.surname,), (settled.given,))
    else:
        found.near = list(dict.fromkeys(_near(query, index)))
        found.agreements.clear()  # now that the neighbours are known, more names agree
        if query.bar_id:
            found.by_slip = _one_digit_off(query, index, query.bar_id.number, set(found.near))
    found.limit(query, index)
    return found


def _settled(query: Query, index: Index, found: Found) -> Name | None:
    """The reading under which a record found by number or address has the claimed name."""
    if query.natural is None:
        return None
    for row in (*found.by_bar_id, *found.by_address)[:_FEW]:
        agreement = compare_name(query, index, row, found.agreements)
        reading = agreement.reading
        agrees = agreement.surname is Part.SAME and agreement.given in _AGREEING_GIVEN
        if agrees and reading is not None and reading.order is not Order.ADDRESS:
            return reading
    return None


def _near(query: Query, index: Index) -> Iterator[int]:
    if query.address:
        local = query.address.local
        if index.locals.count(local) <= _FEW:
            yield from index.locals.rows(local)
    for reading in sorted(query.names, key=lambda name: name.order is not Order.ADDRESS):
        is_somebodys = index.namesakes(reading.surname, reading.given) > 0
        yield from _named(query, index, reading, slips=reading.order is Order.STATED and not is_somebodys)
        if is_somebodys and reading.order is Order.STATED:
            return  # no need to read it in other ways


def _named(query: Query, index: Index, name: Name, *, slips: bool) -> Iterator[int]:
    """Rows whose name is near: the stated one, its forms and, where wanted, its slips and kin.

    The likeliest first, so that they are kept where there are very many.
    """
    own = (name.surname, *name.parts)
    if not slips and not any(map(index.surnames.count, own)):
        return
    alike = query.alike_surnames(name.surname) if slips else {}
    if len(name.given) > 1:
        forms = [name.given[0], *nicknames(name.given), *(word for word in name.middle if len(word) > 1)]
        if slips:
            forms += query.alike_givens(name.given)
        yield from index.named(own, (name.given,))
        yield from index.named(own, forms)
        if alike:
            yield from index.named(alike, dict.fromkeys((name.given, *forms)))
    else:
        slipped = [word for word, how in alike.items() if how is Likeness.SLIP]
        for surname in (*own, *slipped[:_FEW]):
            yield from index.surnamed(surname, name.given)
    if slips:
        for surname in own:
            if index.surnames.count(surname) <= _FEW_KIN:
                yield from index.surnamed(surname)


def _one_digit_off(query: Query, index: Index, number: str, near: set[int]) -> list[int]:
    """Rows whose number is one digit off; where a name is stated, it must be near or the first name agree."""
    rows = index.bar_ids.rows_of_numbers(one_edit_away(number))
    givens = {name.given for name in query.names if name.given}
    if not givens:
        return rows[:MOST_ROWS]
    return [*near.intersection(rows), *index.first_begins(rows, givens)[:MOST_ROWS]]
