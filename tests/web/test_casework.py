"""Tickets as cases, on their pages: merged, split, snoozed, undone; notes, drafts, presence; and without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from helpdesk.store.desk import drafts
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import OutboxState, TicketState
from helpdesk.web.clock import CLOCK
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.edges.casework import SECOND, TWO_FILERS
from tests.web.pages import sign_in
from tests.web.server import LiveServer, with_cast
from tests.web.visitor import Visitor, now_shown


@pytest.fixture
def ids(web_app: Flask) -> tuple[int, int]:
    """Two requests of Ada's, days apart: those of one day would be one case."""
    with web_app.app_context():
        put_on_roll(cast.ADA, cast.GRACE, SECOND)
        made = [
            cast.mail(subject=f"Reset {n}", message_id=f"<m{n}@x.example>", at=cast.NOW - timedelta(days=2 * n))
            for n in (1, 2)
        ]
        one, two = [receive(raw).ticket_id or 0 for raw in made]
        return one, two


def test_a_ticket_is_merged_from_its_page_and_taken_out_again(
    clerk: Visitor, ids: tuple[int, int], web_app: Flask
) -> None:
    one, two = ids
    page = clerk.get(f"/tickets/{two}").text
    assert f"Merge into #{one}</button>" in page
    answer = clerk.post(f"/tickets/{two}/merge", version=1, into=f"#{one}")
    assert answer.headers["Location"] == f"/tickets/{one}"
    assert f"of #{two}</a>" in clerk.get(f"/tickets/{one}").text
    merged = clerk.get(f"/tickets/{two}").text
    assert f'part of <a href="/tickets/{one}">#{one}</a>' in merged
    assert ">Approve" not in merged
    assert ">Reopen<" not in merged
    clerk.post(f"/tickets/{two}/unmerge", version=now_shown(web_app, two).version)
    assert now_shown(web_app, two).state is TicketState.READY
    history = clerk.get(f"/tickets/{two}").text.split('id="history"')[1]
    assert f"Taken out of #{one} by clerk" in history
    assert f"Became part of #{one} by clerk" in history


@pytest.mark.parametrize(("into", "status"), [("99999", 409), ("", 400), ("x", 400)])
def test_merging_into_nothing_says_so(clerk: Visitor, ids: tuple[int, int], into: str, status: int) -> None:
    assert clerk.post(f"/tickets/{ids[0]}/merge", version=1, into=into).status_code == status


def test_a_mail_for_two_filers_is_split_and_each_is_decided(clerk: Visitor, ids: object, web_app: Flask) -> None:
    with web_app.app_context():
        whole = receive(cast.mail(TWO_FILERS, subject="Two", message_id="<two@x.example>")).ticket_id or 0
    assert ">Split</button>" in clerk.get(f"/tickets/{whole}").text
    clerk.post(f"/tickets/{whole}/split", version=1)
    page = clerk.get(f"/tickets/{whole}").text
    other = re.search(r"Other filers of the same mail.*?/tickets/(\d+)", page, re.S)
    assert other is not None
    assert ">Split</button>" not in page
    assert now_shown(web_app, int(other[1])).chosen == SECOND


def test_a_ticket_is_snoozed_until_a_day_of_the_court_and_woken(
    clerk: Visitor, ids: tuple[int, int], web_app: Flask
) -> None:
    number = ids[0]
    page = clerk.get(f"/tickets/{number}").text
    assert "Next working day: Wed, Feb 12, 2020, " in page
    clerk.post(f"/tickets/{number}/snooze", version=1, day="2020-02-18", hour="08:30")
    until = now_shown(web_app, number).snoozed_until
    assert until is not None
    assert until.isoformat() == "2020-02-18T16:30:00+00:00"
    assert "Snoozed until Tue, Feb 18, 2020, 8:30 AM PST" in clerk.get(f"/tickets/{number}").text
    assert f"#{number}" in clerk.get("/queue/snoozed").text
    clerk.post(f"/tickets/{number}/wake", version=2)
    assert now_shown(web_app, number).state is TicketState.READY


