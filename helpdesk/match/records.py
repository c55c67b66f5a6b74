"""All records of a roll, packed: one block of text instead of twenty objects a filer."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date

from helpdesk.vocabulary import Filer, FilerStatus

_BETWEEN = "\x1f"  # between fields; the roster reader refuses control characters
_LINKED = {True: "1", False: "0", None: ""}
_UNPACKED_LINKED = {"1": True, "0": False, "": None}
_STATUS = {status.value: status for status in FilerStatus}


class Records:
    """Filers by row number."""

    __slots__ = ("_block", "_starts")

    def __init__(self) -> None:
        self._block = bytearray()  # grows while an index is built, and never changes afterwards
        self._starts = array("q", (0,))

    def add(self, filer: Filer) -> None:
        """Put a record into the next row."""
        self._block += packed(filer)
        self._starts.append(len(self._block))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[Filer]:
        return map(self.filer, range(len(self)))

    def filer(self, row: int) -> Filer:
        """The record in this row."""
        text = self._block[self._starts[row] : self._starts[row + 1]].decode("utf-8", "surrogatepass")
        cells = text.split(_BETWEEN)
        key, last, first, primary, status, login, middle, suffix, bar_state, bar_id, firm, secondary = cells[:12]
        phone, city, state, user_type, admitted, changed, linked = cells[12:]
        return Filer(
            ecf_user_id=key,
            last_name=last,
            first_name=first,
            primary_email=primary,
            status=_STATUS[status],
            login=login,
            middle_name=middle,
            suffix=suffix,
            bar_state=bar_state,
            bar_id=bar_id,
            firm=firm,
            secondary_emails=tuple(secondary.split(";")) if secondary else (),
            phone=phone,
            city=city,
            state=state,
            user_type=user_type,
            admitted_on=date.fromisoformat(admitted) if admitted else None,
            email_changed_on=date.fromisoformat(changed) if changed else None,
            pacer_linked=_UNPACKED_LINKED[linked],
        )


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
