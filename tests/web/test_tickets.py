"""What staff do with tickets through the pages; the address of a reset is never theirs to give."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any

import pytest
from flask import Flask

from helpdesk import policy
from helpdesk.store.cases import messages
from helpdesk.store.desk import handling, tickets
from helpdesk.store.incoming import retention
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import FilerStatus, OutboxKind, Severity, SignalName, TicketState
from helpdesk.web.clock import CLOCK
from helpdesk.web.display.words import word
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor, approve, now_shown


@pytest.fixture
def doubtful(web_app: Flask) -> int:
    """A request for Ada with Grace's number: it needs a look."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        body = cast.ADAS_REQUEST.replace("234561", "234567")
        return receive(cast.mail(body)).ticket_id or 0


def test_the_ticket_page_shows_claims_evidence_and_where_the_reset_goes(clerk: Visitor, ticket: int) -> None:
    page = clerk.get(f"/tickets/{ticket}?view=ready").text
    assert "The reset goes only to the stored primary address." in page
    assert re.search(r'<mark class="claim"[^>]*>234561</mark><a class="ref" href="#evidence-1-bar-id"', page)
    assert 'id="evidence-1-bar-id"' in page
    assert re.search(r"\+\d+\.\d bits", page)


@pytest.mark.parametrize(
    "name", ["Approve", "Ask", "PACER", "Not ours", "Other court?", "Spam", "Decline", "Note", "Assign", "Close"]
)
def test_every_action_has_its_button(clerk: Visitor, ticket: int, name: str) -> None:
    page = clerk.get(f"/tickets/{ticket}").text
    buttons = [
        re.sub(r"<kbd.*?</kbd>", "", found).strip() for found in re.findall(r"<button[^>]*>(.*?)</button>", page)
    ]
    assert buttons.count(name) == 1