@pytest.mark.parametrize(
    "fields",
    [
        *({}, {"until": "x"}, {"until": "2020-02-12"}, {"day": "x"}, {"day": "2020-02-10"}),
        *({"until": "0001-01-01T00:00:00+01:00"}, {"until": "9999-12-31T23:59:59-01:00"}),
    ],
)
def test_a_time_that_is_none_or_over_is_refused_in_words(
    clerk: Visitor, ids: tuple[int, int], fields: dict[str, str]
) -> None:
    assert clerk.post(f"/tickets/{ids[0]}/snooze", version=1, **fields).status_code == 409


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("spam", {}), ("close", {}), ("decline", {"why": "No."}), ("ask", {"missing": "bar_id"}),
        ("answer", {"reply": "pacer_account"}), ("snooze", {"day": "2020-02-18"}),
    ],
)  # fmt: skip
def test_every_end_and_every_letter_can_be_undone_for_a_moment(
    clerk: Visitor, ids: tuple[int, int], web_app: Flask, action: str, fields: dict[str, str]
) -> None:
    number = ids[0]
    clerk.post(f"/tickets/{number}/{action}", version=1, **fields)
    bar = clerk.get("/queue/ready").text
    assert f'action="/tickets/{number}/take-back"' in bar
    version = re.search(r'take-back">.*?name="version" value="(\d+)"', bar, re.S)
    assert version is not None
    clerk.post(f"/tickets/{number}/take-back", version=version[1])
    after = now_shown(web_app, number)
    assert after.state is TicketState.READY
    assert [mail.state for mail in after.mail[1:]] in ([], [OutboxState.CANCELLED])
    assert "Undone: " in clerk.get(f"/tickets/{number}").text
    assert "take-back" not in clerk.get("/queue/ready").text


def test_undo_is_over_after_its_time(clerk: Visitor, ids: tuple[int, int], web_app: Flask) -> None:
    clerk.post(f"/tickets/{ids[0]}/spam", version=1)
    web_app.extensions[CLOCK] = lambda: cast.NOW + timedelta(seconds=16)
    assert "take-back" not in clerk.get("/queue/ready").text
    assert clerk.post(f"/tickets/{ids[0]}/take-back", version=2).status_code == 409
    assert now_shown(web_app, ids[0]).state is TicketState.SPAM


def test_a_letter_is_read_before_it_is_sent(clerk: Visitor, ids: tuple[int, int], web_app: Flask) -> None:
    number = ids[0]
    before = len(now_shown(web_app, number).mail)
    page = clerk.get(f"/tickets/{number}/letter?reply=pacer_account").text
    assert cast.ADA.primary_email in page
    assert ">Send <kbd" in page
    assert len(now_shown(web_app, number).mail) == before
    clerk.post(f"/tickets/{number}/answer", version=1, reply="pacer_account", court="")
    sent = now_shown(web_app, number).mail[-1]
    assert all(line in page.replace("&#39;", "'") for line in sent.body.splitlines()[:2] if "<" not in line)
    for query in ("", "?reply=reset_link", "?reply=general&court=nowhere"):
        assert clerk.get(f"/tickets/{number}/letter{query}").status_code == 400


def test_saying_that_nobody_is_meant_takes_the_record_away(
    clerk: Visitor, ids: tuple[int, int], web_app: Flask
) -> None:
    clerk.post(f"/tickets/{ids[0]}/nobody", version=1)
    after = now_shown(web_app, ids[0])
    assert (after.chosen, after.chosen_by_staff, after.state) == (None, True, TicketState.REVIEW)
    page = clerk.get(f"/tickets/{ids[0]}").text
    assert "Chosen by staff: nobody on the roll" in page
    assert ">Approve" not in page


