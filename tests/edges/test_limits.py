"""More requests than usual are noticed and slowed down; several for one filer are one case, or an alarm (case 13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.desk import desk
from helpdesk.errors import NeedsConfirmationError, NotPossibleError, StaleTicketError
from helpdesk.store import audit
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Approving, Press
from helpdesk.store.cases import limits, merging
from helpdesk.store.database import db
from helpdesk.store.desk import handling, snoozing, tickets
from helpdesk.store.incoming import forgetting
from helpdesk.store.models import AskedRow, OutboxRow, Ticket
from helpdesk.vocabulary import Doubt, Filer, Limit, SignalName, StaffMember, TicketState
from tests.cast import ADA, CLERK, GRACE, MALLORY, NAMESAKE, NOW, OTHER_CLERK, SUPERVISOR, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import agree, approve, receive

OTHERS = tuple(
    replace(
        GRACE,
        ecf_user_id=f"51000{number}",
        login=f"other{number}",
        last_name=name,
        bar_id=f"25171{number}",
        primary_email=f"p{number}@firm{number}.example",
    )
    for number, name in enumerate(("Abernathy", "Blackwood", "Castellano", "Dunleavy", "Eisenhower", "Fitzgerald"))
)


@pytest.fixture
def staff(inside: object) -> dict[str, StaffMember]:
    put_on_roll(ADA, NAMESAKE, GRACE, *OTHERS)
    return add_staff(CLERK, OTHER_CLERK, SUPERVISOR)


_numbers = iter(range(1, 10_000))


def ask(filer: Filer, sender: str = "", *, now: datetime = NOW, **more: object) -> int:
    """A complete request for a filer, written by the filer unless another sender is named; its ticket."""
    body = f"Please reset my CM/ECF password.\n\nName: {filer.first_name} {filer.last_name}\nBar ID: {filer.bar_id}\n"
    address = sender or filer.primary_email
    raw = mail(
        body,
        sender=f"{filer.first_name} {filer.last_name} <{address}>",
        message_id=f"<{next(_numbers)}@x.example>",
        at=now,
        **more,  # type: ignore[arg-type]
    )
    return receive(raw, now=now).ticket_id or 0


def policy_with(**changes: object) -> Approving:
    """The policy with other limits; ``second`` is the list of second-person rules."""
    policy = desk().approving()
    second = changes.pop("second", policy.approvals.second)
    new = replace(policy.approvals.limits, **changes)  # type: ignore[arg-type]
    return replace(policy, approvals=replace(policy.approvals, limits=new, second=second))  # type: ignore[arg-type]


def warned(ticket_id: int) -> set[SignalName]:
    return {alert.name for alert in tickets.view(ticket_id).alerts}


def test_case_13_a_second_request_of_the_same_sender_joins_the_first_ticket(staff: dict[str, StaffMember]) -> None:
    first = ask(ADA)
    second = ask(ADA, now=NOW + timedelta(hours=23))
    folded, shown = tickets.view(second), tickets.view(first)
    assert (folded.state, folded.merged_into) == (TicketState.MERGED, first)
    assert shown.state is TicketState.READY, "a second harmless request changes nothing"
    assert len({message.ledger_id for message in shown.messages}) == 2, "staff see both messages"
    assert [other.id for other in shown.neighbours.merged_here] == [second]
    approve(first, staff["clerk"])
    with pytest.raises(StaleTicketError, match="merged by system"):
        approve(second, staff["clerk"], confirmed=True)
    assert not warned(first)
    assert "asked again" in next(event for event in audit.events(limit=9) if event.kind == "merged").details["why"]
    assert tickets.view(ask(ADA, now=NOW + timedelta(hours=49))).state is not TicketState.MERGED, "a day later"


def test_case_13_what_is_on_its_way_stays_so(staff: dict[str, StaffMember]) -> None:
    first = ask(ADA)
    approve(first, staff["clerk"])
    odd = ask(ADA, now=NOW + timedelta(minutes=5), headers={"Reply-To": MALLORY})
    assert tickets.view(odd).merged_into == first
    shown = tickets.view(first)
    assert shown.state is TicketState.HELD
    assert len(shown.messages) == 2


def test_case_13_what_is_odd_about_the_second_request_takes_ready_away(staff: dict[str, StaffMember]) -> None:
    first = ask(ADA)
    ask(ADA, now=NOW + timedelta(hours=1), headers={"Reply-To": MALLORY})
    shown = tickets.view(first)
    assert shown.state is TicketState.REVIEW
    assert SignalName.REPLY_TO_ELSEWHERE in {signal.name for signal in shown.decision.signals}


def test_case_13_a_different_sender_is_an_alarm_on_every_open_ticket_of_the_filer(
    staff: dict[str, StaffMember],
) -> None:
    first = ask(ADA)
    version = tickets.view(first).version
    assert tickets.view(first).state is TicketState.READY
    second = ask(ADA, MALLORY, now=NOW + timedelta(hours=1))
    third = ask(ADA, "docket@filerquill.example", now=NOW + timedelta(hours=2))
    for ticket in (first, second, third):
        shown = tickets.view(ticket)
        assert shown.state is TicketState.REVIEW, ticket
        assert warned(ticket) == {SignalName.OTHER_REQUESTS}
        assert MALLORY in shown.alerts[0].reason
    assert tickets.view(first).version > version, "a page that shows it as ready may not act any more"
    assert [event.kind for event in audit.events(ticket_id=first, limit=1)] == ["warned"]
    with pytest.raises(NeedsConfirmationError, match="second look"):
        approve(first, staff["clerk"])
    assert not tickets.view(ask(GRACE, now=NOW + timedelta(hours=2))).alerts, "nobody else is suspected"


def test_a_mail_that_only_pretends_to_be_from_the_filer_is_a_different_sender(staff: dict[str, StaffMember]) -> None:
    first = ask(ADA)
    forged = "mx.casd.uscourts.gov; dmarc=fail header.from=filerquill.example"
    second = ask(ADA, now=NOW + timedelta(hours=1), headers={"Authentication-Results": forged})
    assert tickets.view(second).state is TicketState.REVIEW
    assert tickets.view(first).state is TicketState.REVIEW
    assert "poses as ada@filerquill.example" in tickets.view(first).alerts[0].reason


def test_an_alarm_waits_for_a_ticket_that_sleeps_or_is_taken_back(staff: dict[str, StaffMember]) -> None:
    first = ask(ADA)
    approve(first, staff["clerk"])
    ask(ADA, MALLORY, now=NOW + timedelta(seconds=5))
    assert tickets.view(first).state is TicketState.HELD
    resets.undo(first, actor=staff["clerk"], now=NOW + timedelta(seconds=9))
    assert tickets.view(first).state is TicketState.REVIEW, "it was ready before, and is not any more"
    asleep = ask(GRACE)
    shown = {"version": tickets.view(asleep).version, "actor": staff["clerk"], "now": NOW}
    snoozing.snooze(asleep, NOW + timedelta(hours=2), **shown)  # type: ignore[arg-type]
    ask(GRACE, MALLORY, now=NOW + timedelta(hours=1))
    assert tickets.view(asleep).state is TicketState.SNOOZED
    snoozing.wake_due(now=NOW + timedelta(hours=2))
    assert tickets.view(asleep).state is TicketState.REVIEW


def test_a_ticket_that_was_put_aside_during_an_alarm_is_not_approved_with_one_key(
    staff: dict[str, StaffMember],
) -> None:
    ask(ADA)
    folded = ask(ADA, now=NOW + timedelta(hours=1))
    ask(ADA, MALLORY, now=NOW + timedelta(hours=2))
    merging.unmerge(folded, version=tickets.view(folded).version, actor=staff["clerk"], now=NOW)
    assert tickets.view(folded).state is TicketState.READY, "it stands where it stood"
    with pytest.raises(NeedsConfirmationError, match="1 other sender asked for this filer lately"):
        approve(folded, staff["clerk"], now=NOW + timedelta(hours=3))
    approve(folded, staff["clerk"], confirmed=True, now=NOW + timedelta(hours=3))


def test_more_requests_for_a_filer_than_usual_warn_all_their_tickets(staff: dict[str, StaffMember]) -> None:
    opened = [ask(ADA, now=NOW + timedelta(minutes=number)) for number in range(3)]
    assert tickets.view(opened[0]).state is TicketState.READY, "three a day are usual"
    ask(ADA, now=NOW + timedelta(minutes=5))
    shown = tickets.view(opened[0])
    assert shown.state is TicketState.REVIEW
    assert shown.alerts[0].reason == "4 requests for Ada Filer came in within 24 hours; up to 3 are usual."
    assert SignalName.OVER_LIMIT in {signal.name for signal in shown.decision.signals}
    with pytest.raises(NeedsConfirmationError, match="Write down why"):
        approve(opened[0], staff["clerk"], confirmed=True)
    approve(opened[0], staff["clerk"], confirmed=True, why="I spoke with her.")
    reset = tickets.view(opened[0]).reset
    assert reset is not None
    assert Doubt.OVER_LIMIT in reset.doubts
    rules = desk().rules
    now = NOW + timedelta(minutes=6)
    found = limits.on_now(limits=rules.approvals.limits, webmail=rules.matching.webmail_domains, now=now)
    assert [(excess.limit, excess.whom, excess.count) for excess in found] == [(Limit.FILER_DAY, "Ada Filer", 4)]


def test_more_requests_than_usual_also_warn_the_ticket_that_the_last_of_them_opens_again(
    staff: dict[str, StaffMember],
) -> None:
    first, *_ = [ask(ADA, now=NOW + timedelta(minutes=number)) for number in range(3)]
    version = tickets.view(first).version
    handling.finish(first, TicketState.CLOSED, version=version, actor=staff["clerk"], now=NOW, why="They called.")
    ask(ADA, now=NOW + timedelta(minutes=5))
    assert tickets.view(first).state is TicketState.REVIEW
    assert warned(first) == {SignalName.OVER_LIMIT}


def test_one_sender_who_asks_for_many_filers_is_noticed_on_all_of_them_whatever_tag_the_address_has(
    staff: dict[str, StaffMember],
) -> None:
    opened = [
        ask(filer, f"secretary+{number}@firm.example", now=NOW + timedelta(minutes=number))
        for number, filer in enumerate(OTHERS)
    ]
    for ticket in opened[:-1]:
        assert warned(ticket) == {SignalName.OVER_LIMIT}
    newest = tickets.view(opened[-1])
    assert newest.state is TicketState.REVIEW
    assert newest.decision.reasons[0].text == (
        "secretary@firm.example asked for 6 filers within 24 hours; up to 5 are usual."
    )


def test_a_busy_domain_or_hour_is_a_brake_while_it_lasts(staff: dict[str, StaffMember]) -> None:
    ready = ask(ADA)
    ask(GRACE, "grace@filerquill.example")
    press = Press(filer=ADA.ecf_user_id, version=tickets.view(ready).version, confirmed=False, why="")
    for limit, said in (({"domain_hour": 1}, "2 requests came from filerquill.example"), ({"all_hour": 1}, "2 req")):
        with pytest.raises(NeedsConfirmationError, match=said):
            resets.approve(ready, press, actor=staff["clerk"], policy=policy_with(**limit), now=NOW)
    later = NOW + timedelta(hours=1, seconds=1)
    resets.approve(ready, press, actor=staff["clerk"], policy=policy_with(domain_hour=1, all_hour=1), now=later)
    assert tickets.view(ready).state is TicketState.HELD


def test_nobody_is_slowed_down_by_mail_that_pretends_to_be_theirs_nor_by_sharing_a_public_provider(
    staff: dict[str, StaffMember],
) -> None:
    ready = ask(ADA)
    press = Press(filer=ADA.ecf_user_id, version=tickets.view(ready).version, confirmed=False, why="")
    ask(GRACE, "x@filerquill.example", headers={"Authentication-Results": "mx.casd.uscourts.gov; dmarc=fail"})
    strict = policy_with(domain_hour=1)
    assert strict.webmail
    ask(OTHERS[0], "a@gmail.com")
    ask(OTHERS[1], "b@gmail.com")
    on = limits.on_now(limits=strict.approvals.limits, webmail=strict.webmail, now=NOW)
    assert on == ()
    resets.approve(ready, press, actor=staff["clerk"], policy=strict, now=NOW)
    assert tickets.view(ready).state is TicketState.HELD


def test_approvals_beyond_the_limit_need_a_second_person_or_are_refused_as_the_rules_say(
    staff: dict[str, StaffMember],
) -> None:
    one, two = ask(ADA), ask(GRACE)
    approve(one, staff["clerk"])

    def press(ticket: int, filer: Filer, policy: Approving, why: str = "") -> None:
        shown = Press(filer=filer.ecf_user_id, version=tickets.view(ticket).version, confirmed=False, why=why)
        resets.approve(ticket, shown, actor=staff["clerk"], policy=policy, now=NOW + timedelta(minutes=5))

    others = tuple(rule for rule in desk().rules.approvals.second if rule.when is not Doubt.OVER_LIMIT)
    with pytest.raises(NotPossibleError, match="clerk approved 2 resets within an hour; up to 1 are usual"):
        press(two, GRACE, policy_with(approvals_hour=1, second=others))
    with pytest.raises(NeedsConfirmationError, match="Write down why"):
        press(two, GRACE, policy_with(approvals_hour=1))
    press(two, GRACE, policy_with(approvals_hour=1), why="It is a busy day.")
    assert tickets.view(two).state is TicketState.APPROVED
    agree(two, staff["otherclerk"], now=NOW + timedelta(minutes=6))
    assert tickets.view(two).state is TicketState.HELD


def test_every_message_is_answered_as_if_it_stood_alone(staff: dict[str, StaffMember]) -> None:
    """The reply to a folded request has the number of its own ticket, as it would have if nobody were on the roll."""
    ask(ADA)
    second = ask(ADA, now=NOW + timedelta(hours=23, minutes=59))
    replies = db.session.query(OutboxRow).order_by(OutboxRow.id).all()
    assert [reply.ticket_id for reply in replies] == [second - 1]
    third = ask(ADA, now=NOW + timedelta(hours=24))
    assert tickets.view(third).state is TicketState.MERGED
    replies = db.session.query(OutboxRow).order_by(OutboxRow.id).all()
    assert [reply.ticket_id for reply in replies] == [second - 1, third]


def test_what_nothing_counts_any_more_is_forgotten_unless_its_ticket_is_open(staff: dict[str, StaffMember]) -> None:
    closed, still_open = ask(ADA), ask(GRACE)
    handling.finish(
        closed, TicketState.CLOSED, version=tickets.view(closed).version, actor=staff["clerk"], now=NOW, why=""
    )
    approvals = desk().rules.approvals
    assert forgetting.forget(approvals=approvals, now=NOW + timedelta(days=29)) == 0
    assert forgetting.forget(approvals=approvals, now=NOW + timedelta(days=38)) == 5, "one request, four turns"
    (kept,) = db.session.execute(select(AskedRow)).scalars()
    assert kept.filer_id == db.session.get_one(Ticket, still_open).filer_id
    assert forgetting.forget(approvals=approvals, now=NOW + timedelta(days=38)) == 0


def test_case_13_a_second_request_joins_nothing_that_is_spam_or_names_another_record(
    staff: dict[str, StaffMember],
) -> None:
    spam, corrected = ask(ADA), ask(GRACE)
    handling.finish(spam, TicketState.SPAM, version=tickets.view(spam).version, actor=staff["clerk"], now=NOW, why="")
    version = tickets.view(corrected).version
    handling.choose(corrected, NAMESAKE.ecf_user_id, version=version, actor=staff["clerk"], now=NOW)
    for filer in (ADA, GRACE):
        again = ask(filer, now=NOW + timedelta(hours=1))
        assert tickets.view(again).state is TicketState.READY, filer.first_name


def test_case_13_a_later_mail_makes_nothing_ready_that_was_warned_or_declined(staff: dict[str, StaffMember]) -> None:
    suspect, declined = ask(ADA), ask(GRACE)
    ask(ADA, MALLORY, now=NOW + timedelta(minutes=1))
    for ticket, end in ((suspect, TicketState.CLOSED), (declined, TicketState.DECLINED)):
        version = tickets.view(ticket).version
        handling.finish(ticket, end, version=version, actor=staff["clerk"], now=NOW, why="They called.")
    for ticket, filer in ((suspect, ADA), (declined, GRACE)):
        letter = db.session.execute(select(OutboxRow).where(OutboxRow.ticket_id == ticket)).scalar_one()
        later = ask(filer, now=NOW + timedelta(days=9), headers={"In-Reply-To": letter.message_id})
        assert later == ticket, "it joins"
        assert tickets.view(ticket).state is TicketState.REVIEW, filer.first_name
