"""Invented rolls for the matching benchmark: any size, any seed."""

from __future__ import annotations

import string
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from nicknames import NickNamer

from bench._slips import WEBMAIL
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
_LARGEST_COURT = 200_000  # filers; larger rolls are of a whole nation, with as many number spaces as states
_ONE_COURT = ("CA",) * 16 + ("NY", "TX", "", "")
_NATION = ("CA", "NY", "TX", "FL", "IL", "PA", "OH", "GA", "NC", "MI", "NJ", "VA", "WA", "AZ", "MA", "TN", "")


class People:
    """Draws people from invented names whose frequencies fall like real ones (Zipf)."""

    def __init__(self, size: int, seed: int) -> None:
        self.random = Random(seed)
        self._states = _ONE_COURT if size <= _LARGEST_COURT else _NATION
        self._namer = NickNamer()
        known = sorted(name for name in _known_names(self._namer) if name.isalpha())
        self._given = self._ranked([*known, *(self._word(1) for _ in range(400))], 0.9)
        self._surnames = self._ranked(list(dict.fromkeys(self._word(2) for _ in range(int(size**0.82)))), 0.75)

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
        at_home = self.address(first, last, draw.choice(WEBMAIL) + ".example", number)
        return Filer(
            ecf_user_id=str(100_000 + number),
            last_name=last,
            first_name=first,
            middle_name=middle,
            suffix=draw.choices(("", "Jr.", "Sr.", "III"), (97, 1.5, 0.7, 0.8))[0],
            bar_id=self.number() if draw.random() < 0.95 else "",
            bar_state=draw.choice(self._states),
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
