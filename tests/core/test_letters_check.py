"""A template that could say something of the roll, or could run away, is refused with file, line and reason."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from helpdesk.letters import LetterError, Letters, load_library
from helpdesk.letters.check import LARGEST_TEMPLATE, problems_of
from helpdesk.letters.facts import KNOWN, Audience
from helpdesk.rules import Rules
from tests.cast import NOW
from tests.project import PROJECT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the court's letters that may be edited."""
    return Path(shutil.copytree(PROJECT / "templates" / "mail", tmp_path / "mail"))


def refused(source: str, audience: Audience = Audience.REQUESTER) -> str:
    """What is said about a template, all of it."""
    return "\n".join(str(problem) for problem in problems_of("ask/body.txt", source, audience))


@pytest.mark.parametrize(
    "source",
    [
        "{{ filer.primary_email }}",
        "{{ filer }}",
        "{{ record.status }}",
        "{{ primary_email }}",
        "{{ candidates[0].filer.login }}",
        "{% if probability > 0.9 %}We know you.{% endif %}",
        "{% if not candidates %}We do not know you.{% endif %}",
        "{{ decision.route }}",
        "{{ link }}",
        "{{ ticket.sender_address }}",
        "{{ message.subject }}",
        "{% set filer = court %}{{ filer }}",
    ],
)
def test_nothing_of_the_roll_is_known_to_a_letter_to_a_requester(source: str) -> None:
    said = refused("Hello,\n\n" + source)
    assert said.startswith("ask/body.txt, line 3: ")
    assert "is not known to this letter" in said or "is not allowed" in said


def test_the_reason_tells_what_there_is_instead() -> None:
    said = refused("Dear {{ filer.first_name }}")
    assert "'filer.first_name' is not known to this letter" in said
    assert "holds nothing of the roll" in said
    assert "there is only: court, go_live, hours, live, missing, number, other_court" in said


@pytest.mark.parametrize(
    "source",
    [
        "{{ court.__class__.__mro__ }}",
        "{{ court.own_addresses }}",
        "{{ ''.__class__ }}",
        "{{ court.name.upper() }}",
        "{{ court['name'] }}",
        "{{ court }}",
        "{{ court if live else number }}",
        "{{ number if live else (court or number) }}",
        "{{ other_court or 'x' }}",
        "{{ live and court }}",
        "{{ missing }}",
        "{{ missing or number }}",
        "{{ live }}",
        "{{ not live }}",
        "{{ live == true }}",
        "{{ none }}",
        "{{ court|length }}",
        "{{ missing|join }}",
        "{{ missing|attr('__class__') }}",
        "{{ number * 10 ** 9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ range(10) }}",
        "{{ lipsum.__globals__.os }}",
        "{{ self }}",
        "{{ [1, 2] }}",
        "{{ 1.5 }}",
        "{% for item in missing %}{{ item }}{% endfor %}",
        "{% include 'ask/body.txt' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block b %}{% endblock %}",
        "{% macro m() %}{% endmacro %}",
        "{% call m() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% set x = 1 %}",
        "{% with x = number %}x{% endwith %}",
        "{{ number ~ number }}",
        "{{ number is defined }}",
        "{{ }}",
        "{% if %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "x" * (LARGEST_TEMPLATE + 1),
    ],
)
def test_whatever_is_not_plainly_harmless_is_refused(source: str) -> None:
    assert refused(f"Hello {source}")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ other_court.name }}", "no other court recognised"),
        ("{% if live %}{% else %}Hello{% endif %}", "after go-live"),
        ("{{ 1 if missing > 3 else 2 }}", "fails"),
        ("word " * 300, "at most 120 are read"),
    ],
)
def test_every_way_through_a_template_is_tried(source: str, reason: str) -> None:
    assert reason in refused(source)


@pytest.mark.parametrize("source", ["", "{# nothing #}", "two\nlines", "x" * 100, "{% if live %}x{% endif %}"])
def test_a_subject_is_one_line_with_something_in_it(source: str) -> None:
    assert problems_of("ask/subject.txt", source, Audience.REQUESTER)


@pytest.mark.parametrize(
    "source",
    [
        "{% if live %}" * 120 + "x" + "{% endif %}" * 120,
        "{% if " + " and ".join(["live"] * 300) + " %}x{% endif %}",
        "{{ court" + ".name" * 3000 + " }}",
        "{{ " + "number if live else " * 700 + "number }}",
        "{{ " + "(" * 3000 + "number" + ")" * 3000 + " }}",
    ],
)
def test_what_no_compiler_bears_is_refused_like_anything_else(source: str) -> None:
    assert refused(source) == "ask/body.txt: is nested too deeply"


