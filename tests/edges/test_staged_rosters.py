"""Rosters that change many primary addresses wait for a second person; importers approve nothing of theirs.

Numbers are those of docs/threats.md.
"""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from helpdesk.cli import roster as command
from helpdesk.cli.words import at_the_console
from helpdesk.errors import NotAllowedError, NotPossibleError, StaleTicketError
from helpdesk.policy import RosterGuard
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import FilerRow, StagedRoster
from helpdesk.store.roll import imports, roster, staged_rosters
from helpdesk.store.roll.imports import RosterDifferences
from helpdesk.vocabulary import Filer, Role, StaffMember
from tests.cast import ADA, CLERK, GRACE, NOBODY, NOW, OTHER_CLERK, SUPERVISOR, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import agree, approve, receive

GUARD = RosterGuard(addresses=20, share=0.01, alone=1)
BOSS = StaffMember(id=9, login="boss", name="Boss", role=Role.SUPERVISOR)
AT_THE_CONSOLE = replace(NOBODY, login="console:boss")
LATER = NOW + timedelta(days=3)


def people(count: int, *, moved: int = 0) -> list[Filer]:
    """So many filers; the first ``moved`` of them with another primary address than before."""
    return [
        replace(
            ADA,
            ecf_user_id=f"7{number:05d}",
            bar_id=f"{310000 + number}",
            primary_email=f"p{number}@{'elsewhere' if number < moved else 'firm'}.example",
        )
        for number in range(count)
    ]


def differences(roll: int, changed: int) -> RosterDifferences:
    return RosterDifferences(
        base="1-x",
        before=roll,
        total=roll,
        added=(),
        changed=(),
        gone=(),
        primary_changed=tuple(str(number) for number in range(changed)),
    )


@pytest.mark.parametrize(
    ("roll", "changed", "why"),
    [
        (100_000, 20, ""),
        (100_000, 21, "more than 20"),
        (1_000, 10, ""),
        (1_000, 11, "more than 1 % of the 1,000 filers"),
        (3, 1, ""),  # a single change is everyday, whatever share of a small roll it is
        (3, 2, "more than 1 %"),
    ],
)
def test_case_54_many_addresses_or_a_large_share_are_held_up(roll: int, changed: int, why: str) -> None:
    found = staged_rosters.held_up(differences(roll, changed), GUARD)
    assert why in found
    assert bool(found) == bool(why)


def test_the_first_roll_is_never_held_up() -> None:
    assert staged_rosters.held_up(replace(differences(0, 500), base="0"), GUARD) == ""


@pytest.fixture
def staged(inside: object) -> int:
    """Three of ten addresses change; brought in at the console by the boss."""
    put_on_roll(*people(10))
    found = imports.compare(people(10, moved=3), now=NOW)
    return staged_rosters.stage(found, "Many.", file_name="r.csv", sha256="1" * 64, actor=AT_THE_CONSOLE, now=NOW)


def test_case_54_a_held_up_roster_is_applied_by_somebody_else_and_dated_from_then(staged: int) -> None:
    before = tuple(roster.all_filers())
    with pytest.raises(NotAllowedError, match="yourself"):
        staged_rosters.release(staged, actor=BOSS, now=LATER)
    with pytest.raises(NotAllowedError, match="supervisor"):
        staged_rosters.release(staged, actor=replace(BOSS, login="x", role=Role.CLERK), now=LATER)
    assert tuple(roster.all_filers()) == before
    waiting = staged_rosters.waiting()
    assert waiting is not None
    assert waiting.primary_changed == 3
    change = staged_rosters.address_changes(staged)[0]
    assert (change.before, change.filer.primary_email) == ("p0@firm.example", "p0@elsewhere.example")

    staged_rosters.release(staged, actor=replace(BOSS, login="second"), now=LATER)
    moved = roster.filer("700000")
    assert (moved.primary_email, moved.email_changed_on) == ("p0@elsewhere.example", LATER.date())
    assert staged_rosters.waiting() is None
    with pytest.raises(NotPossibleError, match="was applied"):
        staged_rosters.release(staged, actor=replace(BOSS, login="third"), now=LATER)
    assert [event.kind for event in audit.events(limit=2)] == ["roster_applied", "roster_staged"]


def test_who_works_at_the_console_counts_as_the_login_of_the_same_name_however_the_system_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="MLopez"))
    assert at_the_console().login == "console:mlopez"


def test_the_database_lets_nobody_apply_their_own_roster(staged: int) -> None:
    for login in ("boss", "console:boss"):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text("UPDATE staged_roster SET state = 'applied', decided_by = :who"), {"who": login})


def test_a_roster_that_the_roll_has_moved_away_from_is_not_applied(staged: int) -> None:
    put_on_roll(*people(11))
    assert staged_rosters.waiting() is None
    with pytest.raises(StaleTicketError):
        staged_rosters.release(staged, actor=replace(BOSS, login="second"), now=LATER)


