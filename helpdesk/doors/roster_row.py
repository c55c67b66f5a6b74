"""One row of the roster: cells to a filer, or the reason why not in plain words."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from helpdesk.vocabulary import Filer, FilerStatus

REQUIRED = ("ecf_user_id", "last_name", "first_name", "primary_email", "status")
OPTIONAL = (
    *("login", "middle_name", "suffix", "bar_state", "bar_id", "firm", "secondary_emails", "phone", "city", "state"),
    *("user_type", "admitted_on", "email_changed_on", "pacer_linked"),
)
LONGEST_CELL = 500  # characters
LONGEST_LIST = 4000  # characters of secondary_emails
_SPECIAL = ("status", "secondary_emails", "admitted_on", "email_changed_on", "pacer_linked")
_YES_NO = {
    "": None,
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")  # spreadsheets leave the noughts out
_LOCAL_LETTERS = string.ascii_letters + string.digits + ".!#$%&'*+/=?^_`{|}~-"
_LABEL_LETTERS = string.ascii_letters + string.digits + "-"


class RowError(ValueError):
    """Why a row cannot be used; reads on from "line 7 …"."""


def folded(column: str) -> str:
    """A column's name without letter case, spaces and punctuation."""
    return "".join(letter for letter in column.casefold() if letter.isalnum())


COLUMNS: Mapping[str, str] = {folded(name): name for name in REQUIRED + OPTIONAL}


def filer_of(row: Sequence[str], columns: Mapping[str, int]) -> tuple[Filer, bool]:
    """The filer of a row, and whether a secondary address was left out because it is none; raises RowError."""
    cells = {name: row[index] for name, index in columns.items()}
    if not "".join(row).isprintable():
        cells = {name: _printable(name, cell) for name, cell in cells.items()}
    _check_lengths(cells)
    plain = {name: cell.strip() for name, cell in cells.items() if name not in _SPECIAL}
    for name in ("ecf_user_id", "last_name"):
        if not plain[name]:
            raise RowError(f"has no {name}")
    _check_primary(plain["primary_email"])
    secondary, dropped = _secondary(cells.get("secondary_emails", ""))
    filer = Filer(
        status=_status(cells["status"]),
        secondary_emails=secondary,
        admitted_on=_day("admitted_on", cells.get("admitted_on", "")),
        email_changed_on=_day("email_changed_on", cells.get("email_changed_on", "")),
        pacer_linked=_yes_no("pacer_linked", cells.get("pacer_linked", "")),
        **plain,  # the remaining columns are all text
    )
    return filer, dropped


def _printable(name: str, cell: str) -> str:
    """Line breaks and odd spaces become spaces; other invisible characters are refused."""
    tidy = " ".join(cell.split())
    for character in tidy:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            raise RowError(f"has an invisible or control character (U+{ord(character):04X}) in {name}")
    return tidy


def _check_lengths(cells: Mapping[str, str]) -> None:
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL and len(cell) > (LONGEST_LIST if name == "secondary_emails" else LONGEST_CELL):
            raise RowError(f"has {len(cell)} characters in {name}; {LONGEST_CELL} are the most")


def _check_primary(address: str) -> None:
    if not address:
        raise RowError("has no primary_email")
    if address.count("@") > 1 or ";" in address or "," in address:
        raise RowError("names several addresses in primary_email; exactly one is needed")
    if not is_address(address):
        raise RowError(f"has no valid address in primary_email: {address[:80]!r}")


def _secondary(cell: str) -> tuple[tuple[str, ...], bool]:
    stated = [address.strip() for address in cell.split(";") if address.strip()]
    good = tuple(dict.fromkeys(address for address in stated if is_address(address)))
    return good, any(address not in good for address in stated)


def is_address(address: str) -> bool:
    """Whether this can be a mailbox's address; plain ones are recognised without a full parse."""
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254:
        return False
    plain = local and len(local) <= 64 and not local.strip(_LOCAL_LETTERS) and ".." not in local
    if plain and local[0] != "." and local[-1] != "." and _plain_domain(domain):
        return True
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


@lru_cache(maxsize=4096)
def _plain_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) > 1 and all(
        0 < len(label) <= 63 and not label.strip(_LABEL_LETTERS) and label[0] != "-" != label[-1] for label in labels
    )


def _status(cell: str) -> FilerStatus:
    try:
        return FilerStatus(cell.strip().lower())
    except ValueError:
        raise RowError(f"has the unknown status {cell[:40]!r}; known: {', '.join(FilerStatus)}") from None


def _day(name: str, cell: str) -> date | None:
    stated = cell.strip()
    if not stated:
        return None
    written = _DAY.fullmatch(stated)  # 20200131 and 2020-W05-5 are ISO dates too, but rather a slip here
    try:
        if written is None:
            raise ValueError
        year, month, day = map(int, written.groups())
        return date(year, month, day)
    except ValueError:
        raise RowError(f"has no date like 2020-01-31 in {name}: {cell[:40]!r}") from None


def _yes_no(name: str, cell: str) -> bool | None:
    try:
        return _YES_NO[cell.strip().lower()]
    except KeyError:
        raise RowError(f"has neither yes nor no in {name}: {cell[:40]!r}") from None