def test_what_a_letter_needs_is_allowed() -> None:
    source = (
        "{# a remark #}{% if live and not missing %}{{ court.name }}{% elif missing|length > 1 %}{{ number }}"
        "{% else %}{{ 'x' if 'name' in missing else hours }} {{ go_live }}{% endif %}"
        "{% if other_court %}{{ other_court.name }}: {{ other_court.contact }}{% endif %} done"
    )
    assert refused(source) == ""
    assert refused("{{ other_court.name if other_court and ('name' in missing or not live) else court.name }}") == ""
    assert refused("{{ link }} {{ link_hours }} {{ court.phone }}", Audience.PRIMARY) == ""


def test_what_a_letter_may_know_has_not_grown_unnoticed() -> None:
    """Whoever adds a name here must be sure that it never depends on the roll."""
    assert set(KNOWN[Audience.REQUESTER]) == {
        "court",
        "go_live",
        "hours",
        "live",
        "missing",
        "number",
        "other_court",
    }


def test_all_problems_are_told_at_once(folder: Path) -> None:
    (folder / "ask" / "body.txt").write_text(
        "Hello\n{{ filer }}\n{{ missing|length }}\n{% for x in missing %}\n{% endfor %}"
    )
    (folder / "general" / "subject.es.txt").unlink()
    (folder / "notices" / "body.html").write_text("<p>")
    (folder / "deadlock" / "subject.txt").unlink()
    (folder / "reset_link" / "body.txt").write_text("Your password can be reset.")
    with pytest.raises(LetterError) as caught:
        load_library(folder, needed=frozenset({"welcome"}))
    told = [str(problem) for problem in caught.value.problems]
    for start in (
        "ask/body.txt, line 2: 'filer' is not known",
        "ask/body.txt, line 4: 'for' is not allowed",
        "general/subject.es.txt: is missing",
        "notices/body.html: is no part of a letter",
        "deadlock/subject.txt: is missing",
        "reset_link/body.txt: does not use 'link'",
        "welcome: is missing, and mail is answered with it",
    ):
        assert sum(line.startswith(start) for line in told) == 1, (start, told)
    assert len(told) == 7


def test_a_template_that_is_not_text_is_refused(folder: Path) -> None:
    (folder / "ask" / "body.txt").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(LetterError, match=r"^ask/body\.txt: is not UTF-8 text \(byte 0\)$"):
        load_library(folder)


@pytest.mark.parametrize("sign", ["\x00", "\x1b[31m", "\x0b", "\x85", "\u2028", "\ufeff"])
def test_signs_that_are_no_text_are_refused(sign: str) -> None:
    assert refused(f"Hello\nthere{sign}") == f"ask/body.txt, line 2: holds the sign {sign[0]!r}, which is no text"
    assert refused("Hello\tthere,\u00a0 ni\u00f1o") == ""


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_the_letter(folder: Path) -> None:
    (folder / "ask" / "body.txt").write_text("Hello {{ missing|length }}\n", encoding="utf-8-sig", newline="\r\n")
    assert load_library(folder).sources["ask/body.txt"] == "Hello {{ missing|length }}\n"


def test_what_editors_leave_behind_is_no_letter(folder: Path) -> None:
    (folder / "ask" / "body.txt~").write_text("{{ filer }}")
    (folder / "ask" / ".body.txt.swp").write_bytes(b"\xff")
    assert "ask" in load_library(folder).names()


def test_an_edited_letter_is_taken_up_and_a_refused_one_leaves_the_last_good_one(folder: Path, rules: Rules) -> None:
    (folder / "ask" / ".#body.txt").symlink_to("ada@court.1234")  # Emacs leaves this while it edits a file
    letters = Letters(folder, needed=rules.replies.letters())

    def general() -> str:
        return letters.to_requester(
            "general",
            number=7,
            tag="",
            language="en",
            missing=(),
            court_asked=None,
            rules=rules,
            now=NOW,
        ).body

    edit(folder / "general" / "body.txt", "Hello from {{ court.name }}.")
    assert general() == f"Hello from {rules.court.name}.\n"
    edit(folder / "general" / "body.txt", "Hello {{ filer.first_name }}.")
    assert general() == f"Hello from {rules.court.name}.\n"
    assert "general/body.txt, line 1: 'filer.first_name' is not known" in letters.problem
    shutil.rmtree(folder / "general")
    assert general() == f"Hello from {rules.court.name}.\n"
    assert "general: is missing, and mail is answered with it" in letters.problem
    (folder / "general").mkdir()
    edit(folder / "general" / "subject.txt", "Hello")
    edit(folder / "general" / "body.txt", "Hello again.")
    assert general() == "Hello again.\n"
    assert letters.problem == ""


def edit(file: Path, text: str) -> None:
    """Write a file so that its time differs from before, whatever the clock's grain."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))
