"""Records on their way into an index: many at a time, column by column, each spelling of a name read once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np

from helpdesk.match.roll.hashed import HashedRows
from helpdesk.match.roll.name_columns import Column, Texts
from helpdesk.match.roll.records import Records
from helpdesk.match.written.addresses import address_parts
from helpdesk.match.written.bar_ids import key_of
from helpdesk.match.written.letters import fold
from helpdesk.match.written.names import suffix_of
from helpdesk.vocabulary import Filer

_AT_ONCE = 500  # records: so few stay within the processor's own memory
_NOTHING = 0  # the number of the empty text


class Building:
    """Everything that is collected about records before it can be sorted."""

    def __init__(self, filers: Iterable[Filer]) -> None:
        self.records = Records()
        self.ids, self.bar_ids = Hashes(), Hashes()
        self.primaries, self.secondaries, self.locals, self.domains = Hashes(), Hashes(), Hashes(), Hashes()
        self._numbers = Texts({"": _NOTHING})
        self._folded, self._suffixed = _Spellings(self._numbers, fold), _Spellings(self._numbers, suffix_of)
        self._columns = tuple(array("i") for _ in range(4))
        remaining = iter(filers)
        while batch := list(islice(remaining, _AT_ONCE)):
            self._add(batch, range(len(self.records), len(self.records) + len(batch)))

    def _add(self, filers: Sequence[Filer], rows: Sequence[int]) -> None:
        self.records.add(filers)
        self.ids.add([filer.ecf_user_id for filer in filers], rows)
        keys = [key_of(filer.bar_id) for filer in filers]
        numbered = [row for row, key in zip(rows, keys, strict=True) if key is not None]
        self.bar_ids.add([key for key in keys if key is not None], numbered)
        self._add_addresses(filers, rows)
        folded, suffixed = self._folded, self._suffixed
        lasts, firsts, middles, suffixes = self._columns
        lasts.fromlist([folded[filer.last_name] for filer in filers])
        firsts.fromlist([folded[filer.first_name] for filer in filers])
        middles.fromlist([folded[filer.middle_name] for filer in filers])
        suffixes.fromlist([suffixed[filer.suffix] for filer in filers])

    def _add_addresses(self, filers: Sequence[Filer], rows: Sequence[int]) -> None:
        """Column by column, as everything here: an object for each address would take longer than reading it."""
        owners, primaries, domains = list[int](), list[str](), list[str]()
        owners_too, secondaries = list[int](), list[str]()
        local_owners, locals_ = list[int](), list[str]()
        for row, filer in zip(rows, filers, strict=True):
            primary = address_parts(filer.primary_email)
            if primary is None:
                continue
            whole, local, domain = primary
            owners.append(row)
            primaries.append(whole)
            domains.append(domain)
            local_owners.append(row)
            locals_.append(local)
            for text in filer.secondary_emails:
                secondary = address_parts(text)
                if secondary is not None and secondary[0] != whole:
                    owners_too.append(row)
                    secondaries.append(secondary[0])
                    if secondary[1] != local:
                        local_owners.append(row)
                        locals_.append(secondary[1])
        self.primaries.add(primaries, owners)
        self.domains.add(domains, owners)
        self.secondaries.add(secondaries, owners_too)
        self.locals.add(locals_, local_owners)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every folded part of a name, by its number."""
        return tuple(self._numbers)

    def columns(self) -> tuple[Column, ...]:
        """The numbers of each row's last name, first name, middle name and suffix.

        Whoever has no first name goes by the middle name.
        """
        lasts, firsts, middles, suffixes = (np.frombuffer(column, np.int32) for column in self._columns)
        unnamed = (firsts == _NOTHING).nonzero()
        firsts[unnamed], middles[unnamed] = middles[unnamed], _NOTHING
        return lasts, firsts, middles, suffixes


class Hashes:
    """Hashes and rows on their way into a HashedRows."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._rows = array("i")

    def add(self, texts: Iterable[str | int], rows: Iterable[int]) -> None:
        self._hashes.fromlist(list(map(hash, texts)))
        self._rows.fromlist(list(rows))

    def index(self, *, then: Hashes | None = None) -> HashedRows:
        """The finished index, of these entries and then of others.

        What was collected is given up: at two million records it is memory worth having.
        """
        if then is not None:
            self._hashes += then._hashes
            self._rows += then._rows
        hashes, rows = self._hashes, self._rows
        self._hashes, self._rows = array("q"), array("i")
        return HashedRows(np.frombuffer(hashes, np.int64), np.frombuffer(rows, np.int32))


class _Spellings(dict[str, int]):
    """The number of the text that a spelling means. Each is read once."""

    def __init__(self, numbers: Texts, read: Callable[[str], str]) -> None:
        self._numbers = numbers
        self._read = read

    def __missing__(self, spelling: str) -> int:
        number = self[spelling] = self._numbers[self._read(spelling)]
        return number
