"""Writes ``roll.csv``: the cast of the sample mails and more than two thousand other invented filers.

Run by hand (``python -m helpdesk.service.demo.make_roll``) when ``cast.csv`` or ``names.toml`` changes; the same
seed gives the same file. Addresses end in .example and telephone numbers are 555-01xx, so that none can be real.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
SEED = 20200302
HOW_MANY = 2_300
AS_OF = date(2026, 11, 20)  # the day on which the roll is true; the demo moves recent changes along with the clock
LENGTHS = {"IL": 7, "MD": 5, "NY": 7, "TX": 8, "FL": 6, "AZ": 6, "NV": 5, "WA": 5}  # digits of a bar number
STATUSES = {"active": 925, "inactive": 40, "retired": 15, "suspended": 10, "deceased": 6, "disbarred": 4}
LINKED = {"no": 94, "yes": 4, "": 2}
KINDS = {"attorney": 86, "pro_hac_vice": 7, "government": 5, "pro_se": 2}

Row = dict[str, str]


def main() -> None:
    """Write the roll next to this file."""
    cast = list(csv.DictReader((HERE / "cast.csv").read_text(encoding="utf-8").splitlines()))
    rows = [*cast, *invented(Random(SEED), taken=cast)]
    with (HERE / "roll.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(cast[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def invented(random: Random, *, taken: list[Row]) -> list[Row]:
    """Filers with logins, addresses and bar numbers of their own; a few share a name, like real people."""
    inventor = _Inventor(random, taken)
    rows: list[Row] = []
    for number in range(HOW_MANY):
        row = inventor.filer(number)
        if rows and random.random() < 0.02:  # a namesake, or a parent (who now needs a suffix) and child
            row = inventor.relative(row, rows[-1])
        rows.append(inventor.unique(row))
    return rows


class _Inventor:
    def __init__(self, random: Random, taken: list[Row]) -> None:
        self.random = random
        self.names = _names()
        self.used = {row[key] for row in taken for key in ("login", "primary_email")}
        self.used |= {f"{row['bar_state']} {row['bar_id']}" for row in taken}

    def filer(self, number: int) -> Row:
        kind = self._weighted(KINDS)
        city, state, area = self._city(away=kind == "pro_hac_vice")
        first, last = self._first(), self._last()
        firm, domain = self._firm(kind, last)
        admitted = date(1974, 6, 1) + timedelta(days=self.random.randrange(45 * 365))
        return {
            "ecf_user_id": str(210_000 + 7 * number),
            "login": "",
            "last_name": last,
            "first_name": first,
            "middle_name": self._middle(),
            "suffix": self.random.choice(("Jr.", "II", "III", "Sr.")) if self.random.random() < 0.01 else "",
            "bar_state": "" if kind == "pro_se" else state if kind == "pro_hac_vice" else "CA",
            "bar_id": self._bar_id(kind, state, admitted),
            "firm": firm,
            "primary_email": f"{self._local_part(first, last)}@{domain}",
            "secondary_emails": self._secondary(domain),
            "phone": f"{area}-555-01{self.random.randrange(100):02}",
            "city": city,
            "state": state,
            "user_type": kind,
            "status": self._weighted(STATUSES),
            "admitted_on": admitted.isoformat(),
            "email_changed_on": self._email_changed(),
            "pacer_linked": self._weighted(LINKED),
        }

    def relative(self, row: Row, other: Row) -> Row:
        """Somebody with the other's name; every second time a child in the same firm."""
        same_name = row | {key: other[key] for key in ("first_name", "middle_name", "last_name")}
        local = self._local_part(other["first_name"], other["last_name"])
        if self.random.random() < 0.5:
            return same_name | {"primary_email": f"{local}.{row['ecf_user_id'][-3:]}@{_domain(row)}"}
        other["suffix"] = "Sr."
        return same_name | {
            "suffix": "Jr.",
            "firm": other["firm"],
            "primary_email": f"{local}.jr@{_domain(other)}",
        }

    def unique(self, row: Row) -> Row:
        """The row with login, address and bar number that nobody has yet."""
        row["login"] = self._free(_plain(row["first_name"])[:1] + _plain(row["last_name"]), "{}{}")
        local, domain = row["primary_email"].split("@")
        row["primary_email"] = self._free(local, "{}{}@" + domain)
        while row["bar_id"] and f"{row['bar_state']} {row['bar_id']}" in self.used:
            row["bar_id"] = str(int(row["bar_id"]) + 1).zfill(len(row["bar_id"]))
        self.used.add(f"{row['bar_state']} {row['bar_id']}")
        return row

    def _free(self, stem: str, pattern: str) -> str:
        tries = (pattern.format(stem, counter or "") for counter in (0, *range(2, 1000)))
        found = next(name for name in tries if name not in self.used)
        self.used.add(found)
        return found

    def _weighted(self, weights: Mapping[str, int]) -> str:
        return self.random.choices(list(weights), weights=list(weights.values()))[0]

    def _city(self, *, away: bool) -> tuple[str, str, str]:
        cities = self.names["other_states" if away else "cities"]
        city, state, area, _ = self.random.choices(cities, weights=[weight for *_, weight in cities])[0]
        return city, state, area

    def _first(self) -> str:
        return str(self.random.choice(self.names["common_first" if self.random.random() < 0.2 else "first"]))

    def _last(self) -> str:
        one = str(self.random.choice(self.names["common_last" if self.random.random() < 0.12 else "last"]))
        if " " not in one and self.random.random() < 0.03:
            return f"{one}-{self.random.choice(self.names['common_last'])}"
        return one

    def _middle(self) -> str:
        roll = self.random.random()
        if roll < 0.45:
            return ""
        return f"{self.random.choice('ABCDEFGHJKLMNPRSTVW')}." if roll < 0.85 else self._first()

    def _firm(self, kind: str, last: str) -> tuple[str, str]:
        if kind == "government":
            agency, domain = self.random.choice(self.names["agencies"])
            return agency, domain
        if kind == "pro_se" or self.random.random() < 0.06:
            return "", self.random.choice(self.names["home_mail"])
        partners = {"a": last, "b": self._last(), "c": self._last()}
        firm = self.random.choice(self.names["firms"]).format_map(partners)
        second = _plain(partners["b"]) if partners["b"] in firm else self.random.choice(("law", "legal", "firm"))
        return firm, f"{_plain(last)}{second}.example"

    def _local_part(self, first: str, last: str) -> str:
        first, last = _plain(first), _plain(last)
        return self.random.choice(
            (f"{first}.{last}", f"{first[0]}{last}", first, f"{first}{last[0]}", f"{last}.{first[0]}")
        )

    def _secondary(self, domain: str) -> str:
        if domain in self.names["home_mail"] or self.random.random() < 0.6:
            return ""
        boxes = ("docket", "efiling", "assistant", "calendar", "litigation", "office")
        return ";".join(f"{box}@{domain}" for box in self.random.sample(boxes, self.random.choice((1, 1, 2))))

    def _email_changed(self) -> str:
        roll = self.random.random()
        if roll < 0.7:
            return ""
        days = self.random.randrange(1, 30) if roll > 0.98 else self.random.randrange(60, 3_000)
        return (AS_OF - timedelta(days=days)).isoformat()

    def _bar_id(self, kind: str, state: str, admitted: date) -> str:
        if kind == "pro_se" or (kind == "government" and self.random.random() < 0.4):
            return ""
        if kind == "pro_hac_vice":
            digits = LENGTHS[state]
            return str(self.random.randrange(10 ** (digits - 2), 10 ** (digits - 1) * 9)).zfill(digits)
        # California numbers its members in the order of admission.
        return str(60_000 + round((admitted.year - 1974) * 5_900 + self.random.randrange(5_900)))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha()) or "filer"


def _domain(row: Row) -> str:
    return row["primary_email"].split("@")[1]


def _names() -> dict[str, Any]:
    names = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
    several = names["several_words"]
    last = names["last"]
    for surname in several:
        last = last.replace(surname, "")
    names["last"] = [*last.split(), *several]
    for key in ("first", "common_first", "common_last"):
        names[key] = names[key].split()
    return names


if __name__ == "__main__":
    main()
