"""Lists of tickets: every ticket of a list exactly once, in order, whatever the page size; counts; kept lists."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from helpdesk.errors import NotFoundError, NotPossibleError
from helpdesk.store.cases import selection
from helpdesk.store.cases.selection import Sort
from helpdesk.store.database import transaction
from helpdesk.store.desk import queue
from helpdesk.store.models import Ticket
from helpdesk.store.people import personal
from helpdesk.store.people.personal import Settings
from helpdesk.vocabulary import Category, Route, StaffMember, TicketState
from tests.cast import CLERK, NOW, OTHER_CLERK
from tests.conftest import add_staff

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def clerk(inside: object) -> StaffMember:
    """Somebody to look at lists."""
    return add_staff(CLERK)["clerk"]


def many(count: int, *, assigned_to: int | None = None, seed: int = 1) -> list[Ticket]:
    """Tickets of all kinds; several share a moment."""
    draw = random.Random(seed)
    made = [
        Ticket(
            state=draw.choice([state for state in TicketState if state is not TicketState.MERGED]).value,
            snoozed_until=NOW + timedelta(hours=number * 7 % 11),
            route=Route.REVIEW.value,
            category=draw.choice(list(Category)).value,
            urgent=draw.random() < 0.3,
            subject="Reset",
            thread_token=f"{seed}-{number}",
            summary={},
            assigned_to=draw.choice((assigned_to, None)),
            received_at=NOW - timedelta(minutes=draw.randrange(count // 3)),
            created_at=NOW,
            updated_at=NOW - timedelta(minutes=draw.randrange(count // 3)),
        )
        for number in range(count)
    ]
    with transaction() as session:
        session.add_all(made)
        session.flush()
        session.expunge_all()
    return made


def expected(made: list[Ticket], view: str, who: StaffMember) -> list[int]:
    """What the list should hold, by going through all tickets."""
    chosen = selection.parse(view)
    states = selection.STATES.get(chosen.view) or tuple(queue.OPEN)
    whose = {"mine": who.id, "unassigned": None}
    found = [
        ticket
        for ticket in made
        if TicketState(ticket.state) in states
        and (chosen.view not in whose or ticket.assigned_to == whose[chosen.view])
        and (chosen.category is None or ticket.category == chosen.category)
        and (ticket.urgent or not chosen.urgent)
        and (chosen.person is None or (ticket.assigned_to or 0) == chosen.person)
    ]
    moment = "updated_at" if chosen.finished else "received_at"
    if chosen.sort is Sort.WAKING:
        moment = "snoozed_until"
    found.sort(
        key=lambda ticket: (getattr(ticket, moment), ticket.id),
        reverse=chosen.sort is Sort.NEWEST,
    )
    if chosen.sort is Sort.URGENT:
        found.sort(key=lambda ticket: not ticket.urgent)
    return [ticket.id for ticket in found]


LISTS = (
    *selection.VIEWS,
    "review,sort=newest",
    "snoozed,urgent",
    "snoozed,with=1,sort=urgent",
    "unassigned,urgent",
    "unassigned,category=general,sort=oldest",
    "review,with=1",
    "review,with=nobody,urgent,sort=newest",
    "closed,category=spam,sort=oldest",
)


def test_pages_forth_and_back_show_every_ticket_of_every_list_once_and_in_order(clerk: StaffMember) -> None:
    made = many(400, assigned_to=clerk.id)
    for view in LISTS:
        wanted = expected(made, view, clerk)
        forth: list[int] = []
        page = queue.page(view, actor=clerk, limit=7)
        assert page.before is None, view
        while True:
            forth += [row.id for row in page.rows]
            if page.after is None:
                break
            page = queue.page(view, actor=clerk, after=page.after, limit=7)
        assert forth == wanted, view
        back = [row.id for row in page.rows]
        while page.before is not None:
            page = queue.page(view, actor=clerk, before=page.before, limit=7)
            back = [row.id for row in page.rows] + back
        assert back == wanted, view
        assert page.after is not None or len(wanted) <= 7, view


def test_counts_agree_with_the_lists_and_end_where_nobody_counts_on(
    clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many(300, assigned_to=clerk.id)
    counted = queue.counts(clerk)
    assert {view: counted[view] for view in queue.VIEWS} == {
        view: len(expected(made, view, clerk)) for view in queue.VIEWS
    }
    monkeypatch.setattr(queue, "MOST_COUNTED", 10)
    assert queue.counts(clerk)["unassigned"] == 10


def test_the_next_ticket_of_a_narrowed_list_is_of_that_list(clerk: StaffMember) -> None:
    made = many(60)
    view = "review,category=general"
    first, *others = expected(made, view, clerk)
    assert queue.next_in(view, actor=clerk, besides=first) == (others[0] if others else None)
    assert queue.next_in("nothing", actor=clerk, besides=first) is None


def test_done_leads_to_what_comes_after_and_from_the_end_to_the_beginning(clerk: StaffMember) -> None:
    made = many(90)
    for view in ("review", "review,sort=newest", "unassigned"):
        listed = expected(made, view, clerk)
        for place, here in enumerate(listed):
            after = listed[(place + 1) % len(listed)]
            assert queue.next_in(view, actor=clerk, besides=here) == after, view
    first, second, *_ = listed
    with transaction() as session:
        session.get_one(Ticket, second).state = TicketState.CLOSED.value
    assert queue.next_in(view, actor=clerk, besides=second) == listed[2], "whatever was passed over stays so"
    assert queue.next_in(view, actor=clerk, besides=first) == listed[2]


def test_lists_are_kept_by_name_for_oneself_alone(clerk: StaffMember) -> None:
    other = add_staff(OTHER_CLERK)["otherclerk"]
    personal.keep_view("  My   linking ", "review,category=pacer_link", of=clerk)
    personal.keep_view("My linking", "waiting,category=pacer_link", of=clerk)
    (kept,) = personal.views(clerk)
    assert (kept.name, kept.address) == ("My linking", "waiting,category=pacer_link")
    assert personal.views(other) == ()
    personal.drop_view(kept.id, of=other)
    assert personal.views(clerk) == (kept,)
    personal.drop_view(kept.id, of=clerk)
    assert personal.views(clerk) == ()


def test_a_list_needs_a_name_and_an_address_and_there_is_an_end_to_them(clerk: StaffMember) -> None:
    for name in ("", "   ", "x" * 41):
        with pytest.raises(NotPossibleError):
            personal.keep_view(name, "ready", of=clerk)
    with pytest.raises(NotFoundError):
        personal.keep_view("Mine", "nothing", of=clerk)
    for number in range(personal.MOST_VIEWS):
        personal.keep_view(str(number), "ready", of=clerk)
    with pytest.raises(NotPossibleError):
        personal.keep_view("one more", "ready", of=clerk)


def test_settings_belong_to_the_person(clerk: StaffMember) -> None:
    other = add_staff(OTHER_CLERK)["otherclerk"]
    assert personal.settings(clerk) == Settings(keys_on=True, advance_on=True)
    personal.save_settings(Settings(keys_on=False, advance_on=True), of=clerk)
    assert personal.settings(clerk) == Settings(keys_on=False, advance_on=True)
    assert personal.settings(other) == Settings()
