"""The mail server at the other end of the wire: takes, refuses or loses messages, and keeps what it took."""

from __future__ import annotations

import smtplib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from unittest.mock import patch

from helpdesk.doors import smtp


class Fault(StrEnum):
    """What goes wrong with one message."""

    NONE = "none"
    AWAY = "away"  # the server cannot be reached
    LATER = "later"  # 450 at RCPT
    NEVER = "never"  # 550 at RCPT
    AFTER_DATA = "after_data"  # 451 at the end of the message
    LOST = "lost"  # the connection breaks after the final dot; the server did not take it
    TAKEN_AND_LOST = "taken_and_lost"  # likewise, but the server took it


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One message that the server took, as it stood on the wire."""

    recipients: tuple[str, ...]
    letter: EmailMessage


@dataclass(slots=True)
class Server:
    """What the server has taken since somebody looked, and what goes wrong next."""

    taken: list[Taken] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)

    def next_fault(self) -> Fault:
        """What goes wrong with the message that begins now."""
        return self.faults.popleft() if self.faults else Fault.NONE


class Connection(smtplib.SMTP):
    """What ``smtplib`` would hold: commands go in, answers come out, no socket."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._recipients: list[str] = []
        self._fault = Fault.NONE
        self._raw = b""
        self.esmtp_features = {"smtputf8": "", "8bitmime": ""}
        self.does_esmtp = True

    def ehlo(self, name: str = "") -> tuple[int, bytes]:
        return 250, b"here"

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        if cmd == "MAIL":
            self._fault, self._recipients = self._server.next_fault(), []
        elif cmd == "RCPT":
            if self._fault in (Fault.LATER, Fault.NEVER):
                return (450, b"greylisted") if self._fault is Fault.LATER else (550, b"no such user")
            self._recipients.append(args)
        elif cmd == "DATA":
            return 354, b"go ahead"
        return 250, b"ok"

    def send(self, s: object) -> None:
        assert isinstance(s, bytes)
        self._raw = s

    def getreply(self) -> tuple[int, bytes]:
        if self._fault is Fault.AFTER_DATA:
            return 451, b"later"
        if self._fault is not Fault.LOST:
            self._take()
        if self._fault in (Fault.LOST, Fault.TAKEN_AND_LOST):
            raise smtplib.SMTPServerDisconnected("the connection broke")
        return 250, b"taken"

    def rset(self) -> tuple[int, bytes]:
        return 250, b"ok"

    def quit(self) -> tuple[int, bytes]:
        return 221, b"bye"

    def close(self) -> None:
        """There is nothing to close."""

    def _take(self) -> None:
        letter = message_from_bytes(self._raw.removesuffix(b"\r\n.\r\n"), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self._server.taken.append(Taken(recipients=tuple(self._recipients), letter=letter))


@contextmanager
def connected_to(server: Server) -> Iterator[None]:
    """Within, whoever opens a connection to a mail server gets one to this server."""

    def connect(*_: object) -> Connection:
        if server.faults and server.faults[0] is Fault.AWAY:
            server.faults.popleft()
            raise ConnectionRefusedError("Connection refused")
        return Connection(server)

    with patch.object(smtp, "_connected", connect):
        yield
