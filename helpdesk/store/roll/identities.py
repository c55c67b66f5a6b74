"""Whose a record is: its name, its Bar ID and its login. A roster can lead resets astray and change no address.

It need only give the number, the login or the name of one filer to the record of another: one that is new, or one
whose own address stays what it was. It may do so in two steps, the first of which only takes them away; so what a
record was before is kept (``FormerRecord``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from helpdesk.match.written.bar_ids import BarId, bar_id_of
from helpdesk.match.written.letters import fold
from helpdesk.store.models import FilerRow, FormerRecord
from helpdesk.vocabulary import Filer

Record = Filer | FilerRow | FormerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What stood on the roll until now, and what a roster puts in its place: addresses, or whose the record is."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    """A record that has, or had, a number, a login or a name."""

    ecf_user_id: str
    number: BarId | None
    login: str
    name: str
    address: str
    gone: bool  # from the roll, or known otherwise by now


class Holders:
    """Who has which Bar ID, login and name, or had it before a roster took it away."""

    def __init__(
        self, records: Iterable[FilerRow], former: Iterable[tuple[FormerRecord, str]], kept: Collection[str]
    ) -> None:
        """former: each with its ecf_user_id. kept: the ecf_user_ids that the new roster has."""
        self._by_number: defaultdict[str, list[_Holder]] = defaultdict(list)
        self._by_login: defaultdict[str, list[_Holder]] = defaultdict(list)
        self._by_name: defaultdict[str, list[_Holder]] = defaultdict(list)
        for record in records:
            gone = not record.on_roll or record.ecf_user_id not in kept
            self._add(_holder(record, record.ecf_user_id, gone=gone))
        for earlier, key in former:
            self._add(_holder(earlier, key, gone=True))

    def _add(self, holder: _Holder) -> None:
        if holder.number is not None:
            self._by_number[holder.number.number].append(holder)
        if holder.login:
            self._by_login[holder.login.casefold()].append(holder)
        self._by_name[holder.name].append(holder)

    def replaced_by(self, fresh: Filer, before: Filer | None) -> Replaced | None:
        """What this record of a new roster takes the place of; None where resets go where they went, for whom they
        went. before: the same record until now."""
        if before is not None and before.primary_email != fresh.primary_email:
            return Replaced(before=before.primary_email, after=fresh.primary_email)
        if before is not None and known_as(before) == known_as(fresh):
            return None
        return next(self._differing(fresh, before), None)

    def _differing(self, fresh: Filer, before: Filer | None) -> Iterator[Replaced]:
        address = self._number_was_at(fresh, before) or self._name_was_at(fresh, before)
        if address:
            yield Replaced(before=address, after=fresh.primary_email)
        if self._has_anothers_login(fresh, before) or (before is not None and self._is_another(fresh, before)):
            yield Replaced(before=told(before) if before is not None else "", after=told(fresh))

    def _number_was_at(self, fresh: Filer, before: Filer | None) -> str:
        """The address of whoever had its number, '' where that is its own or the number is new."""
        number = _number(fresh)
        if number is None or (before is not None and number == _number(before)):
            return ""
        holders = self._by_number.get(number.number, ())
        return _elsewhere(fresh, (one for one in holders if one.number and _is_one_state(one.number, number)))

    def _name_was_at(self, fresh: Filer, before: Filer | None) -> str:
        """The address of a namesake whom the new record may stand in for: who left, or has no number to tell them
        apart by."""
        if before is not None:
            return ""
        numbered = _number(fresh) is not None
        holders = self._by_name.get(_name(fresh), ())
        return _elsewhere(fresh, (one for one in holders if one.gone or not (numbered and one.number)))

    def _has_anothers_login(self, fresh: Filer, before: Filer | None) -> bool:
        if not fresh.login or (before is not None and fresh.login.casefold() == before.login.casefold()):
            return False
        return _elsewhere(fresh, self._by_login.get(fresh.login.casefold(), ())) != ""

    def _is_another(self, fresh: Filer, before: Filer) -> bool:
        """Whether it has another name, number or login than it had. A roll's first logins are not other ones."""
        old, new = _number(before), _number(fresh)
        if old and new and not (old.number == new.number and _is_one_state(old, new)):
            return True
        if fresh.login and fresh.login.casefold() != before.login.casefold() and self._by_login:
            return True
        one, other = set(fold(before.full_name).split()), set(fold(fresh.full_name).split())
        return not (one <= other or other <= one)  # a middle name or a suffix more or less is the same person


def known_as(record: Filer | FilerRow) -> tuple[str, str, str, str]:
    """Name, suffix, Bar ID and login, alike however they are written."""
    number = _number(record)
    written = f"{number.state} {number.number}" if number else ""
    return _name(record), fold(record.suffix), written, record.login.casefold()


def told(record: Filer) -> str:
    """Whose the record is, for staff."""
    number = f"{record.bar_state} {record.bar_id}".strip()
    login = f"login {record.login}" if record.login else ""
    return ", ".join(filter(None, (record.full_name, number, login)))


def _holder(record: FilerRow | FormerRecord, key: str, *, gone: bool) -> _Holder:
    return _Holder(
        ecf_user_id=key,
        number=_number(record),
        login=record.login,
        name=_name(record),
        address=record.primary_email,
        gone=gone,
    )


def _elsewhere(fresh: Filer, holders: Iterable[_Holder]) -> str:
    """The address of the first of them, '' where there is none or one of them has this record's own."""
    addresses = [holder.address for holder in holders if holder.ecf_user_id != fresh.ecf_user_id]
    return addresses[0] if addresses and fresh.primary_email not in addresses else ""


def _number(record: Record) -> BarId | None:
    return bar_id_of(record.bar_id, record.bar_state)


def _is_one_state(one: BarId, other: BarId) -> bool:
    return one.state == other.state or not (one.state and other.state)


def _name(record: Record) -> str:
    """First name without further ones, and surname."""
    return f"{fold(record.first_name).partition(' ')[0]} {fold(record.last_name)}"
