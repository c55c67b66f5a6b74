"""Access tokens from an OAuth 2.0 server, asked for in our own name and kept until shortly before they run out."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode

from helpdesk.config import TokenClient
from helpdesk.doors.watchdog import Watchdog
from helpdesk.errors import TokenError

PATIENCE = 30.0  # seconds until the whole answer is there
_EARLY = 120.0  # seconds before its end at which a token is replaced; a login must not lose a race
_SHORTEST_LIFE = 300.0  # seconds assumed where the server does not say
_LONGEST_ANSWER = 100_000  # bytes
_LONGEST_REASON = 200  # characters


@dataclass(slots=True)
class TokenCache:
    """The tokens of one process; used by several threads."""

    patience: float = PATIENCE
    _tokens: dict[TokenClient, tuple[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token(self, client: TokenClient) -> str:
        """A token that is good for a while; TokenError, with the reason, where the server gives none.

        Nobody waits here for another's answer. Of those who need the same token at the same time each asks for it.
        """
        with self._lock:
            token, until = self._tokens.get(client, ("", 0.0))
        if time.monotonic() >= until:
            token, life = _asked(client, self.patience)
            with self._lock:
                self._tokens[client] = token, time.monotonic() + max(life - _EARLY, life / 2)
        return token

    def forget(self, client: TokenClient) -> None:
        """A server refused the token: the next login asks for another."""
        with self._lock:
            self._tokens.pop(client, None)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The secret goes to the address that was configured, and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class _Watched(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Connections that a watchdog holds before the server, or a proxy, has said a word."""

    def __init__(self, watchdog: Watchdog) -> None:
        super().__init__()
        self._watchdog = watchdog

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._plain, req)

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._encrypted, req, context=self._watchdog.context())

    def _plain(self, host: str, /, **settings: Any) -> HTTPConnection:
        return self._watched(HTTPConnection(host, **settings))

    def _encrypted(self, host: str, /, **settings: Any) -> HTTPConnection:
        return self._watched(HTTPSConnection(host, **settings))

    def _watched(self, connection: HTTPConnection) -> HTTPConnection:
        connection._create_connection = self._watchdog.connect  # type: ignore[attr-defined]  # http.client's name for it
        return connection


def _asked(client: TokenClient, patience: float) -> tuple[str, float]:
    """A fresh token and its life in seconds."""
    request = urllib.request.Request(  # noqa: S310 - the configuration admits https:// and loopback only
        client.url,
        data=urlencode(_question(client)).encode("ascii"),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
    )
    watchdog = Watchdog()
    opener = urllib.request.build_opener(_NoRedirect, _Watched(watchdog))
    with watchdog.limit(patience), _asking(watchdog), opener.open(request, timeout=patience) as answer:
        found = _read(answer.read(_LONGEST_ANSWER))
    token, life = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise TokenError("the token server gave no usable token")
    return token, _seconds(life)


@contextmanager
def _asking(watchdog: Watchdog) -> Iterator[None]:
    """Turn whatever goes wrong into a TokenError; an answer that was cut off may look like a whole one."""
    problem = ""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            problem = f"answers {error.code}{_complaint(error)}"
    except (OSError, ValueError, HTTPException) as error:
        problem = f"cannot be asked ({_plain(str(getattr(error, 'reason', error)))})"
    if watchdog.has_cut:
        problem = "takes too long"
    if problem:
        raise TokenError(f"the token server {problem}") from None


def _question(client: TokenClient) -> dict[str, str]:
    asked = {"client_id": client.client_id, "client_secret": client.client_secret, "scope": client.scope}
    if client.refresh_token:
        asked |= {"grant_type": "refresh_token", "refresh_token": client.refresh_token}
    else:
        asked |= {"grant_type": "client_credentials"}
    return {name: value for name, value in asked.items() if value}


def _read(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(life: object) -> float:
    """Microsoft writes a number, others a string."""
    try:
        seconds = float(str(life))
    except ValueError:
        return _SHORTEST_LIFE
    return seconds if 0 < seconds < 1e9 else _SHORTEST_LIFE


def _complaint(error: urllib.error.HTTPError) -> str:
    """The server's own reason: an administrator needs it (a secret that ran out, a scope that is not granted)."""
    try:
        found = _read(error.read(_LONGEST_ANSWER))
    except (OSError, HTTPException):
        return ""
    words = [str(found[name]) for name in ("error", "error_description") if found.get(name)]
    return f" ({_plain(': '.join(words))})" if words else ""


def _plain(words: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in words)[:_LONGEST_REASON]
