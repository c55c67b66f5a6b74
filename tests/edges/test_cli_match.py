"""``flask match``: one answer a line, whatever stands in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.cli.match import match
from tests.cast import ADA, GRACE, NAMESAKE
from tests.test_story import write_roster


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roll.csv"
    write_roster(file, ADA, NAMESAKE, GRACE)
    return file


def run(tmp_path: Path, roster: Path, *lines: str) -> tuple[int, list[dict[str, object]], str]:
    file = tmp_path / "requests.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = CliRunner().invoke(match, [str(file), "--roster", str(roster)])
    return ran.exit_code, [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def test_a_request_finds_its_filer_with_probability_candidates_and_time(tmp_path: Path, roster: Path) -> None:
    line = json.dumps({"id": 7, "name": "Ada Filer", "bar_id": "234561", "email": ADA.primary_email})
    code, (answer,), _ = run(tmp_path, roster, line)
    assert code == 0
    assert (answer["id"], answer["filer"]) == (7, ADA.ecf_user_id)
    assert float(str(answer["probability"])) > 0.99
    assert set(answer) == {"id", "filer", "probability", "candidates", "micros"}


def test_somebody_who_is_not_on_the_roll_is_nobody(tmp_path: Path, roster: Path) -> None:
    line = json.dumps({"id": "x", "name": "Zebulon Quartermain", "bar_id": "999999", "email": "z@nowhere.example"})
    code, (answer,), _ = run(tmp_path, roster, line)
    assert (code, answer["filer"]) == (0, None)


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, roster: Path) -> None:
    good = json.dumps({"id": 1, "name": "Grace Hopkinson", "bar_id": None, "email": ""})
    code, answers, problems = run(tmp_path, roster, "{broken", "[1]", '{"id": 2, "name": 5}', good)
    assert code == 1
    assert [answer["id"] for answer in answers] == [1]
    for number in (1, 2, 3):
        assert f"line {number}:" in problems


def test_a_roster_without_a_usable_row_is_refused_and_answers_nothing(tmp_path: Path, roster: Path) -> None:
    header = roster.read_text(encoding="utf-8").splitlines()[0]
    roster.write_text(f"{header}\na,b,c\n", encoding="utf-8")
    code, answers, problems = run(tmp_path, roster, json.dumps({"id": 1, "name": "Ada Filer"}))
    assert (code, answers) == (1, [])
    assert problems.endswith("Error: roll.csv has no usable row.\n")


@pytest.mark.parametrize("number", [234561, "SBN #234561", "CA 234561", "0234561"])
def test_numbers_and_addresses_count_however_they_are_written(tmp_path: Path, roster: Path, number: object) -> None:
    line = json.dumps({"id": 1, "name": "ADA FILER", "bar_id": number, "email": ADA.primary_email.upper()})
    code, (answer,), _ = run(tmp_path, roster, line)
    assert (code, answer["filer"]) == (0, ADA.ecf_user_id)
    assert float(str(answer["probability"])) > 0.99


def test_absurd_lines_are_answered_or_named_and_stop_nothing(tmp_path: Path, roster: Path) -> None:
    long = {"name": "a b " * 100_000, "bar_id": "1" * 100_000, "email": "é" * 100_000 + "@x"}
    huge = json.dumps({"id": "huge", **long})
    half = '{"id": "\\ud800", "name": "a\\ud800b", "bar_id": "\\ud800", "email": "\\ud800@x"}'
    nested = '{"id": 1, "name": ' + "[" * 50_000 + "]" * 50_000 + "}"
    lines = [huge, half, '{"id": NaN}', nested, '{"id": 2, "name": ' + "1" * 5000 + "}", '{"id": 3, "bar_id": true}']
    lines += ['{"id": {"of": [1e999]}}']
    code, answers, problems = run(tmp_path, roster, *lines, "{}")
    assert code == 1
    assert [answer["id"] for answer in answers] == ["huge", "\ud800", None]
    for number in (3, 4, 5, 6, 7):
        assert f"line {number}:" in problems
