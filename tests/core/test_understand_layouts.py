"""Requests laid out in the ways people lay them out: who is meant, with which number and address.

tests/corpus/layouts.jsonl holds one mail a line with the name, Bar ID and address of each filer it asks for.
"""

from __future__ import annotations

import json

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Severity
from tests.core.raw_mail import plain
from tests.project import corpus_lines

LAYOUTS = corpus_lines("layouts.jsonl")


@pytest.mark.parametrize("line", LAYOUTS, ids=range(1, len(LAYOUTS) + 1))
def test_each_filer_gets_their_own_name_number_and_address(line: str, rules: Rules) -> None:
    mail = json.loads(line)
    message = plain(mail["body"], rules.court, **{"from": mail["from"], "subject": mail["subject"]})
    understanding = understand(message, rules)
    found = [
        [part.value if part else None for part in (claim.name, claim.bar_id, claim.claimed_email)]
        for claim in understanding.claims
    ]
    assert [_small(filer) for filer in found] == [_small(filer) for filer in mail["filers"]]
    if len(found) == 1:
        assert [signal.reason for signal in understanding.signals if signal.severity is Severity.WARNING] == []


def _small(filer: list[str | None]) -> list[str | None]:
    name, *rest = filer
    return [name.casefold() if name else None, *rest]
