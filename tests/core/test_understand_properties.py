"""What must hold of every text: spans cover what they say, other people's words change nothing, time is bounded."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hostile import PIECES as PIECES_OF_BENCH
from bench.hostile import hostile
from helpdesk.rules import Rules, load_rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Place, Stated, Understanding
from tests.core.mail import message

RULES = load_rules(Path(__file__).resolve().parents[2] / "rules")  # not a fixture: hypothesis would print it
MOST_CALLS = 250_000
PIECES = (
    "Please reset my CM/ECF password.",
    "Name:",
    "Ada Filer",
    "Filer, Ada Q.",
    "SBN",
    "Bar ID: 234561",
    "234 561",
    "l34561",
    "two three",
    "four five six one",
    "ada@filerquill.example",
    "ada (at) filerquill dot example",
    "on behalf of",
    "\n",
    "\n\n",
    "  ",
    "|",
    "Peña",
    "“é”",
    "ａｄａ",
    "619-555-0123",
    "3:19-cv-01234",
    "password: hunter22",
    "Thanks,",
    "é",
    "\u202e",
    "\x00",
    "ß",
    "İ",
    "🙂",
    "my partner",
    "and",
    "send it to",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=24).map(" ".join)


def shown(mail: Message) -> dict[Place, str]:
    return {Place.TEXT: mail.text, Place.SUBJECT: mail.subject, Place.SENDER: mail.sender_line}


def everything_stated(understanding: Understanding) -> list[Stated]:
    parts = [part for c in understanding.claims for part in (c.name, c.bar_id, c.claimed_email)]
    return [part for part in parts if part is not None]


@settings(max_examples=300, deadline=None)
@given(own=TEXTS, signature=TEXTS, subject=TEXTS, sender=TEXTS)
def test_every_span_covers_exactly_what_is_stated(own: str, signature: str, subject: str, sender: str) -> None:
    display = sender.replace("<", "").replace("\n", " ")
    mail = message(own, subject=subject, signature=signature, sender=f"{display} <ada@filerquill.example>")
    understanding = understand(mail, RULES)
    for part in everything_stated(understanding):
        assert part.span is not None
        assert shown(mail)[part.span.place][part.span.start : part.span.end] == part.written
    for signal in understanding.signals:
        if signal.span:
            assert 0 <= signal.span.start <= signal.span.end <= len(shown(mail)[signal.span.place])


@settings(max_examples=100, deadline=None)
@given(own=TEXTS, quote=TEXTS)
def test_quoted_words_of_others_change_nothing(own: str, quote: str) -> None:
    alone = understand(message(own), RULES)
    quoted = understand(message(own, quote=f"\n\n{quote}"), RULES)
    assert (quoted.category, quoted.claims, quoted.urgent) == (alone.category, alone.claims, alone.urgent)


@pytest.mark.parametrize("piece", PIECES_OF_BENCH)
def test_work_on_hostile_text_is_bounded_whatever_its_length(piece: str, rules: Rules) -> None:
    """Counted in calls, so that no clock is asked; bench/hostile.py tells the milliseconds."""
    assert _calls(hostile(piece), rules) < MOST_CALLS


def _calls(mail: Message, rules: Rules) -> int:
    """How many functions are called while ``mail`` is understood."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        understand(mail, rules)
    finally:
        sys.setprofile(before)
    return count