def test_a_newer_file_overtakes_the_one_that_waits_and_a_discarded_one_is_gone(staged: int) -> None:
    found = imports.compare(people(10, moved=4), now=NOW)
    newer = staged_rosters.stage(found, "Many.", file_name="s.csv", sha256="2" * 64, actor=NOBODY, now=NOW)
    with pytest.raises(NotPossibleError, match="overtaken"):
        staged_rosters.release(staged, actor=replace(BOSS, login="second"), now=LATER)
    staged_rosters.discard(newer, actor=BOSS, now=LATER)
    assert staged_rosters.waiting() is None
    assert db.session.execute(select(StagedRoster.state).order_by(StagedRoster.id)).scalars().all() == [
        "overtaken",
        "discarded",
    ]


def test_case_43_who_imported_an_address_neither_approves_nor_agrees_to_its_resets(inside: object) -> None:
    put_on_roll(ADA)
    staff = add_staff(CLERK, OTHER_CLERK, SUPERVISOR)
    found = imports.compare([replace(ADA, primary_email="ada@new.example")], now=NOW)
    importer = replace(NOBODY, login="console:supervisor")
    imports.apply(found, file_name="r.csv", sha256="1" * 64, actor=importer, now=NOW)
    ticket = receive(mail()).ticket_id or 0
    with pytest.raises(NotAllowedError, match="imported"):
        approve(ticket, staff["supervisor"], confirmed=True, why="x")
    approve(ticket, staff["clerk"], confirmed=True, why="They called.")
    with pytest.raises(NotAllowedError, match="imported"):
        agree(ticket, staff["supervisor"])


HEADER = "ecf_user_id,last_name,first_name,primary_email,status,bar_state,bar_id\n"


def write(file: Path, filers: list[Filer]) -> Path:
    rows = [
        f"{one.ecf_user_id},{one.last_name},{one.first_name},{one.primary_email},active,CA,{one.bar_id}\n"
        for one in filers
    ]
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    return file


def test_the_command_applies_a_first_roll_and_says_clearly_when_one_is_held_up(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 43: who imports is who the system says they are, whatever their environment says."""
    monkeypatch.setenv("LOGNAME", "somebody.else")
    runner = sqlite_app.test_cli_runner()

    def run(name: str, filers: list[Filer], *options: str) -> tuple[int, str]:
        ran = runner.invoke(command.group, ["import", str(write(tmp_path / name, filers)), *options])
        return ran.exit_code, ran.output

    assert run("a.csv", people(200), "--apply")[0] == 0
    assert run("b.csv", people(200, moved=1), "--apply")[0] == 0, "a single new address is everyday"
    code, said = run("d.csv", people(200, moved=3), "--apply")
    assert code == command.HELD_UP
    assert "2 primary addresses would change, 3 within a day, more than 1 % of the 200 filers" in said
    code, said = run("c.csv", people(200, moved=30), "--apply")
    assert code == command.HELD_UP == 3
    assert "NOT APPLIED. 29 primary addresses would change, more than 20." in said
    assert "a supervisor other than console:" in said
    with sqlite_app.app_context():
        applied = audit.events(limit=10)[-1]
        assert applied.actor == f"console:{pwd.getpwuid(os.getuid()).pw_name}"
        assert applied.details["sha256"] == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
        assert roster.filer("700005").primary_email == "p5@firm.example"
        assert staged_rosters.waiting() is not None
    assert run("c.csv", people(200, moved=30))[0] == 0, "without --apply it is only shown"


def test_case_54_a_bar_id_that_moves_to_another_record_is_a_changed_address(inside: object) -> None:
    """Whoever makes the court's export need not touch the victim's address: they give the victim's number to a record
    of their own, and drop the victim's."""
    victim, others = replace(ADA, bar_id="0234561"), people(3)
    put_on_roll(victim, *others)
    newcomer = replace(ADA, ecf_user_id="900001", primary_email="mallory@elsewhere.example", email_changed_on=None)
    renamed = replace(others[0], first_name="Ada", last_name="Filer", bar_id=ADA.bar_id)
    honest = replace(GRACE, ecf_user_id="900002", bar_id="320001", primary_email="new@firm.example")
    for theirs in (newcomer, renamed):
        kept = [one for one in others if one.ecf_user_id != theirs.ecf_user_id]
        found = imports.compare([theirs, honest, *kept], now=NOW)
        assert found.primary_changed == (theirs.ecf_user_id,)
        assert found.replaced == {theirs.ecf_user_id: ADA.primary_email}
        assert staged_rosters.held_up(found, replace(GUARD, alone=0))
    staged_id = staged_rosters.stage(found, "?", file_name="r", sha256="2" * 64, actor=AT_THE_CONSOLE, now=NOW)
    [change] = staged_rosters.address_changes(staged_id)
    assert (change.before, change.filer.primary_email) == (ADA.primary_email, others[0].primary_email)
    found = imports.compare([newcomer, honest, *others], now=NOW)
    imports.apply(found, file_name="r.csv", sha256="3" * 64, actor=AT_THE_CONSOLE, now=NOW)
    assert roster.filer("900001").email_changed_on == NOW.date(), "the cool-down runs"
    assert roster.filer("900002").email_changed_on is None
    row = db.session.execute(select(FilerRow).where(FilerRow.ecf_user_id == "900001")).scalar_one()
    assert imports.brought_primary(db.session(), row) == "boss", "who brought it approves none of its resets"
    unchanged = imports.compare([replace(newcomer, email_changed_on=NOW.date()), honest, *others], now=LATER)
    assert unchanged.nothing
