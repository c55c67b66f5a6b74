"""Deadlines for whole conversations, whatever a server sends meanwhile.

A socket's timeout counts the silence between two bytes. A server that sends one byte a minute never exceeds it and
never comes to an end; a watchdog cuts the line when something is not over in time.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Watchdog:
    """Cuts a connection whose server takes too long, whatever it sends meanwhile."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self.has_cut = False

    def connect(
        self, address: tuple[str, int], timeout: float | None = None, source: tuple[str, int] | None = None
    ) -> socket.socket:
        """A connection that is watched before the server has said a word."""
        line = socket.create_connection(address, timeout, source)
        self.watch(line)
        return line

    def context(self) -> ssl.SSLContext:
        """Trusts the authorities this machine trusts; a line that it encrypts is watched from the handshake on."""
        watchdog = self

        class Encrypted(ssl.SSLSocket):
            def do_handshake(self, block: bool = False) -> None:
                watchdog.watch(self)  # the line beneath has been emptied into this one
                super().do_handshake(block)

        context = ssl.create_default_context()
        context.sslsocket_class = Encrypted
        return context

    def watch(self, line: socket.socket) -> None:
        """This is the socket to be cut from now on; at once where the time was over before it came."""
        self._line = line
        if self.has_cut:
            self._cut()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """What is done within must be over in so many seconds."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.has_cut = True
        if self._line is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)  # a reader in another thread meets the end
