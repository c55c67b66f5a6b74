"""Whether a request says more than a plain one: no doubt by itself, but nobody approves it unread."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Severity, Signal, SignalName, Understanding
from tests.core.mail import message
from tests.project import corpus_lines

PARTICULARS = "Name: Ada Quill Filer\nBar ID: 234561\nPrimary e-mail: ada@filerquill.example\n"
PLAIN = f"Please reset my CM/ECF password.\n\n{PARTICULARS}"
SIGNED = f"{PLAIN}\nThank you,\n\nAda Quill Filer\nFiler & Quill LLP\n100 Main Street, Suite 5\nSan Diego, CA 92101\n"
DOUBTFUL = corpus_lines("doubtful.txt")


def more(rules: Rules, body: str) -> Signal | None:
    return next((one for one in understood(rules, body).signals if one.name is SignalName.SAYS_MORE), None)


def understood(rules: Rules, body: str) -> Understanding:
    return understand(message(body, sender="Ada Filer <ada@filerquill.example>"), rules)


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        SIGNED,
        f"Dear Clerk of the Court:\n\nI forgot my CM/ECF password. Would you kindly reset it?\n\n{PARTICULARS}",
        f"Good morning,\n\nI cannot log in to CM/ECF. Could someone please reset the password?\n\n{PARTICULARS}\nAda",
        "Please reset my ECF password. Ada Quill Filer, State Bar No. 234561, ada@filerquill.example. Many thanks!",
        f"Buenos días:\n\nOlvidé mi contraseña de CM/ECF. ¿La pueden restablecer?\n\n{PARTICULARS}\nGracias",
        f"{SIGNED}Tel. 619-555-0100\nwww.filerquill.example | docket@filerquill.example\n",
    ],
)
def test_a_request_its_particulars_greetings_and_thanks_are_nothing_more(rules: Rules, body: str) -> None:
    assert more(rules, body) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"{PLAIN}\nMy secretary has retired.", "My secretary has retired."),
        (f"{PLAIN}\nPlease do not.", "Please do not."),
        (f"{PLAIN}\nQuite so.", "Quite so."),
        (f"{PLAIN}\nwww.filer-quill.example", "www.filer-quill.example"),
        (f"{PLAIN}\nThank you,\n\nAda Quill Filer\nPlease Do Not Reset It\n", "Please Do Not Reset It"),
        (f"{PLAIN}\nThank you,\n\nAda Quill Filer\nnot me\n", "not me"),
        (f"{PLAIN}\nCase 3:19-cv-02117", "3:19-cv-02117"),
        (f"{PLAIN}\nпросьба", "просьба"),
    ],
)
def test_whatever_else_is_said_is_named_to_staff(rules: Rules, body: str, words: str) -> None:
    found = more(rules, body)
    assert found is not None
    assert found.reason.startswith("It says more than the request: ")
    assert words in found.reason
    assert found.severity is Severity.NOTE, "it bars no route"


@pytest.mark.parametrize("also", DOUBTFUL)
def test_nothing_that_a_clerk_would_stop_at_is_a_part_of_a_plain_request(rules: Rules, also: str) -> None:
    found = understood(rules, f"{PLAIN}\n{also}")
    warned = any(signal.severity is Severity.WARNING for signal in found.signals)
    assert warned or SignalName.SAYS_MORE in [signal.name for signal in found.signals] or not found.claims
