"""``flask triage`` and ``flask evaluate``, and what they say of folders and files that are not as expected."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpdesk.cli.dry_run import as_line, dry_runs, groups_of, messages_in
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


HUGE = 4 << 30  # bytes of a sparse file, which takes no room on the disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_roster(tmp_path / "roll.csv", ADA)
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def triage(folder: Path, roll: Path | None = None) -> Result:
    return CliRunner().invoke(triage_, [str(folder), "--roster", str(roll or folder.parent / "roll.csv")])


def test_a_huge_message_is_told_of_and_not_read_whole(folder: Path) -> None:
    (folder / "a.eml").write_bytes(MAIL)
    for name, begins in (("b.eml", MAIL), ("c.mbox", b"From x\n" + MAIL)):
        with (folder / name).open("wb") as file:
            file.write(begins)
            file.truncate(40 << 20)
    with (folder / "c.mbox").open("ab") as file:
        file.write(b"\n\nFrom y\n" + MAIL)
    found = triage(folder)
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["file"] for line in lines] == ["a.eml", "b.eml", "c.mbox:1", "c.mbox:2"]
    assert ["larger than" in str(line) for line in lines] == [False, True, True, False]


def test_of_an_endless_file_no_more_is_read_than_is_needed(folder: Path) -> None:
    with (folder / "b.eml").open("wb") as file:
        file.truncate(HUGE)
    ((_, raw),) = messages_in(folder / "b.eml", 1_000)
    assert len(raw) == 1_001


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


def test_a_link_that_leads_back_is_not_followed(folder: Path) -> None:
    (folder / "a.eml").write_bytes(MAIL)
    (folder / "b").mkdir()
    (folder / "b" / "again").symlink_to(folder)
    (folder / "c").symlink_to(folder / "b")
    ran = triage(folder)
    assert (ran.exit_code, len(ran.stdout.splitlines())) == (0, 1)


def test_what_is_no_file_is_named_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "a.eml")
    (folder / "b.eml").write_bytes(MAIL)
    ran = triage(folder)
    assert [json.loads(line)["file"] for line in ran.stdout.splitlines()] == ["b.eml"]
    assert (ran.exit_code, ran.stderr.splitlines()[0]) == (
        1,
        f"Error: {folder / 'a.eml'} cannot be read: it is no file",
    )


@pytest.mark.parametrize("mails", [MAIL, b"From x\n" + MAIL + b"\nFrom y\n" + MAIL])
def test_a_pipe_that_is_named_is_read_once_and_whole(folder: Path, mails: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, mails)
    os.close(writing)
    ran = triage(Path(f"/dev/fd/{reading}"), folder.parent / "roll.csv")
    os.close(reading)
    assert [json.loads(line)["category"] for line in ran.stdout.splitlines()] == ["password_reset"] * mails.count(
        MAIL
    )


@pytest.mark.parametrize("begins", [b"", b"\xef\xbb\xbfFrom a\n"])
def test_what_stands_before_an_mbox_files_first_message_is_not_lost_unnoticed(folder: Path, begins: bytes) -> None:
    (folder / "a.mbox").write_bytes(begins + MAIL + b"\nFrom b\n" + MAIL)
    (folder / "b.mbox").write_bytes(MAIL)
    (folder / "c.mbox").write_bytes(b"\n\nFrom c\n" + MAIL)
    (folder / "d.mbox").write_bytes(b"")
    ran = triage(folder)
    assert [json.loads(line)["file"] for line in ran.stdout.splitlines()] == ["a.mbox:1", "c.mbox:1"]
    said = 'an mbox file begins with a line "From …"; what stands before the first such line was left out'
    assert ran.exit_code == 1
    assert ran.stderr.splitlines() == [
        f"Error: {folder / 'a.mbox'}: {said}",
        f"{folder / 'b.mbox'}: {said}",
        "2 files left out.",
    ]


LABEL: dict[str, object] = {
    "file": "a.eml",
    "category": "password_reset",
    "route": "ask",
    "accept_routes": ["ask"],
    "urgent": False,
    "requests": [],
}


def label(**changed: object) -> str:
    return json.dumps(LABEL | changed)


def test_labels_without_a_mail_are_told_and_none_with_one_is_no_score(folder: Path) -> None:
    (folder / "a.eml").write_bytes(MAIL)
    (folder / "labels.jsonl").write_text(f"{label()}\n{label(file='b.eml')}\n")
    words = [str(folder), "--roster", str(folder.parent / "roll.csv")]
    ran = CliRunner().invoke(evaluate, words)
    assert (ran.exit_code, ran.stderr) == (0, "Notice: 1 label without a mail: b.eml\n")
    (folder / "a.eml").unlink()
    ran = CliRunner().invoke(evaluate, words)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert f"Error: No mail of {folder} has a label." in ran.stderr


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{}\n", "line 1: lacks file, category, route, accept_routes, urgent, requests"),
        ("\nthree\n", "line 2: is not a JSON object"),
        ("3\n", "line 1: is not a JSON object"),
        ("[" * 100_000, "line 1: is not a JSON object"),
        (json.dumps(list(LABEL)), "line 1: is not a JSON object"),
        ("\udcff\n", "is not UTF-8 text (byte 0)"),
        (label(file=[], accept_routes=1), "line 1: file, accept_routes cannot be used"),
        (label(requests=[1]), "line 1: requests cannot be used"),
        (label(requests=[{"name": 1}]), "line 1: requests cannot be used"),
    ],
)
def test_labels_that_cannot_be_used_are_refused_with_file_and_line(
    folder: Path, labels: str | None, said: str
) -> None:
    if labels is not None:
        (folder / "labels.jsonl").write_bytes(os.fsencode(labels))
    ran = CliRunner().invoke(evaluate, [str(folder), "--roster", str(folder.parent / "roll.csv")])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.rstrip().endswith(said)
