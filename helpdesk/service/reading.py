"""Messages are read in a process of their own that can be stopped: no mail can hang, bloat or crash the service."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from helpdesk.errors import HelpdeskError, UnreadableMessageError
from helpdesk.read import read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, Understanding

SECONDS = 10.0  # one message may take; ordinary ones take milliseconds
MEGABYTES = 512  # one message may need beyond what the process has at its start
_READ_AHEAD = 32 * 1024  # bytes; only a message that surely fits into the pipe is sent before it is its turn
_START_SECONDS = 60.0  # a fresh process may take to load its libraries


class ReadingRoomError(HelpdeskError):
    """No message can be read at all; none of them is to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A message, read and understood."""

    message: Message
    understanding: Understanding


class ReadingRoom:
    """One reading process, started when first needed and started again after every mishap."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._rules: Rules | None = None
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read_each(self, raws: Iterable[bytes], rules: Rules) -> Iterator[ReadMail | UnreadableMessageError]:
        """One result a message, in order. The next message is read while the caller works on a result."""
        if self._rules is None or rules.digest != self._rules.digest:
            self.close()
            self._rules = rules
        waiting = deque(raws)
        sent: deque[bytes] = deque()
        while waiting or sent:
            while waiting and (not sent or (len(sent) == 1 and len(waiting[0]) <= _READ_AHEAD)):
                sent.append(waiting.popleft())
                self._send(sent[-1])
            result = self._receive(sent)
            sent.popleft()
            yield result

    @property
    def process_id(self) -> int | None:
        """The reading process, None before it is first needed."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._pipe = None

    def _send(self, raw: bytes) -> None:
        pipe = self._pipe or self._start()
        with suppress(BrokenPipeError, ConnectionResetError):  # the process died: found when receiving
            pipe.send_bytes(raw)

    def _receive(self, sent: deque[bytes]) -> ReadMail | UnreadableMessageError:
        """The result for the first of the messages sent. A process that died is tried once more."""
        for _attempt in range(2):
            pipe = self._pipe
            if pipe is None:
                raise AssertionError("a message was sent, so there is a pipe")
            try:
                if not pipe.poll(self._seconds):
                    self._send_again(list(sent)[1:])
                    return UnreadableMessageError(f"Reading it took longer than {self._seconds:g} seconds.")
                result: ReadMail | str = pipe.recv()
            except (EOFError, ConnectionResetError):
                self._send_again(sent)
                continue
            return UnreadableMessageError(result) if isinstance(result, str) else result
        self._send_again(list(sent)[1:])
        return UnreadableMessageError("Reading it ended the reading process, twice.")

    def _send_again(self, raws: Iterable[bytes]) -> None:
        self.close()
        self._start()
        for raw in raws:
            self._send(raw)

    def _start(self) -> Connection:
        spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads' locks and open connections
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(
            target=_serve, args=(theirs, self._rules, self._megabytes), name="reading", daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            if self._pipe.poll(_START_SECONDS):
                self._pipe.recv()
                return self._pipe
        except (EOFError, ConnectionResetError):  # it died at once
            self.close()
            raise ReadingRoomError("The reading process ended before it read anything.") from None
        self.close()
        raise ReadingRoomError(f"The reading process is not ready after {_START_SECONDS:g} seconds.")


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
