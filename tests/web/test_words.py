"""Every member of the vocabulary has its word on the pages; figures read as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import pytest

from helpdesk.store.desk import queue
from helpdesk.store.incoming.tally import Glance, MailboxState
from helpdesk.vocabulary import Level
from helpdesk.web.clock import ago
from helpdesk.web.display.attachments import content_disposition
from helpdesk.web.display.charts import columns
from helpdesk.web.display.mailbox import mailbox_line
from helpdesk.web.display.words import VIEW_NAMES, WORDS
from helpdesk.web.display.writing import SIGNS, percent, signed_bits, size
from helpdesk.web.supervising.supervisor import quoted
from tests.cast import NOW


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_member_has_its_word(kind: type[StrEnum]) -> None:
    assert set(WORDS[kind]) == set(kind)


def test_every_level_has_a_sign_and_every_view_a_name() -> None:
    assert set(SIGNS) == set(Level)
    assert set(queue.VIEWS) <= set(VIEW_NAMES)


def test_no_probability_reads_as_certain() -> None:
    assert [percent(p) for p in (1.0, 0.99995, 0.9997, 0.5, 0.00001)] == [
        "> 99.99 %", "> 99.99 %", "99.97 %", "50.00 %", "< 0.01 %",
    ]  # fmt: skip
    assert signed_bits(-3) == "−3.0"
    assert [size(n) for n in (0, 999, 23_400, 4_100_000)] == ["0 bytes", "999 bytes", "23 KB", "4.1 MB"]


def test_times_are_told_as_people_say_them() -> None:
    gaps = (timedelta(seconds=3), timedelta(seconds=50), timedelta(minutes=5), timedelta(hours=30), timedelta(days=3))
    assert [ago(NOW - gap, at=NOW) for gap in gaps] == ["just now", "50 s ago", "5 min ago", "30 h ago", "3 days ago"]
    assert ago(NOW + timedelta(seconds=12), at=NOW) == "in 12 s"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted_56(cell: str) -> None:
    assert quoted(cell) == f"'{cell}"
    assert quoted("x" + cell) == "x" + cell


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "../../etc/passwd", "a\r\nX-Evil: 1.html", "", "…", "документ.pdf", "\u202efdp.exe"]
)
def test_no_file_name_breaks_out_of_its_header_52(name: str) -> None:
    header = content_disposition(name)
    assert header.startswith('attachment; filename="')
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header.partition("filename*")[0]


def glance(**changes: object) -> Glance:
    box = {"name": "inbox", "polled_at": NOW - timedelta(seconds=4), "error": None, "server_messages": 12} | changes
    return Glance(mailboxes=(MailboxState(messages=12, **box),), total=12, waiting=0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "late", "words"),
    [
        ({}, False, "all 12 accounted for, 4 s ago"),
        ({"polled_at": NOW - timedelta(seconds=89)}, False, "1 min ago"),
        ({"polled_at": NOW - timedelta(seconds=91)}, True, "should be every 30 s"),
        ({"polled_at": None}, True, "is the poller running?"),
        ({"error": "login refused"}, True, "login refused"),
        ({"server_messages": 13}, True, "1 of 13 messages on the server are not in the ledger"),
    ],
)
def test_the_mailbox_line_says_in_words_what_is_wrong(changes: dict[str, object], late: bool, words: str) -> None:
    """osTicket #5645: fetching was stuck for a week and nobody was told."""
    line = mailbox_line(glance(**changes), poll_seconds=30, now=NOW)
    assert line.late is late
    assert words in line.text


def test_a_mailbox_that_is_read_no_more_is_history_and_one_that_never_was_is_named() -> None:
    old = glance(error="there is no such host", name="old")
    both = replace(old, mailboxes=(*old.mailboxes, *glance().mailboxes), total=24)
    assert mailbox_line(both, poll_seconds=30, now=NOW).late
    line = mailbox_line(both, poll_seconds=30, now=NOW, ours=["inbox"])
    assert (line.text, line.late) == ("mailbox: all 24 accounted for, 4 s ago", False)
    line = mailbox_line(both, poll_seconds=30, now=NOW, ours=["inbox", "new"])
    assert (line.text, line.late) == ("mailbox: new was never read; is the poller running?", True)


def test_a_chart_of_nothing_and_of_many_days_stays_within_its_frame() -> None:
    assert columns([]).shapes == ()
    chart = columns([(str(n), n % 7) for n in range(120)])
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width and bar.y >= 0 for bar in chart.shapes)
    assert 0 < sum(bool(bar.label) for bar in chart.shapes) <= 9
    assert 0 < sum(bar.sparse and bool(bar.label) for bar in chart.shapes) <= 3
