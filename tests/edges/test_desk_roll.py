"""The running service's index of the roll: it follows imports, whole, while others go on asking."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile

import pytest
from flask import Flask
from sqlalchemy import delete

from helpdesk.desk import desk
from helpdesk.match import ClaimedIdentity, rank
from helpdesk.store.database import db, transaction
from helpdesk.store.models import RosterImport
from helpdesk.store.roll import imports, roster
from helpdesk.vocabulary import Ranking
from tests.cast import ADA, GRACE, NAMESAKE, NOBODY, NOW
from tests.conftest import put_on_roll

CLAIM = ClaimedIdentity(name=ADA.full_name, bar_id=ADA.bar_id)
IMPORTS = 8


def ask() -> Ranking:
    return rank(CLAIM, desk().roll, desk().rules.matching)


@pytest.mark.usefixtures("inside")
def test_after_an_import_only_the_changed_records_are_indexed_anew() -> None:
    put_on_roll(ADA, NAMESAKE, GRACE)
    first = desk().roll
    put_on_roll(replace(ADA, firm="Moved"), NAMESAKE)
    second = desk().roll
    assert second.indexes[0] is first.indexes[0]
    assert second.version == roster.version()
    assert (second.filer(ADA.ecf_user_id) or GRACE).firm == "Moved"
    assert second.filer(GRACE.ecf_user_id) is None
    assert set(second) == set(roster.all_filers())
    assert first.filer(GRACE.ecf_user_id) == GRACE, "whoever still holds the old one sees the old one"


@pytest.mark.usefixtures("inside")
def test_several_imports_in_between_are_caught_up_at_once() -> None:
    put_on_roll(ADA, NAMESAKE)
    assert len(desk().roll) == 2
    put_on_roll(ADA, GRACE)
    put_on_roll(replace(ADA, firm="Twice"), NAMESAKE, GRACE)
    assert set(desk().roll) == set(roster.all_filers())


@pytest.mark.usefixtures("inside")
def test_another_history_of_imports_means_another_index() -> None:
    put_on_roll(ADA, NAMESAKE)
    assert len(desk().roll) == 2
    with transaction() as session:  # as after a restored backup
        session.execute(delete(RosterImport))
    others = imports.compare([replace(ADA, firm="Elsewhere"), NAMESAKE, GRACE], now=NOW)
    imports.apply(others, file_name="other.csv", sha256="1" * 64, actor=NOBODY, now=NOW)
    assert desk().roll.version == roster.version()
    assert len(desk().roll.indexes) == 1
    assert set(desk().roll) == set(roster.all_filers())


def test_queries_run_while_imports_swap_the_roll(app: Flask) -> None:
    with app.app_context():
        put_on_roll(replace(ADA, firm="0"), NAMESAKE)
        firms = {roster.version(): "0"}
    done: list[bool] = []

    def asking() -> Iterator[Ranking]:
        with app.app_context():
            while True:
                yield ask()
                db.session.remove()

    def ask_until_done() -> list[Ranking]:
        return [*takewhile(lambda _: not done, asking())]

    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(ask_until_done) for _ in range(3)]
        with app.app_context():
            for number in range(1, IMPORTS):
                put_on_roll(replace(ADA, firm=str(number)), *((NAMESAKE, GRACE) if number % 2 else (NAMESAKE,)))
                firms[roster.version()] = str(number)
                assert desk().roll.version in firms
        done.append(True)
        seen = [ranking for answer in answers for ranking in answer.result()]
    assert seen
    for ranking in seen:
        assert ranking.candidates[0].filer.firm == firms[ranking.roll_version], "an answer mixes two rolls"
