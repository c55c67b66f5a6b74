"""All records of a roll, packed: one block of text instead of twenty objects a filer."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from itertools import accumulate

from helpdesk.vocabulary import Filer, FilerStatus

_BETWEEN = "\x1f"  # between fields; the roster reader refuses control characters
_LINKED = {True: "1", False: "0", None: ""}
_UNPACKED_LINKED = {"1": True, "0": False, "": None}
_STATUS = {status.value: status for status in FilerStatus}
_PUT = tuple(vars(Filer)[field.name].__set__ for field in fields(Filer))  # in the order in which records are packed


class Records:
    """Filers by row number."""

    __slots__ = ("_block", "_starts")

    def __init__(self) -> None:
        self._block = bytearray()  # grows while an index is built, and never changes afterwards
        self._starts = array("q", (0,))

    def add(self, filers: Iterable[Filer]) -> None:
        """Put records into the next rows."""
        records = [packed(filer) for filer in filers]
        ends = list(accumulate(map(len, records), initial=len(self._block)))
        self._starts.fromlist(ends[1:])
        self._block += b"".join(records)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[Filer]:
        return map(self.filer, range(len(self)))

    def filer(self, row: int) -> Filer:
        """The record in this row."""
        text = self._block[self._starts[row] : self._starts[row + 1]].decode("utf-8", "surrogatepass")
        key, last, first, primary, status, *names, secondary, phone, city, state, kind, admitted, changed, linked = (
            text.split(_BETWEEN)
        )
        values = (
            *(key, last, first, primary, _STATUS[status], *names),
            tuple(secondary.split(";")) if secondary else (),
            *(phone, city, state, kind),
            date.fromisoformat(admitted) if admitted else None,
            date.fromisoformat(changed) if changed else None,
            _UNPACKED_LINKED[linked],
        )
        filer = object.__new__(Filer)  # its own constructor takes twice as long, for every candidate of every claim
        for put, value in zip(_PUT, values, strict=True):
            put(filer, value)
        return filer


def packed(filer: Filer) -> bytes:
    """One record as bytes, as ``Records`` keeps it."""
    admitted = filer.admitted_on.isoformat() if filer.admitted_on else ""
    changed = filer.email_changed_on.isoformat() if filer.email_changed_on else ""
    # fmt: off
    cells = (
        filer.ecf_user_id, filer.last_name, filer.first_name, filer.primary_email, filer.status, filer.login,
        filer.middle_name, filer.suffix, filer.bar_state, filer.bar_id, filer.firm, ";".join(filer.secondary_emails),
        filer.phone, filer.city, filer.state, filer.user_type, admitted, changed, _LINKED[filer.pacer_linked],
    )
    # fmt: on
    text = _BETWEEN.join(cells)
    if text.count(_BETWEEN) != len(cells) - 1:
        text = _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in cells)
    return text.encode("utf-8", "surrogatepass")
