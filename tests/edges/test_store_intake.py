"""A stored mail gets its place, exactly once, with at most one reply that says nothing of the roll."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.desk import desk
from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import intake, ledger
from helpdesk.store.models import OutboxRow
from helpdesk.vocabulary import Delivery, FilerStatus, Route, TicketState
from tests.cast import ADA, ADAS_REQUEST, GRACE, MALLORY, NAMESAKE, NOW, mail
from tests.conftest import put_on_roll
from tests.desk_work import read, receive, store

pytestmark = pytest.mark.usefixtures("inside")


def outbox() -> list[OutboxRow]:
    return list(db.session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars())


def test_a_complete_request_becomes_a_ready_ticket_that_names_the_filer() -> None:
    put_on_roll(ADA, NAMESAKE, GRACE)
    settled = receive(mail())
    shown = tickets.view(settled.ticket_id or 0)
    assert settled.delivery is Delivery.TICKETED
    assert shown.state is TicketState.READY
    assert shown.chosen == ADA
    assert shown.decision.requests[0].claim.bar_id is not None
    assert shown.decision.rules_digest
    assert shown.decision.roll_version.startswith("1-")


@pytest.mark.parametrize(
    "roll",
    [
        (ADA, GRACE),
        (GRACE,),
        (replace(ADA, status=FilerStatus.SUSPENDED), GRACE),
        (replace(ADA, pacer_linked=True), GRACE),
        (replace(ADA, primary_email="new@filerquill.example"), GRACE),
        (replace(NAMESAKE, bar_id=ADA.bar_id), GRACE),
    ],
    ids=["on the roll", "not on the roll", "suspended", "linked", "other address", "another's number"],
)
def test_the_automatic_reply_is_the_same_whatever_the_roll_says(roll: tuple[object, ...]) -> None:
    put_on_roll(*roll)
    receive(mail())
    (reply,) = outbox()
    expected = desk().letters.to_requester(
        "acknowledge",
        number=reply.ticket_id,
        tag="",
        language="en",
        missing=(),
        court_asked=None,
        rules=desk().rules,
        now=NOW,
    )
    assert reply.body == expected.body
    assert (reply.subject or "").startswith(expected.subject)
    assert (reply.to_address, reply.due_at) == (ADA.primary_email, NOW)


def test_a_second_mail_of_the_same_sender_on_one_day_gets_no_second_reply() -> None:
    """FreeScout #3670, Chatwoot #5131: a loop that no header gives away ends after one answer."""
    put_on_roll(ADA)
    receive(mail())
    receive(mail("Did you get my mail? My bar number is 234561.", message_id="<b@x.example>"))
    receive(mail(message_id="<c@x.example>", at=NOW + timedelta(days=1)), now=NOW + timedelta(days=1, minutes=1))
    assert [row.queued_at for row in outbox()] == [NOW, NOW + timedelta(days=1, minutes=1)]


def test_the_courts_own_people_get_no_automatic_reply() -> None:
    receive(mail(sender="A Colleague <colleague@casd.uscourts.gov>"))
    assert outbox() == []
    assert [event.kind for event in audit.events()].count("reply_withheld") == 1


def test_an_out_of_office_note_is_recorded_and_never_answered() -> None:
    """osTicket #1041: an absence note and our answer to it made ticket after ticket."""
    settled = receive(mail("I am away.", subject="Automatic reply: x", headers={"Auto-Submitted": "auto-replied"}))
    assert (settled.delivery, settled.ticket_id) == (Delivery.IGNORED, None)
    assert outbox() == []


def test_the_same_mail_in_two_of_our_mailboxes_is_one_ticket() -> None:
    put_on_roll(ADA)
    first = receive(mail())
    copy = receive(
        mail(headers={"Received": "from elsewhere.example by mx2; Tue, 11 Feb 2020 18:00:09 +0000"}), mailbox="b"
    )
    assert copy.delivery is Delivery.IGNORED
    assert copy.ticket_id == first.ticket_id
    assert len(outbox()) == 1


def test_a_message_id_used_twice_with_other_content_is_its_own_flagged_ticket() -> None:
    put_on_roll(ADA)
    receive(mail("Something else entirely.", sender=MALLORY))
    second = receive(mail())
    shown = tickets.view(second.ticket_id or 0)
    assert shown.state is TicketState.REVIEW
    assert "message_id_reused" in [signal.name for signal in shown.decision.signals]


def test_a_reply_in_the_thread_joins_only_when_its_sender_belongs_there() -> None:
    put_on_roll(ADA)
    first = receive(mail("Please reset my CM/ECF password. My name is Ada Filer."))
    assert tickets.view(first.ticket_id or 0).state is TicketState.WAITING
    ours = outbox()[0].message_id
    answer = receive(mail("My bar number is 234561.", message_id="<2@x.example>", headers={"In-Reply-To": ours}))
    stranger = receive(mail(ADAS_REQUEST, sender=MALLORY, message_id="<3@x.example>", headers={"In-Reply-To": ours}))
    assert (answer.delivery, answer.ticket_id) == (Delivery.ATTACHED, first.ticket_id)
    assert (stranger.delivery, stranger.ticket_id == first.ticket_id) == (Delivery.TICKETED, False)
    assert tickets.view(first.ticket_id or 0).state in (TicketState.REVIEW, TicketState.READY)
    opened = next(event for event in audit.events(limit=9) if event.kind == "ticketed")
    assert opened.details["points_at"] == first.ticket_id


def test_thanks_do_not_reopen_a_ticket() -> None:
    put_on_roll(ADA)
    first = receive(mail("How do I upgrade my PACER account?", subject="PACER account"))
    before = tickets.view(first.ticket_id or 0)
    headers = {"In-Reply-To": outbox()[0].message_id}
    receive(mail("Thank you so much!", subject="Re: PACER", message_id="<2@x.example>", headers=headers))
    assert tickets.view(first.ticket_id or 0).state is before.state is TicketState.ANSWERED


def test_a_mail_without_a_sender_is_a_ticket_for_staff_and_gets_no_reply() -> None:
    """osTicket #3504: mail without From stopped the fetching."""
    raw = b"\r\n".join(line for line in mail().splitlines() if not line.startswith((b"From:", b"Return-Path:")))
    settled = receive(raw)
    assert settled.delivery is Delivery.TICKETED
    assert tickets.view(settled.ticket_id or 0).state is TicketState.REVIEW
    assert outbox() == []


def test_settling_twice_changes_nothing() -> None:
    put_on_roll(ADA)
    ledger_id = store(mail())
    rules = desk().rules
    triaged = desk().triage(*read(mail()), rules, NOW)
    first = intake.settle(ledger_id, triaged, house=desk().house(rules, NOW), now=NOW)
    told, left = len(audit.events()), len(outbox())
    assert intake.settle(ledger_id, triaged, house=desk().house(rules, NOW), now=NOW) == first
    assert (len(audit.events()), len(outbox())) == (told, left)
    assert ledger.pending(limit=9) == ()


def test_a_pasted_password_is_masked_where_staff_read_it() -> None:
    put_on_roll(ADA)
    settled = receive(mail(ADAS_REQUEST + "\nMy old password was hunter2secret\n"))
    shown = tickets.view(settled.ticket_id or 0)
    assert "hunter2secret" not in shown.messages[0].text
    assert shown.route is Route.READY or shown.state is TicketState.REVIEW
