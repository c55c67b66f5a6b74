"""What docs/ingest.md claims of other helpdesks' troubles is what tests claim to prove."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "ingest.md"
_TROUBLE = re.compile(r"(FreeScout|Zammad|osTicket|Chatwoot|django-helpdesk) ((?:#\d+|GHSA[\w-]+)(?:, #\d+)*)")


def troubles(words: str) -> set[str]:
    """``FreeScout #4888, #3892`` names two."""
    return {f"{who} {number}" for who, numbers in _TROUBLE.findall(words) for number in numbers.split(", ")}


def rows() -> Iterator[tuple[set[str], list[str]]]:
    for line in PAGE.read_text().splitlines():
        if line.startswith("| ") and (named := troubles(line)):
            yield named, re.findall(r"`(test_\w+)`", line)


@cache
def docstrings() -> dict[str, str]:
    """Of every test, by its name."""
    trees = (ast.parse(file.read_text()) for file in TESTS.rglob("test_*.py"))
    found = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in found if node.name.startswith("test_")}


def test_every_trouble_on_the_page_is_named_by_the_test_beside_it() -> None:
    said = docstrings()
    for named, tests in rows():
        proved = {trouble for test in tests for trouble in troubles(said[test])}
        assert named <= proved, f"{named - proved} not named in {tests}"


def test_every_trouble_that_a_test_names_is_on_the_page() -> None:
    on_the_page = {trouble for named, _ in rows() for trouble in named}
    assert len(on_the_page) > 30
    assert {trouble for words in docstrings().values() for trouble in troubles(words)} <= on_the_page