def test_one_press_approves_a_ready_ticket_and_leads_on(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    answer = approve(clerk, ticket)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/queue/ready"
    assert now_shown(web_app, ticket).state is TicketState.HELD
    page = clerk.get("/queue/ready").text
    assert f"#{ticket}</a>" in page
    assert "goes out in" in page
    assert "last one in Ready" in page


def test_of_a_flood_that_became_one_case_a_page_shows_some_messages_and_leads_to_the_older_ones(
    clerk: Visitor, web_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "AT_ONCE", 2)
    with web_app.app_context():
        put_on_roll(cast.ADA)
        for number in range(1, 6):
            at = cast.NOW - timedelta(minutes=10 - number)
            receive(cast.mail(subject=f"Reset {number}", message_id=f"<{number}@filerquill.example>", at=at))
    page, found = "", ["/tickets/1?view=review"]
    shown, last = [], []
    while found:
        page = clerk.get(unescape(found[0])).text
        shown += re.findall(r'id="mail-(\d+)"', page)
        last.append(re.search(r'id="mail-\d+">Message', page) is not None)
        found = re.findall(r'href="([^"]*older=[^"]*)"', page)
    assert shown == ["5", "4", "3", "2", "1"]
    assert last == [False, False, True]
    assert 'href="/tickets/1?view=review">Newest messages' in page


def test_whatever_address_a_form_carries_the_reset_holds_none(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    names = ("to", "email", "address", "to_address", "primary_email", "recipient")
    addresses: dict[str, Any] = dict.fromkeys(names, cast.MALLORY)
    approve(clerk, ticket, **addresses)
    with web_app.app_context():
        (reset,) = [row for row in outbox.of_ticket(ticket) if row.kind is OutboxKind.RESET]
        assert reset.to == "the primary address on the record"
        assert cast.MALLORY not in repr(reset)


def test_a_double_press_makes_one_reset(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    assert approve(clerk, ticket).status_code == 303
    assert approve(clerk, ticket).status_code == 303
    with web_app.app_context():
        assert len([row for row in outbox.of_ticket(ticket) if row.kind is OutboxKind.RESET]) == 1


def test_a_second_clerk_with_a_stale_page_learns_what_changed_47(
    clerk: Visitor, other_clerk: Visitor, ticket: int
) -> None:
    approve(clerk, ticket)
    answer = approve(other_clerk, ticket)
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    assert "Reset approved by clerk, <time" in answer.text
    assert f'href="/tickets/{ticket}?view=ready"' in answer.text


def test_another_filer_than_the_one_shown_is_not_approved(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    assert approve(clerk, ticket, filer=cast.GRACE.ecf_user_id).status_code == 409
    assert now_shown(web_app, ticket).reset is None


SEVERAL = "Please reset the CM/ECF passwords of two attorneys.\n\n" + "\n".join(
    f"Name: {who.full_name}\nBar ID: {who.bar_id}\n" for who in (cast.ADA, cast.GRACE)
)


@pytest.mark.parametrize("body", [cast.ADAS_REQUEST, SEVERAL])
def test_every_warning_about_mail_and_records_is_told_in_the_list_on_the_ticket_and_before_an_approval(
    clerk: Visitor, web_app: Flask, body: str
) -> None:
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        mallory = cast.mail(body, sender="Ada <ada@fi1erquill.example>", headers={"Reply-To": "m@elsewhere.example"})
        ticket_id = receive(mallory).ticket_id or 0
    decision = now_shown(web_app, ticket_id).decision
    assert decision.signals
    assert all(request.signals for request in decision.requests)
    for path in (f"/tickets/{ticket_id}", f"/tickets/{ticket_id}/approve"):
        page = unescape(clerk.get(path).text).replace("<wbr>", "")
        for signal in decision.all_signals:
            shown = signal.name is not SignalName.SAYS_MORE
            assert (word(signal.name) in page, signal.reason in page) == (shown, shown), (path, signal)
    row = clerk.get("/queue/review").text
    if len(decision.requests) == 1:
        assert "; ".join(word(one.name) for one in decision.all_signals if one.severity is Severity.WARNING) in row


def test_undo_takes_an_approval_back(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    approve(clerk, ticket)
    answer = clerk.post(f"/tickets/{ticket}/undo", view="ready")
    assert answer.headers["Location"] == f"/tickets/{ticket}?view=ready"
    assert now_shown(web_app, ticket).state is TicketState.READY
    assert "Nothing was sent" in clerk.get("/queue/ready").text


def test_the_undo_bar_goes_when_the_time_is_over(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    approve(clerk, ticket)
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(seconds=16)
    assert "goes out in" not in clerk.get("/queue/ready").text


def test_a_doubtful_ticket_is_approved_only_after_the_page_with_its_reasons(
    clerk: Visitor, doubtful: int, web_app: Flask
) -> None:
    before = now_shown(web_app, doubtful)
    assert before.state is TicketState.REVIEW
    answer = approve(clerk, doubtful, version=before.version)
    assert answer.headers["Location"].startswith(f"/tickets/{doubtful}/approve")
    assert now_shown(web_app, doubtful).reset is None
    page = clerk.get(f"/tickets/{doubtful}/approve").text
    assert before.decision.reasons[0].text in page.replace("&#39;", "'")
    assert approve(clerk, doubtful, version=before.version, confirmed="yes").status_code == 303
    assert now_shown(web_app, doubtful).state is TicketState.HELD


@pytest.mark.parametrize(
    "change", [{"status": FilerStatus.SUSPENDED}, {"pacer_linked": True}, {"primary_email": "none"}], ids=str
)
def test_a_record_that_cannot_be_reset_offers_no_approval(
    clerk: Visitor, ticket: int, web_app: Flask, change: dict[str, object]
) -> None:
    with web_app.app_context():
        put_on_roll(replace(cast.ADA, **change), cast.GRACE)  # type: ignore[arg-type]
    page = clerk.get(f"/tickets/{ticket}").text
    assert ">Approve" not in page
    assert approve(clerk, ticket, confirmed="yes").status_code == 409
    assert now_shown(web_app, ticket).reset is None


def test_asking_sends_what_is_ticked_and_waits(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    clerk.post(f"/tickets/{ticket}/ask", version=1, missing=["bar_id"])
    shown = now_shown(web_app, ticket)
    assert shown.state is TicketState.WAITING
    assert "Bar" in shown.mail[-1].body
    assert shown.mail[-1].to == cast.ADA.primary_email


def test_asking_for_nothing_sends_nothing(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    before = now_shown(web_app, ticket)
    clerk.post(f"/tickets/{ticket}/ask", version=1)
    assert "Tick what to ask for" in clerk.get(f"/tickets/{ticket}").text
    assert now_shown(web_app, ticket).mail == before.mail


@pytest.mark.parametrize("reply", ["pacer_account", "other_court", "general"])
def test_standard_answers_end_the_ticket(clerk: Visitor, ticket: int, web_app: Flask, reply: str) -> None:
    clerk.post(f"/tickets/{ticket}/answer", version=1, reply=reply)
    shown = now_shown(web_app, ticket)
    assert shown.state is TicketState.ANSWERED
    assert shown.mail[-1].template == reply


@pytest.mark.parametrize("reply", ["", "reset_link", "reset_approved", "reset_done", "../mail/ask", "nothing"])
def test_no_other_letter_can_be_sent_by_hand(clerk: Visitor, ticket: int, web_app: Flask, reply: str) -> None:
    assert clerk.post(f"/tickets/{ticket}/answer", version=1, reply=reply).status_code == 400
    assert len(now_shown(web_app, ticket).mail) == 1


@pytest.mark.parametrize(
    ("action", "fields", "state"),
    [
        ("spam", {}, TicketState.SPAM),
        ("close", {}, TicketState.CLOSED),
        ("decline", {"why": "The firm asked us not to."}, TicketState.DECLINED),
    ],
)
def test_a_ticket_ends_and_is_opened_again(
    clerk: Visitor, ticket: int, web_app: Flask, action: str, fields: dict[str, str], state: TicketState
) -> None:
    clerk.post(f"/tickets/{ticket}/{action}", version=1, **fields)
    assert now_shown(web_app, ticket).state is state
    page = clerk.get(f"/tickets/{ticket}").text
    assert ">Reopen</button>" in page
    assert ">Approve" not in page
    clerk.post(f"/tickets/{ticket}/reopen", version=2)
    assert now_shown(web_app, ticket).state is TicketState.REVIEW


def test_declining_without_a_reason_does_nothing(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    clerk.post(f"/tickets/{ticket}/decline", version=1, why="  ")
    assert now_shown(web_app, ticket).state is TicketState.READY


def test_a_note_and_an_assignment_stay_with_the_ticket(clerk: Visitor, ticket: int, web_app: Flask) -> None:
    clerk.post(f"/tickets/{ticket}/note", text="Called <b>Ada</b> & left a message")
    colleague = now_shown(web_app, ticket)
    page = clerk.get(f"/tickets/{ticket}").text
    assert "Called &lt;b&gt;Ada&lt;/b&gt; &amp; left a message" in page
    staff_id = re.search(r'<option value="(\d+)">Otherclerk', page)
    assert staff_id is not None
    clerk.post(f"/tickets/{ticket}/assign", version=colleague.version, staff=staff_id[1])
    assigned = now_shown(web_app, ticket).assigned_to
    assert assigned is not None
    assert assigned.login == "otherclerk"


def test_choosing_another_record_takes_the_one_press_approval_away(
    clerk: Visitor, ticket: int, web_app: Flask
) -> None:
    found = clerk.get(f"/tickets/{ticket}?find={cast.GRACE.bar_id}").text
    assert f'value="{cast.GRACE.ecf_user_id}"' in found
    clerk.post(f"/tickets/{ticket}/choose", version=1, filer=cast.GRACE.ecf_user_id)
    shown = now_shown(web_app, ticket)
    assert shown.chosen == cast.GRACE
    assert "Chosen by staff" in clerk.get(f"/tickets/{ticket}").text
    answer = approve(clerk, ticket, filer=cast.GRACE.ecf_user_id, version=shown.version)
    assert "/approve" in answer.headers["Location"]
    assert now_shown(web_app, ticket).reset is None


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "٣", "9" * 30])
def test_a_form_without_a_proper_version_is_refused(clerk: Visitor, ticket: int, version: str) -> None:
    assert clerk.post(f"/tickets/{ticket}/close", version=version).status_code == 400


def test_hostile_text_is_shown_as_text_48(clerk: Visitor, web_app: Flask) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}" onmouseover="x'
    with web_app.app_context():
        raw = cast.mail(hostile, subject=hostile, sender=f'"{hostile.replace(chr(34), "")}" <m@elsewhere.example>')
        ticket_id = receive(raw).ticket_id
    for path in (f"/tickets/{ticket_id}", "/queue/unassigned", "/search?q=script", f"/search?q={hostile}"):
        page = clerk.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49" not in re.sub(r"[\w.]*\d{3,}[\w.]*", "", page.split("<main")[1].split("History")[0])


def test_attachments_leave_only_as_downloads_that_nothing_runs_52(clerk: Visitor, web_app: Flask) -> None:
    letter = message_from_bytes(cast.mail(), policy=default)
    letter.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename='a"b.html')
    with web_app.app_context():
        put_on_roll(cast.ADA)
        ticket_id = receive(letter.as_bytes()).ticket_id or 0
        shown = tickets.view(ticket_id).messages[0]
    if not shown.attachments:
        pytest.fail("the attachment is not listed")
    index = shown.attachments[0].index
    answer = clerk.get(f"/tickets/{ticket_id}/messages/{shown.ledger_id}/attachments/{index}")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert clerk.get(f"/tickets/{ticket_id}/messages/{shown.ledger_id}/attachments/0").status_code == 404
    assert clerk.get(f"/tickets/{ticket_id}/messages/999/attachments/{index}").status_code == 404

    with web_app.app_context():  # its time is over: the page says so, and offers nothing that is not there
        version = tickets.view(ticket_id).version
        handling.finish(ticket_id, TicketState.CLOSED, version=version, actor=cast.NOBODY, now=cast.NOW)
        retention.forget(policy.Keep(original_days=30, text_days=90), now=cast.NOW + timedelta(days=91))
    page = clerk.get(f"/tickets/{ticket_id}").text
    assert "Its text was deleted here on" in page
    name = shown.attachments[0].file_name
    assert f"Its original, with what was attached ({name}), was deleted here on" in page
    assert f"messages/{shown.ledger_id}" not in page
    assert {link[1:] for link in re.findall(r'href="(#mark-\d+)"', page)} <= set(re.findall(r'id="(mark-\d+)"', page))
    assert clerk.get(f"/tickets/{ticket_id}/messages/{shown.ledger_id}/attachments/{index}").status_code == 404
