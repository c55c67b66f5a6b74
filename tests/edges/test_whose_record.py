"""A roster can lead resets astray and change no address: it gives the number, login or name of one filer to another.

Numbers are those of docs/threats.md.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.config import Connector
from helpdesk.errors import HelpdeskError, NotPossibleError, StaleTicketError
from helpdesk.policy import RosterGuard
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.cases import merging
from helpdesk.store.database import db
from helpdesk.store.desk import snoozing, tickets
from helpdesk.store.models import FilerRow, FormerRecord, Reset
from helpdesk.store.outgoing import dispatch, outbox
from helpdesk.store.roll import imports, roster, staged_rosters
from helpdesk.store.roll.identities import Holders, Replaced
from helpdesk.vocabulary import Filer, OutboxKind, OutboxState, TicketState
from tests.apps import application
from tests.cast import ADA, CLERK, GRACE, MALLORY, NOBODY, NOW, OTHER_CLERK, SUPERVISOR, mail
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import PostgreSQL
from tests.desk_work import agree, approve, receive
from tests.desk_work import dispatch as sending
from tests.edges.conftest import running
from tests.edges.eventually import eventually
from tests.edges.test_store_links import use

LATER = NOW + timedelta(days=2)
MALS = replace(GRACE, ecf_user_id="666666", login="mal", first_name="Mal", last_name="Lory", bar_id="666661")
NO_NUMBER = replace(ADA, bar_id="", bar_state="")
NOW_ADAS = replace(MALS, primary_email=MALLORY, first_name="Ada", last_name="Filer", bar_id=ADA.bar_id)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application with the link connector."""
    with application(config_for(database_url, connector=Connector.LINK, reset_command=("true",))) as app:
        yield app


def row(filer: Filer, *, on_roll: bool = True) -> FilerRow:
    values = {field.name: getattr(filer, field.name) for field in fields(Filer)}
    return FilerRow(**values | {"secondary_emails": "", "on_roll": on_roll})


def former(filer: Filer) -> FormerRecord:
    return FormerRecord(**{name: getattr(filer, name) for name in FormerRecord.__table__.columns.keys()[3:]})


@pytest.mark.parametrize(
    ("until_now", "left", "gone", "fresh", "taken"),
    [
        # --- what leads resets elsewhere, or makes them another's -----------------------------------------------
        ([ADA, MALS], [], [], replace(MALS, bar_id=ADA.bar_id), Replaced(before=ADA.primary_email, after="")),
        ([replace(ADA, bar_id=""), MALS], [ADA], [], replace(MALS, bar_id="0234561"), ADA.primary_email),
        ([ADA, MALS], [], [], replace(MALS, login="AFiler"), "Mal Lory, CA 666661, login mal"),
        ([replace(ADA, login=""), MALS], [ADA], [], replace(MALS, login="afiler"), "Mal Lory, CA 666661, login mal"),
        ([MALS], [], [], replace(MALS, login="ecfadmin"), "Mal Lory, CA 666661, login mal"),
        ([ADA, replace(MALS, login="")], [], [], MALS, "Mal Lory, CA 666661"),
        ([MALS], [], [], replace(MALS, first_name="Ada", last_name="Filer"), "Mal Lory, CA 666661, login mal"),
        ([MALS], [], [], replace(MALS, bar_id="777777"), "Mal Lory, CA 666661, login mal"),
        ([MALS], [], [], replace(MALS, bar_state="TX"), "Mal Lory, CA 666661, login mal"),
        ([ADA], [], [], replace(MALS, login="afiler"), ""),
        ([ADA], [], [ADA], replace(NOW_ADAS, bar_id="777777"), ADA.primary_email),
        ([NO_NUMBER], [], [], replace(NOW_ADAS, bar_id="", bar_state=""), ADA.primary_email),
        ([replace(ADA, last_name="Quill")], [ADA], [], replace(NOW_ADAS, bar_id="777777"), ADA.primary_email),
        ([ADA, GRACE], [], [], replace(ADA, primary_email=GRACE.primary_email), ADA.primary_email),
        # --- and what does not ------------------------------------------------------------------------------------
        ([ADA], [], [], replace(ADA, last_name="FILER", bar_id="0234561", login="AFILER", firm="Quill"), None),
        ([ADA], [], [], replace(ADA, suffix="Jr.", bar_state="", login=""), None),
        ([replace(ADA, bar_id="", login="")], [], [], ADA, None),
        ([ADA], [], [ADA], replace(ADA, ecf_user_id="900001"), None),
        ([ADA], [], [], replace(NOW_ADAS, bar_id="777777"), None),
        ([ADA], [], [], MALS, None),
    ],
)
def test_case_54_what_makes_a_record_anothers_is_noticed(
    until_now: list[Filer], left: list[Filer], gone: list[Filer], fresh: Filer, taken: Replaced | str | None
) -> None:
    """left: whose records were until an earlier roster. gone: whom the new roster does not have any more."""
    kept = {one.ecf_user_id for one in until_now if one not in gone}
    holders = Holders([row(one) for one in until_now], [(former(one), one.ecf_user_id) for one in left], kept)
    before = next((one for one in until_now if one.ecf_user_id == fresh.ecf_user_id), None)
    found = holders.replaced_by(fresh, before)
    expected = taken.before if isinstance(taken, Replaced) else taken
    assert (found.before if found else None) == expected
    if found:
        assert found.after == fresh.primary_email or fresh.full_name in found.after


