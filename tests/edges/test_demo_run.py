"""The whole demo as an administrator starts it: it gets ready, mail becomes tickets, and nothing stays behind."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpdesk.config import PROJECT
from helpdesk.service.demo.household import STAFF
from helpdesk.service.demo.samples import MAILS
from tests.waiting import until

DEADLINE = 100.0  # seconds for the slowest machine
pytestmark = pytest.mark.timeout(200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    printed: list[str]

    def processes(self) -> tuple[int, ...]:
        """The process ids of its children."""
        own = str(self.process.pid)
        return tuple(pid for pid, parent in _running() if parent == own)

    def wait_until_ready(self) -> None:
        """Read what it prints until the banner is complete."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if "Ctrl-C ends everything" in line:
                return
        pytest.fail("it ended before it was ready:\n" + "".join(self.printed))

    def count(self, query: str) -> int:
        """A number from its database."""
        with closing(sqlite3.connect(f"file:{self.folder / 'helpdesk.sqlite3'}?mode=ro", uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "helpdesk.service.demo", f"--port={port}", f"--folder={folder}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        start_new_session=True,
    )
    with process:
        try:
            yield Demo(process=process, address=f"http://127.0.0.1:{port}", folder=folder, printed=[])
        finally:
            process.kill()


def _running() -> Iterator[tuple[int, str]]:
    """Process id and parent of everything that runs; what has ended and is only not yet collected does not count."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if state != "Z":
            yield int(folder.name), parent


def none_is_running(pids: tuple[int, ...]) -> bool:
    return not {pid for pid, _ in _running()}.intersection(pids)


def signed_in(demo: Demo, login: str, password: str) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{demo.address}/login", timeout=20).read().decode()
    fields = dict(re.findall(r'<input[^>]*name="(csrf_token)"[^>]*value="([^"]+)"', page))
    fields |= {"login": login, "password": password}
    answer = browser.open(f"{demo.address}/login", urllib.parse.urlencode(fields).encode(), timeout=20)
    assert answer.status == 200
    assert not answer.url.endswith("/login")
    return browser


def test_it_gets_ready_turns_mail_into_tickets_and_ends_without_a_trace(tmp_path: Path) -> None:
    sample_mails = len(list(MAILS.glob("*.eml")))
    with running_demo(tmp_path / "demo") as demo:
        demo.wait_until_ready()
        banner = "".join(demo.printed)
        assert demo.address in banner
        assert all(member.login in banner and member.password in banner for member in STAFF)
        with urllib.request.urlopen(f"{demo.address}/health/ready", timeout=20) as answer:  # noqa: S310 - our own
            assert answer.status == 200
        until(
            lambda: demo.count("SELECT count(*) FROM ledger WHERE state != 'stored'") >= sample_mails,
            "every sample mail was settled",
            DEADLINE,
        )
        assert demo.count("SELECT count(*) FROM ticket") >= 35
        until(lambda: any((demo.folder / "outgoing").iterdir()), "a reply went out")

        for member in STAFF:
            browser = signed_in(demo, member.login, member.password)
            assert browser.open(demo.address, timeout=20).status == 200
            outbox = browser.open(f"{demo.address}/demo/outbox", timeout=20).read().decode()
            assert "@" in outbox

        children = demo.processes()
        assert len(children) == 3
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=30) == 0
        assert none_is_running(children)


def test_a_killed_parent_leaves_no_orphans(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        until(lambda: len(demo.processes()) == 3, "web server, poller and worker run", DEADLINE)
        children = demo.processes()
        os.kill(demo.process.pid, signal.SIGKILL)
        until(lambda: none_is_running(children), "its children noticed")