def test_a_named_colleague_finds_the_note_and_says_so(
    clerk: Visitor, other_clerk: Visitor, ids: tuple[int, int]
) -> None:
    clerk.post(f"/tickets/{ids[0]}/note", text="@otherclerk <b>please</b> call")
    assert "Mentions</span> 1</a>" in other_clerk.get("/queue/ready").text
    found = other_clerk.get("/mentions").text
    assert "@otherclerk &lt;b&gt;please&lt;/b&gt; call" in found
    assert "You are named here" in other_clerk.get(f"/tickets/{ids[0]}").text
    assert "You are named here" not in clerk.get(f"/tickets/{ids[0]}").text
    number = re.search(r"/mentions/(\d+)/seen", found)
    assert number is not None
    assert clerk.post(f"/mentions/{number[1]}/seen").status_code == 404
    other_clerk.post(f"/mentions/{number[1]}/seen")
    assert "Mentions</span> 1" not in other_clerk.get("/queue/ready").text
    assert "Nobody waits for you" in other_clerk.get("/mentions").text


def test_others_see_that_a_ticket_is_open_and_looking_alone_writes_nothing_else(
    clerk: Visitor, other_clerk: Visitor, ids: tuple[int, int]
) -> None:
    clerk.get(f"/tickets/{ids[0]}")
    assert "Open with Clerk" in other_clerk.get(f"/tickets/{ids[0]}").text
    assert "Open with" not in other_clerk.get(f"/tickets/{ids[1]}").text
    assert clerk.post(f"/tickets/{ids[1]}/presence").json == {"others": ["Otherclerk"]}
    assert clerk.post("/tickets/99999/presence").status_code == 404
    clerk.post(f"/tickets/{ids[1]}/presence", leaving="yes")
    assert "Open with" not in other_clerk.get(f"/tickets/{ids[1]}").text


@pytest.fixture
def page(browser: Browser, live: LiveServer) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    sign_in(opened, live.url, "clerk", cast.PASSWORD)
    return opened


def test_a_note_in_progress_is_kept_while_one_types(page: Page, live: LiveServer) -> None:
    (number,) = with_cast(live, 1)
    page.goto(f"{live.url}/tickets/{number}")
    page.keyboard.press("n")
    page.keyboard.type("Half a thought")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.goto(f"{live.url}/tickets/{number}")
    expect(page.get_by_label("Note for colleagues")).to_have_value("Half a thought")
    page.get_by_label("Note for colleagues").press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Note saved.")
    expect(page.get_by_label("Note for colleagues")).to_have_value("")
    with live.app.app_context():
        assert drafts.kept(number, live.staff["clerk"]) == ""
    page.context.close()


def test_a_slip_is_undone_by_key(page: Page, live: LiveServer) -> None:
    ids = with_cast(live, 2)
    page.goto(f"{live.url}/tickets/{ids[0]}?view=ready")
    page.keyboard.press("p")
    page.wait_for_url(f"**/tickets/{ids[1]}?view=ready")
    page.keyboard.press("z")
    page.wait_for_url(f"**/tickets/{ids[0]}?view=ready")
    expect(page.get_by_role("status").first).to_contain_text("Nothing was sent")
    with live.app.app_context():
        assert outbox.of_ticket(ids[0])[-1].state is OutboxState.CANCELLED
    page.context.close()


def test_all_of_it_works_without_a_script(browser: Browser, live: LiveServer) -> None:
    ids = with_cast(live, 3)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 720})
    page = context.new_page()
    sign_in(page, live.url, "clerk", cast.PASSWORD)
    status = page.get_by_role("status").first
    page.goto(f"{live.url}/tickets/{ids[0]}")
    page.get_by_label("Note for colleagues").fill("Not yet done")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_label("Note for colleagues")).to_have_value("Not yet done")
    page.get_by_label("Number of the ticket it belongs to").fill(str(ids[1]))
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(status).to_contain_text("is now part of this ticket")
    page.get_by_role("button", name=f"Unmerge #{ids[0]}").click()
    expect(status).to_contain_text("stands for itself again")
    page.get_by_role("button", name="Snooze", exact=True).click()
    expect(status).to_contain_text("sleeps until")
    page.get_by_role("button", name="Wake now").click()
    expect(status).to_contain_text("is awake")
    page.get_by_label("Standard answer").select_option("general")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(status).to_contain_text("answered with")
    page.get_by_role("button", name=f"Undo #{ids[0]}").click()
    expect(status).to_contain_text("Nothing was sent")
    page.get_by_role("button", name="Not on the roll").click()
    expect(status).to_contain_text("nobody on the roll is meant")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
