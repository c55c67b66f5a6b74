"""A mail joins a ticket by what only our letters carry, and only when its sender takes part there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import threads
from helpdesk.store.incoming.intake import Settled
from helpdesk.store.models import LedgerEntry, OutboxRow, Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import Delivery, TicketState
from tests.cast import ADA, ADAS_REQUEST, GRACE, MALLORY, mail
from tests.conftest import put_on_roll
from tests.desk_work import receive

ADAS = f"Ada Filer <{ADA.primary_email}>"
GRACES = f"Grace Hopkinson <{GRACE.primary_email}>"
INCOMPLETE = "Please reset my CM/ECF password. My name is {name}."


@pytest.fixture
def first(sqlite_app: Flask) -> Iterator[Settled]:
    """Ada's ticket: she was asked for her Bar ID."""
    with sqlite_app.app_context():
        put_on_roll(ADA, GRACE)
        settled = receive(mail(INCOMPLETE.format(name="Ada Filer")))
        assert tickets.view(settled.ticket_id or 0).state is TicketState.WAITING
        yield settled


def tag(ticket_id: int | None) -> str:
    return outbox.subject_tag(db.session.get_one(Ticket, ticket_id))


def letter_of(ticket_id: int | None) -> str:
    letters = select(OutboxRow.message_id).where(OutboxRow.ticket_id == ticket_id).order_by(OutboxRow.id.desc())
    return str(db.session.execute(letters).scalars().first())


