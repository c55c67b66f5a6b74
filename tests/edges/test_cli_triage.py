"""``flask triage`` and ``flask evaluate``: what they say of folders and files that are not as expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpdesk.cli.triage import evaluate, triage_
from tests.cast import ADA
from tests.test_story import write_roster

MAIL = b"From: Ada Filer <ada@filer.example>\nSubject: password\n\nPlease reset my CM/ECF password. Bar 234561.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_roster(tmp_path / "roll.csv", ADA)
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def triage(folder: Path) -> Result:
    return CliRunner().invoke(triage_, [str(folder), "--roster", str(folder.parent / "roll.csv")])


def test_a_file_that_cannot_be_read_is_named_and_bars_no_other(folder: Path) -> None:
    (folder / "a.eml").symlink_to(folder / "nowhere")
    (folder / "b.eml").write_bytes(MAIL)
    ran = triage(folder)
    assert [json.loads(line)["file"] for line in ran.stdout.splitlines()] == ["b.eml"]
    assert ran.exit_code == 1
    assert ran.stderr.splitlines() == [
        f"Error: {folder / 'a.eml'} cannot be read: No such file or directory",
        "1 file left out.",
    ]


def test_a_folder_without_mail_is_told_of(folder: Path) -> None:
    (folder / "notes.txt").write_text("no mail\n")
    ran = triage(folder)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "No mail found" in ran.stderr


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{}\n", "line 1: lacks file, category, route, accept_routes, urgent, requests"),
        ("\nthree\n", "line 2: is not a JSON object"),
        ("3\n", "line 1: is not a JSON object"),
    ],
)
def test_labels_that_cannot_be_used_are_refused_with_file_and_line(
    folder: Path, labels: str | None, said: str
) -> None:
    if labels is not None:
        (folder / "labels.jsonl").write_text(labels)
    ran = CliRunner().invoke(evaluate, [str(folder), "--roster", str(folder.parent / "roll.csv")])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.rstrip().endswith(said)
