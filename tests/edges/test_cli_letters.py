"""``flask letters`` as a court's own checks run it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.commands import flask
from tests.edges import mailroom
from tests.project import PROJECT


def test_letters_are_checked_before_they_are_put_in_force(sqlite_url: str, tmp_path: Path) -> None:
    env = mailroom.environment(sqlite_url)
    folder = Path(shutil.copytree(PROJECT / "templates" / "mail", tmp_path / "mail"))
    good = flask("letters", "check", str(folder), env=env)
    assert (good.returncode, good.stdout) == (0, f"{len(list(folder.iterdir()))} letters are in order.\n")

    (folder / "general" / "body.txt").write_text("word " * 130, encoding="utf-8")
    long = flask("letters", "check", str(folder), env=env)
    assert long.returncode == 0
    assert "note: general (en): 130 words" in long.stdout

    (folder / "general" / "body.txt").write_text("Dear\n{{ filer.first_name }}", encoding="utf-8")
    refused = flask("letters", "check", str(folder), env=env)
    assert refused.returncode == 1
    assert refused.stdout.startswith("general/body.txt, line 2: 'filer.first_name' is not known to this letter.")
    assert "The letters are refused." in refused.stderr

    started = flask("letters", "check", env=env | {"HELPDESK_LETTERS_DIR": str(folder)})
    assert started.returncode == 1
    assert "Error: general/body.txt, line 2" in started.stderr


def test_a_letter_can_be_read(sqlite_url: str) -> None:
    shown = flask(
        "letters", "show", "ask", "--missing", "bar_id", "--language", "es", env=mailroom.environment(sqlite_url)
    )
    assert shown.returncode == 0
    assert shown.stdout.startswith("Necesitamos un dato más\n\nUsted pidió ayuda")
    unknown = flask("letters", "show", "no_such_letter", env=mailroom.environment(sqlite_url))
    assert unknown.returncode == 1
    assert "There is no letter named 'no_such_letter'" in unknown.stderr