def answer(
    subject: str = "Re: Password", sender: str = ADAS, number: int = 2, body: str = "", **headers: str
) -> Settled:
    return receive(
        mail(
            body or "My bar number is 234561.",
            subject=subject,
            sender=sender,
            message_id=f"<{number}@x.example>",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
    )


def test_the_tag_of_the_subject_is_enough_when_a_client_drops_the_references(first: Settled) -> None:
    found = answer(f"Re: Your request {tag(first.ticket_id)}")
    assert (found.delivery, found.ticket_id) == (Delivery.ATTACHED, first.ticket_id)


def test_a_tag_with_one_letter_changed_means_nothing(first: Settled) -> None:
    right = tag(first.ticket_id)
    seal = right.rpartition("-")[2].strip("]")
    for place, letter in enumerate(seal):
        changed = seal[:place] + ("1" if letter == "0" else "0") + seal[place + 1 :]
        found = answer(f"Re: {right.replace(seal, changed)}", number=10 + place, body=f"My number is 23456{place}.")
        assert found.delivery is Delivery.TICKETED
        assert threads.related(found.ticket_id or 0).refers_to is None
    assert answer(f"AW: {right.upper()}").ticket_id == first.ticket_id


def test_the_answer_to_our_question_makes_the_request_ready(first: Settled) -> None:
    subject = f"Re: We need one more detail {tag(first.ticket_id)}"
    found = answer(subject, sender=ADA.primary_email, body="Sorry. It is bar number 234561.")
    shown = tickets.view(first.ticket_id or 0)
    assert (found.ticket_id, shown.state) == (first.ticket_id, TicketState.READY)
    assert shown.chosen is not None
    assert shown.chosen.ecf_user_id == ADA.ecf_user_id


def test_somebody_elses_answer_completes_nothing(first: Settled) -> None:
    subject = f"Re: We need one more detail {tag(first.ticket_id)}"
    found = answer(subject, sender=f"Ada Filer <{MALLORY}>", body="Sorry. My bar number is 234561.")
    assert found.delivery is Delivery.TICKETED
    assert tickets.view(found.ticket_id or 0).state is not TicketState.READY
    assert tickets.view(first.ticket_id or 0).state is TicketState.WAITING


def test_a_number_alone_joins_nothing(first: Settled) -> None:
    """Zammad #5064: whoever wrote a ticket's number into a subject joined that ticket."""
    number, seal = first.ticket_id, tag(first.ticket_id).rpartition("-")[2].strip("]")
    subjects = (f"Re: #{number}", f"[ECF {number}]", f"[ECF {number}-]", f"[ECF 999999999-{seal}]")
    for count, subject in enumerate(subjects):
        found = answer(subject, number=count)
        assert (found.delivery, found.ticket_id == number) == (Delivery.TICKETED, False)


def test_the_tag_of_one_ticket_does_not_open_another(first: Settled) -> None:
    second = answer("Something else", sender=GRACES, body=INCOMPLETE.format(name="Grace Hopkinson"))
    seal = tag(first.ticket_id).rpartition("-")[2]
    found = answer(f"Re: [ECF {second.ticket_id}-{seal}", sender=GRACES, number=3)
    assert found.delivery is Delivery.TICKETED


def test_a_stranger_who_has_our_letter_gets_a_ticket_of_their_own_that_points_there(first: Settled) -> None:
    """FreeScout GHSA-6r38-6mcf-2ww3: a reply's id was enough to write into a conversation."""
    mallory = f"Ada Filer <{MALLORY}>"
    references = f"<x@elsewhere.example> {letter_of(first.ticket_id)}"
    found = [
        answer(f"Re: {tag(first.ticket_id)}", sender=mallory, body=ADAS_REQUEST),
        answer("Re: x", sender=mallory, body=ADAS_REQUEST, number=3, References=references),
        answer("Re: x", sender=mallory, body="What are your office hours?", number=4, References=references),
    ]
    for settled in found:
        shown = tickets.view(settled.ticket_id or 0)
        assert settled.delivery is Delivery.TICKETED
        assert shown.state is TicketState.REVIEW
        assert "answers_another" in [signal.name for signal in shown.decision.signals]
        assert threads.related(shown.id).refers_to == first.ticket_id
    assert set(threads.related(first.ticket_id or 0).referred_by) == {settled.ticket_id for settled in found}
    assert len(tickets.view(first.ticket_id or 0).messages) == 1


def test_a_sender_whose_address_is_forged_does_not_join(first: Settled) -> None:
    failed = "mx.casd.uscourts.gov; dkim=none; dmarc=fail header.from=filerquill.example"
    found = answer(f"Re: {tag(first.ticket_id)}", Authentication_Results=failed)
    assert found.delivery is Delivery.TICKETED
    assert threads.related(found.ticket_id or 0).refers_to == first.ticket_id


def test_of_several_conversations_the_senders_own_is_joined(first: Settled) -> None:
    graces = answer("New", sender=GRACES, body=INCOMPLETE.format(name="Grace Hopkinson"))
    references = f"{letter_of(first.ticket_id)} {letter_of(graces.ticket_id)}"
    assert answer("Fwd: x", number=3, References=references).ticket_id == first.ticket_id
    assert answer("Fwd: x", number=4, sender=GRACES, References=references).ticket_id == graces.ticket_id


def test_the_senders_own_words_do_not_count_as_a_tag_when_they_only_quote_it_in_the_text(first: Settled) -> None:
    assert answer("Re: x", body=f"My number is 234561, see {tag(first.ticket_id)}").delivery is Delivery.TICKETED


def test_mail_without_a_message_id_gets_one_of_its_content_and_an_answer_does_not_show_it(first: Settled) -> None:
    """Chatwoot #9069: mail without a Message-ID was dropped."""
    settled = receive(mail(message_id=None, sender=f"Grace Hopkinson <{GRACE.primary_email}>"))
    entry = db.session.execute(select(LedgerEntry).where(LedgerEntry.ticket_id == settled.ticket_id)).scalar_one()
    assert str(entry.message_id).endswith("@no-message-id.invalid")
    reply = db.session.execute(select(OutboxRow).where(OutboxRow.ticket_id == settled.ticket_id)).scalar_one()
    assert (reply.in_reply_to, reply.references) == (None, [])


@pytest.mark.usefixtures("first")
def test_what_was_ignored_as_machine_mail_hides_no_persons_mail_of_the_same_words() -> None:
    machine = receive(mail(headers={"Auto-Submitted": "auto-replied"}))
    assert machine.delivery is Delivery.IGNORED
    assert receive(mail(message_id="<2@x.example>")).delivery is Delivery.TICKETED


def test_a_request_that_is_marked_as_a_machines_waits_for_staff_and_nothing_is_sent(sqlite_app: Flask) -> None:
    """Case 16."""
    with sqlite_app.app_context():
        put_on_roll(ADA)
        settled = receive(mail(ADAS_REQUEST, headers={"List-Unsubscribe": "<mailto:off@mailer.example>"}))
        assert settled.delivery is Delivery.TICKETED
        assert tickets.view(settled.ticket_id or 0).state is TicketState.REVIEW
        assert db.session.execute(select(OutboxRow)).all() == []
