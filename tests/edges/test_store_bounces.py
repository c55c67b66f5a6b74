"""Mail of ours that came back: staff learn of it, and a forged bounce does no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.errors import NotPossibleError
from helpdesk.store import audit
from helpdesk.store.approving import reset_views
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import bounces
from helpdesk.store.incoming.intake import Settled
from helpdesk.store.models import OutboxRow, Returned
from helpdesk.store.outgoing import dispatch, failed_mail, outbox
from helpdesk.vocabulary import Delivery, OutboxKind, OutboxState, ResetState, StaffMember, TicketState
from tests import cast, desk_work
from tests.cast import ADA, GRACE, NOW
from tests.conftest import add_staff, put_on_roll

pytestmark = pytest.mark.usefixtures("inside")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def inside(sqlite_app: Flask) -> Iterator[None]:
    with sqlite_app.app_context():
        yield


@pytest.fixture
def clerk(inside: object) -> StaffMember:
    put_on_roll(ADA, GRACE)
    return add_staff(cast.CLERK)["clerk"]


@pytest.fixture
def sent(clerk: StaffMember) -> int:
    """Ada's reset and the answer to her have left; her ticket."""
    ticket_id = desk_work.receive(cast.mail()).ticket_id or 0
    desk_work.approve(ticket_id, clerk)
    send_what_is_due()
    assert tickets.view(ticket_id).state is TicketState.SENT
    return ticket_id


def send_what_is_due() -> None:
    for row in outbox.claim(now=LATER):
        assert dispatch.prepare(row, dispatch=desk_work.dispatch(), now=LATER)
        dispatch.sent(row, connector=desk_work.dispatch().connector, now=LATER)


def letter(kind: OutboxKind) -> OutboxRow:
    db.session.expire_all()
    return db.session.execute(select(OutboxRow).where(OutboxRow.kind == kind.value)).scalar_one()


def bounce(message_id: str, *, action: str = "failed", number: int = 1, now: datetime = LATER) -> Settled:
    return desk_work.receive(cast.bounce(message_id, action=action, number=number), now=now)


def test_a_reply_that_comes_back_has_failed_and_its_ticket_is_before_staff(clerk: StaffMember) -> None:
    ticket_id = desk_work.receive(cast.mail("Please reset my CM/ECF password. I am Ada Filer.")).ticket_id or 0
    assert tickets.view(ticket_id).state is TicketState.WAITING
    send_what_is_due()
    settled = bounce(letter(OutboxKind.REPLY).message_id)
    assert (settled.delivery, settled.ticket_id) == (Delivery.IGNORED, ticket_id)
    row = letter(OutboxKind.REPLY)
    assert (row.state, row.last_error) == ("failed", "It came back: 5.1.1 550 5.1.1 (an address) no such user")
    shown = tickets.view(ticket_id)
    assert shown.state is TicketState.REVIEW
    assert "mail_returned" in [event.kind for event in shown.history]
    failed_mail.retry(row.id, actor=clerk, now=LATER)
    assert bounces.unreachable([ADA.ecf_user_id]) == {}


def test_mail_to_a_primary_address_that_comes_back_marks_it_unreachable(sent: int) -> None:
    bounce(letter(OutboxKind.RESET).message_id)
    assert letter(OutboxKind.RESET).state == OutboxState.FAILED.value
    assert bounces.unreachable([ADA.ecf_user_id, GRACE.ecf_user_id]).keys() == {ADA.ecf_user_id}
    shown = tickets.view(sent)
    assert shown.state is TicketState.REVIEW
    assert ADA.primary_email not in str(db.session.execute(select(Returned.why, Returned.status)).all())


