"""Invented rolls and requests for the matching benchmark: any size, any seed, labelled."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from nicknames import NickNamer

from helpdesk.match import ClaimedIdentity
from helpdesk.vocabulary import Filer, FilerStatus

_STARTS = (
    "",
    "b",
    "br",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sch",
    "t",
    "w",
)
_MIDDLES = ("a", "e", "i", "o", "u", "au", "ei", "ie", "oo")
_ENDS = (
    "ck",
    "ff",
    "ld",
    "ll",
    "m",
    "mann",
    "n",
    "nd",
    "ng",
    "r",
    "rd",
    "rn",
    "s",
    "sen",
    "sky",
    "son",
    "t",
    "tz",
    "ver",
)
_WEBMAIL = ("gmail.com", "yahoo.com", "aol.com", "outlook.com", "hotmail.com", "icloud.com")
_SCANNED = (("m", "rn"), ("d", "cl"), ("o", "0"), ("l", "1"), ("w", "vv"))
GENUINE = ("clean", "slips", "partial", "heavy")
NOBODY = ("stranger", "namesake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A labelled request; ``truth`` is the ecf_user_id it means, None when nobody on the roll."""

    claim: ClaimedIdentity
    kind: str
    truth: str | None


class People:
    """Draws people from invented names whose frequencies fall like real ones (Zipf)."""

    def __init__(self, size: int, seed: int) -> None:
        self.random = Random(seed)
        self._namer = NickNamer()
        known = sorted(name for name in _known_names(self._namer) if name.isalpha())
        self._given = self._ranked([*known, *(self._word(1) for _ in range(400))], 0.9)
        self._surnames = self._ranked(list({self._word(2) for _ in range(int(size**0.82))}), 0.75)

    def _word(self, most: int) -> str:
        draw = self.random.choice
        parts = (draw(_STARTS) + draw(_MIDDLES) for _ in range(self.random.randint(1, most)))
        return "".join(parts) + draw(_ENDS)

    def _ranked(self, words: list[str], slope: float) -> tuple[list[str], list[float]]:
        self.random.shuffle(words)
        return words, list(accumulate(1 / (rank + 3) ** slope for rank in range(len(words))))

    def given(self) -> str:
        words, weights = self._given
        return self.random.choices(words, cum_weights=weights)[0].capitalize()

    def surname(self) -> str:
        words, weights = self._surnames
        drawn = [self.random.choices(words, cum_weights=weights)[0].capitalize()]
        if self.random.random() < 0.03:
            drawn.append(self.random.choices(words, cum_weights=weights)[0].capitalize())
        return "-".join(drawn)

    def filer(self, number: int) -> Filer:
        draw = self.random
        first, last = self.given(), self.surname()
        middle = draw.choice(("", "", draw.choice(string.ascii_uppercase) + ".", self.given()))
        firm = f"{self.random.choices(self._surnames[0], cum_weights=self._surnames[1])[0]}law.example"
        at_home = self.address(first, last, draw.choice(_WEBMAIL) + ".example", number)
        return Filer(
            ecf_user_id=str(100_000 + number),
            last_name=last,
            first_name=first,
            middle_name=middle,
            suffix=draw.choices(("", "Jr.", "Sr.", "III"), (97, 1.5, 0.7, 0.8))[0],
            bar_id=self.number() if draw.random() < 0.95 else "",
            bar_state=draw.choices(("CA", "NY", "TX", ""), (80, 5, 5, 10))[0],
            primary_email=f"{number % 97}.{at_home}"
            if draw.random() < 0.1
            else self.address(first, last, firm, number),
            secondary_emails=(f"docket@{firm}",) if draw.random() < 0.25 else (),
            status=FilerStatus.ACTIVE if draw.random() < 0.9 else FilerStatus.INACTIVE,
        )

    def number(self) -> str:
        return str(self.random.randrange(30_000, 1_000_000))

    def address(self, first: str, last: str, domain: str, salt: int) -> str:
        last = last.replace("-", "")
        style = self.random.randrange(3)
        local = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{last[0]}{salt % 1000}")[style]
        return f"{local}@{domain}".lower()

    def roll(self, size: int) -> Iterator[Filer]:
        return (self.filer(number) for number in range(size))

    def request(self, filers: list[Filer]) -> Request:
        """70 % genuine, 20 % people not on the roll, 10 % somebody else who names a filer."""
        filer = self.random.choice(filers)
        kind = self.random.choices((*GENUINE, *NOBODY, "attacker"), (22, 26, 12, 10, 12, 8, 10))[0]
        if kind == "stranger":
            return Request(claim=self._stranger(self.given(), self.surname()), kind=kind, truth=None)
        if kind == "namesake":
            return Request(claim=self._stranger(filer.first_name, filer.last_name), kind=kind, truth=None)
        if kind == "attacker":
            address = self.address(filer.first_name, filer.last_name, self.random.choice(_WEBMAIL), 7)
            claim = ClaimedIdentity(name=self._name(filer), bar_id=filer.bar_id, email=address)
            return Request(claim=claim, kind=kind, truth=filer.ecf_user_id)
        return Request(claim=self._own(filer, kind), kind=kind, truth=filer.ecf_user_id)

    def _stranger(self, first: str, last: str) -> ClaimedIdentity:
        number = self.number() if self.random.random() < 0.75 else ""
        domain = self.random.choice(
            (f"{self.surname().lower()}law.example", f"{self.random.choice(_WEBMAIL)}.example")
        )
        return ClaimedIdentity(name=f"{first} {last}", bar_id=number, email=self.address(first, last, domain, 3))

    def _name(self, filer: Filer) -> str:
        middle = f" {filer.middle_name}" if filer.middle_name and self.random.random() < 0.5 else ""
        name = f"{filer.first_name}{middle} {filer.last_name}"
        return name.upper() if self.random.random() < 0.1 else name

    def _own(self, filer: Filer, kind: str) -> ClaimedIdentity:
        name, number, address = self._name(filer), filer.bar_id, filer.primary_email
        faults = {"clean": 0, "slips": 1, "partial": 0, "heavy": 2}[kind]
        for fault in self.random.sample(("name", "number", "address"), faults):
            if fault == "name":
                name = self._wrong_name(filer)
            elif fault == "number" and number:
                number = self._slip(number, string.digits)
            else:
                address = self._other_address(filer)
        if kind == "partial":
            number, address = self.random.choice(
                ((number, ""), ("", address), ("", self._other_address(filer)), ("", ""))
            )
        return ClaimedIdentity(name=name, bar_id=number, email=address)

    def _other_address(self, filer: Filer) -> str:
        draw = self.random.random()
        if draw < 0.3 and filer.secondary_emails:
            return filer.secondary_emails[0]
        if draw < 0.5:
            local, _, domain = filer.primary_email.partition("@")
            return f"{self._slip(local, string.ascii_lowercase)}@{domain}"
        return self.address(filer.first_name, filer.last_name, f"{self.random.choice(_WEBMAIL)}.example", 5)

    def _wrong_name(self, filer: Filer) -> str:
        first, last = filer.first_name, filer.last_name
        match self.random.randrange(7):
            case 0:
                last = self._slip(last, string.ascii_lowercase)
            case 1:
                first = self._slip(first, string.ascii_lowercase)
            case 2:
                forms = sorted(self._namer.nicknames_of(first.lower())) or [first[0] + "."]
                first = self.random.choice(forms).capitalize()
            case 3:
                first, last = last, first
            case 4:
                return f"{last}, {first}"
            case 5:
                before, after = self.random.choice(_SCANNED)
                last = last.replace(before, after, 1)
            case _:
                last = self.surname()
        return f"{first} {last}"

    def _slip(self, text: str, letters: str) -> str:
        place = self.random.randrange(len(text))
        letter = self.random.choice(letters)
        match self.random.randrange(4):
            case 0:
                return text[:place] + letter + text[place + 1 :]
            case 1:
                return text[:place] + text[place + 1 :] if len(text) > 3 else text + letter
            case 2:
                return text[:place] + letter + text[place:]
            case _:
                return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _known_names(namer: NickNamer) -> set[str]:
    names: set[str] = set()
    for start in (
        "william",
        "robert",
        "elizabeth",
        "margaret",
        "james",
        "john",
        "mary",
        "katherine",
        "thomas",
        "ann",
    ):
        names |= {start, *namer.nicknames_of(start)}
        for name in namer.nicknames_of(start):
            names |= set(namer.canonicals_of(name))
    return names
