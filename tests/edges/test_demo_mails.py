"""The demo's sample mails, and those that keep arriving."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from helpdesk.config import PROJECT
from helpdesk.read import read_message
from helpdesk.rules import load_rules
from helpdesk.service.demo import make_roll
from helpdesk.service.demo.arrivals import LONGEST, SHORTEST, Arrivals
from helpdesk.service.demo.samples import MAILS, SampleMail, sample_mails
from helpdesk.vocabulary import MachineKind, Message

NOW = datetime(2031, 7, 4, 18, 30, tzinfo=UTC)
ROLL = Path(make_roll.__file__).with_name("roll.csv")
COURT = load_rules(PROJECT / "rules").court


def read(mail: SampleMail) -> Message:
    return read_message(mail.raw, court=COURT)


def test_there_are_at_least_forty_and_every_one_can_be_read() -> None:
    messages = [read(mail) for mail in sample_mails(NOW)]
    assert len(messages) >= 40
    assert all(message.sender and message.subject and message.message_id for message in messages)
    assert len({message.content_key for message in messages}) == len(messages)


def test_there_is_mail_of_every_sort_among_them() -> None:
    messages = [read(mail) for mail in sample_mails(NOW)]
    kinds = {message.machine.kind for message in messages if message.machine}
    assert kinds >= {MachineKind.AUTO_REPLY, MachineKind.BOUNCE, MachineKind.CALENDAR, MachineKind.LIST}
    assert any(b"Content-Type: image/png" in mail.raw for mail in sample_mails(NOW))
    assert any(message.reply_to for message in messages)
    assert any("contraseña" in message.text for message in messages)
    assert any("<table" in (message.html or "") for message in messages)


def test_they_came_in_during_the_last_days_newest_a_few_minutes_ago() -> None:
    mails = sample_mails(NOW)
    times = [mail.received_at for mail in mails]
    assert times == sorted(times)
    assert timedelta(0) < NOW - times[-1] < timedelta(minutes=10)
    assert NOW - times[0] < timedelta(days=3)
    for mail in mails:
        message = read(mail)
        assert message.sent_at is not None
        assert abs(message.sent_at - mail.received_at) < timedelta(seconds=1)
        assert message.received_at == message.sent_at


def test_moving_them_changes_nothing_but_the_dates_of_the_header() -> None:
    for path, mail in zip(sorted(MAILS.glob("*.eml")), sample_mails(NOW), strict=True):
        written = path.read_bytes().split(b"\n")
        moved = mail.raw.split(b"\r\n")
        assert b"\n" not in b"".join(moved), "every line ends in CRLF"
        different = [(a, b) for a, b in zip(written, moved, strict=True) if a != b]
        assert len(different) == 2, path.name
        assert all(b"2020" in before and b"2031" in after for before, after in different)


def test_whoever_has_an_address_in_them_is_invented() -> None:
    for path in MAILS.glob("*.eml"):
        for domain in re.findall(rb"[\w.+-]@([\w.-]+\w)", path.read_bytes().replace(b"=\n", b"")):
            known = domain in (b"casd.uscourts.gov",) or domain.endswith(b".example")
            assert known, f"{path.name}: {domain!r}"


def test_a_mail_without_a_date_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.eml").write_bytes(b"Subject: x\n\nHello\n")
    with pytest.raises(ValueError, match=r"broken\.eml has no Date"):
        sample_mails(NOW, tmp_path)


def test_new_mail_is_readable_and_never_repeats_itself() -> None:
    arrivals = Arrivals(ROLL, Random(1))
    messages = [read(arrivals.next_mail(NOW)) for _ in range(400)]
    assert all(message.sender and message.text.strip() and message.received_at == NOW for message in messages)
    assert len({message.message_id for message in messages}) == 400
    assert len({(message.sender_line, message.text) for message in messages}) == 400
    assert not any("{" in message.text or "$" in message.text for message in messages)


def test_new_mail_comes_from_filers_of_the_roll() -> None:
    primaries = {row["primary_email"] for row in csv.DictReader(ROLL.read_text(encoding="utf-8").splitlines())}
    arrivals = Arrivals(ROLL, Random(2))
    senders = [message.sender for message in (read(arrivals.next_mail(NOW)) for _ in range(300)) if message.sender]
    from_record = sum(sender.address in primaries for sender in senders)
    assert 150 < from_record < 300, "most write from their own address, some from home, some through an assistant"


def test_new_mail_comes_about_once_a_minute() -> None:
    arrivals = Arrivals(ROLL, Random(3))
    pauses = [arrivals.pause() for _ in range(50)]
    assert all(SHORTEST <= pause <= LONGEST for pause in pauses)
    assert len(set(pauses)) == 50
