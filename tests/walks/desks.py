"""Two furnished desks that can be put back to their beginning before every walk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from helpdesk import create_app
from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.store import roster
from helpdesk.store.database import db
from helpdesk.vocabulary import Filer, StaffMember
from tests import cast
from tests.conftest import add_staff, config_for
from tests.databases import migrate
from tests.walks.world import OTHER_ROLLS, PEOPLE, ROLL, World


@dataclass(slots=True, kw_only=True)
class Desks:
    """The desk that is walked on and its twin, each an application on a database file of its own."""

    folder: Path
    app: Flask
    twin: Flask
    staff: tuple[StaffMember, ...]

    def world(self, *, other_roll: int, link: bool) -> World:
        """A new walk: both desks as they were in the beginning. other_roll: what the twin has on its roll."""
        self._put_back(self.app, "app", "first")
        self._put_back(self.twin, "twin", f"twin-{other_roll % len(OTHER_ROLLS)}")
        with self.app.app_context():
            connector = Connector.LINK if link else Connector.WORKLIST
            desk().config = replace(desk().config, connector=connector)
        return World(app=self.app, twin=self.twin, staff=self.staff)

    def _put_back(self, app: Flask, name: str, template: str) -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{name}.sqlite3{ending}").unlink(missing_ok=True)
        shutil.copy(self.folder / f"{template}.template", self.folder / f"{name}.sqlite3")


@contextmanager
def furnished(folder: Path, *, migrated: Path | None = None) -> Iterator[Desks]:
    """Desks with staff and rolls. migrated: an empty database with all tables, where there is one already."""
    if migrated is None:
        migrated = folder / "empty.sqlite3"
        migrate(f"sqlite:///{migrated}")
    shutil.copy(migrated, folder / "app.sqlite3")
    shutil.copy(migrated, folder / "twin.sqlite3")
    app, twin = (create_app(config_for(f"sqlite:///{folder / name}.sqlite3")) for name in ("app", "twin"))
    with app.app_context():
        people = add_staff(*PEOPLE)
    _furnish(app, ROLL, folder, "app", "first")
    for number, filers in enumerate(OTHER_ROLLS):
        shutil.copy(migrated, folder / "twin.sqlite3")
        _furnish(twin, filers, folder, "twin", f"twin-{number}")
    try:
        yield Desks(folder=folder, app=app, twin=twin, staff=tuple(people[login] for login, _role in PEOPLE))
    finally:
        for one in (app, twin):
            with one.app_context():
                db.session.remove()
                db.engine.dispose()


def _furnish(app: Flask, filers: tuple[Filer, ...], folder: Path, name: str, template: str) -> None:
    """Put these filers on the roll, and keep the file as a template."""
    with app.app_context():
        sha256 = f"{template:0>64}"
        differences = roster.compare(filers, now=cast.NOW)
        roster.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=cast.NOW)
        db.session.remove()
        db.engine.dispose()
    shutil.copy(folder / f"{name}.sqlite3", folder / f"{template}.template")
