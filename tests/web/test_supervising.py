"""The pages of supervisors and administrators."""

from __future__ import annotations

import re

from flask import Flask

from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.web.visitor import Visitor


def test_metrics_roster_and_audit_hold_on_an_empty_and_on_a_living_house(supervisor: Visitor, web_app: Flask) -> None:
    for _ in range(2):
        for path in ("/metrics", "/metrics?days=1", "/metrics?days=120", "/roster", "/roster?find=Fi", "/audit"):
            assert supervisor.get(path).status_code == 200
        with web_app.app_context():
            put_on_roll(cast.ADA)
            receive(cast.mail())
    assert supervisor.get("/metrics?days=5000").status_code == 400
    table = supervisor.get("/metrics.csv?days=7")
    assert table.text.splitlines()[0] == "day,received,closed,resets"
    assert table.text.splitlines()[-1] == "2020-02-11,1,0,0"


def test_an_administrator_adds_and_closes_accounts(admin: Visitor, web_app: Flask) -> None:
    admin.post("/staff", login="newcomer", name="New Comer", role="clerk", password="a long enough password")
    Visitor(web_app.test_client()).signed_in("newcomer", "a long enough password")
    assert admin.post("/staff", login="short", role="clerk", password="short").status_code == 409
    assert admin.post("/staff", login="x", role="king", password="a long enough password").status_code == 400
    page = admin.get("/staff").text
    found = re.search(r'/staff/(\d+)/disable">[^§]*?Close the account newcomer', page)
    assert found is not None
    assert "a long enough password" not in page
