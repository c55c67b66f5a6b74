"""The parts of the demo, one by one: state on disk, child processes, mail servers, the stand-in account store."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import tomllib
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from imapclient import IMAPClient

from helpdesk.config import PROJECT, Config, Connector
from helpdesk.errors import HelpdeskError
from helpdesk.rules import load_rules
from helpdesk.service.demo import account_store, commands
from helpdesk.service.demo.household import LOCK, REPLIES_PER_HOUR, sole_use
from helpdesk.service.demo.make_roll import AS_OF, HERE
from helpdesk.service.demo.post_office import open_post_office
from helpdesk.service.demo.samples import sample_mails

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
Result = TypeVar("Result")


# State on disk


def test_every_start_begins_afresh(tmp_path: Path) -> None:
    with sole_use(tmp_path / "demo") as household:
        (household.folder / "helpdesk.sqlite3").write_text("old")
        (household.outgoing / "000001.eml").write_text("old")
        first_secret = (household.folder / "secret").read_text()
    with sole_use(tmp_path / "demo") as household:
        assert not (household.folder / "helpdesk.sqlite3").exists()
        assert not list(household.outgoing.iterdir())
        assert (household.folder / "secret").read_text() != first_secret


def test_only_the_owner_can_read_the_secret(tmp_path: Path) -> None:
    with sole_use(tmp_path / "demo") as household:
        assert (household.folder / "secret").stat().st_mode & 0o777 == 0o600


def test_a_second_demo_on_the_same_folder_is_refused_and_destroys_nothing(tmp_path: Path) -> None:
    with sole_use(tmp_path / "demo") as household:
        (household.folder / "helpdesk.sqlite3").write_text("in use")
        with pytest.raises(HelpdeskError, match="already runs"), sole_use(tmp_path / "demo"):
            pass
        assert (household.folder / "helpdesk.sqlite3").read_text() == "in use"


def test_a_folder_with_other_peoples_files_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(HelpdeskError, match="not the demo's"), sole_use(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_recent_changes_of_address_stay_recent(tmp_path: Path) -> None:
    def newest(path: Path) -> date:
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        return max(date.fromisoformat(row["email_changed_on"]) for row in rows if row["email_changed_on"])

    with sole_use(tmp_path / "demo") as household:
        age_in_the_demo = date.today() - newest(household.roll)  # noqa: DTZ011
        assert age_in_the_demo == AS_OF - newest(HERE / "roll.csv")
        assert age_in_the_demo < timedelta(days=14)


def test_its_rules_are_the_courts_but_for_the_breaker(tmp_path: Path) -> None:
    def rules(folder: Path) -> dict[str, object]:
        return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}

    with sole_use(tmp_path / "demo") as household:
        court, demo = rules(PROJECT / "rules"), rules(household.rules)
        assert isinstance(court["mail.toml"], dict)
        court["mail.toml"]["replies_per_hour"] = REPLIES_PER_HOUR
        assert demo == court
        load_rules(household.rules)


def test_its_settings_are_valid_and_nothing_of_a_real_helpdesk_leaks_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_URL", "smtps://real:pw@mail.court.example")
    monkeypatch.setenv("HELPDESK_IMAP_AFTER", "move:Done")
    with sole_use(tmp_path / "a folder" / "demo") as household:
        environment = household.environment(
            port=8099, imap_url="imap://u:p@127.0.0.1:1143/INBOX", smtp_url="smtp://127.0.0.1:1025"
        )
        config = Config.from_environment(environment)
    assert config.base_url == "http://127.0.0.1:8099"
    assert config.require_smtp().host == "127.0.0.1"
    assert config.imap_after == "seen"
    assert config.connector is Connector.LINK
    assert config.reset_command[-1] == str(tmp_path / "a folder" / "demo" / "accounts.sqlite3")
    assert config.demo_mail_dir == household.outgoing
    assert household.folder.joinpath(LOCK).exists()


# Child processes

WAITS = "import signal, sys; print('up', flush=True); signal.pause()"


def leashed(module_folder: Path, code: str) -> subprocess.Popen[bytes]:
    (module_folder / "waits.py").write_text(code)
    return subprocess.Popen(
        [sys.executable, "-m", "helpdesk.service.demo.leash", "waits"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(module_folder)},
    )


def test_a_child_ends_when_its_parent_is_gone_however_it_ended(tmp_path: Path) -> None:
    with leashed(tmp_path, WAITS) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        child.stdin.close()  # what the operating system does when the parent is killed
        assert child.wait(timeout=20) == -signal.SIGTERM


def test_a_child_gets_its_arguments_and_an_empty_standard_input(tmp_path: Path) -> None:
    with leashed(tmp_path, "import sys; print(sys.argv[1:], repr(sys.stdin.read()), __name__)") as child:
        assert child.stdout is not None
        assert child.stdout.read() == b"[] '' __main__\n"


def test_the_first_command_that_fails_ends_the_preparation_and_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")  # the commands set it
    assert commands.main([["--version"], ["--nonsense"], ["--version"]]) == 2
    printed = capsys.readouterr()
    assert printed.out.count("Flask") == 1
    assert "flask --nonsense failed" in printed.err


# Mail servers


def to_its_end(story: Coroutine[Any, Any, Result]) -> Result:
    """Run it in a thread of its own: in this one a browser of an earlier test may keep a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()


