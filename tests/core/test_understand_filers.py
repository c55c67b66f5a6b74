"""Who is meant where no label and no usual phrase says so: weak signs that agree about one person, or do not.

tests/corpus/filers.jsonl holds one mail a line with the name, Bar ID and address of each filer it asks for, and what
it is a case of.
"""

from __future__ import annotations

import json

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from tests.core.raw_mail import plain
from tests.project import corpus_lines

MAILS = corpus_lines("filers.jsonl")


@pytest.mark.parametrize("line", MAILS, ids=[f"{json.loads(line)['kind']}-{n}" for n, line in enumerate(MAILS, 1)])
def test_each_filer_is_found_by_what_agrees(line: str, rules: Rules) -> None:
    mail = json.loads(line)
    claims = understand(
        plain(mail["body"], rules.court, **{"from": mail["from"], "subject": mail["subject"]}), rules
    ).claims
    found = [[part.value if part else None for part in (c.name, c.bar_id, c.claimed_email)] for c in claims]
    assert sorted(map(_small, found)) == sorted(map(_small, mail["filers"]))


def _small(filer: list[str | None]) -> list[str]:
    """In small letters and with nothing for what is not stated, so that filers can be compared and put in order."""
    return [(part or "").casefold() for part in filer]
