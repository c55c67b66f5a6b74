"""A mail server for tests that takes mail, refuses it, or breaks, at a verb of one's choice."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import trustme

from helpdesk.config import MailServer, Transport
from tests.edges.dribbling import RECORD, dribble, sip

DROP = "drop"  # close the connection instead of answering
HANG = "hang"  # never answer
DRIBBLE = "dribble"  # begin to answer, one byte after the other, for ever
HANDSHAKE = "handshake"  # agree to encrypt, and dribble from then on
SIP = "sip"  # take the message in byte by byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One message the server has taken, with its envelope."""

    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """faults: what to answer at a verb instead of the usual, used up one by one.

    Verbs: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (SIP alone), END (after the final dot), RSET, QUIT.
    An answer is a reply line, DROP, HANG, DRIBBLE or, at STARTTLS, HANDSHAKE. takes_before_end: the message counts as
    taken even where the answer after the final dot is a fault.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME",)
    login: tuple[str, str] | None = None
    implicit_tls: bool = False
    takes_before_end: bool = False


class Sink:
    """The running server. ``taken`` and ``lines`` hold what reached it."""

    def __init__(self, behaviour: Behaviour, context: ssl.SSLContext | None) -> None:
        self.behaviour = behaviour
        self.taken: list[Taken] = []
        self.lines: list[str] = []  # every command line, as received
        self.connections = 0
        self.open: list[socket.socket] = []
        self.context = context
        self.released = threading.Event()
        sink = self

        class Conversation(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                sink.open.append(self.request)
                try:
                    _Conversation(sink, self.request).run()
                except (OSError, EOFError):
                    return  # the client hung up, or we did

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def server(self) -> MailServer:
        """Where it listens, without encryption."""
        port: int = self._server.server_address[1]
        return MailServer(transport=Transport.PLAIN, host="127.0.0.1", port=port)

    def fault(self, verb: str) -> str | None:
        """The next fault prepared for a verb."""
        prepared = self.behaviour.faults.get(verb)
        return prepared.pop(0) if prepared else None

    def close(self) -> None:
        """Stop; conversations that hang are let go."""
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        for connection in self.open:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()


class _Conversation:
    def __init__(self, sink: Sink, connection: socket.socket) -> None:
        self._sink = sink
        self._behaviour = sink.behaviour
        self._connection = connection
        if self._behaviour.implicit_tls and sink.context:
            self._connection = sink.context.wrap_socket(connection, server_side=True)
        self._file = self._connection.makefile("rb")
        self._encrypted = self._behaviour.implicit_tls
        self._mail_from, self._recipients = "", list[str]()

    def run(self) -> None:
        try:
            self._say("CONNECT", "220 sink.example ESMTP")
            while line := self._file.readline():
                text = line.decode("utf-8").rstrip("\r\n")
                self._sink.lines.append(text)
                verb = text.split(" ", 1)[0].upper()
                getattr(self, f"_on_{verb.lower()}", self._on_unknown)(text)
                if verb == "QUIT":
                    return
        finally:
            self._file.close()
            self._connection.close()

    def _say(self, verb: str, usual: str) -> bool:
        """Answer; True when the usual answer went out."""
        fault = self._sink.fault(verb)
        if fault == DROP:
            raise EOFError
        if fault == HANG:
            self._sink.released.wait()
            raise EOFError
        if fault == DRIBBLE:
            dribble(self._connection, usual[:4].encode(), self._sink.released)
            raise EOFError
        self._connection.sendall((usual if fault == HANDSHAKE else fault or usual).encode() + b"\r\n")
        if (fault or "").startswith("421"):
            raise EOFError
        if fault == HANDSHAKE:
            self._connection.recv(1)  # the client begins
            dribble(self._connection, RECORD, self._sink.released)
            raise EOFError
        return fault is None

    def _on_ehlo(self, _text: str) -> None:
        offered = ["sink.example", *self._behaviour.extensions]
        if self._sink.context and not self._encrypted:
            offered.append("STARTTLS")
        if self._behaviour.login:
            offered.append("AUTH PLAIN")
        lines = [f"250-{item}" for item in offered[:-1]] + [f"250 {offered[-1]}"]
        self._say("EHLO", "\r\n".join(lines))

    def _on_starttls(self, _text: str) -> None:
        if self._say("STARTTLS", "220 go ahead") and self._sink.context:
            self._file.close()
            self._connection = self._sink.context.wrap_socket(self._connection, server_side=True)
            self._file = self._connection.makefile("rb")
            self._encrypted = True

    def _on_auth(self, text: str) -> None:
        user, password = base64.b64decode(text.split()[2]).decode().split("\0")[1:]
        right = (user, password) == self._behaviour.login
        self._say("AUTH", "235 welcome" if right else "535 5.7.8 wrong credentials")

    def _on_mail(self, text: str) -> None:
        if self._say("MAIL", "250 ok"):
            self._mail_from, self._recipients = _between(text), []

    def _on_rcpt(self, text: str) -> None:
        if self._say("RCPT", "250 ok"):
            self._recipients.append(_between(text))

    def _on_data(self, _text: str) -> None:
        if not self._say("DATA", "354 go ahead"):
            return
        if self._sink.fault("BODY") == SIP:
            sip(self._connection, self._sink.released)
            raise EOFError
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line.removeprefix(b"."))
        taken = Taken(mail_from=self._mail_from, recipients=tuple(self._recipients), raw=b"".join(lines))
        fault = (self._behaviour.faults.get("END") or [""])[0]
        if not fault or self._behaviour.takes_before_end:
            self._sink.taken.append(taken)
        self._say("END", "250 queued")

    def _on_rset(self, _text: str) -> None:
        self._say("RSET", "250 ok")

    def _on_quit(self, _text: str) -> None:
        self._say("QUIT", "221 bye")

    def _on_unknown(self, _text: str) -> None:
        self._say("UNKNOWN", "502 what?")


@contextmanager
def sink(behaviour: Behaviour | None = None, authority: trustme.CA | None = None) -> Iterator[Sink]:
    """A server for the duration of a test; with an authority it offers TLS for ``localhost``."""
    context = None
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
    running = Sink(behaviour or Behaviour(), context)
    try:
        yield running
    finally:
        running.close()


def _between(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]
