"""Complete requests that a careful clerk would look at, by their words alone, beside such as anybody would approve.

tests/corpus/held_or_not.jsonl holds one mail a line: each states the name, number and address of one record, that of
``filer`` or of one of FILERS.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from helpdesk.match import Roll
from helpdesk.rules import Rules
from helpdesk.triage import place
from helpdesk.understand import understand
from helpdesk.vocabulary import Route, SignalName
from tests.cast import ADA
from tests.core.raw_mail import plain
from tests.project import corpus_lines

LINES = corpus_lines("held_or_not.jsonl")
MAILS = [json.loads(line) for line in LINES]
NOW = datetime(2020, 2, 12, 18, tzinfo=UTC)
FILERS = tuple(
    replace(
        ADA,
        ecf_user_id=number,
        first_name=first,
        middle_name="",
        last_name=last,
        bar_id=number,
        primary_email=address,
    )
    for number, first, last, address in (
        ("231477", "Imogen", "Castellanos-Reed", "imogen@castellanosreed.example"),
        ("198653", "Thaddeus", "Oyelaran", "t.oyelaran@oyelaranlaw.example"),
        ("244018", "Wilhelmina", "Stavros", "wstavros@stavroscounsel.example"),
    )
)


def test_hardly_a_mail_is_ready_that_should_be_held_and_hardly_one_held_that_is_plain(rules: Rules) -> None:
    """The rules were made with these mails: of other mail their figures say little.

    None that should be held is both ready and says nothing but its request: whoever approves several tickets at one
    press has read none of them.
    """
    others = {mail["filer"]["ecf_user_id"]: replace(ADA, **mail["filer"]) for mail in MAILS if "filer" in mail}
    roll = Roll.build((*FILERS, *others.values()), "1")
    ready: dict[bool, list[bool]] = {True: [], False: []}
    for mail in MAILS:
        message = plain(mail["body"], rules.court, **{"from": mail["from"], "subject": mail["subject"]})
        understanding = understand(message, rules)
        decision = place(message, understanding, roll, rules, NOW)
        ready[mail["held"]].append(decision.route is Route.READY)
        if mail["held"] and decision.route is Route.READY:
            assert SignalName.SAYS_MORE in [signal.name for signal in understanding.signals], mail["body"]
    assert sum(ready[True]) <= 0.05 * len(ready[True])
    assert sum(ready[False]) >= 0.95 * len(ready[False])
