"""Reading in a process of its own: what hangs, bloats or dies there is one message's problem."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from helpdesk.errors import UnreadableMessageError
from helpdesk.read import read_message
from helpdesk.rules import Rules
from helpdesk.service import nursery
from helpdesk.service.nursery import Nursery
from helpdesk.service.parcel import pack, unpack
from helpdesk.service.reader import Reader
from helpdesk.service.reading import ReadingRoom, ReadingRoomError, ReadMail
from helpdesk.understand import understand
from tests import cast
from tests.project import CORPUS
from tests.waiting import until


@pytest.fixture
def own_room() -> Iterator[ReadingRoom]:
    with ReadingRoom(seconds=1.0, processes=1) as room:
        yield room


def subjects(results: list[ReadMail | UnreadableMessageError]) -> list[str]:
    return [result.message.subject if isinstance(result, ReadMail) else f"! {result}" for result in results]


def only_process(room: ReadingRoom) -> int:
    [process] = room.process_ids
    return process


def test_results_come_in_order_and_one_each(own_room: ReadingRoom, rules: Rules) -> None:
    mails = [cast.mail(subject=f"number {n}", body="x" * (200_000 if n % 3 == 0 else 10)) for n in range(12)]
    assert subjects(list(own_room.read_each(mails, rules))) == [f"number {n}" for n in range(12)]


def test_a_message_that_takes_too_long_is_given_up_and_the_next_is_read(own_room: ReadingRoom, rules: Rules) -> None:
    filling = "x" * 80_000  # too large to be read ahead
    results = own_room.read_each([cast.mail(subject=f"number {n}", body=filling) for n in range(3)], rules)
    assert isinstance(next(results), ReadMail)
    os.kill(only_process(own_room), signal.SIGSTOP)
    assert subjects(list(results)) == ["! Reading it took longer than 1 seconds.", "number 2"]


def test_a_process_that_gets_no_processor_for_a_while_is_waited_for(own_room: ReadingRoom, rules: Rules) -> None:
    filling = "x" * 80_000  # too large to be read ahead
    results = own_room.read_each([cast.mail(subject=f"number {n}", body=filling) for n in range(3)], rules)
    assert isinstance(next(results), ReadMail)
    process = only_process(own_room)
    os.kill(process, signal.SIGSTOP)
    threading.Timer(1.5, os.kill, (process, signal.SIGCONT)).start()
    assert subjects(list(results)) == ["number 1", "number 2"]


def test_what_was_read_comes_over_as_it_was(rules: Rules) -> None:
    """Compared as they show themselves: two kinds of members that mean the same text are equal."""
    for file in sorted((CORPUS / "dev").rglob("*.eml"))[::5]:
        message = read_message(file.read_bytes(), court=rules.court)
        read = ReadMail(message=message, understanding=understand(message, rules))
        assert repr(unpack(pack(read))) == repr(read)
    assert unpack(pack("It is empty.")) == "It is empty."
    with pytest.raises(pickle.UnpicklingError):
        unpack(pickle.dumps(os.getcwd))


def test_one_that_cannot_be_read_spoils_none_of_those_read_with_it(own_room: ReadingRoom, rules: Rules) -> None:
    mails = [cast.mail(subject=f"number {n}") for n in range(9)]
    mails[5] = b" "
    expected = [f"number {n}" if n != 5 else "! It is empty." for n in range(9)]
    assert subjects(list(own_room.read_each(mails, rules))) == expected


def test_of_messages_read_together_only_one_that_ends_its_process_by_itself_is_given_up() -> None:
    nursery = DeadlyMailNursery()
    reader = Reader(nursery, seconds=5.0)
    for raw in (b"one", b"two", b"deadly", b"four", b"five"):
        reader.send(raw)
    results = [str(reader.receive()) for _ in range(5)]
    reader.close()
    assert results == ["one", "two", "Reading it ended the reading process, twice.", "four", "five"]
    assert nursery.brought_forth == 4  # at first, after the mishap of all, and twice after its own


class DeadlyMailNursery(Nursery):
    """Its readers take all that waits before they answer, and one message ends them."""

    def __init__(self) -> None:
        self.brought_forth = 0

    def bring_forth(self) -> tuple[int, Connection]:
        ours, theirs = multiprocessing.Pipe()
        self.brought_forth += 1
        threading.Thread(target=self._read_all, args=(theirs,)).start()
        return os.getpid(), ours

    def end(self, process: int) -> None:
        """Whoever reads ends with the pipe."""

    def _read_all(self, line: Connection) -> None:
        with line, suppress(EOFError):
            while True:
                raws = [line.recv_bytes()]
                while line.poll():
                    raws.append(line.recv_bytes())
                if b"deadly" in raws:
                    return
                for raw in raws:
                    line.send_bytes(pack(raw.decode()))


def test_small_messages_are_read_ahead(own_room: ReadingRoom, rules: Rules) -> None:
    taken: list[int] = []

    def coming() -> Iterator[bytes]:
        for number in range(20):
            taken.append(number)
            yield cast.mail(subject=f"number {number}")

    results = own_room.read_each(coming(), rules)
    next(results)
    assert len(taken) > 10
    results.close()


def test_what_is_broken_off_is_never_the_answer_to_another_message(own_room: ReadingRoom, rules: Rules) -> None:
    results = own_room.read_each([cast.mail(subject=f"number {n}") for n in range(9)], rules)
    next(results)
    results.close()
    [result] = own_room.read_each([cast.mail(subject="another")], rules)
    assert subjects([result]) == ["another"]


def test_a_backlog_is_read_by_several_processes_and_results_stay_in_order(rules: Rules) -> None:
    with ReadingRoom(processes=2) as room:

        def coming() -> Iterator[bytes]:
            both_work = 0
            for number in itertools.count():
                yield cast.mail(subject=f"number {number}")
                both_work += len(room._readers) == 2 and all(one.waiting for one in room._readers)
                if both_work > 10:
                    return

        found = subjects(list(room.read_each(coming(), rules)))
        assert found == [f"number {number}" for number in range(len(found))]


def test_a_further_process_that_cannot_start_is_done_without(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReadingRoom(processes=2) as room:
        list(room.read_each([cast.mail()], rules))
        monkeypatch.setattr(nursery, "_serve", os._exit)
        kill_the_nursery(room)
        found = subjects(list(room.read_each([cast.mail(subject=f"number {number}") for number in range(9)], rules)))
        assert found == [f"number {number}" for number in range(9)]
        assert len(room.process_ids) == 1


def test_a_nursery_that_is_killed_is_started_again(own_room: ReadingRoom, rules: Rules) -> None:
    list(own_room.read_each([cast.mail()], rules))
    before = only_process(own_room)
    kill_the_nursery(own_room)
    os.kill(before, signal.SIGKILL)
    assert subjects(list(own_room.read_each([cast.mail(subject="next")], rules))) == ["next"]
    assert only_process(own_room) != before


def kill_the_nursery(room: ReadingRoom) -> None:
    assert room._nursery is not None
    process = room._nursery._process
    process.kill()
    process.join()


def test_a_reading_process_that_is_killed_is_started_again_and_nothing_is_blamed(
    own_room: ReadingRoom, rules: Rules
) -> None:
    for number in range(3):
        [result] = own_room.read_each([cast.mail(subject=f"number {number}")], rules)
        assert subjects([result]) == [f"number {number}"]
        os.kill(only_process(own_room), signal.SIGKILL)


def test_a_message_that_needs_too_much_memory_is_refused(rules: Rules) -> None:
    with ReadingRoom(megabytes=16) as room:
        [result, after] = room.read_each([cast.mail(body="word " * 6_000_000), cast.mail(subject="next")], rules)
        assert isinstance(result, UnreadableMessageError)
        assert subjects([after]) == ["next"]


def test_a_mail_as_large_as_any_that_is_fetched_whole_is_read_within_the_memory(rules: Rules) -> None:
    """One wide letter makes a text four times as large as its bytes."""
    html = cast.mail(body="").replace(b"text/plain", b"text/html") + "<p>First \U0001f600</p>\n".encode()
    html += b"<p>padding</p>\n" * (rules.mail.largest_message // 15)
    with ReadingRoom(seconds=60) as room:
        [result] = room.read_each([html], rules)
        assert isinstance(result, ReadMail), result
        assert result.message.text.startswith("First")


def test_the_reading_process_ends_with_its_room(rules: Rules) -> None:
    with ReadingRoom() as room:
        list(room.read_each([cast.mail()], rules))
        process = only_process(room)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_reading_process_ends_with_the_service_whatever_it_is_doing(own_room: ReadingRoom, rules: Rules) -> None:
    list(own_room.read_each([cast.mail()], rules))
    process = only_process(own_room)
    os.kill(process, signal.SIGSTOP)
    assert own_room._nursery is not None
    own_room._nursery._pipe.close()  # as when the service is killed
    until(lambda: not Path(f"/proc/{process}").exists(), "it ended")


def test_new_rules_are_taken_up(own_room: ReadingRoom, rules: Rules) -> None:
    list(own_room.read_each([cast.mail()], rules))
    before = own_room.process_ids
    list(own_room.read_each([cast.mail()], replace(rules, digest="another")))
    assert own_room.process_ids != before


def test_a_process_that_does_not_start_blames_no_message(
    own_room: ReadingRoom, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "_serve", os._exit)
    with pytest.raises(ReadingRoomError):
        list(own_room.read_each([cast.mail()], rules))


def test_the_limit_is_above_what_the_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: seen.append((what, limits)))
    nursery._limit_memory(100)
    [(what, (soft, hard))] = seen
    assert what == resource.RLIMIT_AS
    assert soft == hard > 100 * 1024 * 1024
