"""Steps of the worker, imports, links, operators, editors of rules, the clock, and of whoever pulls the plug."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import timedelta

from helpdesk.desk import desk
from helpdesk.errors import ConnectorError
from helpdesk.service.worker import Worker
from helpdesk.store.outgoing import links, restoring
from helpdesk.store.roll import imports, roster, staged_rosters
from helpdesk.store.seals import token_hash
from helpdesk.vocabulary import Filer
from tests import cast
from tests.walks import senders
from tests.walks.people import EDITS, ROLL
from tests.walks.wire import Fault, connected_to
from tests.walks.world import DEATHS, Backup, Killed, World, pick

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 16, 120, 660, 3600, 8 * 3600, 25 * 3600, -30, -3600))
_FOREIGN_TOKEN = "A" * 43
_LIVE = "SELECT token_hash FROM reset_link WHERE used_at IS NULL AND voided_at IS NULL"


def work(world: World, faults: tuple[Fault, ...]) -> None:
    """The worker sends what is due; these things go wrong, one a message."""
    world.server.faults.clear()
    world.server.faults.extend(faults)
    if world.worker is None:
        with world.desk.app.app_context():
            the_desk = desk()
        world.worker = Worker(
            app=world.desk.app,
            desk=the_desk,
            clock=lambda: world.now,
            stop=threading.Event(),
            checkpoint=world.visit,
        )
    with connected_to(world.server):
        world.worker.once()
    world.happened.update(f"wire: {fault.value}" for fault in faults[: len(faults) - len(world.server.faults)])


def wait_and_work(world: World, faults: tuple[Fault, ...]) -> None:
    """Nobody undoes anything, and the worker comes by."""
    world.now += timedelta(seconds=random.choice((16, 150, 700)))
    work(world, faults)


def wait(world: World, pause: int) -> None:
    """Time passes, or the clock is put back."""
    world.now += PAUSES[pause % len(PAUSES)]


def doom(world: World, where: int, visits: int) -> None:
    """The process that comes to this point the nth time from now will die there."""
    world.dies_at, world.dies_in = DEATHS[where % len(DEATHS)], visits


def edit_roll(world: World, filer: int, edit: int) -> None:
    """A roster comes in that changes one record."""
    usual = ROLL[filer % len(ROLL)]
    change = EDITS[edit % len(EDITS)]
    fresh = dict(world.roll) | {usual.ecf_user_id: replace(usual, **change)}  # type: ignore[arg-type]
    with world.desk.app.app_context():
        differences = imports.compare(fresh.values(), now=world.now)
        sha256 = f"{random.getrandbits(256):064x}"
        imports.apply(differences, file_name="roll.csv", sha256=sha256, actor=cast.NOBODY, now=world.now)
    world.roll = fresh


def stage_roll(world: World, who: int, edit: int) -> None:
    """A roster waits for a second person, who may be the one who brought it; then it is applied or thrown away."""
    if not world.desk.number("SELECT count(*) FROM staged_roster WHERE state = 'staged'"):
        fresh = {
            key: replace(filer, primary_email=f"n{edit % 3}.{filer.primary_email}")
            for key, filer in world.roll.items()
        }
        with world.desk.app.app_context():
            differences = imports.compare(fresh.values(), now=world.now)
            staged_rosters.stage(
                differences,
                "Many addresses would change.",
                file_name="roll.csv",
                sha256=f"{random.getrandbits(256):064x}",
                actor=world.person(who),
                now=world.now,
            )
        return
    with world.desk.app.app_context():
        waiting = staged_rosters.waiting()
        if waiting is None:
            return
        if edit % 2:
            staged_rosters.discard(waiting.id, actor=world.person(who), now=world.now)
        else:
            staged_rosters.release(waiting.id, actor=world.person(who), now=world.now)
        world.roll = {filer.ecf_user_id: filer for filer in roster.all_filers()}


def edit_rules(world: World, variant: int) -> None:
    """The court changes its rules, rightly or wrongly."""
    world.rules.become(variant)


def follow(world: World, link: int, outcome: int) -> None:
    """Somebody opens one of all the links there ever were and presses the button; the court's program may fail."""
    live = {row["token_hash"] for row in world.desk.rows(_LIVE)}
    newest = (*world.tokens[::-1], _FOREIGN_TOKEN)
    token = pick([token for token in newest if token_hash(token) in live], newest, link) or _FOREIGN_TOKEN

    def program(filer: Filer) -> str:
        if outcome % 6 == 3:
            raise ConnectorError("it is away", retryable=True)
        world.set_passwords.append(filer.ecf_user_id)
        if outcome % 6 == 4:
            raise ConnectorError("it ended with code 1")
        if outcome % 6 == 5:
            raise Killed("while the court's program ran")
        return "fresh-password"

    with world.desk.app.app_context():
        usable = links.is_usable(token, now=world.now)
        password = links.use(token, program, court=desk().rules.court, now=world.now)
    if password is not None:
        assert usable, "a link worked that was not usable"
        world.worked[token] += 1


def back_up(world: World) -> None:
    """The operator copies the database."""
    with world.surviving():
        senders.settle(world)
    for place in world.places():
        place.copy_to(world.backups / f"{place.file.name}.backup")
    known = frozenset(row["id"] for row in world.desk.rows("SELECT id FROM reset"))
    world.backup = Backup(
        mails=len(world.received),
        pairs=tuple(world.pairs),
        roll=dict(world.roll),
        acknowledged=frozenset(world.acknowledged) & known,
        primaries=dict(world.primaries),
        set_passwords=tuple(world.set_passwords),
    )


def restore(world: World) -> None:
    """The database is lost; the operator puts the copy in its place, and the poller reads again what came since."""
    backup = world.backup
    if backup is None:
        return
    with world.surviving():
        senders.settle(world)
        for place in world.places():
            place.begin_from(world.backups / f"{place.file.name}.backup")
            with place.app.app_context():
                restoring.after_restore(actor=cast.NOBODY, now=world.now)
        world.remember(backup)
        for one in world.received[backup.mails :]:
            senders.take_in(world, one)
        senders.settle(world)
