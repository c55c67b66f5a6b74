"""One process that reads messages and can be stopped: no mail can hang, bloat or crash the service."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from helpdesk.errors import HelpdeskError, UnreadableMessageError
from helpdesk.read import read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Understanding

_READ_AHEAD = 32 * 1024  # bytes; messages are sent before it is their turn only while they surely fit into the pipe
_START_SECONDS = 60.0  # a fresh process may take to load its libraries
_ATTEMPTS = 2  # a process may also be killed from outside, and then no message is to blame


class ReadingRoomError(HelpdeskError):
    """No message can be read at all; none of them is to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A message, read and understood."""

    message: Message
    understanding: Understanding


class Reader:
    """A reading process, started again after every mishap. Its results come in the order of the messages sent."""

    def __init__(self, rules: Rules, *, seconds: float, megabytes: int) -> None:
        """seconds: one message may take. megabytes: it may need beyond what the process has at its start."""
        self._rules = rules
        self._seconds = seconds
        self._megabytes = megabytes
        self._sent: deque[bytes] = deque()  # without a result so far; kept to be sent again
        self._process, self._pipe = self._start()

    @property
    def process_id(self) -> int | None:
        """The process as it is now; after a mishap it is another one."""
        return self._process.pid

    @property
    def waiting(self) -> int:
        """How many messages it was sent and has not answered."""
        return len(self._sent)

    def takes(self, size: int) -> bool:
        """Whether it can be sent a message of ``size`` bytes at once.

        A process without work is receiving, so it takes any. One with work may itself be waiting to get rid of a
        result: it is only sent what the pipe holds, or both sides could wait for each other.
        """
        return not self._sent or sum(map(len, self._sent)) + size <= _READ_AHEAD

    def is_ready(self) -> bool:
        """Whether it has loaded what it needs. Does not wait. ReadingRoomError where it ended instead."""
        return self._loaded or self._has_loaded(within=0)

    def send(self, raw: bytes) -> None:
        """Give it a message that it ``takes``."""
        self._sent.append(raw)
        self._put(raw)

    def receive(self) -> ReadMail | UnreadableMessageError:
        """Wait for the result of the oldest message sent."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._start_again()
            try:
                if not self._loaded and not self._has_loaded(within=_START_SECONDS):
                    raise ReadingRoomError(f"The reading process is not ready after {_START_SECONDS:g} seconds.")
                if not self._pipe.poll(self._seconds):
                    return self._given_up(f"Reading it took longer than {self._seconds:g} seconds.")
                result: ReadMail | str = self._pipe.recv()
            except (EOFError, ConnectionResetError):
                continue
            self._sent.popleft()
            return UnreadableMessageError(result) if isinstance(result, str) else result
        return self._given_up("Reading it ended the reading process, twice.")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _put(self, raw: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the process died: found when receiving
            self._pipe.send_bytes(raw)

    def _given_up(self, why: str) -> UnreadableMessageError:
        self._sent.popleft()
        self._start_again()
        return UnreadableMessageError(why)

    def _start_again(self) -> None:
        self.close()
        self._process, self._pipe = self._start()
        for raw in self._sent:
            self._put(raw)

    def _start(self) -> tuple[BaseProcess, Connection]:
        spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads' locks and open connections
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=_serve, args=(theirs, self._rules, self._megabytes), name="reading", daemon=True
        )
        process.start()
        theirs.close()
        self._loaded = False
        return process, ours

    def _has_loaded(self, *, within: float) -> bool:
        try:
            if self._pipe.poll(within):
                self._pipe.recv()
                self._loaded = True
        except (EOFError, ConnectionResetError):
            raise ReadingRoomError("The reading process ended before it read anything.") from None
        return self._loaded


def _serve(pipe: Connection, rules: Rules, megabytes: int) -> None:
    """Read messages until the other end is closed."""
    os.setsid()  # Ctrl-C in a terminal is for the service, which then ends this process
    _read(b"Subject: first\r\n\r\nThe first message pays for what is loaded late.\r\n", rules)
    _limit_memory(megabytes)
    pipe.send("ready")
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(_read(pipe.recv_bytes(), rules))


def _read(raw: bytes, rules: Rules) -> ReadMail | str:
    try:
        message = read_message(raw, court=rules.court)
        return ReadMail(message=message, understanding=understand(message, rules))
    except UnreadableMessageError as error:
        return str(error)
    except MemoryError:
        return "Reading it needs too much memory."
    except Exception as error:  # whatever a hostile message provokes is one message's problem
        return f"Reading it failed ({type(error).__name__})."


def _limit_memory(megabytes: int) -> None:
    sizes = Path("/proc/self/statm")
    if not sizes.exists():  # elsewhere the limit cannot be set sensibly
        return
    used = int(sizes.read_text().split()[0]) * resource.getpagesize()
    limit = used + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
