"""The benchmark that writes ready mails anew changes the sender's own words, and nothing else."""

from __future__ import annotations

import random

from bench.rewritten import rewritten

MAIL = (
    b"From: Ada <ada@filerquill.example>\nContent-Type: text/plain\n\n"
    b"Please Reset It.\n\nOn Monday the court wrote:\n> Dear Ada\n"
)


def test_what_is_quoted_stays_as_it_is() -> None:
    found = rewritten(MAIL, lambda text, _: text.lower(), random.Random(1))
    assert found is not None
    assert b"please reset it." in found
    assert b"On Monday the court wrote:\n> Dear Ada" in found


def test_mail_that_is_more_than_plain_text_is_left_out() -> None:
    assert rewritten(MAIL.replace(b"text/plain", b"text/html"), lambda text, _: text, random.Random(1)) is None
