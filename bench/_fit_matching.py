"""Fits the calibration in rules/matching.toml: `python -m bench._fit_matching ROSTER.csv REQUESTS.jsonl`.

Prints the [calibration] table to put there. How well such a table holds on other requests is what bench.match reports
as "calibrated on the rest": there the table is fitted on one half and measured on the other.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.match import ROOT, labelled
from helpdesk.cli.calibrate import calibration_table
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll
from helpdesk.match.calibration import fitted
from helpdesk.match.ranking.refit import Judged, outcomes_of
from helpdesk.rules import load_rules


def main() -> None:
    """Print the fitted table."""
    roster, labels = map(Path, sys.argv[1:3])
    matching = load_rules(ROOT / "rules").matching
    roll = Roll.build(read_roster(roster).filers, roster.name)
    judged = [Judged(claim=request.claim, filer=request.truth) for request in labelled(labels)]
    knots = fitted(outcome for one in judged for outcome in outcomes_of(one, roll, matching))
    source = f"all requests of {labels.name} on {roster.name}"
    print(calibration_table(knots, source, len(judged), datetime.now(UTC).date()), end="")


if __name__ == "__main__":
    main()
