"""The record of what happened cannot be changed unnoticed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import AuditHead, Event
from tests.cast import NOBODY, NOW

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def five_events(inside: object) -> None:
    with transaction() as session:
        for number in range(5):
            audit.record(session, "noted", actor=NOBODY, now=NOW, ticket_id=None, number=number)


def without_guards() -> None:
    """What an administrator of the database could do."""
    with transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER event_refuses_{name}"))
        else:
            session.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))


@pytest.mark.usefixtures("five_events")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'mallory' WHERE id = 2",
        "DELETE FROM event WHERE id = 2",
        "DELETE FROM event",
        "INSERT INTO event (id, at, actor, kind, details, seal)"
        " SELECT 2, at, 'mallory', kind, details, seal FROM event WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_events(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(text(statement))
    assert audit.verify() == audit.Verification(events=5)


@pytest.mark.usefixtures("five_events")
def test_replace_and_truncate_are_refused_too() -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    statement = (
        "REPLACE INTO event (id, at, actor, kind, details, seal)"
        " SELECT id, at, 'mallory', kind, details, seal FROM event WHERE id = 3"
        if sqlite
        else "TRUNCATE event"
    )
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(text(statement))
    assert audit.verify().ok


@pytest.mark.usefixtures("five_events")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (update(Event).where(Event.id == 3).values(actor="mallory"), "event 3 was altered"),
        (update(Event).where(Event.id == 3).values(details='{"number":7}'), "event 3 was altered"),
        (update(Event).where(Event.id == 3).values(ticket_id=9), "event 3 was altered"),
        (delete(Event).where(Event.id == 3), "event 3 is missing"),
        (delete(Event).where(Event.id == 1), "event 1 is missing"),
        (delete(Event).where(Event.id > 3), "the end is missing"),
        (update(AuditHead).values(last_id=4), "the end is missing"),
    ],
)
def test_case_58_the_verifier_names_the_first_bad_event(change: object, problem: str) -> None:
    without_guards()
    with transaction() as session:
        session.execute(change)  # type: ignore[call-overload]
    found = audit.verify()
    assert not found.ok
    assert problem in found.problem


@pytest.mark.usefixtures("five_events")
def test_two_events_that_change_places_are_found() -> None:
    without_guards()
    with transaction() as session:
        for before, after in ((2, 99), (3, 2), (99, 3)):
            session.execute(update(Event).where(Event.id == before).values(id=after))
    assert audit.verify().problem == "event 2 was altered"


@pytest.mark.usefixtures("five_events")
def test_case_59_an_end_that_is_cut_off_with_its_head_shows_against_a_checkpoint() -> None:
    kept = audit.checkpoint()
    without_guards()
    with transaction() as session:
        last_left = session.get_one(Event, 3)
        session.execute(update(AuditHead).values(last_id=3, seal=last_left.seal))
        session.execute(delete(Event).where(Event.id > 3))
    assert audit.verify().ok
    assert audit.verify([kept]).problem == "the end is missing: 3 events found, 5 expected"


@pytest.mark.usefixtures("five_events")
def test_case_59_a_record_that_was_written_anew_shows_against_a_checkpoint() -> None:
    kept = audit.checkpoint()
    without_guards()
    with transaction() as session:
        session.execute(delete(Event))
        session.execute(update(AuditHead).values(last_id=0, seal=""))
        for number in range(7):
            audit.record(session, "noted", actor=NOBODY, now=NOW, number=-number)
    assert audit.verify().ok
    assert audit.verify([kept]).problem == "event 5 is not the one of the checkpoint"


@pytest.mark.usefixtures("five_events")
def test_a_record_that_went_on_contains_its_checkpoints() -> None:
    kept = [audit.checkpoint()]
    with transaction() as session:
        audit.record(session, "noted", actor=NOBODY, now=NOW)
    assert audit.verify([*kept, audit.checkpoint()]).ok


def test_an_empty_record_is_whole() -> None:
    assert audit.verify() == audit.Verification(events=0)


def test_line_breaks_and_escapes_in_details_stay_inside_one_line_of_json() -> None:
    with transaction() as session:
        audit.record(session, "noted", actor=NOBODY, now=NOW, text="a\r\nb\x1b[31m\u2028c")
    stored = db.session.get_one(Event, 1).details
    assert stored.isascii()
    assert stored.isprintable()
    assert audit.events()[0].details["text"] == "a\r\nb\x1b[31m\u2028c"
    assert audit.verify().ok


def test_what_a_transaction_records_is_forgotten_with_it() -> None:
    def fail() -> None:
        with transaction() as session:
            audit.record(session, "noted", actor=NOBODY, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction() as session:
        audit.record(session, "kept", actor=NOBODY, now=NOW)
    assert [event.kind for event in audit.events()] == ["kept"]
    assert audit.verify() == audit.Verification(events=1)


def test_a_transaction_within_another_is_a_part_of_it() -> None:
    def fail() -> None:
        with transaction():
            with transaction() as session:
                audit.record(session, "noted", actor=NOBODY, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert audit.verify() == audit.Verification(events=0)
