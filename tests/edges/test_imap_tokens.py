"""OAuth instead of a password, against a Dovecot that checks signed tokens."""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from helpdesk.config import MailServer
from helpdesk.doors.imap import Mailbox
from helpdesk.errors import MailboxError
from tests.edges.dovecot import ISSUER, USER, Dovecot, dovecot
from tests.edges.token_server import token_server as oauth_server

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def token_server(authority: trustme.CA) -> Iterator[Dovecot]:
    with dovecot(authority, token_key=PUBLIC) as server:
        yield server


def token(*, lives: int = 600, issuer: str = ISSUER) -> str:
    now = int(time.time())
    head = {"alg": "RS256", "typ": "JWT"}
    body = {"iss": issuer, "email": USER, "sub": USER, "iat": now - 5, "nbf": now - 5, "exp": now + lives}
    signed = ".".join(_part(json.dumps(piece).encode()) for piece in (head, body))
    return f"{signed}.{_part(KEY.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_program(server: Dovecot, code: str) -> MailServer:
    return replace(server.plain, password="", token_command=(sys.executable, "-c", code))


@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "XOAUTH2"])
def test_a_token_opens_the_mailbox(token_server: Dovecot, mechanism: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda _self, name: name == f"AUTH={mechanism}")
    mailbox = Mailbox.connect(with_program(token_server, f"print({token()!r})"))
    assert mailbox.look().messages == 0
    mailbox.close()


def test_a_fresh_token_is_asked_for_at_every_login(token_server: Dovecot, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    code = f"import os; print({token()!r}); open({str(calls)!r}, 'a').write(os.environ['HELPDESK_TOKEN_USER'] + ' ')"
    for _ in range(2):
        Mailbox.connect(with_program(token_server, code)).close()
    assert calls.read_text() == f"{USER} {USER} "


@pytest.mark.parametrize("bad", [{"lives": -60}, {"issuer": "https://elsewhere.example"}])
def test_a_token_that_ran_out_or_comes_from_elsewhere_is_a_clear_line(
    token_server: Dovecot, bad: dict[str, int | str]
) -> None:
    written = token(**bad)  # type: ignore[arg-type]
    with pytest.raises(MailboxError, match="login refused") as caught:
        Mailbox.connect(with_program(token_server, f"print({written!r})"))
    assert written not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "ended with code 3"),
        ("print()", "printed no usable token"),
        ("print('x' * 100_000)", "printed no usable token"),
        ("print('a\\x01b')", "printed no usable token"),
    ],
)
def test_a_program_that_gives_no_token_is_a_clear_line(token_server: Dovecot, code: str, words: str) -> None:
    with pytest.raises(MailboxError, match=words):
        Mailbox.connect(with_program(token_server, code))


def test_a_server_that_takes_no_tokens_is_a_clear_line(imap_server: Dovecot) -> None:
    with pytest.raises(MailboxError, match="neither OAUTHBEARER nor XOAUTH2"):
        Mailbox.connect(with_program(imap_server, f"print({token()!r})"))


def test_our_own_credentials_open_the_mailbox_and_a_refused_token_is_replaced(token_server: Dovecot) -> None:
    """As with Microsoft 365: client credentials; a token that the mail server refuses is not offered again."""
    with oauth_server() as oauth:
        server = replace(token_server.plain, password="", token_client=oauth.client)
        oauth.answer = {"access_token": token(issuer="https://elsewhere.example"), "expires_in": 3600}
        with pytest.raises(MailboxError, match="login refused"):
            Mailbox.connect(server)
        oauth.answer = {"access_token": token(), "expires_in": 3600}
        for _ in range(2):
            Mailbox.connect(server).close()
        assert len(oauth.asked) == 2
        oauth.status = 503
        Mailbox.connect(server).close()  # the token is still good
