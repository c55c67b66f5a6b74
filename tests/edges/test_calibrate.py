"""``flask calibrate``: what staff decided becomes a table, when asked, and nothing else changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from helpdesk.cli.calibrate import calibrate, calibration_table, write_calibration
from helpdesk.errors import RulesError
from helpdesk.rules import load_rules
from helpdesk.store.approving import resets
from helpdesk.store.desk import handling, tickets
from helpdesk.store.desk.judgements import judgements
from helpdesk.vocabulary import StaffMember, TicketState
from tests.apps import application
from tests.cast import ADA, ADAS_REQUEST, CLERK, GRACE, NAMESAKE, NOW, OTHER_CLERK, mail
from tests.conftest import add_staff, config_for, put_on_roll
from tests.desk_work import agree, approve, receive
from tests.project import PROJECT

STRANGER = ADAS_REQUEST.replace("Ada Quill Filer", "Zoe Quartz").replace("234561", "990099")
ENOUGH = 12


@pytest.fixture
def rules_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "rules", tmp_path / "rules"))


@pytest.fixture
def desk_app(sqlite_url: str, rules_dir: Path) -> Iterator[Flask]:
    with application(config_for(sqlite_url, rules_dir=rules_dir)) as app, app.app_context():
        put_on_roll(ADA, NAMESAKE, GRACE)
        yield app


@pytest.fixture
def clerk(desk_app: Flask) -> StaffMember:
    return add_staff(CLERK)["clerk"]


def ask(number: int, body: str = ADAS_REQUEST) -> int:
    sender = f"asker{number}@asking{number}.example"
    ticket_id = receive(mail(body, sender=sender, message_id=f"<{number}@asking.example>")).ticket_id
    assert ticket_id is not None
    return ticket_id


def end(ticket_id: int, state: TicketState, actor: StaffMember) -> None:
    handling.finish(ticket_id, state, version=tickets.view(ticket_id).version, actor=actor, now=NOW, why="a stranger")


def choose(ticket_id: int, filer: str, actor: StaffMember) -> None:
    handling.choose(ticket_id, filer, version=tickets.view(ticket_id).version, actor=actor, now=NOW)


def run(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(calibrate, ["--at-least", str(ENOUGH), *options])


@pytest.fixture
def judged(clerk: StaffMember) -> None:
    """Enough tickets that staff have ended."""
    for number in range(ENOUGH):
        end(ask(number, STRANGER), TicketState.DECLINED, clerk)


def test_approvals_choices_and_refusals_are_judgements_and_nothing_else_is(clerk: StaffMember) -> None:
    approved, undone, chosen, refused, open_, approved_then_closed = (ask(number) for number in range(6))
    why = "They called from the number on record."
    approve(undone, clerk, confirmed=True, why=why)
    resets.undo(undone, actor=clerk, now=NOW)
    approve(approved, clerk, confirmed=True, why=why)
    agree(approved, add_staff(OTHER_CLERK)["otherclerk"])
    choose(chosen, NAMESAKE.ecf_user_id, clerk)
    end(refused, TicketState.SPAM, clerk)
    end(approved_then_closed, TicketState.CLOSED, clerk)
    found = {one.ticket_id: one.filer for one in judgements()}
    assert found == {approved: ADA.ecf_user_id, chosen: NAMESAKE.ecf_user_id, refused: None}
    assert open_ not in found
    assert all(one.claim.name is not None for one in judgements())


def test_a_message_about_several_filers_teaches_nothing(clerk: StaffMember) -> None:
    both = (
        "Please reset the ECF passwords of these two attorneys:\n\n"
        "1. Ada Filer - Bar 234561 - ada@filerquill.example\n"
        "2. Grace Hopkinson - Bar 301122 - grace@harborlaw.example\n"
    )
    ticket_id = ask(1, both)
    assert len(tickets.view(ticket_id).decision.requests) == 2
    end(ticket_id, TicketState.DECLINED, clerk)
    assert list(judgements()) == []


def test_too_few_judgements_are_refused_in_plain_words(desk_app: Flask) -> None:
    ran = run(desk_app)
    assert ran.exit_code == 1
    assert "Staff have judged 0 requests so far; a calibration needs at least 12." in ran.output


@pytest.mark.usefixtures("judged")
def test_without_write_it_reports_before_and_after_and_changes_no_file(desk_app: Flask, rules_dir: Path) -> None:
    before = {path.name: path.read_bytes() for path in rules_dir.iterdir()}
    ran = run(desk_app)
    assert ran.exit_code == 0, ran.output
    assert f"{ENOUGH} requests judged by staff; the best candidate was wrong in {ENOUGH}." in ran.output
    assert [line.split()[0] for line in ran.output.splitlines()[2:4]] == ["before", "after"]
    assert "Nothing was changed." in ran.output
    assert {path.name: path.read_bytes() for path in rules_dir.iterdir()} == before


@pytest.mark.usefixtures("judged")
def test_with_write_the_table_and_its_provenance_are_replaced_and_the_rest_stays(
    desk_app: Flask, rules_dir: Path
) -> None:
    before = load_rules(rules_dir)
    others = {path.name: path.read_bytes() for path in rules_dir.iterdir() if path.name != "matching.toml"}
    assert run(desk_app, "--write").exit_code == 0
    after = load_rules(rules_dir)
    assert after.matching.calibration.requests == ENOUGH
    assert "judged by staff" in after.matching.calibration.fitted_on
    assert after.matching.surname == before.matching.surname
    assert after.triage.sure == before.triage.sure
    assert {path.name: path.read_bytes() for path in rules_dir.iterdir() if path.name != "matching.toml"} == others


def test_comments_and_tables_around_the_calibration_survive(rules_dir: Path) -> None:
    file = rules_dir / "matching.toml"
    head, table = file.read_text().split("[calibration]")
    file.write_text(f"{head}[calibration] # fitted{table}\n# How names are weighed.\n[surname]\nsame = 0.9\n")
    write_calibration(rules_dir, calibration_table(((0.0, 0.1), (1.0, 0.9)), "twelve requests", 12, NOW.date()))
    text = file.read_text()
    assert text.startswith(head)
    assert text.endswith("as_of = 2020-02-11\n\n# How names are weighed.\n[surname]\nsame = 0.9\n")
    assert text.count("knots") == 1


def test_rules_without_a_calibration_table_are_left_alone(rules_dir: Path) -> None:
    (rules_dir / "matching.toml").write_text("[surname]\n")
    with pytest.raises(RulesError, match="calibration"):
        write_calibration(rules_dir, "[calibration]\n")
    assert (rules_dir / "matching.toml").read_text() == "[surname]\n"
