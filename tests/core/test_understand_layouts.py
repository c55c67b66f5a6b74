"""Requests laid out in the ways people lay them out: who is meant, with which number and address.

tests/corpus/layouts.jsonl holds one mail a line with the name, Bar ID and address of each filer it asks for.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Attachment, Category, Severity
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


def test_an_empty_box_beside_a_ticked_one_is_no_wish_and_one_of_a_list_is_still_to_do(rules: Rules) -> None:
    form = "Request: [x] Password reset  [ ] Change of e-mail address\nFiler: Ada Filer\nBar ID: 123456\n"
    assert understand(plain(form, rules.court), rules).wants == (Category.PASSWORD_RESET,)
    to_do = "My list:\n[x] upgrade\n[ ] CM/ECF password: lost, please reset\nAda Filer, Bar ID 123456\n"
    assert understand(plain(to_do, rules.court), rules).category is Category.PASSWORD_RESET


def test_a_picture_in_place_of_words_is_looked_at_by_a_person(rules: Rules) -> None:
    picture = replace(
        plain("What does this mean, and how do I get past it?", rules.court, subject="see picture"),
        attachments=(
            Attachment(index=1, file_name="screen.png", declared_type="image/png", true_type="image/png", size=70),
        ),
    )
    found = understand(picture, rules)
    assert (found.category, found.is_understood) == (Category.GENERAL, False)


def _small(filer: list[str | None]) -> list[str | None]:
    name, *rest = filer
    return [name.casefold() if name else None, *rest]
