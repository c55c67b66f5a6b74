"""``make mutants`` takes each guard away; here only that each still stands where its list says, beside its tests."""

from __future__ import annotations

from bench.mutants.__main__ import MUTANTS, not_found
from tests.project import PROJECT


def test_every_guard_stands_once_where_the_list_says_and_names_tests_that_exist() -> None:
    assert not_found(MUTANTS) == []
    named = {test.partition("::")[0] for mutant in MUTANTS for test in mutant.tests if test.startswith("tests/")}
    assert [file for file in sorted(named) if not (PROJECT / file).is_file()] == []
