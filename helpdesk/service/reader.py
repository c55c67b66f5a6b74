"""One process that reads messages and can be stopped: no mail can hang, bloat or crash the service."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

from helpdesk.errors import UnreadableMessageError
from helpdesk.service.nursery import Nursery
from helpdesk.service.parcel import has_come, unpack
from helpdesk.triage import ReadMail

_READ_AHEAD = 64 * 1024  # bytes; messages are sent before it is their turn only while they surely fit into the pipe,
_MOST_AHEAD = 64  # which also holds few of the smallest
_ATTEMPTS = 2  # a process may also be killed from outside, and then no message is to blame
_PATIENCE = 3  # times the seconds of a message, for a process that gets no processor to read it with
_HARDLY_ANY = 20  # message takes this part of its seconds, so nobody asks what the others have spent
_TICKS = os.sysconf("SC_CLK_TCK")  # a second


class Reader:
    """A reading process, replaced after every mishap. Its results come in the order of the messages sent."""

    def __init__(self, nursery: Nursery, *, seconds: float) -> None:
        """seconds: one message may take of the processor; by the clock, three times as many."""
        self._nursery = nursery
        self._seconds = seconds
        self._sent: deque[bytes] = deque()  # without a result so far; kept to be sent again
        self._ahead = 0  # bytes of these
        self._held: deque[bytes] = deque()  # to be sent one by one, because something went wrong with one of them
        self._process, self._pipe = nursery.bring_forth()

    @property
    def process_id(self) -> int:
        """The process as it is now; after a mishap it is another one."""
        return self._process

    @property
    def waiting(self) -> int:
        """How many messages it was given and has not answered."""
        return len(self._sent) + len(self._held)

    def takes(self, size: int) -> bool:
        """Whether it can be sent a message of ``size`` bytes at once.

        A process without work is receiving, so it takes any. One with work may itself be waiting to get rid of a
        result: it is only sent what the pipe holds, or both sides could wait for each other.
        """
        if self._held:
            return False
        return not self._sent or (len(self._sent) < _MOST_AHEAD and self._ahead + size <= _READ_AHEAD)

    def send(self, raw: bytes) -> None:
        """Give it a message that it ``takes``."""
        self._sent.append(raw)
        self._ahead += len(raw)
        self._put(raw)

    def receive(self) -> ReadMail | UnreadableMessageError:
        """Wait for the result of the oldest message sent.

        Messages that wait are read together. When that goes wrong any of them may be to blame, so each is read alone
        then, and none is given up but for what it does by itself.
        """
        mishaps = 0
        while True:
            why = "Reading it ended the reading process, twice."
            try:
                if self._answers_in_time():
                    return self._answered(unpack(self._pipe.recv_bytes()))
                why, mishaps = f"Reading it took longer than {self._seconds:g} seconds.", _ATTEMPTS
            except (EOFError, ConnectionResetError, UnpicklingError):
                mishaps += 1
            if len(self._sent) > 1:
                self._hold_others()
                mishaps = 0
            elif mishaps >= _ATTEMPTS:
                return self._given_up(why)
            self._start_again()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self._nursery.end(self._process)

    def _answers_in_time(self) -> bool:
        """Wait for an answer. On a busy machine no message is to blame for what its process waits for its turn."""
        if has_come(self._pipe, within=self._seconds / _HARDLY_ANY):
            return True
        spent = _processor_seconds(self._process)
        for _ in range(_PATIENCE):
            if has_come(self._pipe, within=self._seconds):
                return True
            if _processor_seconds(self._process) - spent >= self._seconds / 2:
                return False
        return False

    def _put(self, raw: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the process died: found when receiving
            self._pipe.send_bytes(raw)

    def _answered(self, result: ReadMail | str) -> ReadMail | UnreadableMessageError:
        self._ahead -= len(self._sent.popleft())
        if self._held:
            self.send(self._held.popleft())
        return UnreadableMessageError(result) if isinstance(result, str) else result

    def _given_up(self, why: str) -> ReadMail | UnreadableMessageError:
        self._replace()
        return self._answered(why)

    def _hold_others(self) -> None:
        first, *others = self._sent
        self._sent, self._held, self._ahead = deque([first]), deque(others), len(first)

    def _start_again(self) -> None:
        self._replace()
        for raw in self._sent:
            self._put(raw)

    def _replace(self) -> None:
        self.close()
        self._process, self._pipe = self._nursery.bring_forth()


def _processor_seconds(process: int) -> float:
    """What a process has had of the processor (proc(5): ticks, fields 14 and 15); where that is not told, nothing."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
