"""Labelled requests about any roll, with errors in any mixture: what the matching is measured with."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bench._slips import WEBMAIL, Slips
from helpdesk.match import ClaimedIdentity
from helpdesk.vocabulary import Filer

GENUINE = ("clean", "corrupt", "partial", "heavy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A labelled request; ``truth`` is the ecf_user_id it means, None when nobody on the roll."""

    claim: ClaimedIdentity
    kind: str
    truth: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How often each kind of request comes, and which faults it then has (relative weights)."""

    kinds: Mapping[str, float]
    names: Mapping[str, float]
    numbers: Mapping[str, float]
    addresses: Mapping[str, float]


_KINDS = {"clean": 22.0, "corrupt": 26, "partial": 12, "heavy": 10}
_KINDS |= {"stranger": 8, "namesake": 9, "neighbour": 3}  # nobody on the roll
_KINDS |= {"free_address": 5, "lookalike": 3, "others_address": 2}  # somebody else who names a filer
_NAMES = {
    "slip_last": 20.0,
    "slip_first": 20,
    "scanned": 12,
    "sound": 4,
    "nickname": 18,
    "initials": 11,
    "swapped": 9,
}
_NAMES |= {"last_first": 14, "married": 9, "one_part": 5, "middle_first": 3, "plain": 8}
_NUMBERS = {"missing": 28.0, "slip": 25, "turned": 25, "dropped": 17, "extra": 9, "scanned": 15}
_NUMBERS |= {"anothers": 9, "padded": 5, "prefixed": 10}
_ADDRESSES = {
    "missing": 16.0,
    "new_firm": 34,
    "at_home": 28,
    "further": 19,
    "slip": 14,
    "assistant": 12,
    "capitals": 8,
}
MIXES = {
    "usual": Mix(kinds=_KINDS, names=_NAMES, numbers=_NUMBERS, addresses=_ADDRESSES),
    "scanned": Mix(
        kinds=_KINDS,
        names={"scanned": 60, "slip_last": 15, "slip_first": 15, "initials": 10},
        numbers={"scanned": 60, "slip": 15, "dropped": 15, "missing": 10},
        addresses={"slip": 50, "missing": 30, "capitals": 20},
    ),
    "married": Mix(
        kinds=_KINDS,
        names={"married": 45, "one_part": 20, "nickname": 20, "middle_first": 15},
        numbers={"missing": 30, "slip": 20, "prefixed": 25, "padded": 25},
        addresses={"new_firm": 50, "at_home": 40, "further": 10},
    ),
    "careless": Mix(
        kinds=_KINDS | {"heavy": 30, "clean": 5},
        names={"slip_last": 30, "slip_first": 25, "sound": 20, "swapped": 10, "last_first": 5, "plain": 10},
        numbers={"turned": 30, "slip": 30, "dropped": 15, "extra": 15, "anothers": 10},
        addresses={"slip": 40, "at_home": 30, "missing": 15, "assistant": 15},
    ),
    "strangers": Mix(
        kinds={"clean": 15, "corrupt": 15, "partial": 10, "heavy": 5, "father_or_son": 8}
        | {"stranger": 10, "namesake": 25, "neighbour": 10, "free_address": 2},
        names=_NAMES,
        numbers=_NUMBERS,
        addresses=_ADDRESSES,
    ),
}


class Requests:
    """Draws requests about some filers of a roll."""

    def __init__(self, filers: Sequence[Filer], seed: int, mix: Mix, taken: Callable[[str], bool]) -> None:
        self.random = Random(seed)
        self._slips = Slips(self.random)
        self._filers = filers
        self._taken = taken  # whether somebody on the roll has an address
        self._mix = mix

    def draw(self, count: int) -> list[Request]:
        """So many requests."""
        return [self._one() for _ in range(count)]

    def _one(self) -> Request:
        filer = self.random.choice(self._filers)
        kind = self._of(self._mix.kinds)
        if kind in ("stranger", "namesake", "neighbour"):
            return Request(claim=self._nobody(filer, kind), kind=kind, truth=None)
        if kind in GENUINE:
            return Request(claim=self._own(filer, kind), kind=kind, truth=filer.ecf_user_id)
        if kind == "father_or_son":
            name = f"{filer.first_name} {filer.last_name}, {'Sr.' if filer.suffix.startswith('J') else 'Jr.'}"
            claim = ClaimedIdentity(name=name, bar_id=self._slips.number(), email=self._address_of(filer, "at_home"))
            return Request(claim=claim, kind=kind, truth=None)
        claim = ClaimedIdentity(name=self._name(filer), bar_id=filer.bar_id, email=self._posed(filer, kind))
        return Request(claim=claim, kind=kind, truth=filer.ecf_user_id)

    def _of(self, weights: Mapping[str, float]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _nobody(self, filer: Filer, kind: str) -> ClaimedIdentity:
        first, last, domain = filer.first_name, filer.last_name, self._domain()
        if kind == "stranger":
            last = self.random.choice(self._filers).last_name
        elif kind == "neighbour":  # of the same firm, with a similar name
            first, domain = self.random.choice(self._filers).first_name, filer.primary_email.partition("@")[2]
        number = self._slips.number() if self.random.random() < 0.7 else ""
        address = self._slips.address(first, last, domain)
        while self._taken(address):  # an address has one owner
            address = f"{self.random.randrange(10)}{address}"
        return ClaimedIdentity(name=f"{first} {last}", bar_id=number, email=address)

    def _own(self, filer: Filer, kind: str) -> ClaimedIdentity:
        name, number, address = self._name(filer), filer.bar_id, filer.primary_email
        faults = {"clean": 0, "corrupt": 1, "partial": 0, "heavy": 3}[kind]
        for fault in self.random.sample(("name", "number", "address"), faults):
            if fault == "name":
                name = self._wrong_name(filer)
            elif fault == "number" and number:
                number = self._wrong_number(number, self._of(self._mix.numbers))
            else:
                address = self._address_of(filer, self._of(self._mix.addresses))
        if kind == "partial":
            elsewhere = self._address_of(filer, self._of(self._mix.addresses))
            number, address, name = self.random.choice(
                ((number, "", name), ("", address, name), ("", elsewhere, name), (number, address, ""))
            )
        return ClaimedIdentity(name=name, bar_id=number, email=address)

    def _name(self, filer: Filer) -> str:
        middle = f" {filer.middle_name}" if filer.middle_name and self.random.random() < 0.5 else ""
        suffix = f", {filer.suffix}" if filer.suffix and self.random.random() < 0.7 else ""
        name = f"{filer.first_name}{middle} {filer.last_name}{suffix}"
        title = self.random.random()
        if title < 0.08:
            name = f"{name}, Esq." if title < 0.04 else f"Ms. {name}"
        return name.upper() if self.random.random() < 0.1 else name

    def _wrong_name(self, filer: Filer) -> str:
        first, last, middle = filer.first_name, filer.last_name, filer.middle_name
        fault = self._of(self._mix.names)
        parts = last.replace("-", " ").split()
        wrong = {
            "slip_last": lambda: (first, self._slips.slip(last, string.ascii_lowercase)),
            "slip_first": lambda: (self._slips.slip(first, string.ascii_lowercase), last),
            "scanned": lambda: (first, self._slips.scanned(last)),
            "sound": lambda: (first, self._slips.heard(last)),
            "nickname": lambda: (self._slips.nickname(first), last),
            "initials": lambda: (f"{first[0]}." + (f" {middle[0]}." if middle else ""), last),
            "swapped": lambda: (last, first),
            "last_first": lambda: (f"{last},", first),
            "married": lambda: (first, self.random.choice(self._filers).last_name),
            "one_part": lambda: (first, self.random.choice(parts)),
            "middle_first": lambda: (middle if len(middle) > 2 else first, last),
            "plain": lambda: (unaccented(first), unaccented(last)),
        }
        return " ".join(wrong[fault]())

    def _wrong_number(self, number: str, fault: str) -> str:
        match fault:
            case "missing":
                return ""
            case "turned" | "dropped" | "extra" | "slip":
                return self._slips.digits(number, fault)
            case "scanned":
                return self._slips.scanned_number(number)
            case "anothers":
                return self.random.choice(self._filers).bar_id
            case "padded":
                return f"000{number}"
            case _:
                return self.random.choice(("SBN #", "State Bar No. ", "Cal. Bar ", "Bar ID: ")) + number

    def _address_of(self, filer: Filer, fault: str) -> str:
        local, _, domain = filer.primary_email.partition("@")
        match fault:
            case "missing":
                return ""
            case "slip":
                return f"{self._slips.slip(local, string.ascii_lowercase)}@{domain}"
            case "capitals":
                return filer.primary_email.upper()
            case "further" if filer.secondary_emails:
                return filer.secondary_emails[0]
            case "assistant":
                other = self.random.choice(self._filers)
                return self._slips.address(other.first_name, other.last_name, domain)
            case "new_firm":
                return self._slips.address(filer.first_name, filer.last_name, self._domain())
            case _:
                domain = f"{self.random.choice(WEBMAIL)}.example"
                return self._slips.address(filer.first_name, filer.last_name, domain)

    def _posed(self, filer: Filer, kind: str) -> str:
        local, _, domain = filer.primary_email.partition("@")
        if kind == "others_address":
            return self.random.choice(self._filers).primary_email
        return f"{local}@secure-{domain}" if kind == "lookalike" else self._address_of(filer, "at_home")

    def _domain(self) -> str:
        if self.random.random() < 0.4:
            return f"{self.random.choice(WEBMAIL)}.example"
        return self.random.choice(self._filers).primary_email.partition("@")[2]


def unaccented(text: str) -> str:
    """Without accents, as on a keyboard without them."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
