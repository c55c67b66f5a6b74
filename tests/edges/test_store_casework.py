"""Tickets are merged and taken apart, split, snoozed and undone, on both databases and on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.ctx import AppContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from helpdesk.desk import desk
from helpdesk.errors import NotFoundError, NotPossibleError, StaleTicketError
from helpdesk.store import (
    audit,
    dispatch,
    drafts,
    mentions,
    merging,
    outbox,
    presence,
    snoozing,
    splitting,
    staff,
    tickets,
    undoing,
)
from helpdesk.store.database import db
from helpdesk.vocabulary import Letter, OutboxKind, OutboxState, StaffMember, TicketState
from tests import cast
from tests.cast import NOW
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import approve, receive
from tests.desk_work import dispatch as to_send

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


@pytest.fixture
def people(inside: AppContext) -> dict[str, StaffMember]:
    put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE, SECOND)
    return add_staff(cast.CLERK, cast.OTHER_CLERK)


@pytest.fixture
def clerk(people: dict[str, StaffMember]) -> StaffMember:
    return people["clerk"]


def ticket(number: int = 1, body: str = cast.ADAS_REQUEST) -> int:
    """Requests of Ada's, days apart: those of one day would be one case."""
    at = NOW - timedelta(days=2 * number)
    mail = cast.mail(body, subject=f"Password reset {number}", message_id=f"<m{number}@filerquill.example>", at=at)
    return receive(mail).ticket_id or 0


def state(ticket_id: int) -> TicketState:
    return tickets.view(ticket_id).state


def version(ticket_id: int) -> int:
    return tickets.view(ticket_id).version


def merge(ticket_id: int, into: int, clerk: StaffMember) -> None:
    merging.merge(ticket_id, into, version=version(ticket_id), actor=clerk, now=NOW)


def unmerge(ticket_id: int, clerk: StaffMember) -> None:
    merging.unmerge(ticket_id, version=version(ticket_id), actor=clerk, now=NOW)


def kinds(ticket_id: int) -> list[str]:
    return [event.kind for event in audit.events(ticket_id=ticket_id)]


def test_a_merged_ticket_lives_on_the_page_of_the_other_and_comes_out_as_it_was(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2, "Did you get my mail?")
    tickets.note(two, "They called, too.", actor=clerk, now=NOW)
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
        tickets.finish(one, TicketState.CLOSED, version=seen, actor=clerk, now=NOW)
    with pytest.raises(StaleTicketError):
        merging.merge(two, one, version=1, actor=clerk, now=NOW)


def test_nothing_is_done_to_a_merged_ticket_but_taking_it_out(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2)
    merge(two, one, clerk)
    shown = {"version": version(two), "actor": clerk, "now": NOW}
    for act in (
        lambda: tickets.finish(two, TicketState.CLOSED, **shown),
        lambda: tickets.reopen(two, **shown),
        lambda: tickets.choose(two, cast.GRACE.ecf_user_id, **shown),
        lambda: snoozing.snooze(two, LATER, **shown),
        lambda: splitting.split(two, **shown),
    ):
        with pytest.raises(NotPossibleError, match=f"part of #{one}"):
            act()
    assert state(two) is TicketState.MERGED


def test_a_reply_to_a_merged_ticket_joins_the_one_that_goes_on(clerk: StaffMember) -> None:
    one, two = ticket(1), ticket(2, "Please reset my password. Ada Filer")
    answer(two, clerk)
    tickets.reopen(two, version=version(two), actor=clerk, now=NOW)
    merge(two, one, clerk)
    assert reply_to_the_last_letter("ada@filerquill.example") == one
    assert reply_to_the_last_letter(cast.MALLORY) not in (one, two)
    assert [message.ticket_id for message in tickets.view(one).messages] == [one, two, one]


def reply_to_the_last_letter(sender: str) -> int:
    ours = db.session.execute(text("SELECT message_id FROM outbox ORDER BY id DESC")).scalars().first()
    raw = cast.mail(
        "Here it is again. Ada Filer, 234561",
        sender=sender,
        message_id=f"<reply-of-{sender}>",
        headers={"In-Reply-To": str(ours)},
    )
    return receive(raw).ticket_id or 0


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


