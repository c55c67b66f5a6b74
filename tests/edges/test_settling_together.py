"""A page of mails is settled together, with few statements; what comes of it is what each by itself would bring."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from bench._plans import most_read, watched
from helpdesk.config import Config
from helpdesk.desk import Desk, desk
from helpdesk.rules import Rules
from helpdesk.service import intake
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import audit
from helpdesk.store.database import Model, db, transaction
from helpdesk.store.models import Alert, AskedRow, Decision, Event, LedgerEntry, OutboxRow, ReadMail, Ticket
from helpdesk.store.together import put_all
from helpdesk.vocabulary import Filer, SignalName
from tests import cast
from tests.conftest import config_for, put_on_roll
from tests.databases import PostgreSQL
from tests.desk_work import store
from tests.edges.conftest import running
from tests.edges.mailroom import unreadable

FILERS = tuple(
    replace(
        cast.GRACE,
        ecf_user_id=f"u{number}",
        first_name=first,
        last_name=last,
        bar_id=str(300_100 + number),
        primary_email=f"{last.lower()}@filerquill.example",
    )
    for number, (first, last) in enumerate(
        [
            *(("Zora", "Alvarez"), ("Imre", "Bergholt"), ("Tadeo", "Castellan"), ("Ulla", "Drummond")),
            *(("Per", "Ekwueme"), ("Ines", "Fontaine"), ("Otto", "Grünwald"), ("Maud", "Hallorann")),
        ]
    )
)
CHANCE = {Ticket: {"thread_token"}, OutboxRow: {"message_id", "subject", "body"}}
"""Random in each run: the tokens, and the tags that rest on them."""


def request(filer: Filer, number: int, sender: str, **more: Any) -> bytes:
    body = (
        f"Please reset my CM/ECF password. Case 3:19-cv-{number:06d}.\n\nName: {filer.full_name}\n"
        f"Bar ID: {filer.bar_id}\nPrimary e-mail: {filer.primary_email}\n"
    )
    at = cast.NOW - timedelta(minutes=100 - 2 * number)
    given = {"sender": sender, "message_id": f"<{number}@asking.example>", "at": at, **more}
    return cast.mail(body, **given)


def request_for_two(one: Filer, other: Filer, number: int, sender: str) -> bytes:
    asked = "".join(f"\nName: {filer.full_name}\nBar ID: {filer.bar_id}\n" for filer in (one, other))
    return cast.mail(
        f"Please reset both CM/ECF passwords.\n{asked}", sender=sender, message_id=f"<{number}@both.example>"
    )


def mails(chance: Random) -> Iterator[bytes]:
    """Mail in which senders, filers, domains, contents and ids meet again and again."""
    earlier: list[bytes] = []
    for number in range(30):
        filer = chance.choice(FILERS)
        stranger = chance.choice([f"p{number}@firm.example", f"q{number}@gmail.com", filer.primary_email])
        sender = "office@firm.example" if number % 3 == 0 else stranger
        kind = chance.randrange(10)
        if kind == 0 and earlier:
            raw = chance.choice(earlier)
        elif kind == 1:
            raw = unreadable()
        elif kind == 2:
            raw = request(filer, number, sender, headers={"Auto-Submitted": "auto-replied"})
        elif kind in (3, 4):  # nobody on the roll is meant; ids and contents come again
            raw = cast.mail(f"Is room {number % 2} open?\n", sender=stranger, message_id=f"<{number % 3}@x.example>")
        elif kind == 5:
            raw = request_for_two(filer, chance.choice(FILERS), number, sender)
        else:
            raw = request(filer, number, sender)
        earlier.append(raw)
        yield raw
    yield from (request(filer, 50 + number, "all@chambers.example") for number, filer in enumerate(FILERS))


@contextmanager
def a_desk(config: Config) -> Iterator[Flask]:
    with running(config) as app, app.app_context():
        put_on_roll(*FILERS)
        yield app


@pytest.fixture
def strict(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """So few requests are usual within an hour that the mails below are sometimes more, sometimes fewer."""
    limits = replace(rules.approvals.limits, domain_hour=5, all_hour=12)
    counted = replace(rules, approvals=replace(rules.approvals, limits=limits))
    monkeypatch.setattr(Desk, "rules", property(lambda _: counted))


def drain(room: ReadingRoom) -> None:
    settling = intake.Intake(desk=desk(), room=room, clock=lambda: cast.NOW, checkpoint=lambda _step: None)
    list(settling.run(go_on=lambda: True))


def one_by_one(raw: bytes, room: ReadingRoom) -> None:
    store(raw)
    drain(room)


def kept() -> dict[str, list[dict[str, Any]]]:
    """All that the database holds of it, besides what chance made."""
    tables: list[type[Model]] = [Alert, AskedRow, Decision, LedgerEntry, OutboxRow, ReadMail, Ticket]
    found = {}
    for table in tables:
        columns = [column for column in table.__table__.c if column.name not in {"id"} | CHANCE.get(table, set())]
        rows = db.session.execute(select(*columns)).mappings()
        found[table.__tablename__] = sorted((dict(row) for row in rows), key=str)
    events = db.session.execute(select(Event).order_by(Event.ticket_id, Event.id)).scalars()
    found["event"] = [{"ticket": one.ticket_id, "kind": one.kind, "details": one.details} for one in events]
    found["event"].sort(key=str)
    return found


@pytest.mark.usefixtures("strict")
def test_a_page_settles_as_its_mails_would_one_by_one(
    sqlite_template: Path, sqlite_url: str, postgresql_server: PostgreSQL, room: ReadingRoom, tmp_path: Path
) -> None:
    coming = list(mails(Random(20)))
    with a_desk(config_for(sqlite_url)):
        for raw in coming:
            one_by_one(raw, room)
        expected = kept()
    kinds = {one["kind"] for one in expected["event"]}
    assert {"merged_here", "warned", "reply_withheld", "quarantined", "ignored"} <= kinds, "there is something to see"
    busy = ["requests came in within an hour" in str(one["reasons"]) for one in expected["decision"]]
    assert 0 < sum(busy) < len(busy) / 2
    url = postgresql_server.fresh()
    copy = shutil.copy(sqlite_template, tmp_path / "together.sqlite3")
    for together in (f"sqlite:///{copy}", url):
        with a_desk(config_for(together)):
            for raw in coming:
                store(raw)
            drain(room)
            found = kept()
            for table, rows in expected.items():
                assert found[table] == rows, table
            assert audit.verify().ok
    postgresql_server.drop(url)


def flood(filer: Filer, senders: Sequence[str], room: ReadingRoom) -> None:
    """These senders ask for a filer; all tickets are open and warned."""
    one_by_one(request(filer, 1, senders[0]), room)
    asked, entry, ticket = db.session.execute(
        select(AskedRow, LedgerEntry, Ticket)
        .join(LedgerEntry, LedgerEntry.id == AskedRow.ledger_id)
        .join(Ticket, Ticket.id == LedgerEntry.ticket_id)
        .where(AskedRow.sender == senders[0])
    ).one()
    numbers = range(len(senders) * ticket.id, len(senders) * (ticket.id + 1))
    names = [str(number) for number in numbers]
    alert = Alert(ticket_id=0, name="", reason="Too many.", raised_at=cast.NOW)
    with transaction() as session:
        put_all(session, Ticket, like(ticket, id=numbers, thread_token=names))
        put_all(
            session,
            LedgerEntry,
            like(entry, id=numbers, uid=numbers, ticket_id=numbers, content_key=names, message_id=names),
        )
        put_all(session, AskedRow, like(asked, ledger_id=numbers, sender=senders, about=names))
        for name in (SignalName.OTHER_REQUESTS, SignalName.OVER_LIMIT):
            put_all(session, Alert, like(alert, ticket_id=numbers, name=[name.value] * len(names)))


def like(row: Model, **changes: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as this one, besides what changes from one to the next."""
    same = {column.key: getattr(row, column.key) for column in type(row).__table__.c if column.key != "id"}
    return [same | dict(zip(changes, values, strict=True)) for values in zip(*changes.values(), strict=True)]


@pytest.mark.usefixtures("inside")
def test_no_mail_of_a_flood_looks_through_all_of_it(room: ReadingRoom) -> None:
    put_on_roll(*FILERS)
    one, other = FILERS[:2]
    flood(one, [f"{number}@flood.example" for number in range(2000)], room)
    flood(other, ["office@flood.example"] * 2000, room)
    one_by_one(request(one, 2, "before@more.example"), room)
    for raw in (request(one, 3, "after@more.example"), request(other, 4, "office@flood.example")):
        store(raw)
    with watched(current_app._get_current_object()) as seen:  # type: ignore[attr-defined]
        drain(room)
    before = db.session.execute(select(Ticket.id).where(Ticket.sender_address == "before@more.example")).scalar_one()
    warned = db.session.execute(select(Alert.name).where(Alert.ticket_id == before)).scalars()
    assert set(warned) == {SignalName.OTHER_REQUESTS, SignalName.OVER_LIMIT}
    most = most_read(seen)
    assert most.rows < {"postgresql": 1_500, "sqlite": 45_000}[db.engine.dialect.name], most
