"""The demo's state on disk: made anew at each start, used by one demo at a time."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpdesk.config import PROJECT
from helpdesk.errors import HelpdeskError
from helpdesk.service.demo.children import run_once
from helpdesk.service.demo.make_roll import AS_OF, HERE, Row

REPLIES_PER_HOUR = 600  # the sample mailbox brings in minutes what a court gets in days
LOCK = ".demo-lock"  # stays when the rest is made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLogin:
    """A demo login. It opens nothing but this demo, which listens on loopback only."""

    login: str
    name: str
    role: str
    password: str


STAFF = (
    StaffLogin(login="clerk", name="Rowan Pell", role="clerk", password="clerk-of-the-demo"),  # noqa: S106
    StaffLogin(
        login="supervisor",
        name="Imogen Hart",
        role="supervisor",
        password="supervisor-of-the-demo",  # noqa: S106
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Where the demo keeps what."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.folder / "logs"

    @property
    def outgoing(self) -> Path:
        """The mail that went out, one file each."""
        return self.folder / "outgoing"

    @property
    def roll(self) -> Path:
        """The roll as of today."""
        return self.folder / "roll.csv"

    @property
    def rules(self) -> Path:
        """The court's rules with the breaker set for the demo's pace; may be edited while the demo runs."""
        return self.folder / "rules"

    def environment(self, *, port: int, imap_url: str, smtp_url: str) -> dict[str, str]:
        """The settings under which every command of the demo runs. Nothing of the caller's own helpdesk leaks in."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
        return inherited | {
            "FLASK_APP": "wsgi:app",
            "PYTHONUNBUFFERED": "1",
            "HELPDESK_DATABASE_URL": f"sqlite:///{self.folder / 'helpdesk.sqlite3'}",
            "HELPDESK_SECRET_KEY_FILE": str(self.folder / "secret"),
            "HELPDESK_BASE_URL": f"http://127.0.0.1:{port}",
            "HELPDESK_IMAP_URL": imap_url,
            "HELPDESK_SMTP_URL": smtp_url,
            "HELPDESK_RULES_DIR": str(self.rules),
            "HELPDESK_CONNECTOR": "link",
            "HELPDESK_RESET_COMMAND": shlex.join(
                (sys.executable, "-m", "helpdesk.service.demo.account_store", str(self.folder / "accounts.sqlite3"))
            ),
            "HELPDESK_DEMO_MAIL_DIR": str(self.outgoing),
        }


@contextmanager
def sole_use(folder: Path) -> Iterator[Household]:
    """The folder, locked and emptied; HelpdeskError when another demo runs on it or it was not made by the demo."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / LOCK).exists():
        raise HelpdeskError(f"{folder} holds files that are not the demo's; give an empty folder.")
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HelpdeskError(f"A demo already runs on {folder}. End it with Ctrl-C first.") from None
        household = Household(folder=folder)
        _make_anew(household)
        yield household


async def furnish(household: Household, environment: Mapping[str, str]) -> None:
    """Create the database, import the roll, add staff: with the same commands a court uses."""
    commands = [("db", "upgrade"), ("roster", "import", str(household.roll), "--apply")]
    for member in STAFF:
        commands.append(
            ("staff", "add", member.login, "--name", member.name, "--role", member.role, "--password-stdin")
        )
    passwords = "".join(f"{member.password}\n" for member in STAFF)
    code, printed = await run_once(
        "helpdesk.service.demo.commands", json.dumps(commands), environment=environment, given=passwords
    )
    if code:
        raise HelpdeskError(f"preparing the demo failed:\n{printed.strip()}")


def _make_anew(household: Household) -> None:
    for path in household.folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()
    household.logs.mkdir()
    household.outgoing.mkdir()
    _write_secret(household.folder / "secret")
    _write_roll(household.roll, today=date.today())  # noqa: DTZ011 - a roll is dated in the court's own days
    _write_rules(household.rules)


def _write_secret(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))


def _write_roll(path: Path, *, today: date) -> None:
    """The sample roll with changes of address as long ago as on the day it was made."""
    by = today - AS_OF
    with (HERE / "roll.csv").open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8") as target:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, fieldnames=list(reader.fieldnames or ()), lineterminator="\n")
        writer.writeheader()
        for row in reader:
            changed: Row = row
            if row["email_changed_on"]:
                changed = row | {"email_changed_on": (date.fromisoformat(row["email_changed_on"]) + by).isoformat()}
            writer.writerow(changed)


def _write_rules(folder: Path) -> None:
    shutil.copytree(PROJECT / "rules", folder)
    mail = folder / "mail.toml"
    text, replaced = re.subn(
        r"(?m)^replies_per_hour = \d+", f"replies_per_hour = {REPLIES_PER_HOUR}", mail.read_text(encoding="utf-8")
    )
    if replaced != 1:
        raise HelpdeskError("rules/mail.toml: replies_per_hour was not found")
    mail.write_text(text, encoding="utf-8")
