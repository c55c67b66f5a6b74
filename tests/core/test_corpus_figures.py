"""The labelled mailboxes, scored; run with -s to see the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.corpus import measure
from helpdesk.cli.triage import evaluate, triage_
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll
from helpdesk.rules import Rules

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
ROSTER = CORPUS / "dev" / "roster.csv"


@pytest.mark.parametrize(
    "folders", [("dev", "own"), ("third",), ("fourth",), ("fifth",), ("sixth",), ("seventh",), ("eighth",)]
)
def test_labelled_mail_is_understood(folders: tuple[str, ...], rules: Rules) -> None:
    roll = Roll.build(read_roster(CORPUS / folders[0] / "roster.csv").filers, "1")
    for folder in folders:
        check_figures(folder, roll, rules)


STRANGERS = (
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
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


def test_triage_prints_one_object_a_line_and_quarantines_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes((CORPUS / "dev" / "c001.eml").read_bytes())
    (tmp_path / "b.mbox").write_bytes(b"From x\nSubject: one\n\nhello\n\nFrom y\nSubject: two\n\n>From here\n")
    found = CliRunner().invoke(triage_, [str(tmp_path), "--roster", str(ROSTER)], catch_exceptions=False)
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["file"] for line in lines] == ["a.eml", "b.mbox:1", "b.mbox:2"]
    assert lines[0]["route"] == "ready"
    assert lines[0]["requests"][0]["candidates"][0]["evidence"]


def test_explain_is_a_readable_page() -> None:
    mail = str(CORPUS / "dev" / "c001.eml")
    found = CliRunner().invoke(triage_, [mail, "--roster", str(ROSTER), "--explain"], catch_exceptions=False)
    assert "route    ready" in found.stdout


def test_evaluate_prints_the_figures() -> None:
    arguments = [str(CORPUS / "dev"), "--roster", str(ROSTER), "--json"]
    found = CliRunner().invoke(evaluate, arguments, catch_exceptions=False)
    assert json.loads(found.stdout)["messages"] == 122
