"""Messages that take each step together come to what each comes to by itself."""

from __future__ import annotations

from helpdesk.read import read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand, understand_all
from tests.project import CORPUS


def test_messages_in_step_are_understood_as_each_by_itself(rules: Rules) -> None:
    files = sorted(CORPUS.rglob("*.eml"))[::40]
    messages = [read_message(file.read_bytes(), court=rules.court) for file in files]
    alone = [understand(message, rules) for message in messages]
    assert len({understanding.category for understanding in alone}) > 5
    assert understand_all(messages, rules) == alone
