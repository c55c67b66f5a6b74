"""Steps of staff who work on tickets, on mail that did not leave, and on the list of what to do in CM/ECF."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.desk import desk
from helpdesk.store.approving import resets
from helpdesk.store.cases import merging
from helpdesk.store.desk import handling, snoozing, undoing
from helpdesk.store.incoming import bounces, splitting
from helpdesk.store.outgoing import failed_mail, reply_limits
from helpdesk.vocabulary import Letter, TicketState
from tests.walks.people import ROLL
from tests.walks.place import Place
from tests.walks.world import Seen, World, later, pick

_ENDS = (TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM)
_TICKETS = "SELECT id, version, state FROM ticket ORDER BY id DESC LIMIT 30"
_OPEN = ("ready", "review", "waiting")


def _page(world: World, who: int, ticket: int, states: tuple[str, ...] = _OPEN) -> Seen | None:
    """A page just opened, or the one that has been open for a while."""
    if ticket % 4 == 0 and who % len(world.staff) in world.seen:
        return world.seen[who % len(world.staff)]
    rows = world.desk.rows(_TICKETS)
    row = pick([row for row in rows if row["state"] in states], rows, ticket)
    return Seen(ticket_id=row["id"], version=row["version"], filer="") if row is not None else None


def choose(world: World, who: int, ticket: int, filer: int) -> None:
    """Name a record, or say that nobody on the roll is meant."""
    page = _page(world, who, ticket)
    if page is None:
        return
    with world.desk.app.app_context():
        if filer % 8 == 7:
            handling.choose_nobody(page.ticket_id, version=page.version, actor=world.person(who), now=world.now)
        else:
            wanted = ROLL[filer % len(ROLL)].ecf_user_id
            handling.choose(page.ticket_id, wanted, version=page.version, actor=world.person(who), now=world.now)


def answer(world: World, who: int, ticket: int, waits: bool) -> None:
    """Send the requester a letter, or ask for something."""
    page = _page(world, who, ticket)
    if page is None:
        return
    with world.desk.app.app_context():
        handling.answer(
            page.ticket_id,
            "general",
            lambda number, tag: Letter(subject=f"Your question {tag}", body=f"About #{number}.\n"),
            waits=waits,
            version=page.version,
            actor=world.person(who),
            court=desk().rules.court,
            now=world.now,
            undo_seconds=desk().rules.mail.undo_seconds,
        )


def finish(world: World, who: int, ticket: int, how: int) -> None:
    """Close, decline, or mark as spam."""
    page = _page(world, who, ticket)
    if page is not None:
        with world.desk.app.app_context():
            handling.finish(
                page.ticket_id, _ENDS[how % 3], version=page.version, actor=world.person(who), now=world.now
            )


def reopen(world: World, who: int, ticket: int) -> None:
    """Put a finished ticket before staff again."""
    page = _page(world, who, ticket, ("closed", "declined", "spam", "answered", "sent"))
    if page is not None:
        with world.desk.app.app_context():
            handling.reopen(page.ticket_id, version=page.version, actor=world.person(who), now=world.now)


def snooze(world: World, who: int, ticket: int, hours: int) -> None:
    """Put a ticket aside for a while."""
    page = _page(world, who, ticket)
    if page is not None:
        until = world.now + timedelta(hours=hours % 50)
        with world.desk.app.app_context():
            snoozing.snooze(page.ticket_id, until, version=page.version, actor=world.person(who), now=world.now)


def take_back(world: World, who: int, ticket: int) -> None:
    """Undo what was last done to a ticket."""
    page = _page(world, who, ticket, ("closed", "declined", "spam", "snoozed", "answered", "waiting"))
    if page is not None:
        with world.desk.app.app_context():
            undoing.take_back(
                page.ticket_id, version=page.version, within=later(900), actor=world.person(who), now=world.now
            )


def merge(world: World, who: int, ticket: int, into: int) -> None:
    """Two tickets are one case."""
    page, other = _page(world, who, ticket), _page(world, who, into, (*_OPEN, "answered", "closed"))
    if page is not None and other is not None:
        with world.desk.app.app_context():
            merging.merge(
                page.ticket_id, other.ticket_id, version=page.version, actor=world.person(who), now=world.now
            )


def unmerge(world: World, who: int, ticket: int) -> None:
    """They are not."""
    page = _page(world, who, ticket, ("merged",))
    if page is not None:
        with world.desk.app.app_context():
            merging.unmerge(page.ticket_id, version=page.version, actor=world.person(who), now=world.now)


def split(world: World, who: int, ticket: int) -> None:
    """Each request of a mail becomes a ticket of its own."""
    page = _page(world, who, ticket, ("review",))
    if page is not None:
        with world.desk.app.app_context():
            splitting.split(page.ticket_id, version=page.version, actor=world.person(who), now=world.now)


def perform(world: World, who: int, number: int, possible: bool) -> None:
    """A clerk has done a reset of the work list in CM/ECF, or finds that it cannot be done."""
    rows = world.desk.rows("SELECT id, state FROM reset ORDER BY id DESC LIMIT 30")
    row = pick([row for row in rows if row["state"] == "to_do"], rows, number)
    if row is None:
        return
    with world.desk.app.app_context():
        if possible:
            resets.mark_done(row["id"], actor=world.person(who), court=desk().rules.court, now=world.now)
        else:
            resets.give_back(row["id"], "CM/ECF refuses it.", actor=world.person(who), now=world.now)


def decide_failed(world: World, who: int, number: int, again: bool) -> None:
    """Mail that did not leave, or may have: send it again or give it up."""
    rows = world.desk.rows("SELECT id, message_id, state FROM outbox ORDER BY id DESC LIMIT 40")
    row = pick([row for row in rows if row["state"] in ("failed", "uncertain")], rows, number)
    if row is None:
        return
    tries = world.desk.number("SELECT count(*) FROM event WHERE kind = 'mail_retried'")
    act = failed_mail.retry if again else failed_mail.give_up
    try:
        with world.desk.app.app_context():
            act(row["id"], actor=world.person(who), now=world.now)
    finally:  # whoever pressed may have died just after it was committed
        if world.desk.number("SELECT count(*) FROM event WHERE kind = 'mail_retried'") > tries:
            world.retried.append(row["message_id"])


def overrule(world: World, who: int, filer: int) -> None:
    """A record's address works, although mail to it came back."""
    returned = world.desk.rows("SELECT ecf_user_id FROM returned JOIN filer ON filer.id = filer_id")
    row = pick(returned, returned, filer)
    if row is not None:
        with world.desk.app.app_context():
            bounces.overrule(row["ecf_user_id"], actor=world.person(who), now=world.now)


def resume(world: World, who: int, send: bool) -> None:
    """Replies are held back because there were too many: somebody has looked, here and at the twin's."""
    try:
        _resume(world, world.desk, who, send)
    finally:  # whoever pressed may have died just after it was committed
        if world.twin is not None and not _paused(world.desk):
            with world.surviving():
                _resume(world, world.twin, who, send)


def _resume(world: World, place: Place, who: int, send: bool) -> None:
    if _paused(place):
        with place.app.app_context():
            reply_limits.resume(send=send, actor=world.person(who), now=world.now)


def _paused(place: Place) -> bool:
    return bool(place.number("SELECT opened_at IS NOT NULL FROM breaker WHERE name = 'replies'"))
