"""Two furnished desks that can be put back to their beginning before every walk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from helpdesk import create_app
from helpdesk.config import Connector
from helpdesk.desk import desk
from helpdesk.store.roll import imports
from helpdesk.vocabulary import Filer, StaffMember
from tests import cast
from tests.conftest import add_staff, config_for
from tests.databases import migrate
from tests.project import PROJECT
from tests.walks.house_rules import HouseRules
from tests.walks.people import OTHER_ROLLS, ROLL, STAFF
from tests.walks.place import Place
from tests.walks.world import World


@dataclass(slots=True, kw_only=True)
class Desks:
    """The desk that is walked on and its twin, each an application on a database file of its own."""

    folder: Path
    desk: Place
    twin: Place
    staff: tuple[StaffMember, ...]
    rules: HouseRules

    def world(self, *, other_roll: int | None, link: bool) -> World:
        """A new walk on desks as they were in the beginning. other_roll: what the twin has on its roll, None for a
        walk without a twin."""
        self.rules.become(0)
        self.desk.begin_from(self.folder / "desk.template")
        if other_roll is not None:
            self.twin.begin_from(self.folder / f"twin-{other_roll % len(OTHER_ROLLS)}.template")
        with self.desk.app.app_context():
            connector = Connector.LINK if link else Connector.WORKLIST
            desk().config = replace(desk().config, connector=connector)
        twin = None if other_roll is None else self.twin
        return World(desk=self.desk, twin=twin, backups=self.folder, staff=self.staff, rules=self.rules)


@contextmanager
def furnished(folder: Path, *, migrated: Path | None = None) -> Iterator[Desks]:
    """Desks with staff and rolls. migrated: an empty database with all tables, where there is one already."""
    if migrated is None:
        migrated = folder / "empty.sqlite3"
        migrate(f"sqlite:///{migrated}")
    rules = HouseRules(PROJECT / "rules", folder / "rules")
    ours, twin = (_place(folder / f"{name}.sqlite3", rules.folder) for name in ("desk", "twin"))
    ours.begin_from(migrated)
    with ours.app.app_context():
        people = add_staff(*STAFF)
    _put_on_roll(ours, ROLL, folder / "desk.template")
    for number, filers in enumerate(OTHER_ROLLS):
        twin.begin_from(migrated)
        _put_on_roll(twin, filers, folder / f"twin-{number}.template")
    staff = tuple(people[login] for login, _role in STAFF)
    try:
        yield Desks(folder=folder, desk=ours, twin=twin, staff=staff, rules=rules)
    finally:
        for place in (ours, twin):
            place.close()


def _place(file: Path, rules_dir: Path) -> Place:
    return Place(app=create_app(config_for(f"sqlite:///{file}", rules_dir=rules_dir)), file=file)


def _put_on_roll(place: Place, filers: tuple[Filer, ...], template: Path) -> None:
    """Put these filers on the roll, and keep the file as a template."""
    with place.app.app_context():
        sha256 = f"{template.stem:0<64}"  # the roll's version begins with it
        differences = imports.compare(filers, now=cast.NOW)
        imports.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=cast.NOW)
    place.close()
    shutil.copyfile(place.file, template)
