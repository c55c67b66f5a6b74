"""Every case on docs/security.md has a test that exists and carries its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_ingest_page import docstrings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
ROWS = re.findall(r"(?m)^\| (\d+) \|.*\| (.*) \|$", PAGE.read_text(encoding="utf-8"))
WITHOUT = {41, 44}  # the page says why


def test_the_page_leaves_no_case_out() -> None:
    assert [int(number) for number, _ in ROWS] == sorted({*range(1, 66)} - WITHOUT)


@pytest.mark.parametrize(("number", "tests"), ROWS, ids=[f"case {number}" for number, _ in ROWS])
def test_the_tests_beside_a_case_exist_and_name_it(number: str, tests: str) -> None:
    said = docstrings()
    for name in re.findall(r"`(test_\w+)`", tests):
        assert number in re.findall(r"\d+", f"{name} {said[name]}"), name


def test_whatever_else_the_page_names_exists() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"`(test_\w+)`", said)) <= docstrings().keys()
    for file in re.findall(r"`(tests/[\w/]+\.py)`", said):
        assert (PAGE.parent.parent / file).is_file(), file
