"""Logging in to an IMAP server: over a checked TLS connection, or not at all."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError, ProtocolError

from helpdesk.config import LOOPBACK, MailServer, Transport
from helpdesk.doors.imap_connection import Connection, Timeouts
from helpdesk.doors.tokens import access_token, refused
from helpdesk.errors import MailboxError, RefusalError, TokenError

_LONGEST_REASON = 300  # characters of what a server said that are worth a log line


def log_in(server: MailServer, timeouts: Timeouts) -> Connection:
    """A logged-in connection; MailboxError where the server cannot be reached, trusted or does not let us in.

    The server's certificate is checked against the system's authorities (SSL_CERT_FILE adds the court's own).
    A server that refuses STARTTLS gets no password.
    """
    if server.transport is Transport.PLAIN and server.host not in LOOPBACK:
        raise MailboxError(f"{server.name}: an unencrypted connection is only allowed on this machine")
    with speaking(server, "cannot connect"):
        client = Connection(server, timeouts)
    try:
        with speaking(server, "cannot encrypt the connection", client):
            if server.transport is Transport.STARTTLS:
                client.starttls(client.watchdog.context())
        _keep_alive(client.socket())
        with speaking(server, "login refused", client):
            _authenticate(client, server)
    except MailboxError:
        hang_up(client)
        raise
    return client


def hang_up(client: Connection) -> None:
    """Close the connection without a word; never raises."""
    try:
        client.shutdown()
    except (IMAPClientError, OSError):
        return  # it was closed already


@contextmanager
def speaking(
    server: MailServer, problem: str, client: Connection | None = None, *, extra: float = 0
) -> Iterator[None]:
    """Turn whatever goes wrong in a conversation with the server into one line that names it.

    client: whose watchdog ends a conversation that takes too long. extra: seconds beyond those of an ordinary answer.
    RefusalError where the server understood and said no: only then is the connection of further use.
    """
    limit = client.watchdog.limit(client.timeouts.answer + extra) if client else nullcontext()
    try:
        with limit:
            yield
    except TimeoutError:
        raise MailboxError(f"{server.name}: {problem}: the server does not answer") from None
    except TokenError as error:
        raise MailboxError(f"{server.name}: {problem}: {error}") from None
    except (IMAPClientError, OSError, ValueError, LookupError) as error:  # the last two: answers out of the protocol
        if client and client.watchdog.has_cut:
            raise MailboxError(f"{server.name}: {problem}: the server does not finish its answer") from None
        kind = RefusalError if _is_refusal(error) else MailboxError
        raise kind(f"{server.name}: {problem}: {_reason(error, server)}") from None


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, IMAPClientError) and not isinstance(error, IMAPClientAbortError | ProtocolError)


def _authenticate(client: Connection, server: MailServer) -> None:
    if not server.takes_token:
        client.login(server.user, server.password)
        return
    token = access_token(server)
    try:
        if client.has_capability("AUTH=OAUTHBEARER"):
            client.oauthbearer_login(server.user, token)
        elif client.has_capability("AUTH=XOAUTH2"):
            client.oauth2_login(server.user, token)
        else:
            raise LoginError("the server offers neither OAUTHBEARER nor XOAUTH2")
    except LoginError:
        refused(server)
        raise


def _keep_alive(connection: socket.socket) -> None:
    """Let the kernel notice a peer that vanished without a word, within about two minutes."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):  # not on every system
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _reason(error: Exception, server: MailServer) -> str:
    """What went wrong, on one line, without the password."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if server.password:
        words = words.replace(server.password, "…")
    words = re.sub(r"\bb(['\"])(.*?)\1", r"\2", words)
    return "".join(sign if sign.isprintable() else " " for sign in words)[:_LONGEST_REASON] or type(error).__name__