def answer(ticket_id: int, clerk: StaffMember, *, undo_seconds: int = 0) -> None:
    tickets.answer(
        ticket_id,
        "general",
        lambda number, tag: Letter(subject=f"About {number} {tag}", body="Hello"),
        waits=False,
        version=version(ticket_id),
        actor=clerk,
        court=desk().rules.court,
        now=NOW,
        undo_seconds=undo_seconds,
    )


def snooze(ticket_id: int, clerk: StaffMember) -> None:
    snoozing.snooze(ticket_id, LATER, version=version(ticket_id), actor=clerk, now=NOW)


def test_a_snoozed_ticket_sleeps_until_its_time_and_wakes_once(clerk: StaffMember) -> None:
    ready, review = ticket(1), ticket(2, "Please reset my password. Ada Filer")
    tickets.finish(review, TicketState.CLOSED, version=version(review), actor=clerk, now=NOW)
    tickets.reopen(review, version=version(review), actor=clerk, now=NOW)
    for number in (ready, review):
        snooze(number, clerk)
    assert snoozing.wake_due(now=LATER - timedelta(seconds=1)) == 0
    assert (state(ready), tickets.view(ready).snoozed_until) == (TicketState.SNOOZED, LATER)
    assert snoozing.wake_due(now=LATER) == 2
    assert snoozing.wake_due(now=LATER) == 0
    assert (state(ready), state(review)) == (TicketState.READY, TicketState.REVIEW)
    assert tickets.view(ready).snoozed_until is None
    assert kinds(ready)[:2] == ["woken", "snoozed"]
    assert audit.events(ticket_id=ready)[0].actor == "system"


def test_a_clerk_wakes_a_ticket_early_and_changes_the_time(clerk: StaffMember) -> None:
    number = ticket()
    snooze(number, clerk)
    again = LATER + timedelta(days=1)
    snoozing.snooze(number, again, version=version(number), actor=clerk, now=NOW)
    assert tickets.view(number).snoozed_until == again
    snoozing.wake(number, version=version(number), actor=clerk, now=NOW)
    assert state(number) is TicketState.READY
    with pytest.raises(NotPossibleError):
        snoozing.wake(number, version=version(number), actor=clerk, now=NOW)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_nothing_is_snoozed_into_the_past_or_for_ever(clerk: StaffMember, until: object) -> None:
    number = ticket()
    with pytest.raises(NotPossibleError, match="still to come"):
        snoozing.snooze(number, until, version=1, actor=clerk, now=NOW)  # type: ignore[arg-type]


def test_a_reply_wakes_a_snoozed_ticket_for_good(clerk: StaffMember) -> None:
    number = ticket(1, "Please reset my password. Ada Filer")
    answer(number, clerk)
    tickets.reopen(number, version=version(number), actor=clerk, now=NOW)
    snooze(number, clerk)
    assert reply_to_the_last_letter("ada@filerquill.example") == number
    assert state(number) in (TicketState.READY, TicketState.REVIEW)
    assert snoozing.wake_due(now=LATER) == 0


def take_back(ticket_id: int, clerk: StaffMember, seconds: int = 5) -> None:
    undoing.take_back(
        ticket_id,
        version=version(ticket_id),
        within=timedelta(seconds=15),
        actor=clerk,
        now=NOW + timedelta(seconds=seconds),
    )


@pytest.mark.parametrize("end", [TicketState.CLOSED, TicketState.SPAM, TicketState.DECLINED])
def test_an_end_is_taken_back(clerk: StaffMember, end: TicketState) -> None:
    number = ticket()
    tickets.finish(number, end, version=1, actor=clerk, now=NOW, why="No.")
    take_back(number, clerk)
    assert (state(number), tickets.view(number).closed_at) == (TicketState.READY, None)
    assert kinds(number)[0] == "taken_back"


def test_a_letter_is_taken_back_before_it_leaves_and_never_after(clerk: StaffMember) -> None:
    number, late = ticket(1), ticket(2)
    answer(number, clerk, undo_seconds=15)
    (_, letter) = tickets.view(number).mail
    assert letter.due_at == NOW + timedelta(seconds=15)
    take_back(number, clerk)
    assert tickets.view(number).mail[1].state is OutboxState.CANCELLED
    assert (state(number), tickets.view(number).answered_at) == (TicketState.READY, None)
    answer(late, clerk, undo_seconds=15)
    db.session.execute(text("UPDATE outbox SET state = 'sending' WHERE state = 'queued'"))
    db.session.commit()
    with pytest.raises(NotPossibleError, match="Too late"):
        take_back(late, clerk)
    assert state(late) is TicketState.ANSWERED


