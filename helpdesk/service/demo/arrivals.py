"""New mail that keeps coming while the demo runs, so that the queue lives."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from random import Random
from string import Template
from typing import Any

from helpdesk.service.demo.samples import SampleMail

TEMPLATES = Path(__file__).parent / "arrivals.toml"
CHOICE = re.compile(r"\{([^{}]*)\}")
HELPDESK = "ecfhelp@casd.uscourts.gov"
OUR_SERVER = "mx.casd.uscourts.gov"
ASSISTANTS = ("Noreen Castellow", "Hector Bramble", "Sunniva Oakes", "Delroy Pinnock", "Mirabel Tran", "Otto Greaves")
SHORTEST, LONGEST = 45.0, 90.0  # seconds between two mails

Row = Mapping[str, str]


class Arrivals:
    """An endless supply of mails by filers of the roll. Equal seeds give equal mails."""

    def __init__(self, roll: Path, random: Random) -> None:
        self._random = random
        self._filers = [row for row in _rows(roll) if row["bar_state"] == "CA" and row["bar_id"]]
        self._waiting: list[Row] = []
        templates = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["arrival"]
        self._templates: Sequence[Mapping[str, Any]] = templates
        self._weights = [template["weight"] for template in templates]

    def pause(self) -> float:
        """Seconds until the next mail."""
        return self._random.uniform(SHORTEST, LONGEST)

    def next_mail(self, now: datetime) -> SampleMail:
        """One more mail that comes in at ``now``."""
        filer = self._next_filer()
        template = self._random.choices(self._templates, weights=self._weights)[0]
        words = self._words(filer)
        sender = self._sender(template["from"], words)
        message = EmailMessage(policy=SMTP)
        for name, value in self._trace(sender, now):
            message[name] = value
        message["From"] = sender
        message["To"] = HELPDESK
        message["Subject"] = self._fill(template["subject"], words)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{self._random.getrandbits(96):024x}@{sender.domain}>"
        for name, value in template.get("headers", {}).items():
            message[name] = value
        message.set_content(self._fill(template["text"], words).strip() + "\n")
        return SampleMail(raw=message.as_bytes(), received_at=now)

    def _next_filer(self) -> Row:
        """Somebody who has not written yet; when all have, they begin again in another order."""
        if not self._waiting:
            self._waiting = self._random.sample(self._filers, len(self._filers))
        return self._waiting.pop()

    def _words(self, filer: Row) -> dict[str, str]:
        name = " ".join(part for part in (filer["first_name"], filer["middle_name"], filer["last_name"]) if part)
        return {
            "first": filer["first_name"],
            "last": filer["last_name"],
            "name": f"{name}, {filer['suffix']}" if filer["suffix"] else name,
            "bar": filer["bar_id"],
            "swapped_bar": self._swapped(filer["bar_id"]),
            "email": filer["primary_email"],
            "firm": filer["firm"],
            "phone": filer["phone"],
            "assistant": self._random.choice(ASSISTANTS),
        }

    def _swapped(self, number: str) -> str:
        at = self._random.randrange(len(number) - 1)
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]

    def _sender(self, kind: str, words: Mapping[str, str]) -> Address:
        local, domain = words["email"].split("@")
        if kind == "assistant":
            return Address(words["assistant"], words["assistant"].split()[0].lower(), domain)
        if kind == "home":
            return Address(f"{words['first']} {words['last']}", local.replace(".", "_"), "homebox.example")
        return Address(f"{words['first']} {words['last']}", local, domain)

    def _fill(self, text: str, words: Mapping[str, str]) -> str:
        chosen = CHOICE.sub(lambda found: self._random.choice(found[1].split("|")), text)
        return Template(chosen).substitute(words)

    def _trace(self, sender: Address, now: datetime) -> list[tuple[str, str]]:
        """What our own mail server writes above a mail."""
        host, network = f"mail.{sender.domain}", f"192.0.2.{self._random.randrange(2, 250)}"
        queue = f"{self._random.getrandbits(40):010X}"
        return [
            ("Return-Path", f"<{sender.addr_spec}>"),
            (
                "Received",
                f"from {host} ({host} [{network}]) by {OUR_SERVER} (Postfix) with ESMTPS id {queue}"
                f" for <{HELPDESK}>; {format_datetime(now)}",
            ),
            (
                "Authentication-Results",
                f"{OUR_SERVER}; spf=pass smtp.mailfrom={sender.addr_spec}; dkim=pass header.d={sender.domain};"
                f" dmarc=pass header.from={sender.domain}",
            ),
        ]


def _rows(roll: Path) -> list[Row]:
    return list(csv.DictReader(roll.read_text(encoding="utf-8").splitlines()))
