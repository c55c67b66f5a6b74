"""Words beside the sender's own ones: which of them this sender may have written all the same."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.rules import Rules
from helpdesk.understand.text.sight import see
from helpdesk.vocabulary import SectionKind
from tests.core.raw_mail import plain, words

ASKS = "Please reset my CM/ECF password.\n\nRegards,\nAda Filer\n\n"
MARK = "-----Original Message-----\n"
ANSWER = {"subject": "Re: Password"}


@pytest.mark.parametrize(
    ("below", "headers", "is_other"),
    [
        ("> Never mind.\n", {}, True),
        (f"{MARK}Never mind.\n", {}, True),
        ("On Feb 12, 2020, at 9:00 AM I, ada@filerquill.example, wrote:\nNever mind.\n", {}, True),
        ("CONFIDENTIAL: this message is privileged. Never mind.\n", {}, True),
        ("Begin forwarded message:\n\nFrom: Cy <cy@x.example>\nSubject: x\n\nNever mind.\n", {}, True),
        ("> Never mind.\n", ANSWER, False),
        ("On Wed, Feb 12, 2020 at 9:00 AM Help Desk <help@x.example> wrote:\n> Never mind.\n", {}, False),
        (
            f"{MARK}From: Help Desk <help@x.example>\nSent: Monday, 9:00 AM\nSubject:\n\nNever mind.\n",
            ANSWER,
            False,
        ),
    ],
)
def test_all_but_true_history_may_be_the_senders_words(
    below: str, headers: dict[str, str], is_other: bool, rules: Rules, court: Court
) -> None:
    mail = plain(ASKS + below, court, **headers)
    sight = see(mail, rules.extraction.longest, rules.extraction.sender.closings)
    assert "Never mind" not in sight.text.plain
    assert ("Never mind" in sight.other.plain) == is_other


@pytest.mark.parametrize(
    ("changes", "is_notice"),
    [
        (("", ""), True),
        (("Reset", "Resetted"), True),
        (("address.", "address, which my ex-husband reads."), False),
        (("will only", "will not only"), False),
    ],
)
def test_a_notice_with_words_of_ones_own_in_it_is_ones_own(
    changes: tuple[str, str], is_notice: bool, court: Court
) -> None:
    notice = "Reset passwords will only be sent to the CM/ECF primary email address."
    assert any(notice[:-1].lower() in sentence.lower() for sentence in court.notices), court.notices
    mail = plain(f"Please help.\n\n{notice.replace(*changes)}\n", court)
    assert bool(words(mail, SectionKind.NOTICE)) == is_notice
