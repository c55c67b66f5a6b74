"""One request's whole way on real servers: from the mailbox, through the browser, to the primary address."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from playwright.sync_api import Page, expect

from helpdesk.config import MailServer
from helpdesk.vocabulary import Filer
from tests.cast import ADA, GRACE, MALLORY, NAMESAKE, mail
from tests.commands import flask
from tests.databases import SECRET, PostgreSQL, free_port
from tests.edges.dovecot import Dovecot, dovecot
from tests.edges.smtp_sink import Sink, sink
from tests.project import PROJECT
from tests.waiting import until
from tests.web.server import CHROMIUM, SWITCHES

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.timeout(300)


class Deployment:
    """A court's deployment: its settings, and the commands an administrator types."""

    def __init__(self, folder: Path, imap: MailServer, smtp: MailServer, database_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        rules = shutil.copytree(PROJECT / "rules", folder / "rules")
        text = (rules / "mail.toml").read_text(encoding="utf-8")
        (rules / "mail.toml").write_text(text.replace("undo_seconds = 15", "undo_seconds = 0"), encoding="utf-8")
        self.settings = os.environ | {
            "HELPDESK_DATABASE_URL": database_url,
            "HELPDESK_SECRET_KEY": SECRET,
            "HELPDESK_BASE_URL": f"http://127.0.0.1:{self.port}",
            "HELPDESK_IMAP_URL": f"imap://{quote(imap.user)}:{quote(imap.password)}@127.0.0.1:{imap.port}/INBOX",
            "HELPDESK_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}",
            "HELPDESK_RULES_DIR": str(rules),
        }

    def flask(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a ``flask`` command as an administrator would."""
        return flask(*words, env=self.settings, stdin=stdin)

    def done(self, *words: str, stdin: str = "") -> str:
        """The same for commands that must succeed; gives their output."""
        ran = self.flask(*words, stdin=stdin)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    @contextmanager
    def web(self) -> Iterator[str]:
        """The web server, as long as the block runs; gives its address."""
        address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{self.port}", "wsgi:app"]
        log = (self.folder / "web.log").open("wb")
        server = subprocess.Popen(command, cwd=PROJECT, env=self.settings, stdout=log, stderr=log)
        try:
            until(lambda: answers(address), "the web server answers")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)
            log.close()


def answers(address: str) -> bool:
    """Whether anybody listens there."""
    try:
        with urllib.request.urlopen(f"{address}/health/live", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def write_roster(file: Path, *filers: Filer) -> None:
    """A roster as the court would export it."""
    names = [field.name for field in fields(Filer)]
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(names)
        for filer in filers:
            writer.writerow([cell(getattr(filer, name)) for name in names])


def cell(value: Any) -> str:
    """A value as it stands in a roster."""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value or "")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium."""
    return {"executable_path": CHROMIUM, "args": SWITCHES}


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with dovecot(trustme.CA()) as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[Sink]:
    with sink() as server:
        yield server


@pytest.fixture
def deployment(tmp_path: Path, imap: Dovecot, smtp: Sink) -> Deployment:
    """On SQLite. The demo's tests tell the same story there: tests/edges/test_demo_run.py."""
    return Deployment(tmp_path, imap.plain, smtp.server, f"sqlite:///{tmp_path / 'desk.sqlite3'}")


@pytest.fixture
def grown_deployment(deployment: Deployment, postgresql_server: PostgreSQL) -> Iterator[Deployment]:
    """On PostgreSQL, before its tables are made."""
    url = postgresql_server.bare()
    deployment.settings["HELPDESK_DATABASE_URL"] = url
    yield deployment
    postgresql_server.drop(url)


def test_one_request_from_the_mailbox_to_the_primary_address(
    grown_deployment: Deployment, imap: Dovecot, smtp: Sink, page: Page
) -> None:
    deployment = grown_deployment
    deployment.done("db", "upgrade")
    write_roster(deployment.folder / "roll.csv", ADA, NAMESAKE, GRACE)
    deployment.done("roster", "import", str(deployment.folder / "roll.csv"), "--apply")
    deployment.done("staff", "add", "clerk", "--role", "clerk", "--password-stdin", stdin=f"{PASSWORD}\n")
    deployment.done("staff", "add", "boss", "--role", "supervisor", "--password-stdin", stdin=f"{PASSWORD}\n")

    now = datetime.now(UTC)
    away = mail("I am away.", message_id="<away@x.example>", headers={"Auto-Submitted": "auto-replied"}, at=now)
    graces = f"Please reset my CM/ECF password.\n\nName: {GRACE.full_name}\nBar ID: {GRACE.bar_id}\n"
    imap.deliver(mail(at=now), away, mail(graces, sender=MALLORY, message_id="<m@x.example>", at=now))
    assert "3 fetched" in deployment.done("poll", "--once")
    assert imap.unread() == 0
    assert "0 fetched" in deployment.done("poll", "--once")
    deployment.done("reconcile")

    with deployment.web() as address:
        page.goto(address)
        page.get_by_label("Login").fill("clerk")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{address}/queue/ready")
        page.get_by_role("link", name="Password reset").first.click()
        expect(page.locator("mark").first).to_be_visible()
        page.get_by_role("button", name="Approve").first.click()
        expect(page.get_by_role("status").first).to_contain_text("last one in Ready")

        deployment.done("work", "--once")
        resets = [taken for taken in smtp.taken if "will be reset" in str(taken.letter["Subject"])]
        assert [taken.recipients for taken in resets] == [(ADA.primary_email,)]
        everybody = sorted(to for taken in smtp.taken for to in taken.recipients)
        assert everybody == sorted([ADA.primary_email, ADA.primary_email, MALLORY]), "two replies and the reset"

        page.context.clear_cookies()
        page.goto(f"{address}/login")
        page.get_by_label("Login").fill("boss")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{address}/metrics")
        expect(page.get_by_role("main")).to_contain_text("2 received")

    assert "whole" in deployment.done("audit", "verify")
    deployment.done("reconcile")


def test_the_dry_run_needs_no_database_no_server_and_no_settings(tmp_path: Path) -> None:
    write_roster(tmp_path / "roll.csv", ADA, NAMESAKE, GRACE)
    (tmp_path / "one.eml").write_bytes(mail())
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    files = [str(tmp_path / "one.eml"), "--roster", str(tmp_path / "roll.csv")]
    command = [sys.executable, "-m", "flask", "triage", *files]
    ran = subprocess.run(command, cwd=PROJECT, env=settings, capture_output=True, text=True, timeout=60, check=True)
    found = json.loads(ran.stdout)
    assert (found["category"], found["route"], found["reply"]) == ("password_reset", "ready", "acknowledge")
    assert found["requests"][0]["filer"] == ADA.ecf_user_id


def test_a_wrong_setting_is_named_by_the_command(deployment: Deployment) -> None:
    deployment.settings["HELPDESK_IMAP_URL"] = "imap://user:secret@mail.court.example/INBOX"
    ran = deployment.flask("poll", "--once")
    assert ran.returncode != 0
    assert "HELPDESK_IMAP_URL" in ran.stderr
    assert "secret" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_mail_server_that_is_down_is_one_clear_line(deployment: Deployment, imap: Dovecot) -> None:
    deployment.done("db", "upgrade")
    imap.stop()
    ran = deployment.flask("poll", "--once")
    assert ran.returncode == 1
    assert "127.0.0.1" in ran.stderr
    assert "Traceback" not in ran.stderr