def test_only_who_did_it_takes_it_back_and_only_at_once(people: dict[str, StaffMember]) -> None:
    number = ticket()
    tickets.finish(number, TicketState.SPAM, version=1, actor=people["clerk"], now=NOW)
    with pytest.raises(NotPossibleError):
        take_back(number, people["otherclerk"])
    with pytest.raises(NotPossibleError):
        take_back(number, people["clerk"], seconds=16)
    with pytest.raises(StaleTicketError):
        undoing.take_back(number, version=1, within=timedelta(seconds=15), actor=people["clerk"], now=NOW)
    assert state(number) is TicketState.SPAM


def test_a_draft_is_ones_own_and_survives_owner_and_merge(people: dict[str, StaffMember]) -> None:
    one, two = ticket(1), ticket(2)
    clerk, other = people["clerk"], people["otherclerk"]
    drafts.keep(two, "Half a thou", actor=clerk, now=NOW)
    drafts.keep(two, "Half a thought", actor=clerk, now=NOW)
    tickets.assign(two, other.id, version=version(two), actor=other, now=NOW)
    assert (drafts.kept(two, clerk), drafts.kept(two, other)) == ("Half a thought", "")
    merge(two, one, other)
    assert drafts.kept(one, clerk) == "Half a thought"
    tickets.note(one, "Half a thought, now whole.", actor=clerk, now=NOW)
    assert drafts.kept(one, clerk) == drafts.kept(two, clerk) == ""
    drafts.keep(one, "   ", actor=clerk, now=NOW)
    assert drafts.kept(one, clerk) == ""
    with pytest.raises(NotFoundError):
        drafts.keep(999, "x", actor=clerk, now=NOW)


def test_who_is_named_in_a_note_finds_it_until_they_have_seen_it(people: dict[str, StaffMember]) -> None:
    clerk, other = people["clerk"], people["otherclerk"]
    number = ticket()
    tickets.note(number, "@OtherClerk. please call; @clerk @nobody a@otherclerk.example", actor=clerk, now=NOW)
    (found,) = mentions.unseen(other)
    assert (found.ticket_id, found.author, mentions.count(other), mentions.count(clerk)) == (number, "Clerk", 1, 0)
    assert tickets.view(number).notes[0].unseen_by == {other.id}
    assert audit.events(ticket_id=number)[0].details["mentioned"] == ["otherclerk"]
    with pytest.raises(NotFoundError):
        mentions.seen(found.note_id, actor=clerk, now=NOW)
    assert mentions.seen(found.note_id, actor=other, now=NOW) == number
    assert (mentions.unseen(other), mentions.count(other)) == ((), 0)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("@ann", ("ann",)),
        ("ask @Ann-Marie, or @bob.", ("ann-marie", "bob")),
        ("ann@court.example", ()),
        ("(@ann) @ann @@bob", ("ann",)),
        ("@", ()),
        (" ".join(f"@x{n}" for n in range(50)), tuple(f"x{n}" for n in range(20))),
    ],
)
def test_mentions_are_read_from_what_is_written(written: str, named: tuple[str, ...]) -> None:
    assert mentions.named_in(written) == named


def test_others_see_who_has_a_ticket_open_until_that_fades(people: dict[str, StaffMember]) -> None:
    one, two = ticket(1), ticket(2)
    clerk, other = people["clerk"], people["otherclerk"]
    token = staff.sign_in("clerk", cast.PASSWORD, network="test", now=NOW) or ""
    presence.look(token, one, now=NOW)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {one: ("Clerk",)}
    assert presence.lookers([one, two], besides=clerk.id, now=NOW) == {}
    presence.look(token, two, now=NOW)
    presence.leave(token, one)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {two: ("Clerk",)}
    assert presence.lookers([one, two], besides=other.id, now=NOW + timedelta(minutes=2)) == {}
    presence.leave(token, two)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {}
    presence.look("no such session", one, now=NOW)
