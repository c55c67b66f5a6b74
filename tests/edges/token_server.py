"""A stand-in for an OAuth token server on the loopback interface."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import trustme

from helpdesk.config import TokenClient
from tests.edges.dribbling import dribble


@dataclass(slots=True)
class TokenServer:
    """Answers every question with ``status``, ``answer`` and ``headers``; keeps what it was asked."""

    url: str
    status: int = 200
    answer: object = None
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    dribbles: bytes = b""  # this instead, and then one byte after the other, for ever
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def client(self) -> TokenClient:
        """Somebody who asks here."""
        return TokenClient(url=self.url, client_id="helpdesk", client_secret="secret of ours", scope="imap")


@contextmanager
def token_server(authority: trustme.CA | None = None) -> Iterator[TokenServer]:
    """A running server; with an authority it speaks TLS, as ``localhost``."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            there.asked.append(dict(parse_qsl(self.rfile.read(length).decode())))
            if there.dribbles:
                dribble(self.connection, there.dribbles, there.ended)
                return
            raw = there.answer if isinstance(there.answer, bytes) else json.dumps(there.answer).encode()
            self.send_response(there.status)
            for name, value in there.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        there = TokenServer(f"http://127.0.0.1:{server.server_port}/token")
        if authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            there.url = f"https://localhost:{server.server_port}/token"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield there
        finally:
            there.ended.set()
            server.shutdown()
            thread.join()
