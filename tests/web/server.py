"""The application on a real port, and a world to look at."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select
from waitress.server import create_server
from waitress.wasyncore import close_all

from helpdesk.desk import desk
from helpdesk.doors.roster_csv import read_roster
from helpdesk.service.demo import samples
from helpdesk.store import heartbeat
from helpdesk.store.approving import approvals
from helpdesk.store.database import transaction
from helpdesk.store.desk import handling, snoozing, tickets
from helpdesk.store.incoming import ledger, quarantine
from helpdesk.store.models import Reset, ResetLink
from helpdesk.store.outgoing import outbox
from helpdesk.store.people import staff
from helpdesk.store.roll import imports, staged_rosters
from helpdesk.store.roll.primaries import hindrance
from helpdesk.store.seals import token_hash
from helpdesk.vocabulary import Filer, StaffMember
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.apps import application
from tests.conftest import add_staff, config_for, put_on_roll
from tests.desk_work import approve, dispatch, receive, store

expect.set_options(timeout=30_000)  # milliseconds; on a busy machine a page takes its time
ROLL = Path(samples.__file__).parent / "roll.csv"
# The shell is the same browser without windows and takes half the time.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
LINK = "a-one-time-link-that-can-be-used"
CHROMIUM = next((path for path in map(shutil.which, _BROWSERS) if path), _BROWSERS[1])
SWITCHES = [
    "--no-sandbox",
    "--site-per-process",  # a frame has a process of its own, as with windows
    "--disable-gpu",
    "--js-flags=--no-opt",  # no page lives long enough to pay for it
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveServer:
    """A running server, the application behind it, and its staff."""

    url: str
    app: Flask
    staff: dict[str, StaffMember]


@contextmanager
def running(database_url: str, *, now: datetime = cast.NOW, **settings: Any) -> Iterator[LiveServer]:
    """The application on a free port of this machine, in a thread, with staff of every role."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with application(config_for(database_url, base_url=url, **settings)) as app:
        app.extensions[CLOCK] = lambda: now
        with app.app_context():
            members = {entry.member.login: entry.member for entry in staff.everyone()}
            members = members or add_staff(cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR, cast.ADMIN)
        connections: dict[int, Any] = {}
        server = create_server(app, map=connections, sockets=[listening], threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield LiveServer(url=url, app=app, staff=members)
        finally:
            # In the thread that serves them: it would trip over a connection that another one closes.
            server.trigger.pull_trigger(lambda: close_all(connections, ignore_all=True))
            thread.join(timeout=5)
            server.task_dispatcher.shutdown()


def furnish(live: LiveServer, now: datetime) -> None:
    """The demo's roll and mails, and something in every corner: approved, undone, failed, quarantined, noted."""
    clerk = live.staff["clerk"]
    with live.app.app_context():
        found = read_roster(ROLL)
        differences = imports.compare(found.filers, now=now - timedelta(days=40))
        imports.apply(differences, file_name="roll.csv", sha256="a" * 64, actor=cast.NOBODY, now=now)
        for mail in samples.sample_mails(now):
            receive(mail.raw, now=mail.received_at, mailbox="ecfhelp@mail.court.example:993/INBOX")
        ledger_id = store(b"From: a@b.example\r\n\r\n", now=now, mailbox="ecfhelp@mail.court.example:993/INBOX")
        quarantine.set_aside(ledger_id, "The message nests deeper than 30 levels.", now=now)
        ready = _ids("ready", clerk)
        for ticket_id in ready[:2]:
            approve(ticket_id, clerk, now=now - timedelta(minutes=9))
        send_what_is_due(now - timedelta(minutes=8))
        with transaction() as session:
            sent = session.execute(select(Reset).where(Reset.ticket_id == ready[0])).scalar_one()
            kept = {"token_hash": token_hash(LINK), "reset_id": sent.id, "filer_id": sent.filer_id}
            session.add(ResetLink(**kept, made_at=now, expires_at=now + timedelta(hours=24)))
        approve(ready[2], clerk, now=now - timedelta(seconds=3))
        _approve_a_doubtful_one(clerk, now)
        asleep = _ids("ready", clerk)[-1]
        until, version = now + timedelta(days=2, hours=3), tickets.view(asleep).version
        snoozing.snooze(asleep, until, version=version, actor=clerk, now=now - timedelta(minutes=2))
        busy = _ids("review", clerk)[0]
        handling.note(busy, "@admin can you decide this one?", actor=clerk, now=now - timedelta(minutes=4))
        handling.note(busy, "Called the firm; they will write again from their own address.", actor=clerk, now=now)
        handling.assign(busy, clerk.id, version=tickets.view(busy).version, actor=clerk, now=now)
        box = ledger.open_mailbox("ecfhelp@mail.court.example:993/INBOX", 1, now=now)
        ledger.poll_succeeded(box.mailbox_id, 50, now=now - timedelta(seconds=4))
        hold_a_roster_up(found.filers, now)
        heartbeat.beat("poller", now=now)
        heartbeat.beat("worker", now=now)


def _approve_a_doubtful_one(clerk: StaffMember, now: datetime) -> None:
    """Approve the first request in review for which the rules want a second person."""
    for ticket_id in _ids("review", clerk):
        shown = tickets.view(ticket_id)
        if shown.chosen is None or hindrance(shown.chosen, desk().rules.court):
            continue
        if approvals.preview(ticket_id, actor=clerk, policy=desk().approving(), now=now)[0]:
            approve(ticket_id, clerk, confirmed=True, why="They called from the number on record.", now=now)
            return
    raise AssertionError("the demo has a request for two people")


def hold_a_roster_up(filers: Iterable[Filer], now: datetime) -> None:
    """A roster with new addresses for five filers waits for a second person."""
    moved = [
        replace(filer, primary_email=f"new.{number}@elsewhere.example") if number < 5 else filer
        for number, filer in enumerate(filers)
    ]
    differences = imports.compare(moved, now=now)
    why = "5 primary addresses would change."
    staged_rosters.stage(differences, why, file_name="roll.csv", sha256="b" * 64, actor=cast.NOBODY, now=now)


def with_cast(live: LiveServer, requests: int = 3) -> list[int]:
    """The cast's roll, and so many complete requests for as many filers; the tickets' numbers."""
    people = [
        replace(
            cast.ADA,
            ecf_user_id=f"6{n:05d}",
            login=f"filer{n}",
            last_name=f"Filer{chr(97 + n // 26)}{chr(97 + n % 26)}",
            bar_id=f"{300100 + 37 * n}",
            primary_email=f"ada{n}@firm{n // 10}.example",  # more from one domain within an hour would be unusual
            secondary_emails=(),
        )
        for n in range(requests)
    ]
    with live.app.app_context():
        put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE, *people)
        made = []
        for n, filer in enumerate(people):
            stated = f"Name: {filer.full_name}\nBar ID: {filer.bar_id}\nPrimary e-mail: {filer.primary_email}\n"
            body = f"Please reset my CM/ECF password.\n\n{stated}"
            raw = cast.mail(body, sender=f"{filer.full_name} <{filer.primary_email}>", message_id=f"<m{n}@x.example>")
            made.append(receive(raw).ticket_id or 0)
        return made


def _ids(view: str, clerk: StaffMember) -> list[int]:
    from helpdesk.store.desk import queue

    return [row.id for row in queue.page(view, actor=clerk).rows]


def send_what_is_due(now: datetime) -> None:
    """What the worker does: the first reply fails for good, the rest leaves."""
    from helpdesk.store.outgoing import dispatch as sending

    first = True
    for row in outbox.claim(now=now, limit=200):
        mail = sending.prepare(row, dispatch=dispatch(), now=now)
        if mail is None:
            continue
        if first:
            outbox.failed(row, "550 5.1.1 The address does not exist.", now=now)
        else:
            sending.sent(row, connector=desk().config.connector, now=now)
        first = False


__all__ = ["CHROMIUM", "SWITCHES", "LiveServer", "furnish", "running", "with_cast"]
