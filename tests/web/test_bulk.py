"""Acting on several tickets at once: ticked ones, a whole list, and taking it back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from helpdesk.desk import desk
from helpdesk.store import audit
from helpdesk.store.cases import merging
from helpdesk.store.desk import bulk, tickets
from helpdesk.vocabulary import TicketState
from helpdesk.web import LARGEST_ID
from helpdesk.web.clock import CLOCK
from helpdesk.web.tickets import taking_back
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.several import people, requests, shown, states
from tests.web.visitor import Visitor


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_ticked_tickets_are_marked_as_spam_each_with_its_own_record(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 3)
    answer = clerk.post("/queue/ready/several", do="spam", ticket=shown(web_app, ids[:2]))
    assert answer.status_code == 303
    assert "2 tickets were marked as spam." in clerk.get("/queue/ready").text
    assert states(web_app, ids) == [TicketState.SPAM, TicketState.SPAM, TicketState.READY]
    with web_app.app_context():
        assert [(event.kind, event.ticket_id) for event in audit.events(limit=2)] == [
            ("spam", ids[1]),
            ("spam", ids[0]),
        ]
    clerk.post("/queue/spam/several", do="reopen", ticket=shown(web_app, ids[:2]))
    assert states(web_app, ids[:2]) == [TicketState.REVIEW] * 2


def test_what_changed_since_the_page_was_shown_is_left_as_it_is_and_said(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    before = shown(web_app, ids)
    clerk.post(f"/tickets/{ids[0]}/assign", staff="1", version=before[0].partition(".")[2])
    clerk.post("/queue/ready/several", do="close", ticket=before)
    page = clerk.get("/queue/ready").text
    assert "1 ticket was closed." in page
    assert f"1 ticket left as it is. #{ids[0]}: changed meanwhile: assigned by clerk." in page
    assert states(web_app, ids) == [TicketState.READY, TicketState.CLOSED]


def test_several_are_given_to_a_colleague_and_to_nobody_again(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    clerk.post("/queue/ready/several", do="assign", staff="2", ticket=shown(web_app, ids))
    with web_app.app_context():
        assert {found.login for n in ids if (found := tickets.view(n).assigned_to)} == {"otherclerk"}
    clerk.post("/queue/ready/several", do="assign", staff="", ticket=shown(web_app, ids))
    with web_app.app_context():
        assert [tickets.view(n).assigned_to for n in ids] == [None, None]


def test_a_whole_list_is_confirmed_first_and_then_only_what_was_listed_is_touched(
    web_app: Flask, clerk: Visitor
) -> None:
    ids = requests(web_app, 3)
    page = clerk.post("/queue/ready/several", do="close", all="yes").text
    assert "Close: 3 tickets?" in page
    assert states(web_app, ids) == [TicketState.READY] * 3
    with web_app.app_context():
        late = receive(cast.mail(message_id="<late@x.example>")).ticket_id or 0
    clerk.post("/queue/ready/several/done", do="close", tickets=hidden(page, "tickets"))
    assert states(web_app, [*ids, late]) == [TicketState.CLOSED] * 3 + [TicketState.REVIEW]


def test_one_press_undoes_an_end_of_several_tickets_and_tells_which_ones_changed_meanwhile(
    web_app: Flask, clerk: Visitor
) -> None:
    ids = requests(web_app, 4)
    otherclerk = Visitor(web_app.test_client()).signed_in("otherclerk")
    clerk.post("/queue/ready/several", do="spam", ticket=shown(web_app, ids[:3]))
    clerk.post("/queue/ready/several", do="close", ticket=shown(web_app, ids[3:]))  # the last one counts
    assert "1 ticket was closed." in (page := clerk.get("/queue/ready").text)
    assert 'action="/several/take-back"' in page
    clerk.post("/several/take-back", view="ready")
    assert states(web_app, ids) == [TicketState.SPAM] * 3 + [TicketState.READY]
    otherclerk.post("/queue/spam/several", do="reopen", ticket=shown(web_app, ids[:3]))
    clerk.post("/queue/review/several", do="close", ticket=shown(web_app, ids[:3]))
    assert ">Undo all 3 <kbd" in clerk.get("/queue/review").text
    otherclerk.post(f"/tickets/{ids[0]}/reopen", version=shown(web_app, ids)[0].partition(".")[2])
    assert clerk.post("/several/take-back", view="review").location == "/queue/review"
    page = clerk.get("/queue/review").text
    assert "2 tickets: undone. Nothing was sent." in page
    assert f"1 ticket left as it is. #{ids[0]}: changed meanwhile: reopened by otherclerk" in page
    assert states(web_app, ids) == [TicketState.REVIEW] * 3 + [TicketState.READY]
    clerk.post("/several/take-back")
    assert "3 tickets left as they are." in clerk.get("/queue/review").text, "what came before it comes next"
    clerk.post("/several/take-back")
    assert "The time to undo this is over" in clerk.get("/queue/review").text


def test_one_press_gives_several_tickets_back_to_whoever_had_them(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 3)
    clerk.post(f"/tickets/{ids[0]}/assign", staff="1", version="1")
    clerk.post("/queue/ready/several", do="assign", staff="2", ticket=shown(web_app, ids))
    assert "3 tickets were assigned to Otherclerk." in (page := clerk.get("/queue/ready").text)
    assert ">Undo all 3 <kbd" in page
    clerk.post("/several/take-back", view="ready")
    with web_app.app_context():
        assert [who.id if (who := tickets.view(n).assigned_to) else None for n in ids] == [1, None, None]
    assert states(web_app, ids) == [TicketState.READY] * 3
    assert "Undone: assigning by clerk" in clerk.get(f"/tickets/{ids[0]}").text


def test_undo_takes_one_thing_back_after_another_the_last_first(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 5)
    with web_app.app_context():
        filer = tickets.view(ids[0]).chosen
    assert filer
    clerk.post(f"/tickets/{ids[0]}/approve", filer=filer.ecf_user_id, version="1", view="ready")
    clerk.post(f"/tickets/{ids[1]}/spam", version="1", view="ready")
    clerk.post("/queue/ready/several", do="close", ticket=shown(web_app, ids[2:4]))
    clerk.post(f"/tickets/{ids[4]}/snooze", day="2020-02-18", hour="09:00", version="1", view="ready")
    for said, done in (
        (f"#{ids[4]} sleeps until", ids[4:]),
        ("2 tickets were closed.", ids[2:4]),
        (f"#{ids[1]} was marked as spam.", ids[1:2]),
        (f'Reset for <a href="/tickets/{ids[0]}">', ids[:1]),
    ):
        page = clerk.get("/queue/waiting").text
        assert said in page
        assert page.count('data-key="z"') == 1
        form = page[page.index("note--undo") :]
        fields = dict(re.findall(r'name="(deed|version)" value="([^"]*)"', form[: form.index("</form>")]))
        clerk.post(re.findall(r'action="([^"]*)"', form)[0], **fields)
        assert states(web_app, done) == [TicketState.READY] * len(done), said
    assert "note--undo" not in clerk.get("/queue/waiting").text
    assert states(web_app, ids) == [TicketState.READY] * 5


def test_the_button_of_an_older_page_takes_back_what_it_names(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 4)
    clerk.post("/queue/ready/several", do="close", ticket=shown(web_app, ids[:2]))
    older = hidden(clerk.get("/queue/ready").text, "deed")
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(seconds=1)
    clerk.post("/queue/ready/several", do="spam", ticket=shown(web_app, ids[2:]))
    clerk.post("/several/take-back", deed=older)
    assert states(web_app, ids) == [TicketState.READY] * 2 + [TicketState.SPAM] * 2


def test_an_end_of_several_tickets_is_not_undone_when_the_time_is_over(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    clerk.post("/queue/ready/several", do="close", ticket=shown(web_app, ids))
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(seconds=16)
    clerk.post("/several/take-back")
    assert states(web_app, ids) == [TicketState.CLOSED] * 2
    assert "The time to undo this is over. Reopen" in unescape(clerk.get("/queue/closed").text)


def test_as_many_tickets_as_may_be_ended_at_once_fit_into_the_cookie(web_app: Flask) -> None:
    some = {number: 1 + number % 7 for number in range(7, LARGEST_ID, LARGEST_ID // bulk.MOST_AT_ONCE)}
    with web_app.test_request_context():
        taking_back.several_can_be_taken_back(some, "501 tickets were marked as spam.", since=cast.NOW)
        signer = SecureCookieSessionInterface().get_signing_serializer(web_app)
        assert signer
        assert len(signer.dumps(dict(session))) < 3500
        assert taking_back.several_to_take_back() == some
        assert taking_back.several_to_take_back() == {}


def test_nothing_ticked_is_said(web_app: Flask, clerk: Visitor) -> None:
    requests(web_app, 1)
    clerk.post("/queue/ready/several", do="spam")
    assert "Tick the tickets first" in clerk.get("/queue/ready").text


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "delete", "ticket": "1.1"},
        {"do": "spam", "ticket": "1"},
        {"do": "spam", "ticket": "1.x"},
        {"do": "assign", "staff": "x", "ticket": "1.1"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(clerk: Visitor, fields: dict[str, str]) -> None:
    assert clerk.post("/queue/ready/several", **fields).status_code == 400


def test_resets_are_approved_together_only_after_a_page_that_lists_them(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 4, changes={3: "Ada Quill Fyler"})
    page = clerk.post("/queue/ready/several", do="approve", all="yes").text
    assert states(web_app, ids[:3]) == [TicketState.READY] * 3
    assert "Approve 3 resets?" in page
    for filer in people(3):
        assert filer.full_name in page
    sent = {name: hidden(page, name) for name in ("tickets", "filers")}
    clerk.post("/queue/ready/several/done", do="approve", **sent)
    assert states(web_app, ids[:3]) == [TicketState.HELD] * 3
    assert states(web_app, ids[3:]) != [TicketState.HELD]
    with web_app.app_context():
        approved = [event for event in audit.events(limit=10) if event.kind == "reset_approved"]
        assert sorted(event.ticket_id or 0 for event in approved) == ids[:3]
    shown_now = clerk.get("/queue/ready").text
    assert "Resets for 3 tickets go out in" in shown_now
    clerk.post("/undo")
    assert states(web_app, ids[:3]) == [TicketState.READY] * 3
    assert "3 tickets: the reset was undone. Nothing was sent." in clerk.get("/queue/ready").text


def test_a_forged_list_approves_nothing_that_is_not_exact(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2, changes={1: "Ada Quill Fyler"})
    filers = " ".join(f"{n}:{filer.ecf_user_id}" for n, filer in zip(ids, people(2), strict=True))
    clerk.post("/queue/ready/several/done", do="approve", tickets=" ".join(shown(web_app, ids)), filers=filers)
    assert states(web_app, ids)[0] is TicketState.HELD
    assert states(web_app, ids)[1] is not TicketState.HELD


def test_a_record_that_was_not_listed_gets_nothing(web_app: Flask, clerk: Visitor) -> None:
    (ticket_id,) = requests(web_app, 1)
    picked = shown(web_app, [ticket_id])[0]
    clerk.post("/queue/ready/several/done", do="approve", tickets=picked, filers=f"{ticket_id}:999")
    assert states(web_app, [ticket_id]) == [TicketState.READY]
    assert "it names another record now" in clerk.get("/queue/ready").text


def test_never_more_than_25_are_approved_at_once(web_app: Flask) -> None:
    ids = requests(web_app, 27)
    with web_app.app_context():
        found = bulk.sort_out(bulk.shown(ids), court=desk().rules.court)
        assert [one.id for one in found.approvable] == ids[:25]
        assert dict(found.left_out) == dict.fromkeys(ids[25:], "only 25 are approved at once")


def test_what_there_is_to_read_is_never_approved_unread_together_with_others(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 4, says={0: "My secretary has retired."})
    clerk.post(f"/tickets/{ids[1]}/note", text="They called, too.", version="1")
    with web_app.app_context():
        version = tickets.view(ids[2]).version
        merging.merge(ids[2], ids[3], version=version, actor=cast.NOBODY, now=cast.NOW)
    page = clerk.post("/queue/ready/several", do="approve", all="yes").text
    assert "None of these can be approved together" in page
    assert "it says more than the request: &#34;My secretary has retired.&#34;" in page
    assert "somebody wrote a note about it" in page
    assert "it holds more than one mail" in page
    assert "ays more than the request" not in clerk.get(f"/tickets/{ids[0]}").text, "whoever opens it reads it"
    assert states(web_app, ids[:2]) == [TicketState.READY] * 2, "one by one they are as certain as ever"


def test_a_request_entered_by_hand_is_never_approved_together_with_others(web_app: Flask, clerk: Visitor) -> None:
    (filer,) = people(1)
    with web_app.app_context():
        put_on_roll(filer)
    call = {"name": filer.full_name, "bar_id": filer.bar_id, "claimed_email": filer.primary_email}
    clerk.post("/new", arrival="phone", category="password_reset", **call)
    page = clerk.post("/queue/ready/several", do="approve", all="yes").text
    assert "None of these can be approved together" in page
    assert "it was entered by hand" in page
