"""Messages are read in processes of their own: as many at a time as the machine has to spare, results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Self

from helpdesk.errors import UnreadableMessageError
from helpdesk.rules import Rules
from helpdesk.service.nursery import Nursery, ReadingRoomError
from helpdesk.service.reader import Reader
from helpdesk.triage import ReadMail

__all__ = ["ReadMail", "ReadingRoom", "ReadingRoomError", "Result"]

Result = ReadMail | UnreadableMessageError
SECONDS = 10.0  # one message may take; ordinary ones take milliseconds
MEGABYTES = 150  # one message may need beyond what the process has at its start, which is as much again
MOST_PROCESSES = 4  # they read faster than one process can settle


class ReadingRoom:
    """Reading processes: one, started when first needed, and more of them as soon as messages wait."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES, processes: int | None = None) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._processes = processes or _processes_to_spare()
        self._rules: Rules | None = None
        self._nursery: Nursery | None = None
        self._readers: list[Reader] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read_each(self, raws: Iterable[bytes], rules: Rules) -> Generator[Result]:
        """One result a message, in order. ``raws`` is asked for messages as they can be taken, a few ahead."""
        if self._rules is None or rules.digest != self._rules.digest:
            self.close()
            self._rules = rules
        coming = iter(raws)
        turns: deque[Reader] = deque()  # who reads which of the messages that are being read
        try:
            raw = next(coming, None)
            while raw is not None or turns:
                while raw is not None and (reader := self._free_reader(len(raw), rules)):
                    turns.append(reader)
                    reader.send(raw)
                    raw = next(coming, None)
                result = turns[0].receive()
                turns.popleft()
                yield result
        finally:
            if turns:  # broken off: what is still being read must not be taken for the answer to another message
                self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The reading processes; none before the first is needed."""
        return tuple(reader.process_id for reader in self._readers)

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        while self._readers:
            self._readers.pop().close()
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    def _free_reader(self, size: int, rules: Rules) -> Reader | None:
        """The least busy process that can take a message now, None while all are busy."""
        if len(self._readers) < self._processes and all(one.waiting for one in self._readers):
            self._start_another(rules)
        return min((one for one in self._readers if one.takes(size)), key=lambda one: one.waiting, default=None)

    def _start_another(self, rules: Rules) -> None:
        self._nursery = self._nursery or Nursery(rules, megabytes=self._megabytes)
        try:
            self._readers.append(Reader(self._nursery, seconds=self._seconds))
        except ReadingRoomError:
            if not self._readers:
                raise
            self._processes = len(self._readers)  # the first is enough


def _processes_to_spare() -> int:
    """One a core, although settling what was read needs one too: that takes half the time of reading it."""
    return min(MOST_PROCESSES, os.cpu_count() or 1)
