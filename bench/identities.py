"""Identities made to be taken for somebody else's, and clean ones: `python -m bench.identities [--count 100000]`.

What counts is the answer to "certain?" as triage gives it: nothing hostile may be certain of a person who is not the
one it means, and nearly every clean claim must be certain of its own. 1 when either does not hold.
"""

from __future__ import annotations

import argparse
import json
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from rapidfuzz.distance import OSA

from bench._people import People
from bench._slips import Slips
from helpdesk.decide.conditions import of_request
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.policy import Condition
from helpdesk.rules import Rules, load_rules
from helpdesk.short_forms import nicknames
from helpdesk.vocabulary import Claim, Filer, FilerStatus, Ranking, Stated

ROOT = Path(__file__).resolve().parent.parent
_UNLIKE = 3  # letters between two names that are no slip of each other
RECALL = 0.98  # of clean claims: certain of the right record
NOW = datetime(2026, 11, 27, tzinfo=UTC)
_TWINS = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")  # Latin, and Cyrillic that looks like it
_COURTS = ("CA", "NY", "TX", "FL", "IL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A claim, and the only record of which triage may be certain; None where it may be of nobody."""

    kind: str
    claim: ClaimedIdentity
    meant: str | None = None


class Crowd:
    """A roll with what makes identities easy to mistake: namesakes, kin, colleagues, numbers of several courts."""

    def __init__(self, size: int, seed: int) -> None:
        self.random = Random(seed)
        people = [self._unremarkable(filer) for filer in People(size, seed).roll(size)]
        kin = [self._kin_of(filer, size + place) for place, filer in enumerate(people[:: max(1, size // 500)])]
        self.near = [
            (filer, self._near_namesake_of(filer, 2 * size + place)) for place, filer in enumerate(people[::40])
        ]
        self.filers = (*people, *kin, *(other for _, other in self.near))
        self.roll = Roll.build(self.filers, f"crowd {seed}")

    def _unremarkable(self, filer: Filer) -> Filer:
        """An active, unlinked attorney with a number: nothing but the identity can keep triage from being certain."""
        number = filer.bar_id or self.random_number()
        return replace(
            filer, bar_id=number, bar_state=filer.bar_state or "CA", status=FilerStatus.ACTIVE, pacer_linked=False
        )

    def _kin_of(self, filer: Filer, number: int) -> Filer:
        """A son, a namesake at another firm, or somebody of another court with the same number."""
        key, address = str(900_000 + number), f"person{number}@elsewhere{number}.example"
        change = self.random.choice(
            (
                {"suffix": "Jr." if filer.suffix != "Jr." else "Sr.", "bar_id": self.random_number()},
                {"middle_name": self.random.choice(string.ascii_uppercase), "bar_id": self.random_number()},
                {"first_name": self.random.choice(("Wren", "Odile", "Casper")), "bar_state": self.other_court(filer)},
            )
        )
        return replace(filer, ecf_user_id=key, primary_email=address, secondary_emails=(), **change)  # type: ignore[arg-type]

    def _near_namesake_of(self, filer: Filer, number: int) -> Filer:
        """Somebody whose name is one slip of the pen away."""
        own = filer.last_name.replace("-", "").lower()  # a hyphen more or less is no other name
        slipped = Slips(self.random).slip(own, string.ascii_lowercase)
        last = (slipped if slipped != own else f"{own}e").capitalize()
        address = f"{filer.first_name}.{last}@office{number}.example".lower()
        return replace(
            *(filer,),
            ecf_user_id=str(900_000 + number),
            last_name=last,
            bar_id=self.random_number(),
            primary_email=address,
            secondary_emails=(),
        )

    def random_number(self) -> str:
        return str(self.random.randrange(30_000, 1_000_000))

    def other_court(self, filer: Filer) -> str:
        return self.random.choice([court for court in _COURTS if court != filer.bar_state])


class Hostile:
    """Draws identities that must not be taken for somebody else."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self._crowd, self._random = crowd, Random(seed)
        self._slips = Slips(self._random)
        self._numbers = {filer.bar_id for filer in crowd.filers}
        self.kinds: tuple[Callable[[Filer, Filer], ClaimedIdentity], ...] = (
            *(self.wrong_number, self.number_of_another, self.digits_swapped, self.other_jurisdiction),
            *(self.father_or_son, self.kin, self.colleague, self.stranger_at_the_address, self.look_alike_name),
            *(self.look_alike_address, self.hardly_a_name, self.no_name, self.other_middle_name, self.namesake),
            self.near_namesake,
        )

    def draw(self, count: int) -> Iterator[Identity]:
        """So many, of each kind equally many."""
        for place in range(count):
            filer, other = self._random.sample(self._crowd.filers, 2)
            make = self.kinds[place % len(self.kinds)]
            yield Identity(kind=make.__name__, claim=make(filer, other))

    def _nobodys_number(self) -> str:
        while (number := self._slips.number()) in self._numbers:
            pass
        return number

    def wrong_number(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """The right name with a number that nobody has, and any address or none."""
        address = self._random.choice((filer.primary_email, "", f"{filer.last_name}@mail.example".lower()))
        return _claim(filer, bar_id=self._nobodys_number(), email=address)

    def number_of_another(self, filer: Filer, other: Filer) -> ClaimedIdentity:
        """One person's name with another's number."""
        address = self._random.choice((filer.primary_email, other.primary_email, ""))
        return _claim(filer, bar_id=other.bar_id, email=address)

    def digits_swapped(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """A number one or two slips away, which may be somebody else's."""
        number = self._slips.digits(filer.bar_id, self._random.choice(("turned", "slip")))
        number = number if number != filer.bar_id else self._nobodys_number()
        return _claim(filer, bar_id=number, email=self._random.choice((filer.primary_email, "")))

    def other_jurisdiction(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """The number of another court's bar that happens to be the same."""
        return _claim(
            filer, bar_state=self._crowd.other_court(filer), email=self._random.choice((filer.primary_email, ""))
        )

    def father_or_son(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """The name with a suffix that the record does not have, and the record's number and address."""
        suffix = self._random.choice([one for one in ("Jr.", "Sr.", "III") if one != filer.suffix])
        return _claim(filer, name=f"{filer.first_name} {filer.last_name}, {suffix}")

    def kin(self, filer: Filer, other: Filer) -> ClaimedIdentity:
        """Another first name of the family, with the record's number and address."""
        return _claim(filer, name=f"{_unlike(other.first_name, filer)} {filer.last_name}")

    def colleague(self, filer: Filer, other: Filer) -> ClaimedIdentity:
        """A partner's number with one's own name, at the partner's firm."""
        local = f"{other.first_name}.{other.last_name}".lower()
        return _claim(
            filer,
            name=f"{_unlike(other.first_name, filer)} {_unlike(other.last_name, filer)}",
            email=f"{local}@{filer.primary_email.partition('@')[2]}",
        )

    def stranger_at_the_address(self, filer: Filer, other: Filer) -> ClaimedIdentity:
        """A secretary's name with the filer's number and address."""
        return _claim(filer, name=f"{_unlike(other.first_name, filer)} {_unlike(other.last_name, filer)}")

    def look_alike_name(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """Letters of another alphabet in the name."""
        return _claim(filer, name=self._twin(f"{filer.first_name} {filer.last_name}"))

    def look_alike_address(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """Letters of another alphabet in the address."""
        return _claim(filer, email=self._twin(filer.primary_email))

    def hardly_a_name(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """One letter, or two, that are nobody's initials here."""
        letters = [one for one in string.ascii_uppercase if one not in (filer.first_name[:1], filer.last_name[:1])]
        name = " ".join(self._random.choices(letters, k=self._random.choice((1, 2))))
        return _claim(filer, name=name)

    def no_name(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """Number and address without a name."""
        return _claim(filer, name=self._random.choice(("", " ", "Esq.", "()", "…")))

    def other_middle_name(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """A namesake with another middle initial and a number that nobody has."""
        initial = self._random.choice([one for one in string.ascii_uppercase if one != filer.middle_name[:1]])
        return _claim(filer, name=f"{filer.first_name} {initial}. {filer.last_name}", bar_id=self._nobodys_number())

    def namesake(self, filer: Filer, _: Filer) -> ClaimedIdentity:
        """The name alone, with an address of one's own."""
        return _claim(
            filer, bar_id="", email=f"{filer.first_name}{filer.last_name}@{self._random.randrange(99)}.example"
        )

    def near_namesake(self, _: Filer, __: Filer) -> ClaimedIdentity:
        """The name of one record, which is a slip away from another's, with the other's number."""
        one, other = self._random.choice(self._crowd.near)
        return _claim(one, bar_id=other.bar_id, email=self._random.choice((one.primary_email, "")))

    def _twin(self, text: str) -> str:
        """With one letter or all of them replaced by what looks the same; a full-width letter where none does."""
        fitting = [place for place, letter in enumerate(text) if letter.translate(_TWINS) != letter]
        if not fitting:
            return chr(ord(text[0]) + 0xFEE0) + text[1:]
        if self._random.random() < 0.3:
            return text.translate(_TWINS)
        place = self._random.choice(fitting)
        return text[:place] + text[place].translate(_TWINS) + text[place + 1 :]


def _claim(filer: Filer, **stated: str) -> ClaimedIdentity:
    """A filer's own claim, with what is stated otherwise."""
    own = {"name": filer.full_name, "bar_id": filer.bar_id, "email": filer.primary_email}
    return ClaimedIdentity(**own | stated)


def _unlike(word: str, filer: Filer) -> str:
    """A word that is no slip, short form or other part of the filer's name, and does not begin like one."""
    own = f"{filer.first_name} {filer.middle_name} {filer.last_name}".replace("-", " ").lower().split()
    forms = {form for part in own for form in (part, *nicknames(part))}
    near = any(OSA.distance(word.lower(), part) < _UNLIKE for part in own)
    initials = [part[0] for part in own]
    return word if not near and word.lower() not in forms and word[0].lower() not in initials else "Zyphquorix"


def clean(crowd: Crowd, count: int, seed: int) -> Iterator[Identity]:
    """Filers' own claims, as filers write them."""
    random = Random(seed)
    for filer in random.choices(crowd.filers, k=count):
        name = random.choice((filer.full_name, filer.full_name.upper(), _short(filer)))
        address = random.choice((filer.primary_email, filer.primary_email.upper(), ""))
        yield Identity(kind="clean", claim=_claim(filer, name=name, email=address), meant=filer.ecf_user_id)


def _short(filer: Filer) -> str:
    name = f"{filer.first_name} {filer.last_name}"
    return f"{name}, {filer.suffix}" if filer.suffix else name


def certain_of(identity: ClaimedIdentity, ranking: Ranking, rules: Rules) -> str | None:
    """The record that triage would be certain of, None where of nobody."""
    name, number, address = (
        Stated(value=text, written=text, span=None) if text.strip() else None
        for text in (identity.name, identity.bar_id, identity.email)
    )
    claim = Claim(name=name, bar_id=number, bar_state=identity.bar_state or None, claimed_email=address)
    holds = of_request(claim, ranking, (), rules.triage, NOW)
    return ranking.candidates[0].filer.ecf_user_id if Condition.CERTAIN in holds else None


def judged(identities: Iterator[Identity], crowd: Crowd, rules: Rules) -> tuple[Counter[str], list[Identity]]:
    """By kind how many there were, were certain, and were certain of the wrong person; and these."""
    counts, wrong = Counter[str](), list[Identity]()
    for one in identities:
        certain = certain_of(one.claim, rank(one.claim, crowd.roll, rules.matching), rules)
        counts[one.kind] += 1
        counts[f"{one.kind}: certain"] += certain is not None
        if certain is not None and certain != one.meant:
            wrong.append(one)
    return counts, wrong


def main() -> int:
    """Judge them all; 1 when somebody was mistaken, or too few of the clean were recognised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="hostile identities")
    parser.add_argument("--size", type=int, default=20_000, help="of the roll")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rules, crowd = load_rules(ROOT / "rules"), Crowd(asked.size, asked.seed)
    counts, wrong = judged(Hostile(crowd, asked.seed).draw(asked.count), crowd, rules)
    own, mistaken = judged(clean(crowd, asked.count // 10, asked.seed), crowd, rules)
    recall = (own["clean: certain"] - len(mistaken)) / own["clean"]
    _print(counts, [*wrong, *mistaken])
    print(f"{asked.count:,} hostile: {len(wrong)} certain of a person they do not mean")
    print(f"{own['clean']:,} clean: {recall:.4f} certain of their own record, {len(mistaken)} of another")
    (ROOT / "bench" / "results").mkdir(exist_ok=True)
    figures = {"hostile": asked.count, "wrong": len(wrong), "clean_recall": recall, "clean_wrong": len(mistaken)}
    (ROOT / "bench" / "results" / "identities.json").write_text(json.dumps(figures) + "\n", "utf-8")
    return int(bool(wrong or mistaken) or recall < RECALL)


def _print(counts: Counter[str], wrong: Sequence[Identity]) -> None:
    for kind in sorted(kind for kind in counts if ":" not in kind):
        print(f"{kind:26}{counts[kind]:>8,}{counts[f'{kind}: certain']:>6,} certain")
    for one in wrong[:10]:
        print(f"  {one.kind}: {one.claim}")


if __name__ == "__main__":
    sys.exit(main())
