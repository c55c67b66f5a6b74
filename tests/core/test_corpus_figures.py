"""The labelled mailboxes, scored; run with -s to see the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.corpus import measure
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll
from helpdesk.rules import Rules

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


@pytest.mark.parametrize(
    "folders", [("dev", "own"), ("third",), ("fourth",), ("fifth",), ("sixth",), ("seventh",), ("eighth",)]
)
def test_labelled_mail_is_understood(folders: tuple[str, ...], rules: Rules) -> None:
    roll = Roll.build(read_roster(CORPUS / folders[0] / "roster.csv").filers, "1")
    for folder in folders:
        check_figures(folder, roll, rules)


STRANGERS = (
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth"),
    "letters",
)


@pytest.mark.parametrize("folder", STRANGERS)
def test_mail_of_strangers_is_understood(folder: str, rules: Rules) -> None:
    """Mail of writers who saw neither code nor rules, each measured before anybody looked (docs/decisions/11)."""
    roll = Roll.build(read_roster(CORPUS / folder / "roster.csv").filers, "1")
    result = measure(CORPUS / folder, roll, rules)
    print(f"\n{folder}: {json.dumps(result.as_json(), indent=1)}")
    assert result.false_ready == []
    assert result.replies_to_ignored == []
    assert result.ready_share >= 0.74
    assert result.category_accuracy >= 0.95
    assert result.accepted_share >= 0.97
    assert all(result.fields[field].accuracy >= 0.92 for field in ("name", "bar_id", "email"))


@pytest.mark.parametrize(("folder", "ready"), [("traps", 0.95), ("snares", 0.85)])
def test_traps_are_seen_and_what_only_looks_like_one_is_not(folder: str, ready: float, rules: Rules) -> None:
    """Requests, most of them complete, that a clerk holds or that are none, and plain ones that look like them.

    Their category and particulars are often a matter of taste, so that they are not counted.
    """
    roll = Roll.build(read_roster(CORPUS / folder / "roster.csv").filers, "1")
    result = measure(CORPUS / folder, roll, rules)
    print(f"\n{folder}: {json.dumps(result.as_json(), indent=1)}")
    assert result.false_ready == []
    assert result.replies_to_ignored == []
    assert result.ready_share >= ready
    assert result.accepted_share >= 0.95


def check_figures(folder: str, roll: Roll, rules: Rules) -> None:
    """The goals hold on mail that the rules were made with; of other mail they say little."""
    result = measure(CORPUS / folder, roll, rules)
    print(f"\n{folder}: {json.dumps(result.as_json(), indent=1)}")
    assert result.false_ready == []
    assert result.replies_to_ignored == []
    assert result.ready_share >= 0.95 or result.labelled_ready - result.ready == 1
    assert result.category_accuracy >= 0.93
    assert result.accepted_share >= 0.95
    assert result.fields["bar_id"].accuracy >= 0.98
    assert result.fields["email"].accuracy >= 0.97
    assert result.fields["name"].accuracy >= 0.95
