"""Steps of staff who approve resets: in time and late, twice, on old pages, together, alone where two must."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from helpdesk.desk import desk
from helpdesk.errors import HelpdeskError
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Press
from helpdesk.store.desk import bulk
from helpdesk.store.outgoing import links
from tests.walks import machines
from tests.walks.world import Seen, World, pick

_SHOWN = (
    "SELECT ticket.id, version, ticket.state, filer_chosen_by, ecf_user_id FROM ticket"
    " LEFT JOIN filer ON filer.id = ticket.filer_id ORDER BY ticket.id DESC LIMIT 30"
)
_APPROVABLE = ("ready", "review", "waiting", "answered", "sent", "snoozed")
_WHY = "Called back on the number on record."


def look(world: World, who: int, ticket: int, states: tuple[str, ...] = _APPROVABLE) -> None:
    """Open a ticket's page, mostly one in these states that names a filer."""
    rows = world.desk.rows(_SHOWN)
    row = pick([row for row in rows if row["state"] in states and row["ecf_user_id"]], rows, ticket)
    if row is not None:
        person = who % len(world.staff)
        world.seen[person] = Seen(ticket_id=row["id"], version=row["version"], filer=row["ecf_user_id"] or "")


def approve(world: World, who: int, confirmed: bool, why: bool) -> None:
    """Press Approve on the page that is open."""
    seen = world.seen.get(who % len(world.staff))
    if seen is not None:
        press = Press(filer=seen.filer, version=seen.version, confirmed=confirmed, why=_WHY if why else "")
        world.pressed[who % len(world.staff)] = (seen.ticket_id, press)
        press_again(world, who)


def look_and_approve(world: World, who: int, ticket: int, confirmed: bool) -> None:
    """Open a page and press Approve at once."""
    look(world, who, ticket)
    approve(world, who, confirmed, True)


def press_again(world: World, who: int) -> None:
    """The same form once more: a double press, a replayed request, a page that was left open."""
    if who % len(world.staff) in world.pressed:
        ticket_id, press = world.pressed[who % len(world.staff)]
        with world.desk.app.app_context():
            policy = desk().approving()
            made = resets.approve(ticket_id, press, actor=world.person(who), policy=policy, now=world.now)
            world.acknowledged.add(made)


def approve_together(world: World, who: int) -> None:
    """Approve at one press all tickets that qualify."""
    rows = world.desk.rows(_SHOWN)
    with world.desk.app.app_context():
        some = bulk.shown([row["id"] for row in rows])
        court = desk().rules.court
        filers = {one.id: one.filer.ecf_user_id for one in bulk.sort_out(some, court=court).approvable}
        bulk.approve(some, filers, actor=world.person(who), policy=desk().approving(), now=world.now)


def agree(world: World, who: int) -> None:
    """The second person agrees to what the open page shows."""
    seen = world.seen.get(who % len(world.staff))
    if seen is not None:
        with world.desk.app.app_context():
            resets.agree(
                seen.ticket_id,
                version=seen.version,
                actor=world.person(who),
                policy=desk().approving(),
                now=world.now,
            )


def look_and_agree(world: World, who: int, ticket: int) -> None:
    """Open the page of a ticket that waits for a second person, and agree."""
    look(world, who, ticket, ("approved",))
    agree(world, who)


def refuse(world: World, who: int, ticket: int) -> None:
    """The second person does not agree."""
    look(world, who, ticket, ("approved",))
    seen = world.seen.get(who % len(world.staff))
    if seen is not None:
        with world.desk.app.app_context():
            resets.refuse(
                seen.ticket_id, "It looks odd.", version=seen.version, actor=world.person(who), now=world.now
            )


def undo(world: World, who: int, number: int) -> None:
    """Take an approval back, in time or too late."""
    rows = world.desk.rows("SELECT ticket_id, state FROM reset ORDER BY id DESC LIMIT 20")
    row = pick([row for row in rows if row["state"] in ("open", "proposed")], rows, number)
    if row is not None:
        with world.desk.app.app_context():
            resets.undo(row["ticket_id"], actor=world.person(who), now=world.now)


def void_link(world: World, who: int, number: int) -> None:
    """Void a link that was sent, used or not."""
    rows = world.desk.rows(
        "SELECT reset.id, reset.state, version FROM reset JOIN ticket ON ticket.id = ticket_id"
        " ORDER BY reset.id DESC LIMIT 20"
    )
    row = pick([row for row in rows if row["state"] == "sent"], rows, number)
    if row is not None:
        with world.desk.app.app_context():
            links.void(row["id"], version=row["version"], actor=world.person(who), now=world.now)


def race(world: World, ticket: int, confirmed: bool) -> None:
    """Everybody presses Approve on the same page at once, each in a process of their own."""
    look(world, 0, ticket)
    if 0 in world.seen:
        world.seen |= dict.fromkeys(range(len(world.staff)), world.seen[0])
        _at_once(world, *[lambda who=who: approve(world, who, confirmed, True) for who in range(len(world.staff))])


def jostle(world: World, ticket: int) -> None:
    """Approving, agreeing, undoing and sending, all at once."""
    look(world, 0, ticket)
    look(world, 1, ticket, ("approved",))
    _at_once(
        world,
        lambda: approve(world, 0, True, True),
        lambda: agree(world, 1),
        lambda: undo(world, 2, ticket),
        lambda: machines.work(world, ()),
    )


def _at_once(world: World, *acts: Callable[[], None]) -> None:
    start = threading.Barrier(len(acts))
    problems: list[BaseException] = []

    def take_part(act: Callable[[], None]) -> None:
        start.wait()
        try:
            with suppress(HelpdeskError):
                act()
        except BaseException as problem:  # of another thread: it must not be lost
            problems.append(problem)

    with world.surviving():
        crowd = [threading.Thread(target=take_part, args=(act,)) for act in acts]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
    if problems:
        raise problems[0]
