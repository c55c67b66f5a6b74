"""Access tokens asked for with client credentials or a refresh token, kept, and replaced in time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import trustme

from helpdesk.config import TokenClient
from helpdesk.doors.token_client import TokenCache
from helpdesk.errors import TokenError
from tests.databases import free_port
from tests.edges.eventually import eventually
from tests.edges.token_server import TokenServer, token_server


@pytest.fixture
def there() -> Iterator[TokenServer]:
    with token_server() as server:
        server.answer = {"access_token": "first", "expires_in": 3599}
        yield server


def test_our_own_name_and_secret_get_a_token(there: TokenServer) -> None:
    assert TokenCache().token(there.client) == "first"
    assert there.asked == [
        {
            "client_id": "helpdesk",
            "client_secret": "secret of ours",
            "scope": "imap",
            "grant_type": "client_credentials",
        }
    ]


def test_a_refresh_token_is_used_where_there_is_one(there: TokenServer) -> None:
    TokenCache().token(replace(there.client, client_secret="", refresh_token="given once", scope=""))
    assert there.asked == [{"client_id": "helpdesk", "grant_type": "refresh_token", "refresh_token": "given once"}]


def test_a_token_is_kept_until_shortly_before_it_runs_out(there: TokenServer) -> None:
    cache = TokenCache()
    for _ in range(3):
        assert cache.token(there.client) == "first"
    assert len(there.asked) == 1
    cache.forget(there.client)
    there.answer = {"access_token": "second", "expires_in": "1e-9"}  # a string, as some servers write it
    assert cache.token(there.client) == "second"
    there.answer = {"access_token": "third"}
    assert cache.token(there.client) == "third"
    assert cache.token(there.client) == "third"
    assert len(there.asked) == 3


def test_two_clients_do_not_share_a_token(there: TokenServer) -> None:
    cache = TokenCache()
    cache.token(there.client)
    there.answer = {"access_token": "another's"}
    assert cache.token(replace(there.client, client_id="other")) == "another's"
    assert cache.token(there.client) == "first"


def test_a_refusal_says_why_and_shows_no_secret(there: TokenServer) -> None:
    there.status = 401
    there.answer = {"error": "invalid_client", "error_description": "The secret has\r\nexpired."}
    with pytest.raises(TokenError) as caught:
        TokenCache().token(there.client)
    assert str(caught.value) == "the token server answers 401 (invalid_client: The secret has  expired.)"


def test_the_secret_is_never_sent_on_to_another_address(there: TokenServer) -> None:
    with token_server() as elsewhere:
        there.status, there.headers = 307, {"Location": elsewhere.url}
        with pytest.raises(TokenError, match="answers 307"):
            TokenCache().token(there.client)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"[" * 50_000, [], {}, {"access_token": 5}, {"access_token": ""}, {"access_token": "a\r\nb"}],
    ids=str,
)
def test_an_answer_without_a_usable_token_is_a_clear_line(there: TokenServer, answer: object) -> None:
    there.answer = answer
    with pytest.raises(TokenError, match="gave no usable token"):
        TokenCache().token(there.client)


def test_a_server_that_is_not_there_is_a_clear_line() -> None:
    nowhere = TokenClient(url=f"http://127.0.0.1:{free_port()}/token", client_id="x", client_secret="hidden")
    with pytest.raises(TokenError, match=r"cannot be asked .*refused") as caught:
        TokenCache().token(nowhere)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.0 200 ",
        b"HTTP/1.0 200 OK\r\nX-Trace: ",
        b'HTTP/1.0 200 OK\r\n\r\n{"access_token": "',
        b'HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n{"access_token": "',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
        b'HTTP/1.0 401 Unauthorized\r\n\r\n{"error": "',
    ],
    ids=["status", "headers", "no length", "length", "chunk", "complaint"],
)
def test_a_token_server_that_never_ends_its_answer_has_a_deadline(there: TokenServer, beginning: bytes) -> None:
    there.dribbles = beginning
    with pytest.raises(TokenError, match="the token server takes too long"):
        TokenCache(patience=0.3).token(there.client)


@pytest.mark.usefixtures("trusted")
def test_tokens_come_over_encrypted_lines_which_have_a_deadline_too(authority: trustme.CA) -> None:
    with token_server(authority) as there:
        there.answer = {"access_token": "over TLS"}
        assert TokenCache().token(there.client) == "over TLS"
        there.dribbles = b"HTTP/1.0 200 OK\r\n"
        with pytest.raises(TokenError, match="the token server takes too long"):
            TokenCache(patience=0.5).token(there.client)


def test_a_token_server_for_which_nobody_vouches_gets_no_secret(authority: trustme.CA) -> None:
    with token_server(authority) as there, pytest.raises(TokenError, match=r"cannot be asked .*certificate"):
        TokenCache().token(there.client)
    assert there.asked == []


def test_nobody_waits_for_a_server_that_another_mailbox_asks(there: TokenServer) -> None:
    cache = TokenCache(patience=30)
    with token_server() as hung, ThreadPoolExecutor() as others:
        hung.dribbles = b"HTTP/1.0 200 OK\r\n"
        waiting = others.submit(cache.token, hung.client)
        eventually(lambda: len(hung.asked) == 1, "the other mailbox asks")
        assert cache.token(there.client) == "first"
        cache.forget(there.client)
        assert not waiting.done()
        hung.ended.set()
        with pytest.raises(TokenError):
            waiting.result()


def test_what_is_no_http_at_all_is_a_clear_line(there: TokenServer) -> None:
    there.ended.set()
    there.dribbles = b"SSH-2.0-here\r\n"
    with pytest.raises(TokenError, match="cannot be asked"):
        TokenCache().token(there.client)
