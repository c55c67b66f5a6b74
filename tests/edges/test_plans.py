"""The benchmarks' look into the database sees what a query reads, found or thrown away, by whichever way."""

from __future__ import annotations

import pytest
from flask import current_app
from sqlalchemy import text

from bench._plans import most_read, watched
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from tests.cast import NOBODY, NOW

pytestmark = pytest.mark.usefixtures("inside")


def test_a_walk_along_the_primary_key_that_finds_nothing_is_counted_in_full() -> None:
    with transaction() as session:
        for _ in range(300):
            audit.record(session, "looked", actor=NOBODY, now=NOW)
    with transaction() as session:
        session.execute(text("ANALYZE event"))
    newest = "SELECT id FROM event WHERE actor = :actor ORDER BY id DESC LIMIT 1"
    reading = []
    for actor in (NOBODY.login, "nobody known"):
        with watched(current_app._get_current_object()) as seen:  # type: ignore[attr-defined]
            db.session.execute(text(newest), {"actor": actor})
        reading.append(most_read(seen))
    assert reading[0].rows < 30
    assert reading[1].rows >= 300
    assert reading[1].at == "event"
