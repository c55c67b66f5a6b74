"""Where the rules say so, nothing leaves before a second person has agreed. Numbers are those of docs/threats.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from helpdesk.desk import desk
from helpdesk.errors import NeedsConfirmationError, NotAllowedError, NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import queue, tickets
from helpdesk.store.models import OutboxRow, Ticket
from helpdesk.store.outgoing import outbox
from helpdesk.store.people import staff as accounts
from helpdesk.store.roll import roster
from helpdesk.vocabulary import Doubt, ResetState, Role, StaffMember, TicketState
from tests.cast import ADA, CLERK, MALLORY, NAMESAKE, NOW, OTHER_CLERK, SUPERVISOR, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import agree, approve, receive

LATER = NOW + timedelta(hours=1)
WHY = "They called from the number on record."


@pytest.fixture
def staff(inside: object) -> dict[str, StaffMember]:
    put_on_roll(ADA, NAMESAKE)
    return add_staff(CLERK, OTHER_CLERK, SUPERVISOR)


@pytest.fixture
def ticket(staff: dict[str, StaffMember]) -> int:
    """A request that states another address than the primary one (case 2)."""
    return receive(mail().replace(b"Primary e-mail: ada@filerquill", b"Primary e-mail: ada@gone")).ticket_id or 0


@pytest.fixture
def proposed(staff: dict[str, StaffMember], ticket: int) -> int:
    """The same, approved by the clerk."""
    approve(ticket, staff["clerk"], confirmed=True)
    return ticket


def resets_in_outbox() -> int:
    return len(db.session.execute(select(OutboxRow.id).where(OutboxRow.kind == "reset")).all())


def test_case_2_nothing_is_queued_before_the_second_person_agrees(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    shown = tickets.view(proposed)
    assert shown.state is TicketState.APPROVED
    assert shown.reset is not None
    assert shown.reset.doubts == (Doubt.EMAIL_DIFFERS,)
    assert resets_in_outbox() == 0
    assert [row.id for row in queue.page("second", actor=staff["clerk"]).rows] == [proposed]
    assert queue.counts(staff["clerk"])["second"] == 1
    agree(proposed, staff["otherclerk"], now=LATER)
    agreed = tickets.view(proposed)
    assert agreed.state is TicketState.HELD
    assert agreed.reset is not None
    assert (agreed.reset.approved_by, agreed.reset.second_by) == ("clerk", "otherclerk")
    assert agreed.reset.due_at == LATER + timedelta(seconds=15)
    assert resets_in_outbox() == 1
    said = {event.kind: event.details for event in audit.events(ticket_id=proposed)}
    for kind in ("reset_approved", "reset_agreed"):
        assert (said[kind]["rules"], said[kind]["roll"]) == (desk().rules.digest, roster.version())


def test_case_43_what_somebody_approved_who_has_no_access_any_more_is_approved_anew(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    """Whoever is shown the door leaves no half of a reset behind that a single colleague completes."""
    accounts.disable(staff["clerk"].id, actor=staff["supervisor"], now=LATER)
    with pytest.raises(NotAllowedError, match="Clerk approved this and has no access any more"):
        agree(proposed, staff["otherclerk"], now=LATER)
    assert resets_in_outbox() == 0
    shown = tickets.view(proposed)
    resets.refuse(proposed, "Anew.", version=shown.version, actor=staff["otherclerk"], now=LATER)
    assert tickets.view(proposed).state is TicketState.REVIEW


def test_case_43_nobody_agrees_to_their_own_approval(staff: dict[str, StaffMember], proposed: int) -> None:
    with pytest.raises(NotAllowedError, match="yourself"):
        agree(proposed, staff["clerk"])
    as_boss = replace(staff["clerk"], role=Role.ADMIN)
    with pytest.raises(NotAllowedError, match="yourself"):
        agree(proposed, as_boss)
    assert resets_in_outbox() == 0


SETTLED, TWO, AGREED, NO_ADDRESS = "settled", "two_people", "second_agreed", "no_address"
FORGERIES = {
    "UPDATE reset SET second_by = approved_by": TWO,
    "UPDATE reset SET state = 'open'": AGREED,
    "UPDATE reset SET state = 'sent'": AGREED,
    "UPDATE reset SET state = 'done'": AGREED,
    "UPDATE reset SET needs_second = (1 = 0)": SETTLED,
    "UPDATE reset SET needs_second = (1 = 0), state = 'open'": SETTLED,
    "UPDATE reset SET needed_role = 'admin'": SETTLED,
    "UPDATE reset SET approved_by = 2, second_by = 1, state = 'open'": SETTLED,
    "UPDATE reset SET filer_id = 2": SETTLED,
    "UPDATE reset SET primary_seal = 'x'": SETTLED,
    "UPDATE reset SET outcome = 'send it to mallory@elsewhere.example'": NO_ADDRESS,
    "UPDATE reset SET why = 'mallory@elsewhere.example'": NO_ADDRESS,
    'INSERT INTO outbox (kind, ticket_id, reset_id, template, "references", automatic, message_id, dedupe_key,'
    " state, queued_at, due_at, attempts) SELECT 'reset', ticket_id, id, 'reset_link', '[]', (1 = 0), '<x@y>',"
    " 'forged', 'queued', approved_at, approved_at, 0 FROM reset": "no mail before",
}


def refused(statement: str, reason: str) -> None:
    """The database refuses a statement, and for this reason."""
    with pytest.raises(DatabaseError, match=reason), transaction() as session:
        session.execute(text(statement))


def test_case_43_the_database_itself_lets_no_single_person_through(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    for statement, reason in FORGERIES.items():
        refused(statement, reason)
    assert tickets.view(proposed).state is TicketState.APPROVED
    assert resets_in_outbox() == 0


def test_what_was_agreed_stays_and_what_has_ended_does_not_begin_again(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    agree(proposed, staff["otherclerk"])
    refused("UPDATE reset SET second_by = 3", SETTLED)
    refused("UPDATE reset SET second_by = NULL", SETTLED)
    refused("UPDATE reset SET state = 'proposed'", SETTLED)
    resets.undo(proposed, actor=staff["clerk"], now=NOW)
    refused("UPDATE reset SET state = 'open'", SETTLED)


def test_agreeing_twice_is_one_reset_and_a_third_person_comes_too_late(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    version = tickets.view(proposed).version
    for _ in range(2):
        resets.agree(proposed, version=version, actor=staff["otherclerk"], policy=desk().approving(), now=NOW)
    with pytest.raises(StaleTicketError) as caught:
        resets.agree(proposed, version=version, actor=staff["supervisor"], policy=desk().approving(), now=NOW)
    assert [change.what for change in caught.value.changes] == ["reset agreed"]
    assert resets_in_outbox() == 1


def test_who_does_not_agree_says_why_and_the_ticket_goes_back(staff: dict[str, StaffMember], proposed: int) -> None:
    version = tickets.view(proposed).version
    with pytest.raises(NotPossibleError, match="Say why"):
        resets.refuse(proposed, "  ", version=version, actor=staff["otherclerk"], now=NOW)
    why = "That is mallory@elsewhere.example again."
    resets.refuse(proposed, why, version=version, actor=staff["otherclerk"], now=NOW)
    shown = tickets.view(proposed)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert shown.reset.state is ResetState.RETURNED
    assert shown.reset.outcome == "Otherclerk did not agree: That is (an address) again."
    with pytest.raises(NotPossibleError, match="does not wait"):
        agree(proposed, staff["supervisor"])
    approve(proposed, staff["supervisor"], confirmed=True)


def test_an_approval_that_waits_for_agreement_can_be_taken_back(staff: dict[str, StaffMember], proposed: int) -> None:
    resets.undo(proposed, actor=staff["clerk"], now=LATER)
    assert tickets.view(proposed).state is TicketState.REVIEW
    assert resets_in_outbox() == 0
    assert outbox.claim(now=LATER)[0].kind == "reply"


def test_case_4_a_primary_that_changes_before_the_second_person_agrees_needs_a_new_approval(
    staff: dict[str, StaffMember], proposed: int
) -> None:
    put_on_roll(replace(ADA, primary_email=MALLORY), NAMESAKE)
    with pytest.raises(NotPossibleError, match="primary address changed"):
        agree(proposed, staff["supervisor"])
    shown = tickets.view(proposed)
    assert shown.state is TicketState.REVIEW
    assert shown.reset is not None
    assert shown.reset.state is ResetState.RETURNED
    assert resets_in_outbox() == 0


def test_case_5_within_the_cool_down_a_reason_a_second_person_and_a_supervisor_are_needed(
    staff: dict[str, StaffMember],
) -> None:
    put_on_roll(replace(ADA, email_changed_on=(NOW - timedelta(days=3)).date()), NAMESAKE)
    ticket = receive(mail()).ticket_id or 0
    with pytest.raises(NeedsConfirmationError, match="Write down why"):
        approve(ticket, staff["clerk"], confirmed=True, why=" ")
    approve(ticket, staff["clerk"], confirmed=True, why=WHY)
    shown = tickets.view(ticket)
    assert shown.reset is not None
    assert shown.reset.why == WHY
    with pytest.raises(NotAllowedError, match="supervisor"):
        agree(ticket, staff["otherclerk"])
    agree(ticket, staff["supervisor"])
    assert resets_in_outbox() == 1


def test_a_supervisor_s_approval_needs_only_another_person(staff: dict[str, StaffMember]) -> None:
    put_on_roll(replace(ADA, email_changed_on=(NOW - timedelta(days=3)).date()), NAMESAKE)
    ticket = receive(mail()).ticket_id or 0
    approve(ticket, staff["supervisor"], confirmed=True, why=WHY)
    agree(ticket, staff["clerk"])
    assert resets_in_outbox() == 1


def test_a_stranger_with_a_second_oddity_needs_two_people(staff: dict[str, StaffMember]) -> None:
    odd = mail(sender=f"Ada Filer <{MALLORY}>", headers={"Reply-To": "m@third.example"})
    ticket = receive(odd).ticket_id or 0
    approve(ticket, staff["clerk"], confirmed=True)
    shown = tickets.view(ticket)
    assert shown.reset is not None
    assert Doubt.UNKNOWN_SENDER in shown.reset.doubts


def test_who_entered_a_request_by_hand_does_not_approve_it_alone(staff: dict[str, StaffMember]) -> None:
    ticket = receive(mail()).ticket_id or 0
    with transaction() as session:
        session.get_one(Ticket, ticket).created_by = staff["clerk"].id
    approve(ticket, staff["clerk"])
    assert tickets.view(ticket).state is TicketState.APPROVED
    resets.undo(ticket, actor=staff["clerk"], now=NOW)
    approve(ticket, staff["otherclerk"])
    assert tickets.view(ticket).state is TicketState.HELD, "somebody else needs no second person"
