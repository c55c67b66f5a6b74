"""A wrong rules file is refused with file, key and reason; the running service keeps the last good one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.desk import Desk, desk
from helpdesk.errors import RulesError
from helpdesk.patterns import Pattern
from helpdesk.rules import load_rules
from helpdesk.vocabulary import Category
from tests.project import PROJECT
from tests.rules_folder import edit, rules_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return rules_folder(tmp_path)


def test_the_projects_own_rules_are_right() -> None:
    assert len(load_rules(PROJECT / "rules").digest) == 64


def test_case_46_rules_of_a_court_that_do_not_speak_of_it_ask_for_the_password_as_the_shipped_ones_do(
    folder: Path,
) -> None:
    shipped = load_rules(folder).approvals.password_again
    edit(folder, "approvals.toml", "[password_again]\nminutes = 15\n", "")
    edit(folder, "approvals.toml", 'before = ["agree", "approve_several", "roster", "staff"]\n', "")
    assert load_rules(folder).approvals.password_again == shipped


def test_the_digest_changes_with_every_byte(folder: Path) -> None:
    before = load_rules(folder).digest
    with (folder / "mail.toml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert load_rules(folder).digest != before


@pytest.mark.parametrize(
    ("file", "before", "after", "key", "reason"),
    [
        ("mail.toml", "undo_seconds = 15", "undo_seconds = -1", "undo_seconds", "greater than or equal to 0"),
        ("mail.toml", "undo_seconds = 15", 'undo_seconds = "soon"', "undo_seconds", "integer"),
        ("mail.toml", "undo_seconds = 15", "undo_second = 15", "undo_second", "is not a known key"),
        ("mail.toml", "undo_seconds = 15", "undo_seconds 15", "", "is not valid TOML"),
        ("mail.toml", "undo_seconds = 15", "undo_seconds = " + "9" * 5000, "", "is not valid TOML"),
        ("mail.toml", "undo_seconds = 15", "undo_seconds = " + "[" * 5000, "", "it is nested too deeply"),
        ("mail.toml", "text_days = 90", "text_days = 29", "keep", "original_days is more than text_days"),
        ("court.toml", 'short_name = "casd"', "", "short_name", "is missing"),
        ("court.toml", '"America/Los_Angeles"', '"San Diego"', "timezone", "not a time zone"),
        ("courts.toml", r"'\bcacd\b'", r"'(cacd'", "courts.cacd.patterns", "is not accepted"),
        ("courts.toml", r"'\bcacd\b'", r"'(?=cacd)'", "courts.cacd.patterns", "is not accepted"),
        ("courts.toml", r"'\bcacd\b'", "'" + "a" * 2001 + "'", "courts.cacd.patterns", "longer than 2000"),
        ("approvals.toml", '"email_differs"', '"email_difers"', "second.1.when", "'always'"),
        ("approvals.toml", '"email_differs"', '"unknown_sender"', "second", "names 'unknown_sender' twice"),
        ("approvals.toml", 'role = "supervisor"', 'role = "boss"', "second.0.role", "'clerk'"),
        ("approvals.toml", '"approve_several"', '"aprove"', "password_again.before.1", "'approve_several'"),
        ("approvals.toml", "share = 0.01", "share = 1.5", "roster.share", "less than or equal to 1"),
        ("approvals.toml", "filer_day = 3", "filer_day = 0", "limits.filer_day", "greater than or equal to 1"),
        ("replies.toml", 'spam = ""\n', "", "by_category", "spam"),
        ("replies.toml", 'spam = ""', 'spma = ""', "by_category", ""),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_reason(
    folder: Path, file: str, before: str, after: str, key: str, reason: str
) -> None:
    edit(folder, file, before, after)
    with pytest.raises(RulesError) as caught:
        load_rules(folder)
    assert caught.value.file == file
    assert caught.value.key.startswith(key)
    assert reason in str(caught.value)


def test_case_35_a_pattern_takes_no_longer_than_its_text_is_or_it_is_refused() -> None:
    """Elsewhere the first of these would never end."""
    assert Pattern("(a+)+$").search("a" * 1_000_000 + "b") is None
    for hostile in (r"(a)\1", "(?=a)", "(?<!a)b", "a{1001}", "((a{100}){100}){100}"):
        with pytest.raises(ValueError, match="is not accepted"):
            Pattern(hostile)


def test_a_missing_or_binary_file_is_refused(folder: Path) -> None:
    (folder / "court.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match="not UTF-8"):
        load_rules(folder)
    (folder / "court.toml").unlink()
    with pytest.raises(RulesError, match="is missing"):
        load_rules(folder)


def test_the_running_service_keeps_the_last_good_rules(sqlite_app: Flask, folder: Path) -> None:
    with sqlite_app.app_context():
        running = Desk(replace(desk().config, rules_dir=folder))
        good = running.rules
        edit(folder, "mail.toml", "undo_seconds = 15", "undo_seconds = -1")
        assert running.rules == good
        assert "undo_seconds" in running.rules_problem
        edit(folder, "mail.toml", "undo_seconds = -1", "undo_seconds = 20")
        assert running.rules.mail.undo_seconds == 20
        assert running.rules_problem == ""


def test_rules_and_letters_that_name_one_another_come_into_force_in_whatever_order_they_are_changed(
    sqlite_app: Flask, folder: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    shutil.copytree(PROJECT / "templates" / "mail", letters)
    with sqlite_app.app_context():
        running = Desk(replace(desk().config, rules_dir=folder, letters_dir=letters))
        edit(folder, "replies.toml", 'general = "general"', 'general = "welcome"')
        assert running.rules.replies.by_category[Category.GENERAL] == "general"
        assert "welcome" in running.rules_problem
        shutil.copytree(letters / "general", letters / "welcome")
        assert running.rules.replies.by_category[Category.GENERAL] == "welcome"

        shutil.rmtree(letters / "shared_account")
        assert "shared_account" in running.letters.names()
        assert "shared_account" in running.letters.problem
        edit(folder, "replies.toml", 'reply = "shared_account"', 'reply = "welcome"')
        assert "shared_account" not in running.rules.replies.letters()
        assert "shared_account" not in running.letters.names()
        assert (running.rules_problem, running.letters.problem) == ("", "")
