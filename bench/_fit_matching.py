"""Fits the calibration in rules/matching.toml: `python -m bench._fit_matching ROSTER.csv REQUESTS.jsonl`.

Prints the [calibration] table to put there, from every other request; bench.match reports on the others.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.match import ROOT, labelled
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll, rank
from helpdesk.match.calibration import UNCALIBRATED, fitted, log2_odds
from helpdesk.rules import load_rules


def main() -> None:
    """Print the fitted table."""
    roster, labels = map(Path, sys.argv[1:3])
    matching = load_rules(ROOT / "rules").matching
    plain = replace(matching, calibration=replace(matching.calibration, knots=UNCALIBRATED))
    roll = Roll.build(read_roster(roster).filers, roster.name)
    requests = labelled(labels)[::2]
    outcomes = [
        (log2_odds(candidate.probability), candidate.filer.ecf_user_id == request.truth)
        for request in requests
        for candidate in rank(request.claim, roll, plain).candidates
    ]
    print("[calibration]\nknots = [")
    for odds, probability in fitted(outcomes):
        print(f"    [{odds}, {probability:.6g}],")
    print(f']\nfitted_on = "every other request of {labels.name} on {roster.name}"')
    print(f"requests = {len(requests)}\nas_of = {datetime.now(UTC).date()}")


if __name__ == "__main__":
    main()
