"""Servers that never fall silent and never come to an end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

RECORD = b"\x16\x03\x03\x40\x00"  # an encrypted line's first record begins: 16 KiB
_PAUSE = 0.01  # seconds between two bytes


def dribble(line: socket.socket, beginning: bytes, ended: threading.Event) -> None:
    """One byte after the other behind a beginning, until ``ended`` or the other side hangs up."""
    with suppress(OSError):
        line.sendall(beginning)
        while not ended.wait(_PAUSE):
            line.sendall(b"x")


def sip(line: socket.socket, ended: threading.Event) -> None:
    """Take in what the other side sends, byte by byte."""
    with suppress(OSError):
        while not ended.wait(_PAUSE) and line.recv(1):
            pass


@contextmanager
def dribbler(beginning: bytes) -> Iterator[int]:
    """The port of a server that dribbles at whoever connects."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with line:
                        dribble(line, beginning, ended)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
