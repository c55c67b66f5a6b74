"""Whole messages beside what must be read in them. Add ``name.eml`` with ``name.json`` and gain a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import Message
from tests.project import CORPUS

MAILS = sorted((CORPUS / "read").glob("*.eml"))
WILD = sorted(path for path in (CORPUS / "wild").glob("*/*") if path.name not in ("LICENSE.txt", "SOURCE.md"))


def seen(message: Message) -> dict[str, Any]:
    """What staff and the rules see of a message, as JSON holds it."""
    return {
        "subject": message.subject,
        "senders": [[sender.display_name, sender.address] for sender in message.senders],
        "sections": [[section.kind.value, message.text[section.start : section.end]] for section in message.sections],
        "hidden": message.hidden_text,
        "attachments": [[part.index, part.file_name, part.true_type] for part in message.attachments],
        "machine": message.machine.kind.value if message.machine else None,
        "verdict": [message.authentication.verdict.value, message.authentication.aligned],
        "defects": [defect.why for defect in message.defects],
    }


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_a_message_is_read_as_expected(mail: Path, court: Court) -> None:
    expected = json.loads(mail.with_suffix(".json").read_text(encoding="utf-8"))
    assert seen(read_message(mail.read_bytes(), court=court)) == expected


def test_every_expectation_has_its_message() -> None:
    assert MAILS
    assert {path.stem for path in MAILS} == {path.stem for path in (CORPUS / "read").glob("*.json")}


@pytest.mark.parametrize("mail", WILD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_mail_from_the_wild_is_read(mail: Path, court: Court) -> None:
    """Test data of other projects: what no program should write, and many do."""
    expected = json.loads((CORPUS / "wild" / "expected.json").read_text(encoding="utf-8"))
    message = read_message(mail.read_bytes(), court=court)
    assert {
        "subject": message.subject,
        "senders": [sender.address for sender in message.senders],
        "begins": message.text[:60],
        "characters": len(message.text),
        "attachments": [part.file_name for part in message.attachments],
        "machine": message.machine.kind.value if message.machine else None,
    } == expected[f"{mail.parent.name}/{mail.name}"]


def test_every_message_of_the_wild_is_here() -> None:
    expected = json.loads((CORPUS / "wild" / "expected.json").read_text(encoding="utf-8"))
    assert sorted(expected) == [f"{mail.parent.name}/{mail.name}" for mail in WILD]
