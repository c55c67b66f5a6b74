"""The roll in memory: immutable, versioned, swapped whole after an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from helpdesk.vocabulary import Filer


class Roll:
    """All filers, ready for matching. Built once, never changed; safe to read from many threads."""

    __slots__ = ("_by_address", "_by_bar", "_by_surname", "_filers", "version")

    def __init__(self, filers: Mapping[str, Filer], version: str) -> None:
        self.version = version
        self._filers = dict(filers)
        self._by_surname: dict[str, list[str]] = {}
        self._by_bar: dict[str, list[str]] = {}
        self._by_address: dict[str, list[str]] = {}
        for key, filer in self._filers.items():
            self._by_surname.setdefault(filer.last_name.lower(), []).append(key)
            if filer.bar_id:
                self._by_bar.setdefault(filer.bar_id.lstrip("0"), []).append(key)
            for address in (filer.primary_email, *filer.secondary_emails):
                self._by_address.setdefault(address.lower(), []).append(key)

    @classmethod
    def build(cls, filers: Iterable[Filer], version: str) -> Self:
        """A roll of these filers; ``version`` names the state of the roster it was built from."""
        return cls({filer.ecf_user_id: filer for filer in filers}, version)

    def __len__(self) -> int:
        return len(self._filers)

    def __iter__(self) -> Iterator[Filer]:
        return iter(self._filers.values())

    def filer(self, ecf_user_id: str) -> Filer | None:
        """The record with this id."""
        return self._filers.get(ecf_user_id)

    def with_edits(self, changed: Iterable[Filer], removed: Iterable[str], version: str) -> Roll:
        """This roll with single records added, replaced or removed, under a new version."""
        gone = set(removed)
        filers = {key: filer for key, filer in self._filers.items() if key not in gone}
        filers.update((filer.ecf_user_id, filer) for filer in changed)
        return Roll(filers, version)

    def near(self, surname: str, bar_id: str, email: str) -> list[Filer]:
        """Records that share the surname, Bar ID or an address."""
        keys = dict.fromkeys(self._by_bar.get(bar_id, []))
        keys.update(dict.fromkeys(self._by_address.get(email, [])))
        keys.update(dict.fromkeys(self._by_surname.get(surname, [])))
        return [self._filers[key] for key in keys]