def test_the_mailbox_gives_back_every_mail_byte_for_byte(tmp_path: Path) -> None:
    mails = sample_mails(NOW)

    def fetch(url: str) -> list[bytes]:
        parts = urlsplit(url)
        with IMAPClient(parts.hostname, parts.port, ssl=False, timeout=20) as client:
            client.login(parts.username, parts.password)
            client.select_folder("INBOX")
            fetched = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    async def story() -> list[bytes]:
        async with open_post_office(tmp_path) as post_office:
            assert urlsplit(post_office.imap_url).hostname == "127.0.0.1"
            assert "imap_url" not in repr(post_office)
            for mail in mails:
                await post_office.deliver(mail)
            return await asyncio.to_thread(fetch, post_office.imap_url)

    assert to_its_end(story()) == [mail.raw for mail in mails]


def test_the_sink_writes_down_envelope_and_mail(tmp_path: Path) -> None:
    def send(url: str) -> None:
        parts = urlsplit(url)
        with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=20) as client:
            client.sendmail("", ["ada@filer.example", "desk@filer.example"], b"Subject: Hello\r\n\r\nText\r\n")

    async def story() -> None:
        async with open_post_office(tmp_path) as post_office:
            await asyncio.to_thread(send, post_office.smtp_url)
            await asyncio.to_thread(send, post_office.smtp_url)

    to_its_end(story())
    written = sorted(tmp_path.iterdir())
    assert [path.name for path in written] == ["000001.eml", "000002.eml"]  # every connection keeps what came before
    assert {path.read_bytes() for path in written} == {
        b"X-Envelope-From: <>\r\nX-Envelope-To: ada@filer.example\r\nX-Envelope-To: desk@filer.example\r\n"
        b"Subject: Hello\r\n\r\nText\r\n"
    }


# The stand-in of the account store


def ask_store(store: Path, given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "helpdesk.service.demo.account_store", str(store)]
    return subprocess.run(command, input=given, capture_output=True, text=True, cwd=PROJECT, check=False, timeout=20)


def test_the_account_store_sets_a_password_and_keeps_only_its_hash(tmp_path: Path) -> None:
    store = tmp_path / "accounts.sqlite3"
    done = ask_store(store, json.dumps({"ecf_user_id": "200101", "password": "Correct-Horse-7"}))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert account_store.accepts(store, "200101", "Correct-Horse-7")
    assert not account_store.accepts(store, "200101", "correct-horse-7")
    assert not account_store.accepts(store, "200102", "Correct-Horse-7")
    assert b"Correct-Horse-7" not in store.read_bytes()


@pytest.mark.parametrize("given", ["", "not json", "[]", "{}", '{"ecf_user_id": 1, "password": "long enough"}'])
def test_the_account_store_refuses_what_it_does_not_understand(tmp_path: Path, given: str) -> None:
    refused = ask_store(tmp_path / "accounts.sqlite3", given)
    assert refused.returncode == 2
    assert refused.stderr.startswith("the request")


# Starting


def test_a_port_in_use_is_named_with_a_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "helpdesk.service.demo", f"--port={port}", f"--folder={tmp_path / 'demo'}"],
            capture_output=True,
            text=True,
            cwd=PROJECT,
            check=False,
            timeout=60,
        )
    assert refused.returncode == 1
    assert f"port {port} cannot be used" in refused.stderr
    assert "make demo PORT=" in refused.stderr
    assert "Traceback" not in refused.stderr
