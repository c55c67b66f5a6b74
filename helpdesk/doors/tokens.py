"""Access tokens for OAUTHBEARER and XOAUTH2: from an OAuth server, or printed by a program of the deployment."""

from __future__ import annotations

import os
import subprocess

from helpdesk.config import MailServer, TokenClient
from helpdesk.doors.token_client import TokenCache
from helpdesk.errors import TokenError

PATIENCE = 30.0  # seconds; the program usually asks an identity provider
LONGEST_TOKEN = 16_384  # characters


_cache = TokenCache()


def access_token(server: MailServer) -> str:
    """A token for this server; TokenError where there is none."""
    return _printed(server) if server.token_command else _cache.token(_client(server))


def refused(server: MailServer) -> None:
    """The server did not take the token: do not offer it again."""
    if not server.token_command:
        _cache.forget(_client(server))


def _client(server: MailServer) -> TokenClient:
    if server.token_client is None:
        raise TokenError("no source of tokens is configured")
    return server.token_client


def _printed(server: MailServer) -> str:
    """The token that ``server.token_command`` prints on its first line.

    The program finds user and host in HELPDESK_TOKEN_USER and HELPDESK_TOKEN_HOST. Refreshing is its business: it
    is called at each login, and a token that has run out is never used twice.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HELPDESK_")}
    environment |= {"HELPDESK_TOKEN_USER": server.user, "HELPDESK_TOKEN_HOST": server.host}
    try:
        ended = subprocess.run(  # noqa: S603 - the deployment's own program, no shell
            server.token_command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise TokenError(f"the token program did not end within {PATIENCE:.0f} s") from None
    except OSError as error:
        raise TokenError(f"the token program cannot be started ({error.strerror})") from None
    if ended.returncode:
        raise TokenError(f"the token program ended with code {ended.returncode}")
    token = ended.stdout.decode("ascii", "replace").strip().partition("\n")[0].strip()
    if (
        not token
        or len(token) > LONGEST_TOKEN
        or not token.isascii()
        or any(not sign.isprintable() for sign in token)
    ):
        raise TokenError("the token program printed no usable token")
    return token
