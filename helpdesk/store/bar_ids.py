"""Where resets for a Bar ID went until now: a roster can lead them elsewhere and change no record's address.

It need only give the number to another record: one that is new, or one whose own address stays what it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from helpdesk.store.models import FilerRow
from helpdesk.vocabulary import Filer


class Holders:
    """Who has which Bar ID, and had it before they left the roll."""

    def __init__(self, records: Iterable[FilerRow]) -> None:
        self._by_number: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for record in records:
            if record.bar_id:
                self._by_number[_number(record)].append((record.bar_state, record.primary_email))

    def replaced_by(self, fresh: Filer, before: Filer | None) -> str | None:
        """The address that this record's one takes the place of: its own earlier one, or that of whoever had its Bar
        ID. None where resets go where they went, and for a number that is new. before: the same record until now."""
        if before is not None:
            if before.primary_email != fresh.primary_email:
                return before.primary_email
            if (_number(before), before.bar_state) == (_number(fresh), fresh.bar_state):
                return None
        addresses = [
            address
            for state, address in self._by_number.get(_number(fresh), ())
            if fresh.bar_id and (state == fresh.bar_state or not (state and fresh.bar_state))
        ]
        return addresses[0] if addresses and fresh.primary_email not in addresses else None


def _number(record: Filer | FilerRow) -> str:
    return record.bar_id.lstrip("0")