def test_case_5_and_54_a_number_that_one_roster_takes_away_and_the_next_gives_to_another_starts_the_cool_down(
    inside: object,
) -> None:
    put_on_roll(ADA, replace(MALS, primary_email=MALLORY))
    put_on_roll(replace(ADA, bar_id=""), replace(MALS, primary_email=MALLORY))
    assert roster.filer(ADA.ecf_user_id).email_changed_on is None, "to lose a number leads no reset elsewhere"
    found = imports.compare([replace(ADA, bar_id=""), NOW_ADAS], now=LATER)
    assert found.replaced == {NOW_ADAS.ecf_user_id: ADA.primary_email}
    assert staged_rosters.held_up(found, RosterGuard(addresses=20, share=0.01, alone=0))
    imports.apply(found, file_name="r.csv", sha256="3" * 64, actor=replace(NOBODY, login="console:clerk"), now=LATER)
    assert roster.filer(NOW_ADAS.ecf_user_id).email_changed_on == LATER.date()
    taken = db.session.execute(select(FilerRow).where(FilerRow.ecf_user_id == NOW_ADAS.ecf_user_id)).scalar_one()
    assert imports.brought_primary(db.session(), taken) == "clerk", "who brought it approves none of its resets"


def test_case_4_what_was_ready_or_approved_for_a_record_that_becomes_anothers_comes_back(inside: object) -> None:
    """The address stays, so the mail would go where it was approved; but the court's program is handed the login."""
    put_on_roll(ADA, GRACE)
    staff = add_staff(CLERK, OTHER_CLERK, SUPERVISOR)
    graces = mail("Please reset my password.\n\nName: Grace Hopkinson\nBar ID: 301122\n", message_id="<g@x.example>")
    ready, held = receive(mail()).ticket_id or 0, receive(graces).ticket_id or 0
    assert tickets.view(ready).state is TicketState.READY
    approve(held, staff["clerk"], confirmed=True, why="Called.")
    if tickets.view(held).state is TicketState.APPROVED:
        agree(held, staff["supervisor"])

    put_on_roll(replace(ADA, login=GRACE.login), replace(GRACE, login=ADA.login))
    shown = tickets.view(ready)
    assert (shown.state, audit.events(ticket_id=ready)[0].kind) == (TicketState.REVIEW, "record_changed")
    [due] = [one for one in outbox.claim(now=LATER) if one.kind is OutboxKind.RESET]
    assert dispatch.prepare(due, dispatch=sending(), now=NOW) is None
    assert db.session.get_one(Reset, due.reset_id).outcome.startswith("The record's name, Bar ID or login changed")
    assert tickets.view(held).state is TicketState.REVIEW

    approve(ready, staff["clerk"], confirmed=True, why="Called.")
    assert tickets.view(ready).state is TicketState.APPROVED, "the cool-down runs: a second person must agree"
    put_on_roll(replace(ADA, login="afiler3"), replace(GRACE, login=ADA.login))
    with pytest.raises(NotPossibleError, match="login changed after the first approval"):
        agree(ready, staff["supervisor"])
    assert tickets.view(ready).state is TicketState.REVIEW


