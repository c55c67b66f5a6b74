"""A ticket about several filers is split, on both databases and on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk.desk import desk
from helpdesk.errors import NotPossibleError
from helpdesk.store.desk import bulk, handling, tickets
from helpdesk.store.incoming import splitting
from helpdesk.store.outgoing import dispatch, outbox
from helpdesk.vocabulary import OutboxKind, StaffMember, TicketState
from tests import cast
from tests.cast import NOW
from tests.conftest import put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as to_send
from tests.edges.casework import SECOND, TWO_FILERS, answer, kinds, state, ticket, version


def test_each_filer_of_a_mail_gets_a_ticket_with_a_decision_of_its_own(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    assert state(whole) is TicketState.REVIEW
    sent_before = tickets.view(whole).mail
    first, second = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    assert first == whole
    for number, filer, other in ((first, cast.ADA, SECOND), (second, SECOND, cast.ADA)):
        part = tickets.view(number)
        assert part.state is TicketState.READY
        assert part.chosen == filer
        assert len(part.decision.requests) == 1
        assert len(part.messages) == 1
        assert other.bar_id not in repr(part.decision.requests[0].claim)
        assert [near.id for near in part.neighbours.split] == [{first: second, second: first}[number]]
    assert tickets.view(first).mail == sent_before
    assert tickets.view(second).mail == ()
    assert (kinds(first)[0], kinds(second)) == ("split", ["split_off"])
    together = bulk.sort_out(bulk.shown([first, second]), court=desk().rules.court)
    unread = "it says more than the request: it names several filers"
    assert together.left_out == ((first, unread), (second, unread)), "their mail is read before anything is approved"


def test_a_part_whose_record_changed_since_the_mail_was_decided_is_looked_at(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    put_on_roll(replace(cast.ADA, primary_email=cast.MALLORY), cast.NAMESAKE, cast.GRACE, SECOND)
    first, second = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    assert (state(first), state(second)) == (TicketState.REVIEW, TicketState.READY)


def test_the_parts_of_what_was_declined_are_looked_at(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    handling.finish(whole, TicketState.DECLINED, version=version(whole), actor=clerk, now=NOW, why="They called.")
    parts = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    assert {state(part) for part in parts} == {TicketState.REVIEW}


def test_the_parts_of_what_there_is_a_warning_about_are_looked_at(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    receive(cast.mail(sender=cast.MALLORY, message_id="<other@elsewhere.example>", at=NOW - timedelta(days=1)))
    assert tickets.view(whole).alerts
    parts = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    assert {state(part) for part in parts} == {TicketState.REVIEW}


def test_a_reset_of_one_part_goes_to_its_own_filer_and_says_nothing_of_the_other(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    _, second = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    approve(whole, clerk)
    approve(second, clerk)
    due = NOW + timedelta(minutes=1)
    prepared = [dispatch.prepare(row, dispatch=to_send(), now=due) for row in outbox.claim(now=due, limit=9)]
    sent = {mail.to: mail for mail in prepared if mail and mail.kind is OutboxKind.RESET}
    assert set(sent) == {cast.ADA.primary_email, SECOND.primary_email}
    for filer, other in ((cast.ADA, SECOND), (SECOND, cast.ADA)):
        written = repr(sent[filer.primary_email])
        assert not [word for word in (other.last_name, other.bar_id, other.primary_email) if word in written]


def test_a_ticket_about_one_filer_is_not_split(clerk: StaffMember) -> None:
    number = ticket()
    with pytest.raises(NotPossibleError, match="one filer"):
        splitting.split(number, version=1, actor=clerk, now=NOW)


def test_an_answer_from_a_part_goes_to_whoever_wrote_the_mail(clerk: StaffMember) -> None:
    whole = ticket(1, TWO_FILERS)
    _, second = splitting.split(whole, version=version(whole), actor=clerk, now=NOW)
    answer(second, clerk)
    assert [mail.to for mail in tickets.view(second).mail] == ["ada@filerquill.example"]
