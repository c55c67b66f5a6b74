"""Tickets are merged and taken out again, on both databases and on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from helpdesk.errors import NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.cases import merging
from helpdesk.store.database import db
from helpdesk.store.desk import handling, snoozing, tickets
from helpdesk.store.incoming import splitting
from helpdesk.store.models import OutboxRow
from helpdesk.vocabulary import Delivery, StaffMember, TicketState
from tests import cast
from tests.cast import NOW
from tests.desk_work import approve, receive
from tests.edges.casework import (
    LATER,
    answer,
    kinds,
    merge,
    reply_to_the_last_letter,
    state,
    ticket,
    unmerge,
    version,
)

GRACES = f"Grace Hopkinson <{cast.GRACE.primary_email}>"


def test_a_merged_ticket_lives_on_the_page_of_the_other_and_comes_out_as_it_was(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2, "Did you get my mail?")
    handling.note(two, "They called, too.", actor=clerk, now=NOW)
    before = tickets.view(two)
    merge(two, one, clerk)
    together = tickets.view(one)
    assert [message.ticket_id for message in together.messages] == [one, two]
    assert [note.text for note in together.notes] == ["They called, too."]
    assert [other.id for other in together.neighbours.merged_here] == [two]
    assert (state(two), tickets.view(two).merged_into, together.state) == (TicketState.MERGED, one, TicketState.READY)
    unmerge(two, clerk)
    after = tickets.view(two)
    assert (after.state, after.messages, after.notes) == (before.state, before.messages, before.notes)
    assert after.merged_into is None
    assert len(tickets.view(one).messages) == 1
    assert kinds(two)[:2] == ["unmerged", "merged"]
    assert kinds(one)[:2] == ["unmerged_here", "merged_here"]
    assert audit.verify().ok


def test_merging_in_steps_keeps_everything_together_and_makes_no_circle(clerk: StaffMember) -> None:
    one, two, three = (ticket(n) for n in (1, 2, 3))
    merge(three, two, clerk)
    merge(two, one, clerk)
    assert merging.family(db.session(), one) == (one, two, three)
    assert len(tickets.view(one).messages) == 3
    for loser, target in ((one, three), (one, two), (one, one), (three, one), (one, 999)):
        with pytest.raises(NotPossibleError):
            merge(loser, target, clerk)
    unmerge(two, clerk)
    assert merging.family(db.session(), one) == (one,)
    assert merging.family(db.session(), two) == (two, three)


def test_a_merge_makes_every_open_page_of_both_tickets_stale_47(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2)
    seen = version(one)
    merge(two, one, clerk)
    with pytest.raises(StaleTicketError):
        handling.finish(one, TicketState.CLOSED, version=seen, actor=clerk, now=NOW)
    with pytest.raises(StaleTicketError):
        merging.merge(two, one, version=1, actor=clerk, now=NOW)


def test_nothing_is_done_to_a_merged_ticket_but_taking_it_out(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2)
    merge(two, one, clerk)
    shown: dict[str, Any] = {"version": version(two), "actor": clerk, "now": NOW}
    for act in (
        lambda: handling.finish(two, TicketState.CLOSED, **shown),
        lambda: handling.reopen(two, **shown),
        lambda: handling.choose(two, cast.GRACE.ecf_user_id, **shown),
        lambda: snoozing.snooze(two, LATER, **shown),
        lambda: splitting.split(two, **shown),
    ):
        with pytest.raises(NotPossibleError, match=f"part of #{one}"):
            act()
    assert state(two) is TicketState.MERGED


def test_a_reply_to_a_merged_ticket_joins_the_one_that_goes_on(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2, "Please reset my password. Ada Filer")
    answer(two, clerk)
    handling.reopen(two, version=version(two), actor=clerk, now=NOW)
    merge(two, one, clerk)
    assert reply_to_the_last_letter("ada@filerquill.example") == one
    assert reply_to_the_last_letter(cast.MALLORY) not in (one, two)
    assert [message.ticket_id for message in tickets.view(one).messages] == [one, two, two]


def test_who_takes_part_only_by_a_merge_is_answered_as_ever_and_becomes_part_of_the_case(clerk: StaffMember) -> None:
    """Case 19. Staff merge with the roll before their eyes: whether they did must not show in a reply."""
    graces = receive(
        cast.mail("Please reset my password. Grace", sender=GRACES, message_id="<g@x.example>")
    ).ticket_id
    one = ticket(1)
    merge(graces or 0, one, clerk)
    ours = db.session.execute(select(OutboxRow.message_id).where(OutboxRow.ticket_id == one)).scalar_one()
    tomorrow = NOW + timedelta(hours=25)
    body, headers = "Please reset my password, it is urgent. Grace", {"In-Reply-To": ours}
    later = receive(cast.mail(body, sender=GRACES, message_id="<h@x.example>", headers=headers), now=tomorrow)
    assert (later.delivery, later.ticket_id) == (Delivery.TICKETED, one + 1)
    reply = db.session.execute(select(OutboxRow).where(OutboxRow.ticket_id == one + 1)).scalar_one()
    assert (reply.automatic, reply.to_address) == (True, cast.GRACE.primary_email)
    assert (state(one + 1), tickets.view(one + 1).merged_into) == (TicketState.MERGED, one)
    assert [message.ticket_id for message in tickets.view(one).messages] == [graces, one, one + 1]
    assert "answers_another" not in [signal.name for signal in tickets.view(one).decision.signals]
    unmerge(one + 1, clerk)
    assert state(one + 1) is not TicketState.MERGED


def test_while_a_reset_is_on_its_way_a_ticket_is_not_merged_but_others_may_join_it(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2)
    approve(one, clerk)
    with pytest.raises(NotPossibleError, match="on its way"):
        merge(one, two, clerk)
    merge(two, one, clerk)
    assert state(one) is TicketState.HELD


def test_the_database_itself_refuses_a_ticket_merged_nowhere_or_asleep_for_ever(people: object) -> None:
    number = ticket()
    for wrong in ("state = 'merged'", f"state = 'merged', merged_into = {number}", "state = 'snoozed'"):
        with pytest.raises(IntegrityError):
            db.session.execute(text(f"UPDATE ticket SET {wrong} WHERE id = {number}"))  # noqa: S608
        db.session.rollback()
