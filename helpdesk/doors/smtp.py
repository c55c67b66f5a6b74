"""Outgoing mail over SMTP: one message, one recipient, and for every failure what may be done about it.

The only module that speaks SMTP. Each message names its recipient once; a last check compares it with what goes over
the wire. Connecting, each letter and the answer to it have a deadline; what is not over in time is cut off.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from helpdesk.config import LOOPBACK, MailServer, Transport
from helpdesk.doors.outgoing import as_bytes, require_one_address
from helpdesk.doors.tokens import access_token, refused
from helpdesk.doors.watchdog import Watchdog
from helpdesk.errors import DeliveryError, TokenError
from helpdesk.policy import Court
from helpdesk.vocabulary import OutboxKind, OutgoingMail

TIMEOUT = 60.0  # seconds without an answer
# Seconds for connecting, for a letter, and for the answer to it, whatever the server sends meanwhile. So a letter is
# over, one way or the other, before another worker takes it for left behind.
DEADLINE = 120.0
_LONGEST_REASON = 300  # characters of what a server said
_ACCEPTED, _GO_AHEAD, _SERVICE_CLOSING = 250, 354, 421


class Courier:
    """A logged-in connection that can carry several messages, one after the other."""

    def __init__(
        self, server: MailServer, court: Court, connection: smtplib.SMTP, watchdog: Watchdog, deadline: float
    ) -> None:
        self._server = server
        self._court = court
        self._smtp = connection
        self._watchdog = watchdog
        self._deadline = deadline
        self._named: list[str] = []  # every recipient the server was told since the last MAIL
        self.usable = True  # False after a failure that ended the connection

    @classmethod
    def connect(
        cls, server: MailServer, court: Court, *, timeout: float = TIMEOUT, deadline: float = DEADLINE
    ) -> Courier:
        """Connect, encrypt, log in. DeliveryError where that fails: it says nothing about any message.

        timeout: seconds of silence. deadline: until all of this is done, and later for each letter.
        """
        if server.transport is Transport.PLAIN and server.host not in LOOPBACK:
            raise DeliveryError(f"{server.name}: an unencrypted connection is only allowed on this machine")
        watchdog = Watchdog()
        with watchdog.limit(deadline):
            smtp = _logged_in(server, court.helpdesk_address.rpartition("@")[2], timeout, watchdog)
        return cls(server, court, smtp, watchdog, deadline)

    def send(self, mail: OutgoingMail, *, now: datetime) -> None:
        """Hand one message over; returns when the server has taken it. DeliveryError says what else became of it."""
        raw = as_bytes(mail, self._court, now=now)
        with self._watchdog.limit(self._deadline):
            self._name_recipient(mail)
            if self._named != [f"TO:<{mail.to}>"]:  # the last guard: whatever changes above, nobody else gets this
                self.usable = False
                raise DeliveryError("the envelope does not name exactly the message's recipient", permanent=True)
            self._hand_over(raw)
        with self._watchdog.limit(self._deadline):  # a time of its own: who is cut here leaves staff in doubt
            self._hear_what_became_of_it()

    def close(self) -> None:
        """Say goodbye where the server still listens; never raises."""
        with suppress(smtplib.SMTPException, OSError), self._watchdog.limit(self._deadline):
            if self.usable:
                self._smtp.quit()
        self._smtp.close()

    def _name_recipient(self, mail: OutgoingMail) -> None:
        recipient = require_one_address(mail.to)
        option = self._utf8_option(recipient)
        self._named.clear()
        self._ask("MAIL", f"FROM:<{self._return_path(mail)}>{option}", _ACCEPTED)
        self._ask("RCPT", f"TO:<{recipient}>", _ACCEPTED)

    def _return_path(self, mail: OutgoingMail) -> str:
        """Replies have a null return path, so that no machine answers them (RFC 3834). What goes to a primary address
        comes back to us when it cannot be delivered: staff must know that a filer got nothing."""
        return "" if mail.kind is OutboxKind.REPLY else self._court.helpdesk_address

    def _utf8_option(self, recipient: str) -> str:
        self._smtp.command_encoding = "ascii"
        if recipient.isascii():
            return ""
        if not self._smtp.has_extn("smtputf8"):
            raise DeliveryError("the mail server cannot send to addresses with letters beyond ASCII", permanent=True)
        self._smtp.command_encoding = "utf-8"
        return " SMTPUTF8"

    def _hand_over(self, raw: bytes) -> None:
        """DATA. Until the final dot is out nothing is accepted."""
        self._ask("DATA", "", _GO_AHEAD)
        stuffed = re.sub(rb"(?m)^\.", b"..", raw.removesuffix(b"\r\n"))
        with self._connection_lost("while the message was being sent"):
            self._smtp.send(stuffed + b"\r\n.\r\n")

    def _hear_what_became_of_it(self) -> None:
        """The final dot is out: only the server knows."""
        with self._connection_lost("after the whole message was sent, before the server answered", uncertain=True):
            answer = self._whole(self._smtp.getreply())
        self._judge("end of message", answer, _ACCEPTED)

    def _ask(self, verb: str, rest: str, wanted: int) -> None:
        if verb == "RCPT":
            self._named.append(rest)
        with self._connection_lost(f"at {verb}"):
            answer = self._whole(self._smtp.docmd(verb, rest))
        self._judge(verb, answer, wanted)

    def _whole(self, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        """To smtplib a last line that was cut off is an answer like any other."""
        if self._watchdog.has_cut:
            raise smtplib.SMTPServerDisconnected("cut off")
        return answer

    def _judge(self, verb: str, answer: tuple[int, bytes], wanted: int) -> None:
        """Raise DeliveryError for an answer other than the wanted one: 5xx is for good, everything else for now."""
        code, words = answer
        if code == wanted or (wanted == _ACCEPTED and code == 251):  # 251: will forward
            return
        self._start_over(code)
        permanent = 500 <= code < 600
        # An answer outside the protocol after the final dot: the message may have been taken.
        uncertain = verb == "end of message" and not 400 <= code < 600
        raise DeliveryError(f"refused at {verb}: {code} {_one_line(words)}", permanent=permanent, uncertain=uncertain)

    def _start_over(self, code: int) -> None:
        """Make the connection fit for the next message, or give it up."""
        try:
            if code == _SERVICE_CLOSING or not 400 <= code < 600 or self._smtp.rset()[0] != _ACCEPTED:
                self.usable = False
        except (smtplib.SMTPException, OSError):
            self.usable = False

    @contextmanager
    def _connection_lost(self, moment: str, *, uncertain: bool = False) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.usable = False
            reason = _reason(error, self._watchdog)
            raise DeliveryError(
                f"{self._server.name}: the connection broke {moment} ({reason})", uncertain=uncertain
            ) from None


class _Line(smtplib.SMTP):
    """smtplib's connection. The watchdog has its socket before the greeting is read."""

    def __init__(self, server: MailServer, own_name: str, timeout: float, watchdog: Watchdog) -> None:
        self._watchdog = watchdog
        self._context = watchdog.context() if server.transport is Transport.TLS else None
        super().__init__(server.host, server.port, local_hostname=own_name, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """smtplib's own name for it: connect, and encrypt where the server speaks TLS from the first byte."""
        line = self._watchdog.connect((host, port), timeout)
        return self._context.wrap_socket(line, server_hostname=host) if self._context else line


def _connected(server: MailServer, own_name: str, timeout: float, watchdog: Watchdog) -> smtplib.SMTP:
    line = _Line(server, own_name, timeout, watchdog)
    if watchdog.has_cut:  # to smtplib half a greeting is one
        line.close()
        raise TimeoutError
    return line


def _logged_in(server: MailServer, own_name: str, timeout: float, watchdog: Watchdog) -> smtplib.SMTP:
    with _refusing(server, "cannot connect", watchdog):
        smtp = _connected(server, own_name, timeout, watchdog)
    try:
        with _refusing(server, "cannot encrypt the connection", watchdog):
            if server.transport is Transport.STARTTLS:
                smtp.starttls(context=watchdog.context())
        with _refusing(server, "greeting refused", watchdog):
            _require(smtp.ehlo())
        with _refusing(server, "login refused", watchdog):
            _authenticate(smtp, server)
    except DeliveryError:
        smtp.close()
        raise
    return smtp


def _authenticate(smtp: smtplib.SMTP, server: MailServer) -> None:
    if server.takes_token:
        token = access_token(server)
        words = f"user={server.user}\1auth=Bearer {token}\1\1"

        def answer(challenge: bytes | None = None, /) -> str:
            # A refusal comes as a challenge that explains it; the empty answer asks for its code.
            return words if challenge is None else ""

        try:
            smtp.auth("XOAUTH2", answer)
        except smtplib.SMTPAuthenticationError:
            refused(server)
            raise
    elif server.user:
        smtp.login(server.user, server.password)


def _require(answer: tuple[int, bytes]) -> None:
    if answer[0] != _ACCEPTED:
        raise smtplib.SMTPResponseException(*answer)


@contextmanager
def _refusing(server: MailServer, problem: str, watchdog: Watchdog) -> Iterator[None]:
    """Turn a failure before any message into a temporary DeliveryError that names the server."""
    try:
        yield
        if watchdog.has_cut:
            raise TimeoutError
    except (smtplib.SMTPException, OSError, ValueError, TokenError) as error:
        reason = _reason(error, watchdog)
        if server.password:
            reason = reason.replace(server.password, "…")
        raise DeliveryError(f"{server.name}: {problem}: {reason}") from None


def _reason(error: Exception, watchdog: Watchdog) -> str:
    if watchdog.has_cut:
        return "the server takes too long"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {_one_line(words if isinstance(words, bytes) else str(words).encode())}"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "the server does not answer"
    words_of_system = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _one_line(words_of_system.encode("utf-8", "replace"))


def _one_line(words: bytes) -> str:
    text = words.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST_REASON]
