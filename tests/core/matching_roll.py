"""A small roll with everything that makes matching hard, and how the tests ask it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.policy import Matching
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Candidate, Filer, Ranking
from tests.cast import ADA, GRACE, NAMESAKE
from tests.project import PROJECT

_FIRST = ("Amos", "Bette", "Carl", "Dora", "Ewald", "Flora", "Gerd", "Hanna")
_LAST = (
    "Abend",
    "Birke",
    "Clausen",
    "Dorn",
    "Esche",
    "Fink",
    "Gerber",
    "Hasel",
    "Iltis",
    "Jager",
    "Kranich",
    "Linde",
)


def filer(number: int, first: str, last: str, **fields: object) -> Filer:
    """An attorney with a number and address of their own."""
    address = f"{first}.{last}@{last}law.example".replace(" ", "").replace("'", "").lower()
    plain = replace(
        *(ADA,),
        ecf_user_id=str(600000 + number),
        login="",
        first_name=first,
        last_name=last,
        middle_name="",
        bar_id=str(310000 + 137 * number),
        firm="",
        primary_email=address if address.isascii() else f"user{number}@firm.example",
        secondary_emails=(),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


FATHER = filer(901, "Martin", "Quill", suffix="Sr.")
SON = filer(902, "Martin", "Quill", suffix="Jr.", primary_email="junior@quilllaw.example")
DOUBLE = filer(903, "Maria", "Garcia-Lopez")
JOSE = filer(904, "José", "Núñez")
IRISH = filer(905, "Siobhan", "O'Neil")
BY_MIDDLE = filer(906, "Beatrice", "Windrow", middle_name="Tonya")
WILLIAM = filer(907, "William", "Ashdown")
SCANNED = filer(908, "Claire", "Burnham")
SHARED = tuple(
    filer(910 + n, first, "Harbor", secondary_emails=("docket@harborlaw.example",))
    for n, first in enumerate(("Ina", "Jan", "Kim"))
)
CROWD = tuple(filer(n, _FIRST[n % 8], _LAST[n // 8]) for n in range(88))
NAMESAKES = tuple(filer(300 + n, "John", "Carter", primary_email=f"jc{n}@firm{n}.example") for n in range(40))
EVERYBODY = (
    *(ADA, NAMESAKE, GRACE, FATHER, SON, DOUBLE, JOSE, IRISH, BY_MIDDLE, WILLIAM, SCANNED),
    *(*SHARED, *CROWD, *NAMESAKES),
)


@lru_cache(maxsize=1)
def matching() -> Matching:
    """The rules as shipped."""
    return load_rules(PROJECT / "rules").matching


@lru_cache(maxsize=1)
def roll() -> Roll:
    """Everybody."""
    return Roll.build(EVERYBODY, "test-1")


def ask(name: str = "", bar_id: str = "", email: str = "", *, of: Roll | None = None, state: str = "") -> Ranking:
    """Rank a claim."""
    identity = ClaimedIdentity(name=name, bar_id=bar_id, bar_state=state, email=email)
    return rank(identity, roll() if of is None else of, matching())


def best(name: str = "", bar_id: str = "", email: str = "") -> Candidate:
    """The best candidate of a claim."""
    return ask(name, bar_id, email).candidates[0]
