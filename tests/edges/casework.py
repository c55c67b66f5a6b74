"""A clerk's work on tickets, in the words of its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from helpdesk.desk import desk
from helpdesk.store import audit
from helpdesk.store.cases import merging
from helpdesk.store.database import db
from helpdesk.store.desk import handling, snoozing, tickets, undoing
from helpdesk.vocabulary import Letter, StaffMember, TicketState
from tests import cast
from tests.cast import NOW
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import receive

LATER = NOW + timedelta(hours=3)
SECOND = replace(
    cast.ADA, ecf_user_id="500011", login="bfiler", last_name="Byron", first_name="Bea", middle_name="",
    bar_id="245678", primary_email="bea@filerquill.example", secondary_emails=(),
)  # fmt: skip
TWO_FILERS = """Please reset the CM/ECF passwords of two of our attorneys:

Name: Ada Quill Filer
Bar ID: 234561
Primary e-mail: ada@filerquill.example

Name: Bea Byron
Bar ID: 245678
Primary e-mail: bea@filerquill.example
"""


def everybody() -> dict[str, StaffMember]:
    """The cast and ``SECOND`` on the roll, two clerks; needs an application context."""
    put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE, SECOND)
    return add_staff(cast.CLERK, cast.OTHER_CLERK)


def ticket(number: int = 1, body: str = cast.ADAS_REQUEST) -> int:
    """Requests of Ada's, days apart: those of one day would be one case."""
    at = NOW - timedelta(days=2 * number)
    mail = cast.mail(body, subject=f"Password reset {number}", message_id=f"<m{number}@filerquill.example>", at=at)
    return receive(mail).ticket_id or 0


def state(ticket_id: int) -> TicketState:
    """Its state now."""
    return tickets.view(ticket_id).state


def version(ticket_id: int) -> int:
    """Its version now."""
    return tickets.view(ticket_id).version


def kinds(ticket_id: int) -> list[str]:
    """What happened to it, newest first."""
    return [event.kind for event in audit.events(ticket_id=ticket_id)]


def merge(ticket_id: int, into: int, clerk: StaffMember) -> None:
    """Merge it into the other, as a clerk who sees both as they are."""
    merging.merge(ticket_id, into, version=version(ticket_id), actor=clerk, now=NOW)


def unmerge(ticket_id: int, clerk: StaffMember) -> None:
    """Take it out again."""
    merging.unmerge(ticket_id, version=version(ticket_id), actor=clerk, now=NOW)


def snooze(ticket_id: int, clerk: StaffMember) -> None:
    """Put it to sleep until ``LATER``."""
    snoozing.snooze(ticket_id, LATER, version=version(ticket_id), actor=clerk, now=NOW)


def answer(ticket_id: int, clerk: StaffMember, *, undo_seconds: int = 0, waits: bool = False) -> None:
    """Send a letter that ends it, or asks for something."""
    handling.answer(
        ticket_id,
        "general",
        lambda number, tag: Letter(subject=f"About {number} {tag}", body="Hello"),
        waits=waits,
        version=version(ticket_id),
        actor=clerk,
        court=desk().rules.court,
        now=NOW,
        undo_seconds=undo_seconds,
    )


def reply_to_the_last_letter(sender: str) -> int:
    """Take in an answer to the newest letter; the ticket that it joined."""
    ours = db.session.execute(text("SELECT message_id FROM outbox ORDER BY id DESC")).scalars().first()
    raw = cast.mail(
        "Here it is again. Ada Filer, 234561",
        sender=sender,
        message_id=f"<reply-of-{sender}>",
        headers={"In-Reply-To": str(ours)},
    )
    return receive(raw).ticket_id or 0


def take_back(ticket_id: int, clerk: StaffMember, seconds: int = 5) -> None:
    """Undo its end or its letter, so many seconds afterwards."""
    undoing.take_back(
        ticket_id,
        version=version(ticket_id),
        within=timedelta(seconds=15),
        actor=clerk,
        now=NOW + timedelta(seconds=seconds),
    )
