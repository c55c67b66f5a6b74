"""What every process of the tests would otherwise do for itself: build an application, check the rules and letters.

Imported by the server process that commands are forked from (tests/commands.py). The checks are remembered by the
files' contents, so a command that finds these very files has them at once; its application is its own.
"""

from __future__ import annotations

from helpdesk import create_app
from helpdesk.config import PROJECT, Config, MailServer, Transport
from helpdesk.letters import Letters
from helpdesk.rules import load_rules
from tests.databases import SECRET

RULES = load_rules(PROJECT / "rules")
LETTERS = Letters(PROJECT / "templates" / "mail", needed=RULES.replies.letters())
APPLICATION = create_app(
    Config(
        database_url="sqlite://",
        secret_key=SECRET,
        base_url="http://localhost",
        smtp=MailServer(transport=Transport.PLAIN, host="127.0.0.1", port=9),
        rules_dir=PROJECT / "rules",
    )
)
