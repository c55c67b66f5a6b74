"""A door man before the real Dovecot: it answers chosen commands itself, badly, and passes the others on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from helpdesk.config import MailServer
from tests.edges.dovecot import Dovecot
from tests.edges.dribbling import dribble

DRIBBLE = "one byte after the other, for ever"
HANG_UP = "nothing, and close the connection"


@dataclass(slots=True, kw_only=True)
class Proxy:
    """answers: what it says to a command ("SELECT", "UID FETCH", …) instead of the server, once each: "NO …",
    "BAD …", DRIBBLE or HANG_UP; None lets the server answer. greeting: the same for whoever connects. lag: what the
    server says within so many seconds arrives in one piece."""

    server: MailServer
    answers: dict[str, list[str | None]] = field(default_factory=dict)
    greeting: str = ""
    lag: float = 0
    heard: list[str] = field(default_factory=list)  # every command, first word after the tag
    _ended: threading.Event = field(default_factory=threading.Event)

    def _serve(self, listener: socket.socket, upstream: int) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._attend, args=(client, upstream), daemon=True).start()

    def _attend(self, client: socket.socket, upstream: int) -> None:
        with client, socket.create_connection(("127.0.0.1", upstream)) as server, suppress(OSError):
            if self.greeting:
                self._say(client, "*", self.greeting)
                return
            threading.Thread(target=_pass_on, args=(server, client, self.lag), daemon=True).start()
            for line in client.makefile("rb"):
                tag, _, command = line.decode("latin-1").rstrip().partition(" ")
                words = command.upper().split(" ")
                verb = " ".join(words[:2]) if words[0] == "UID" else words[0]
                self.heard.append(verb)
                planned = self.answers.get(verb)
                answer = planned.pop(0) if planned else None
                if answer == HANG_UP:
                    break
                if answer is None:
                    server.sendall(line)
                else:
                    self._say(client, tag, answer)
            client.shutdown(socket.SHUT_RDWR)
            server.shutdown(socket.SHUT_RDWR)

    def _say(self, client: socket.socket, tag: str, answer: str) -> None:
        if answer != DRIBBLE:
            client.sendall(f"{tag} {answer}\r\n".encode())
            return
        dribble(client, b"* ", self._ended)


@contextmanager
def in_front_of(
    server: Dovecot, *, greeting: str = "", lag: float = 0, **answers: list[str | None]
) -> Iterator[Proxy]:
    """Let it stand before a server: ``in_front_of(dovecot, UID_FETCH=["NO not now"])``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = Proxy(
            server=replace(server.plain, port=listener.getsockname()[1]),
            answers={verb.replace("_", " "): said for verb, said in answers.items()},
            greeting=greeting,
            lag=lag,
        )
        accepting = threading.Thread(target=door._serve, args=(listener, server.plain_port), daemon=True)
        accepting.start()
        try:
            yield door
        finally:
            door._ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _pass_on(source: socket.socket, target: socket.socket, lag: float) -> None:
    with suppress(OSError):
        while source.recv(1, socket.MSG_PEEK):
            time.sleep(lag)
            target.sendall(source.recv(65536))
        target.shutdown(socket.SHUT_RDWR)
