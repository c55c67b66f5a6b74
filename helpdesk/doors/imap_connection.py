"""A connection to an IMAP server whose answers have a deadline."""

from __future__ import annotations

import imaplib
import io
import socket
import ssl
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout

from helpdesk.config import MailServer, Transport
from helpdesk.doors.watchdog import Watchdog


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds after which a server counts as hung.

    connect, read: of silence. answer: until the answer to one command is complete, besides the time that its bytes
    may take on a slow line.
    """

    connect: float = 10
    read: float = 60
    answer: float = 120


class Connection(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """An IMAPClient with a watchdog that is there before the server has said a word."""

    def __init__(self, server: MailServer, timeouts: Timeouts) -> None:
        self.watchdog = Watchdog()
        self.timeouts = timeouts
        encrypted = server.transport is Transport.TLS
        with self.watchdog.limit(timeouts.connect + timeouts.answer):
            super().__init__(
                server.host,
                server.port,
                ssl=encrypted,
                ssl_context=self.watchdog.context() if encrypted else None,
                timeout=SocketTimeout(timeouts.connect, timeouts.read),
            )
        self.normalise_times = False  # INTERNALDATE would become naive local time

    def told_of_messages(self) -> int:
        """How often the server has said how many messages there are since the folder was selected.

        It says so within the answer to any command, and does not say it again.
        """
        return len(self._imap.untagged_responses.get("EXISTS", ()))

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> object:
        """imapclient waits for the socket alone; a line that came in one piece with the one before it, ``+ idling``
        for instance, has left the socket and lies in the buffer."""
        return self._imap.holds_more() or super()._poll_socket(sock, timeout)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - imapclient's name for it
        return _Line(self.host, self.port, self.ssl_context if self.ssl else None, self.timeouts, self.watchdog)


class _Line(imaplib.IMAP4):
    """imaplib's connection. It hands its socket to the watchdog before the greeting is read."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, timeouts: Timeouts, watchdog: Watchdog
    ) -> None:
        self._context = context
        self._watchdog = watchdog
        super().__init__(host, port, timeout=timeouts.connect)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and encrypt where the server speaks TLS from the first byte."""
        self.host, self.port = host, port
        line = self._watchdog.connect((host, port), timeout)
        self.sock = self._context.wrap_socket(line, server_hostname=host) if self._context else line
        self.file = self.sock.makefile("rb")

    def holds_more(self) -> bool:
        """Whether bytes have come in that nobody has read. Only where the socket does not block."""
        try:
            return isinstance(self.file, io.BufferedReader) and bool(self.file.peek(1))
        except OSError:  # an encrypted socket says in this way that nothing is there
            return False
