"""What every process of the tests would otherwise check for itself: the project's own rules and letters.

Imported by the server process that commands are forked from (tests/commands.py): the checks are remembered by the
files' contents, so a command that finds these very files has them at once.
"""

from __future__ import annotations

from helpdesk.config import PROJECT
from helpdesk.letters import Letters
from helpdesk.rules import load_rules

RULES = load_rules(PROJECT / "rules")
LETTERS = Letters(PROJECT / "templates" / "mail", needed=RULES.replies.letters())
