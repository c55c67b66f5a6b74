"""Search over tickets and the roll."""

from __future__ import annotations

from flask import Flask

from tests.web.several import requests
from tests.web.visitor import Visitor


def test_a_search_shows_tickets_and_filers_and_leads_to_the_tickets_of_each(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 2)
    page = clerk.get("/search?q=fileraa").text
    assert f"#{ids[0]}<" in page
    assert f"#{ids[1]}<" not in page
    assert "/search/filer/600000" in page
    assert f"#{ids[0]}<" in clerk.get("/search/filer/600000").text
    assert clerk.get("/search/filer/nobody").status_code == 404
    assert f'href="/tickets/{ids[0]}?q=fileraa"' in page
    assert f'href="/search?q=fileraa#t{ids[0]}">Back to the search<' in clerk.get(f"/tickets/{ids[0]}?q=fileraa").text


def test_a_number_with_its_sign_leads_straight_to_the_ticket(clerk: Visitor) -> None:
    assert clerk.get("/search?q=%2312").location == "/tickets/12"


def test_a_search_goes_on_to_older_tickets(web_app: Flask, clerk: Visitor) -> None:
    ids = requests(web_app, 3)
    page = clerk.get(f"/search?q=password&before={ids[2]}").text
    assert f"#{ids[2]}<" not in page
    assert f"#{ids[1]}<" in page
    assert "Newest" in page