def test_a_later_request_for_that_filer_is_not_ready_and_says_why(sent: int) -> None:
    """The day is the court's, where it is still evening."""
    bounce(letter(OutboxKind.RESET).message_id, now=datetime(2020, 2, 12, 7, 59, tzinfo=UTC))
    again = cast.mail(at=NOW + timedelta(days=2), message_id="<again@x.example>", subject="Password again")
    shown = tickets.view(desk_work.receive(again, now=NOW + timedelta(days=2)).ticket_id or 0)
    assert shown.state is TicketState.REVIEW
    [signal] = [
        signal for request in shown.decision.requests for signal in request.signals if "came back" in signal.reason
    ]
    assert signal.reason == "Mail to the primary address came back on 11 February 2020 (5.1.1)."


def test_the_mark_goes_when_the_address_changes_or_staff_know_better(sent: int, clerk: StaffMember) -> None:
    bounce(letter(OutboxKind.RESET).message_id)
    put_on_roll(replace(ADA, primary_email="ada@new.example"), GRACE)
    assert bounces.unreachable([ADA.ecf_user_id]) == {}
    put_on_roll(ADA, GRACE)
    assert bounces.unreachable([ADA.ecf_user_id]) != {}
    bounces.overrule(ADA.ecf_user_id, actor=clerk, now=LATER)
    assert bounces.unreachable([ADA.ecf_user_id]) == {}
    assert audit.events(limit=1)[0].kind == "address_works"
    bounce(letter(OutboxKind.RESET).message_id, number=2)
    assert bounces.unreachable([ADA.ecf_user_id]) == {}  # the same letter tells nothing new
    with pytest.raises(NotPossibleError):
        bounces.overrule(ADA.ecf_user_id, actor=clerk, now=LATER)


def test_a_letter_that_is_only_late_has_not_failed(sent: int) -> None:
    bounce(letter(OutboxKind.RESET).message_id, action="delayed")
    assert letter(OutboxKind.RESET).state == OutboxState.SENT.value
    assert bounces.unreachable([ADA.ecf_user_id]) == {}
    assert tickets.view(sent).state is TicketState.SENT
    assert "mail_delayed" in [event.kind for event in tickets.view(sent).history]


def test_a_forged_bounce_of_something_else_touches_nothing(sent: int) -> None:
    """The recipient's address, the ticket's number and a Message-ID that looks like ours are no secrets."""
    before = tickets.view(sent)
    guesses = ["<0123456789abcdef0123456789abcdef@casd.uscourts.gov>", "<>", "<first@x.example>"]
    for number, guess in enumerate(guesses):
        assert bounce(guess, number=number).ticket_id is None
    assert tickets.view(sent) == before
    assert bounces.unreachable([ADA.ecf_user_id]) == {}


def test_a_forged_bounce_of_a_letter_that_was_seen_changes_no_reset_and_sends_nothing(sent: int) -> None:
    made = reset_views.newest(sent)
    for number in range(5):
        bounce(letter(OutboxKind.RESET).message_id, number=number)
    assert reset_views.newest(sent) == made
    assert made is not None
    assert made.state is ResetState.TO_DO
    assert len(db.session.execute(select(OutboxRow)).scalars().all()) == 2
    assert len(db.session.execute(select(Returned)).scalars().all()) == 1
    assert outbox.claim(now=LATER) == ()


def test_what_came_back_from_a_primary_address_is_not_simply_sent_again(sent: int, clerk: StaffMember) -> None:
    bounce(letter(OutboxKind.RESET).message_id)
    with pytest.raises(NotPossibleError, match="sent it back"):
        failed_mail.retry(letter(OutboxKind.RESET).id, actor=clerk, now=LATER)
    failed_mail.give_up(letter(OutboxKind.RESET).id, actor=clerk, now=LATER)


@pytest.mark.usefixtures("sent")
def test_a_persons_mail_that_looks_like_a_bounce_is_not_one() -> None:
    told = cast.mail(
        "My mail to you came back: 550 5.1.1 no such user. Please reset my password.",
        message_id="<told@x.example>",
        headers={"In-Reply-To": letter(OutboxKind.REPLY).message_id},
    )
    assert desk_work.receive(told).delivery is Delivery.ATTACHED
    assert letter(OutboxKind.REPLY).state == OutboxState.SENT.value
