"""A process from which reading processes are split off.

To load libraries and rules takes a second and a hundred megabytes. One process does that, once; those that are split
off from it begin at once and share what it has loaded. It never touches a mail, so that no mail can harm it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path

from helpdesk.errors import HelpdeskError, UnreadableMessageError
from helpdesk.rules import Rules
from helpdesk.service.parcel import has_come, pack
from helpdesk.triage import TOGETHER, ReadMail, read_alone, read_together

_START_SECONDS = 60.0  # a fresh process may take to load its libraries
_ATTEMPTS = 2  # it may be killed from outside


class ReadingRoomError(HelpdeskError):
    """No message can be read at all; none of them is to blame."""


class Nursery:
    """Brings reading processes forth. When it is gone, it is started again."""

    def __init__(self, rules: Rules, *, megabytes: int) -> None:
        """megabytes: a reading process may need for a message, beyond what it has at its start."""
        self._rules = rules
        self._megabytes = megabytes
        self._process, self._pipe = self._start()

    def bring_forth(self) -> tuple[int, Connection]:
        """A new reading process: its number, and the pipe through which it gets messages and gives results."""
        for _ in range(_ATTEMPTS):
            ours, theirs = multiprocessing.Pipe()
            try:
                self._pipe.send(None)
                send_handle(self._pipe, theirs.fileno(), self._process.pid)
                return self._answer(), ours
            except (EOFError, OSError):
                ours.close()
                self.close()
                self._process, self._pipe = self._start()
            finally:
                theirs.close()
        raise ReadingRoomError("The reading process ended before it read anything.")

    def end(self, process: int) -> None:
        """Kill a reading process, whatever it is doing, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)  # its number is nobody else's until it is buried
        with suppress(EOFError, OSError):  # the nursery itself was killed
            self._pipe.send(process)
            self._answer()

    def close(self) -> None:
        """End it. Reading processes end with it."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _answer(self) -> int:
        if not self._pipe.poll(_START_SECONDS):
            raise ReadingRoomError(f"The reading process is not ready after {_START_SECONDS:g} seconds.")
        process: int = self._pipe.recv()
        return process

    def _start(self) -> tuple[BaseProcess, Connection]:
        spawn = multiprocessing.get_context("spawn")  # a fork of ours would inherit threads' locks and connections
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=_serve, args=(theirs, self._rules, self._megabytes), name="nursery", daemon=True
        )
        process.start()
        theirs.close()
        return process, ours


def _serve(pipe: Connection, rules: Rules, megabytes: int) -> None:
    """Split off a process, or bury one that was killed, as often as the service asks; until the service is gone."""
    os.setsid()  # Ctrl-C in a terminal is for the service, which then ends this process
    _read(b"Subject: first\r\n\r\nThe first message pays for what is loaded late.\r\n", rules)
    gc.freeze()  # all of it stays, and stays shared: no collector of a process split off from here touches it
    children: set[int] = set()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            killed: int | None = pipe.recv()
            if killed is None:
                child = _split_off(pipe, rules, megabytes)
                children.add(child)
                pipe.send(child)
            else:
                os.waitpid(killed, 0)
                children.remove(killed)
                pipe.send(killed)
    for child in children:  # the service was killed; what they are reading is read again by the next
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _split_off(pipe: Connection, rules: Rules, megabytes: int) -> int:
    with Connection(recv_handle(pipe)) as line:
        child = os.fork()
        if child:
            return child
        try:
            pipe.close()
            _limit_memory(megabytes)
            _read_all(line, rules)
        finally:
            os._exit(0)


def _read_all(line: Connection, rules: Rules) -> None:
    """Read messages until the other end is closed."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            raws = [line.recv_bytes()]
            while len(raws) < TOGETHER and has_come(line):
                raws.append(line.recv_bytes())
            for result in read_together(raws, rules, partial(_read, rules=rules)):
                line.send_bytes(pack(result))


def _read(raw: bytes, rules: Rules) -> ReadMail | str:
    try:
        return read_alone(raw, rules)
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
