"""A stand-in for an OAuth token server on the loopback interface."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from helpdesk.config import TokenClient


@dataclass(slots=True)
class TokenServer:
    """Answers every question with ``status``, ``answer`` and ``headers``; keeps what it was asked."""

    url: str
    status: int = 200
    answer: object = None
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def client(self) -> TokenClient:
        """Somebody who asks here."""
        return TokenClient(url=self.url, client_id="helpdesk", client_secret="secret of ours", scope="imap")


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """A running server."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            there.asked.append(dict(parse_qsl(self.rfile.read(length).decode())))
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
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()
