"""Reading in a process of its own: what hangs, bloats or dies there is one message's problem."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from helpdesk.errors import UnreadableMessageError
from helpdesk.rules import Rules
from helpdesk.service import reading
from helpdesk.service.reading import ReadingRoom, ReadingRoomError, ReadMail
from tests import cast


@pytest.fixture
def own_room() -> Iterator[ReadingRoom]:
    with ReadingRoom(seconds=3.0) as room:
        yield room


def subjects(results: list[ReadMail | UnreadableMessageError]) -> list[str]:
    return [result.message.subject if isinstance(result, ReadMail) else f"! {result}" for result in results]


def test_results_come_in_order_and_one_each(own_room: ReadingRoom, rules: Rules) -> None:
    mails = [cast.mail(subject=f"number {n}", body="x" * (200_000 if n % 3 == 0 else 10)) for n in range(12)]
    assert subjects(list(own_room.read_each(mails, rules))) == [f"number {n}" for n in range(12)]


def test_a_message_that_takes_too_long_is_given_up_and_the_next_is_read(own_room: ReadingRoom, rules: Rules) -> None:
    results = own_room.read_each([cast.mail(subject=f"number {n}") for n in range(4)], rules)
    first = next(results)
    assert isinstance(first, ReadMail)
    assert own_room.process_id is not None
    os.kill(own_room.process_id, signal.SIGSTOP)
    started = time.monotonic()
    rest = subjects(list(results))
    assert rest[-1] == "number 3"  # the victim is number 1, or 2 where 1 had been read ahead
    assert sum(line.startswith("! Reading it took longer") for line in rest) == 1
    assert time.monotonic() - started < 20


def test_a_reading_process_that_is_killed_is_started_again_and_nothing_is_blamed(
    own_room: ReadingRoom, rules: Rules
) -> None:
    for number in range(3):
        [result] = own_room.read_each([cast.mail(subject=f"number {number}")], rules)
        assert subjects([result]) == [f"number {number}"]
        assert own_room.process_id is not None
        os.kill(own_room.process_id, signal.SIGKILL)


def test_a_message_that_needs_too_much_memory_is_refused(rules: Rules) -> None:
    with ReadingRoom(megabytes=16) as room:
        [result, after] = room.read_each([cast.mail(body="word " * 6_000_000), cast.mail(subject="next")], rules)
        assert isinstance(result, UnreadableMessageError)
        assert subjects([after]) == ["next"]


def test_the_reading_process_ends_with_its_room(rules: Rules) -> None:
    with ReadingRoom() as room:
        list(room.read_each([cast.mail()], rules))
        process = room.process_id
    assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_new_rules_are_taken_up(own_room: ReadingRoom, rules: Rules) -> None:
    list(own_room.read_each([cast.mail()], rules))
    before = own_room.process_id
    list(own_room.read_each([cast.mail()], replace(rules, digest="another")))
    assert own_room.process_id != before


def test_a_process_that_does_not_start_blames_no_message(
    own_room: ReadingRoom, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_serve", os._exit)
    with pytest.raises(ReadingRoomError):
        list(own_room.read_each([cast.mail()], rules))


def test_the_limit_is_above_what_the_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: seen.append((what, limits)))
    reading._limit_memory(100)
    [(what, (soft, hard))] = seen
    assert what == resource.RLIMIT_AS
    assert soft == hard > 100 * 1024 * 1024
