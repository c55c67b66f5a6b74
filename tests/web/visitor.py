"""A visitor without a screen: signs in, opens pages, presses buttons by sending their forms."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.store.desk import tickets
from helpdesk.store.desk.tickets import TicketView
from tests import cast

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """One browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def signed_in(self, login: str, password: str = cast.PASSWORD) -> Visitor:
        """The same visitor, after signing in."""
        answer = self.post("/login", login=login, password=password)
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **{"buffered": True} | options)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with a valid CSRF token."""
        return self.client.post(path, data=fields | {"csrf_token": self.token()})

    def token(self) -> str:
        """The CSRF token of this browser's pages."""
        for path in ("/settings", "/login"):
            found = _TOKEN.search(self.client.get(path).text)
            if found:
                return unescape(found[1])
        raise AssertionError("no page has a form")


def now_shown(app: Flask, ticket_id: int) -> TicketView:
    """The ticket as its page would show it now."""
    with app.app_context():
        return tickets.view(ticket_id)


def approve(
    visitor: Visitor, ticket_id: int, *, filer: str = cast.ADA.ecf_user_id, version: int = 1, **more: str
) -> TestResponse:
    """Press Approve, on the page of a ready ticket."""
    return visitor.post(f"/tickets/{ticket_id}/approve", filer=filer, version=version, view="ready", **more)
