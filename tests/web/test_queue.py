"""The queue's pages: narrowing and keeping lists, their counts, and what a person sets."""

from __future__ import annotations

from flask import Flask

from helpdesk.store.desk import queue
from tests.web.several import requests, shown
from tests.web.visitor import Visitor


def test_filters_sent_by_the_form_become_the_address_of_the_list(web_app: Flask, clerk: Visitor) -> None:
    requests(web_app, 2)
    answer = clerk.get("/queue/ready?category=password_reset&with=&sort=newest&urgent=yes")
    assert answer.status_code == 303
    assert answer.location == "/queue/ready,category=password_reset,urgent,sort=newest"
    page = clerk.get("/queue/ready,category=password_reset,sort=newest").text
    assert page.index("#2") < page.index("#1")
    assert "No ticket in this list fits the filter" in clerk.get("/queue/ready,urgent").text
    assert clerk.get("/queue/ready,category=nonsense").status_code == 404


def test_a_kept_list_is_a_tab_until_it_is_removed(clerk: Visitor, other_clerk: Visitor) -> None:
    clerk.post("/queue/review,category=pacer_link/keep", name="Linking <b>")
    page = clerk.get("/queue/ready").text
    assert "Linking &lt;b&gt;" in page
    assert "Linking" not in other_clerk.get("/queue/ready").text
    clerk.post("/lists/1/remove")
    assert "Linking" not in clerk.get("/queue/ready").text


def test_the_counts_tell_when_a_list_begins_with_other_tickets(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    first = clerk.get("/queue/counts?list=ready").json
    assert first
    assert first["counts"]["ready"] == "2"
    assert first["signature"] in clerk.get("/queue/ready").text
    clerk.post("/queue/ready/several", do="close", ticket=shown(web_app, ids[:1]))
    later = clerk.get("/queue/counts?list=ready").json
    assert later
    assert later["signature"] != first["signature"]
    assert clerk.get("/queue/counts?list=nothing").status_code == 200


def test_settings_are_the_persons_and_not_the_browsers(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    clerk.post("/settings", keys="on")
    elsewhere = Visitor(web_app.test_client()).signed_in("clerk")
    answer = elsewhere.post(f"/tickets/{ids[0]}/spam", version=shown(web_app, ids)[0].partition(".")[2], view="ready")
    assert answer.location == "/queue/ready"
    assert 'data-keys="on"' in elsewhere.get("/queue/ready").text
    clerk.post("/settings", next="on")
    assert 'data-keys="off"' in elsewhere.get("/queue/ready").text


def test_the_next_ticket_is_of_the_same_narrowed_list(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 3)
    view = "ready,category=password_reset,sort=newest"
    assert f"view={view.replace('=', '%3D')}" in clerk.get(f"/queue/{view}").text.replace("%2C", ",")
    version = shown(web_app, ids)[2].partition(".")[2]
    answer = clerk.post(f"/tickets/{ids[2]}/close", version=version, view=view)
    assert answer.location.startswith(f"/tickets/{ids[1]}?view=")
    with web_app.app_context():
        assert queue.known(view)