def test_case_4_what_would_be_ready_again_for_a_record_that_becomes_anothers_is_not(inside: object) -> None:
    """Wherever a ticket comes back from, what was decided about the record as it was is looked at once more."""
    put_on_roll(ADA, GRACE)
    clerk = add_staff(CLERK, OTHER_CLERK)["clerk"]
    slept, merged, approved = (
        receive(mail(message_id=f"<{n}@filerquill.example>", at=NOW - timedelta(days=2 * n))).ticket_id or 0
        for n in (1, 2, 3)
    )
    assert {tickets.view(number).state for number in (slept, merged, approved)} == {TicketState.READY}
    snoozing.snooze(slept, LATER, version=tickets.view(slept).version, actor=clerk, now=NOW)
    whole = receive(mail("What is the fee?\n", message_id="<fee@x.example>")).ticket_id or 0
    merging.merge(merged, whole, version=tickets.view(merged).version, actor=clerk, now=NOW)
    approve(approved, clerk, confirmed=True, why="Called.")

    put_on_roll(replace(ADA, primary_email=MALLORY), GRACE)
    snoozing.wake(slept, version=tickets.view(slept).version, actor=clerk, now=NOW)
    merging.unmerge(merged, version=tickets.view(merged).version, actor=clerk, now=NOW)
    resets.undo(approved, actor=clerk, now=NOW)
    for number in (slept, merged, approved):
        assert tickets.view(number).state is TicketState.REVIEW
        assert "record_changed" in {event.kind for event in audit.events(ticket_id=number)}


def test_case_4_a_link_under_way_dies_when_its_record_becomes_anothers(inside: object) -> None:
    put_on_roll(ADA)
    clerk = add_staff(CLERK)["clerk"]
    approve(receive(mail()).ticket_id or 0, clerk, now=NOW)
    [due] = [one for one in outbox.claim(now=NOW + timedelta(minutes=1)) if one.kind is OutboxKind.RESET]
    letter = dispatch.prepare(due, dispatch=sending(), now=NOW)
    assert letter is not None
    dispatch.sent(due, connector=Connector.LINK, now=NOW)
    assert outbox.of_ticket(1)[-1].state is OutboxState.SENT
    put_on_roll(replace(ADA, login="ecfadmin"))
    assert use(letter.body.partition("/password-reset/")[2].split()[0]) is None
    assert tickets.view(1).state is TicketState.REVIEW


def test_a_record_that_changes_otherwise_keeps_its_tickets_ready_until_it_leaves(inside: object) -> None:
    put_on_roll(ADA, GRACE)
    ticket = receive(mail()).ticket_id or 0
    put_on_roll(replace(ADA, firm="New Firm", phone="202-555-0100"), GRACE)
    assert tickets.view(ticket).state is TicketState.READY
    put_on_roll(GRACE)
    assert tickets.view(ticket).state is TicketState.REVIEW
    assert "left the roll" in audit.events(ticket_id=ticket)[0].details["reason"]


def test_case_54_bit_by_bit_is_at_once(inside: object) -> None:
    guard = RosterGuard(addresses=20, share=1.0, alone=1)
    crowd = [replace(ADA, ecf_user_id=f"7{one}", bar_id=f"31{one:04}", login=f"u{one}") for one in range(40)]
    put_on_roll(*crowd)
    for start, held in ((0, ""), (15, "15 primary addresses would change, 30 within a day, more than 20.")):
        moved = [replace(one, primary_email=f"{one.login}@m.example") for one in crowd[: start + 15]]
        found = imports.compare([*moved, *crowd[start + 15 :]], now=NOW)
        assert staged_rosters.held_up(found, guard, lately=staged_rosters.changed_lately(now=NOW)) == held
        imports.apply(found, file_name="r.csv", sha256="3" * 64, actor=NOBODY, now=NOW)
    assert staged_rosters.changed_lately(now=NOW + timedelta(hours=25)) == 0


def test_of_two_rosters_compared_with_the_same_roll_only_one_is_applied(postgresql_server: PostgreSQL) -> None:
    """On SQLite writers come one after the other anyway."""
    url = postgresql_server.fresh()
    refused: list[HelpdeskError] = []
    with running(config_for(url)) as app, app.app_context():
        found = imports.compare([replace(ADA, primary_email="new@filerquill.example")], now=NOW)

        def second() -> None:
            with app.app_context():
                try:
                    imports.apply(found, file_name="b.csv", sha256="2" * 64, actor=NOBODY, now=NOW)
                except HelpdeskError as error:
                    refused.append(error)
                db.session.remove()

        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as watcher:
            rival = threading.Thread(target=second)
            watcher.execute("BEGIN")
            watcher.execute(
                "INSERT INTO roster_import (applied_at, applied_by, base, file_name, sha256, filers, added, changed,"
                " gone, primary_changed) VALUES (now(), 'x', %s, 'a.csv', '1', 0, 0, 0, 0, 0)",
                [found.base],
            )
            rival.start()
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as onlooker:
                eventually(lambda: onlooker.execute(waiting).fetchone() == (1,), "the second waits")
            watcher.execute("COMMIT")
            rival.join()
        assert [type(error) for error in refused] == [StaleTicketError]
        assert roster.filer(ADA.ecf_user_id).primary_email == ADA.primary_email
    postgresql_server.drop(url)
