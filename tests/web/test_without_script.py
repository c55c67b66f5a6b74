"""Every action there is, done with forms as the pages have them: nothing needs a script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.store import database
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import queue
from helpdesk.store.incoming import quarantine
from helpdesk.store.models import Breaker, OutboxRow
from helpdesk.store.outgoing import outbox
from helpdesk.store.people import staff
from helpdesk.store.roll import roster
from helpdesk.web.access import MATRIX
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import config_for
from tests.desk_work import receive
from tests.web.conftest import DEMO_DAY
from tests.web.plain_browser import PlainBrowser
from tests.web.server import hold_a_roster_up, send_what_is_due

FOR_SCRIPTS = {"casework.here"}  # the sign of life of an open page; opening it is sign enough without a script
ELSEWHERE = {"account.check_sign_in", "public.use_reset_link", "actions.void_link"}  # test_reset_link sends the forms
ELSEWHERE |= {"password_again.check"}  # test_password_again


@dataclass(frozen=True, slots=True)
class Furnished:
    """A copy of the gallery to work in, and three people at browsers without script."""

    app: Flask
    clerk: PlainBrowser
    other: PlainBrowser
    admin: PlainBrowser

    def first(self, view: str) -> int:
        """The first ticket of a list."""
        with self.app.app_context():
            member = next(entry.member for entry in staff.everyone() if entry.member.login == "clerk")
            return queue.ids(view, actor=member, limit=1)[0]


@pytest.fixture
def desk(furnished: Path, tmp_path: Path) -> Iterator[Furnished]:
    """Everything that the gallery has, to be changed at will."""
    shutil.copy(furnished, tmp_path / "copy.sqlite3")
    app = create_app(config_for(f"sqlite:///{tmp_path}/copy.sqlite3"))
    app.extensions[CLOCK] = lambda: DEMO_DAY
    yield Furnished(app, *(PlainBrowser(app, login) for login in ("clerk", "otherclerk", "admin")))
    with app.app_context():
        database.db.session.remove()
        database.db.engine.dispose()


def test_every_action_works_without_a_script(desk: Furnished) -> None:
    of_clerks = (one_ticket, cases, colleagues, two_people, several, by_hand, worklists)
    for part in (*of_clerks, brakes, supervising, own_things):
        part(desk)
    used = desk.clerk.used | desk.other.used | desk.admin.used
    actions = {endpoint for endpoint, methods in MATRIX.items() if "POST" in methods}
    assert actions - used == FOR_SCRIPTS | ELSEWHERE - used


def one_ticket(desk: Furnished) -> None:
    clerk = desk.clerk
    clerk.open("/queue/ready")
    ready = desk.first("ready")
    clerk.open(f"/tickets/{ready}?view=ready")
    assert "goes out in" in clerk.press("Approve")
    assert "Nothing was sent" in clerk.press(f"Undo #{ready}")
    for press, fields, said in (
        ("Ask", {"missing": ["bar_id"]}, "the requester was asked"),
        ("PACER", {}, "answered with"),
        ("Not ours", {}, "answered with"),
        ("Other court?", {}, "answered with"),
        ("Spam", {}, "was marked as spam"),
        ("Decline", {"why": "They called and took it back."}, "was declined"),
        ("Close", {}, "was closed"),
    ):
        clerk.open(f"/tickets/{ready}")
        assert said in clerk.press(press, **fields)
        assert "undone. Nothing was sent." in clerk.press(f"Undo #{ready}")
    assert "The letter as it goes out" in clerk.press("Answer", reply="general")
    assert "answered with" in clerk.press("Send")
    assert "is open again" in clerk.press("Reopen")
    assert "nobody on the roll is meant" in clerk.press("Not on the roll")
    found = clerk.press("Find on the roll", find="Macallister")
    choose = found.split('aria-label="Choose ')[1].split('"')[0]
    assert "Another record was chosen" in clerk.press(f"Choose {choose}")


def cases(desk: Furnished) -> None:
    clerk = desk.clerk
    into, part = desk.first("review"), desk.first("ready")
    clerk.open(f"/tickets/{part}")
    assert "is now part of this ticket" in clerk.press("Merge", into=f"#{into}")
    assert "stands for itself again" in clerk.press(f"Unmerge #{part}")
    clerk.open(f"/tickets/{part}")
    assert "sleeps until" in clerk.press("Snooze", day="2026-12-01", hour="09:00")
    assert "is awake" in clerk.press("Wake now")
    with desk.app.app_context():
        member = next(entry.member for entry in staff.everyone() if entry.member.login == "clerk")
        several = next(row.id for row in queue.page("review", actor=member).rows if row.requests > 1)
    clerk.open(f"/tickets/{several}")
    assert "Each filer has a ticket now" in clerk.press("Split")


def colleagues(desk: Furnished) -> None:
    clerk, admin = desk.clerk, desk.admin
    clerk.open(f"/tickets/{desk.first('review')}")
    assert "The draft is kept" in clerk.press("Keep as a draft", text="@otherclerk please")
    assert "Note saved." in clerk.press("Note")
    assert "is with Otherclerk now." in clerk.press("Assign", staff="2")
    desk.other.open("/mentions")
    assert "please" in desk.other.page
    mine = desk.other.page.split('aria-label="I have seen')[1].split('"')[0]
    assert "Nobody waits for you" in desk.other.press(f"I have seen{mine}")
    assert admin.open("/mentions")


def two_people(desk: Furnished) -> None:
    doubtful = desk.first("second")
    desk.admin.open(f"/tickets/{doubtful}?view=second")
    assert "went back to review" in desk.admin.press("Send back to review", why="The number was never checked.")
    desk.clerk.open(f"/tickets/{doubtful}")
    assert "A second person must agree" in desk.clerk.press("Approve")
    assert "waits for a second person" in desk.clerk.press("Approve")
    desk.admin.open(f"/tickets/{doubtful}?view=second")
    assert "goes out in" in desk.admin.press("Agree")


def several(desk: Furnished) -> None:
    clerk = desk.clerk
    boxes = [one.split('"')[0] for one in clerk.open("/queue/ready").split('name="ticket" value="')[1:]]
    number = clerk.press("Approve", ticket=boxes).split("<h1>Approve ")[1].split(" resets?")[0]
    assert f"Resets for {number} tickets go out" in clerk.press(f"Approve {number}")
    assert f"{number} tickets: the reset was undone" in clerk.press(f"Undo all {number}")
    boxes = [one.split('"')[0] for one in clerk.page.split('name="ticket" value="')[1:]]
    assert "2 tickets were closed" in clerk.press("Close", ticket=boxes[:2])
    assert "2 tickets: undone" in clerk.press("Undo all 2")
    boxes = [one.split('"')[0] for one in clerk.page.split('name="ticket" value="')[1:]]
    assert "1 ticket was marked as spam" in clerk.press("Spam", ticket=boxes[:1])
    clerk.open("/queue/spam")
    assert "reopened" in clerk.press("Reopen", ticket=[clerk.page.split('name="ticket" value="')[1].split('"')[0]])
    clerk.open("/queue/ready")
    assert "assigned" in clerk.press("Assign", ticket=boxes[1:3], staff="1")
    clerk.open("/queue/review")
    clerk.press("Show", category="password_reset", sort="newest")
    assert "The list is kept" in clerk.press("Keep", name="Newest resets")
    clerk.open("/settings")
    assert "The list is removed" in clerk.press("Remove the list Newest resets")


def by_hand(desk: Furnished) -> None:
    desk.clerk.open("/new")
    problem = desk.clerk.press("Open the ticket", name="Dmitri Volkonsky", bar_id="none", arrival="walk_in")
    assert "A Bar ID has digits." in problem
    assert "was opened" in desk.clerk.press("Open the ticket", bar_id="222719", urgent=["yes"])


def worklists(desk: Furnished) -> None:
    clerk = desk.clerk
    first, second = (one.split('"')[0] for one in clerk.open("/todo").split('aria-label="Mark done: ')[1:3])
    assert "Returned to review" in clerk.press(f"Return to review: {second}", why="The account is locked in CM/ECF.")
    assert "Marked as done" in clerk.press(f"Mark done: {first}")
    failed = clerk.open("/failed").split('aria-label="Send again: ')[1].split('"')[0]
    assert "sent again within a minute" in clerk.press(f"Send again: {failed}")
    later = DEMO_DAY + timedelta(minutes=2)
    with desk.app.app_context():
        send_what_is_due(later)  # the first one fails for good
        reset = db.session.execute(select(OutboxRow.message_id).where(OutboxRow.kind == "reset")).scalars().first()
        came_back = receive(cast.bounce(reset or ""), now=later).ticket_id
    given_up = clerk.open("/failed").split('aria-label="Give up: ')[1].split('"')[0]
    assert "will not be sent" in clerk.press(f"Give up: {given_up}")
    assert came_back
    clerk.open(f"/tickets/{came_back}")
    assert "carry no such warning" in clerk.press("The address works")
    held = clerk.open("/quarantine").split('aria-label="Read message ')[1].split(" again")[0]
    assert "read again within a minute" in clerk.press(f"Read message {held} again")
    with desk.app.app_context():
        quarantine.set_aside(int(held), "It is as odd as before.", now=later)
    clerk.open("/quarantine")
    assert "will be read again" in clerk.press("Read all again")


def brakes(desk: Furnished) -> None:
    with desk.app.app_context():
        with transaction() as session:
            session.get_one(Breaker, outbox.REPLIES).opened_at = DEMO_DAY
        for number in range(2):
            receive(cast.mail(sender=f"held{number}@x.example", message_id=f"<{number}@held.example>"), now=DEMO_DAY)
    drop = desk.admin.open("/brakes").split('aria-label="Drop the reply of ')[1].split('"')[0]
    assert "1 reply is held back" in desk.admin.press(f"Drop the reply of {drop}")
    assert "no brake is on" in desk.admin.press("Go on, and send the 1 held back")


def supervising(desk: Furnished) -> None:
    admin = desk.admin
    admin.open("/letters/general")
    assert "This wording can be used" in admin.press("Try this wording", subject="We have your mail")
    admin.open("/roster")
    assert "Applied as import" in admin.press("Apply this roster")
    with desk.app.app_context():
        hold_a_roster_up(roster.all_filers(), DEMO_DAY)
    admin.open("/roster")
    assert "The roll is as it was" in admin.press("Discard it")
    admin.open("/staff")
    admin.press("Save", login="temp", name="Temp", role="clerk", password="a long password indeed")
    admin.press("Close the account temp")
    assert "Closed" in admin.page


def own_things(desk: Furnished) -> None:
    desk.clerk.open("/settings")
    assert "checked" in desk.clerk.press("Save", keys=[])
    assert "Sign in" in desk.clerk.press("Sign out")
