"""The page on which a supervisor looks at a roster that was held up (case 54)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from helpdesk.store.roll import imports, roster, staged_rosters
from tests import cast
from tests.conftest import put_on_roll
from tests.web.visitor import Visitor

MOVED = replace(cast.ADA, primary_email="ada@new.example"), replace(cast.GRACE, primary_email="grace@new.example")


def stage(app: Flask, by: str) -> int:
    with app.app_context():
        put_on_roll(cast.ADA, cast.GRACE)
        found = imports.compare(MOVED, now=cast.NOW)
        actor = replace(cast.NOBODY, login=by)
        return staged_rosters.stage(found, "2 change.", file_name="r.csv", sha256="1", actor=actor, now=cast.NOW)


def test_a_supervisor_sees_the_addresses_and_applies_it(supervisor: Visitor, clerk: Visitor, web_app: Flask) -> None:
    staged = stage(web_app, "console:somebody")
    page = supervisor.get("/roster").text.replace("<wbr>", "")
    assert "A roster waits for a second person" in page
    assert cast.ADA.primary_email in page
    assert "ada@new.example" in page
    assert clerk.post(f"/roster/staged/{staged}/apply").status_code == 403
    assert supervisor.post(f"/roster/staged/{staged}/apply").status_code == 303
    assert "Applied as import 2" in supervisor.get("/roster").text
    with web_app.app_context():
        assert roster.filer(cast.ADA.ecf_user_id).primary_email == "ada@new.example"
    assert supervisor.post(f"/roster/staged/{staged}/apply").status_code == 409


@pytest.mark.parametrize("by", ["supervisor", "console:supervisor"])
def test_who_brought_it_can_only_discard_it(supervisor: Visitor, web_app: Flask, by: str) -> None:
    staged = stage(web_app, by)
    assert "Apply this roster" not in supervisor.get("/roster").text
    assert supervisor.post(f"/roster/staged/{staged}/apply").status_code == 403
    assert supervisor.post(f"/roster/staged/{staged}/discard").status_code == 303
    assert "waits for a second person" not in supervisor.get("/roster").text
