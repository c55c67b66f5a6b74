"""``flask triage`` and ``flask evaluate``, and what they say of folders and files that are not as expected."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpdesk.cli.dry_run import as_line, dry_runs, groups_of
from helpdesk.cli.scoring import read_labels
from helpdesk.cli.triage import evaluate, triage_
from helpdesk.doors.roster_csv import read_roster
from helpdesk.match import Roll
from helpdesk.rules import Rules
from tests.cast import ADA
from tests.project import CORPUS
from tests.test_story import write_roster

LABELLED = CORPUS / "dev"
ROSTER = LABELLED / "roster.csv"
MAIL = b"From: Ada Filer <ada@filer.example>\nSubject: password\n\nPlease reset my CM/ECF password. Bar 234561.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_roster(tmp_path / "roll.csv", ADA)
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def triage(folder: Path) -> Result:
    return CliRunner().invoke(triage_, [str(folder), "--roster", str(folder.parent / "roll.csv")])


def test_triage_prints_one_object_a_line_and_quarantines_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes((LABELLED / "c001.eml").read_bytes())
    (tmp_path / "b.mbox").write_bytes(b"From x\nSubject: one\n\nhello\n\nFrom y\nSubject: two\n\n>From here\n")
    found = CliRunner().invoke(triage_, [str(tmp_path), "--roster", str(ROSTER)], catch_exceptions=False)
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["file"] for line in lines] == ["a.eml", "b.mbox:1", "b.mbox:2"]
    assert lines[0]["route"] == "ready"
    assert lines[0]["requests"][0]["candidates"][0]["evidence"]


def test_messages_read_together_come_out_as_they_would_one_by_one(rules: Rules) -> None:
    """A message that cannot be read and one that is too large stand among them."""
    strict = replace(rules, mail=replace(rules.mail, largest_message=100_000))
    mails = [(file.name, file.read_bytes()) for file in sorted(LABELLED.glob("*.eml"))[:12]]
    mails[4:4] = [("empty.eml", b" ")]
    mails[9:9] = [("large.eml", MAIL + b"x" * 100_000)]
    roll = Roll.build(read_roster(ROSTER).filers, version="1")
    together = [as_line(one, strict) for one in dry_runs(mails, roll, strict)]
    assert together == [as_line(one, strict) for mail in mails for one in dry_runs([mail], roll, strict)]
    assert [(line["file"], line["problem"]) for line in together if "problem" in line] == [
        ("empty.eml", "It is empty."),
        ("large.eml", "larger than 100000 bytes"),
    ]


def test_few_messages_are_in_memory_at_a_time(rules: Rules) -> None:
    taken: list[int] = []

    def endless() -> Iterator[tuple[str, bytes]]:
        for number in itertools.count():
            taken.append(number)
            yield f"{number}.eml", MAIL if number < 40 else MAIL + b"x" * 600_000

    groups = groups_of(endless(), rules)
    assert [(len(next(groups)), len(taken)) for _ in range(4)] == [(32, 33), (9, 42), (1, 43), (1, 44)]


def test_explain_is_a_readable_page() -> None:
    mail = str(LABELLED / "c001.eml")
    found = CliRunner().invoke(triage_, [mail, "--roster", str(ROSTER), "--explain"], catch_exceptions=False)
    assert "route    ready" in found.stdout


def test_evaluate_prints_the_figures_and_fails_where_a_mail_is_wrongly_called_ready(tmp_path: Path) -> None:
    (tmp_path / "c001.eml").write_bytes((LABELLED / "c001.eml").read_bytes())
    label = read_labels(LABELLED)["c001.eml"]
    arguments = [str(tmp_path), "--roster", str(ROSTER), "--json"]
    for routes, code, wrong in ((["ready"], 0, []), (["review"], 1, ["c001.eml"])):
        (tmp_path / "labels.jsonl").write_text(json.dumps({**label, "accept_routes": routes}) + "\n")
        ran = CliRunner().invoke(evaluate, arguments)
        figures = json.loads(ran.stdout)
        assert (ran.exit_code, figures["messages"], figures["false_ready"]) == (code, 1, wrong)


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
