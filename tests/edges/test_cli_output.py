"""Where a command's output goes: a full disk, a pipe that closes, a terminal that lacks letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast import ADA
from tests.project import PROJECT
from tests.test_story import write_roster

MAIL = """From: "Ada \u0141ukasz Filer" <ada@filer.example>
Subject: password

Please reset my CM/ECF password. Ada \u0141ukasz, Bar 234561.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_roster(tmp_path / "roll.csv", ADA)
    (tmp_path / "a.eml").write_text(MAIL, encoding="utf-8")
    (tmp_path / os.fsdecode(b"b\xff.eml")).write_text(MAIL, encoding="utf-8")
    return tmp_path


def triage(
    folder: Path, *words: str, encoding: str = "utf-8", to: str = "-", through: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """The dry run in a process of its own, its output in this encoding, kept or written to a file."""
    command = [
        *through,
        sys.executable,
        "-m",
        "flask",
        "triage",
        str(folder),
        "--roster",
        str(folder / "roll.csv"),
        *words,
    ]
    env = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": encoding}
    if to == "-":
        return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, timeout=60)
    with Path(to).open("wb") as output:
        return subprocess.run(command, cwd=PROJECT, env=env, stdout=output, stderr=subprocess.PIPE, timeout=60)


def test_a_full_disk_is_told_in_one_line(folder: Path) -> None:
    ran = triage(folder, to="/dev/full")
    assert ran.returncode == 1
    assert ran.stderr.decode() == "Error: The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_stream_that_is_closed_is_no_trouble(folder: Path, closed: str) -> None:
    ran = triage(folder, through=("sh", "-c", f'exec "$@" {closed}', "sh"))
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert len(ran.stdout.splitlines()) == (0 if closed == ">&-" else 2)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_letters_that_the_output_does_not_take_are_spelled_out_in_json(folder: Path, encoding: str) -> None:
    ran = triage(folder, encoding=encoding)
    assert (ran.returncode, ran.stderr) == (0, b"")
    lines = [json.loads(line) for line in ran.stdout.decode(encoding).splitlines()]
    assert [os.fsencode(line["file"]) for line in lines] == [b"a.eml", b"b\xff.eml"]
    assert {line["requests"][0]["name"] for line in lines} == {"Ada \u0141ukasz"}


def test_letters_that_a_terminal_lacks_do_not_end_the_page(folder: Path) -> None:
    ran = triage(folder, "--explain", encoding="latin-1")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Ada \\u0141ukasz" in ran.stdout
    assert b"b\\udcff.eml" in ran.stdout
