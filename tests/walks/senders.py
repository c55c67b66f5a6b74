"""Steps of those who write to the desk, of the poller that takes their mail in, and of servers that return ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from helpdesk.desk import desk
from helpdesk.store.cases.arriving import Arriving
from helpdesk.store.database import db, transaction
from helpdesk.store.incoming import intake, ledger, strangers
from helpdesk.triage import weigh
from helpdesk.vocabulary import Delivery
from tests.walks import mails
from tests.walks.place import Place
from tests.walks.world import Killed, Received, World

_LETTERS = "SELECT message_id FROM outbox WHERE state IN ('sent', 'uncertain', 'failed') ORDER BY id DESC LIMIT 20"


def mail(
    world: World, sender: int, words: int, headers: int, answers: int, same_id: bool, waits: bool = False
) -> None:
    """Somebody writes, perhaps in answer to us; the poller stores the mail and settles all that waits, or is slow."""
    pair = world.pairs[answers % len(world.pairs)] if world.pairs and answers >= 0 else None
    with world.desk.app.app_context():
        letter = mails.letter(
            sender,
            words,
            headers,
            number=len(world.received) + 1,
            at=world.now,
            rules=desk().rules,
            same_id=same_id,
            answers=pair[0] if pair else None,
        )
    theirs = replace(letter, message=replace(letter.message, in_reply_to=(pair[1].strip("<>"),))) if pair else letter
    _arrive(world, Received(ours=letter, theirs=theirs), waits=waits)


def bounce(world: World, number: int, permanent: bool) -> None:
    """A letter comes back, or somebody says so."""
    ids = [row["message_id"] for row in world.desk.rows(_LETTERS)]
    returned = ids[number % len(ids)] if ids else "<never-sent@casd.uscourts.gov>"
    count = len(world.received) + 1
    with world.desk.app.app_context():
        ours = mails.bounce(returned, permanent=permanent, number=count, at=world.now, rules=desk().rules)
        theirs = ours
        if returned in (twins := dict(world.pairs)):
            theirs = mails.bounce(
                twins[returned], permanent=permanent, number=count, at=world.now, rules=desk().rules
            )
    _arrive(world, Received(ours=ours, theirs=theirs))


def settle(world: World) -> None:
    """The poller gives its place to all mail that has none: page by page here, one by one at the twin's."""
    waiting = sorted(world.unmirrored)
    died = None
    with world.desk.app.app_context():
        try:
            _settle_page({ledger_id: world.unmirrored[ledger_id].ours for ledger_id in waiting}, world)
        except Killed as killed:
            died = killed
            db.session.remove()
    for ledger_id in waiting:
        if world.desk.rows("SELECT state FROM ledger WHERE id = ?", ledger_id)[0]["state"] != Delivery.STORED.value:
            _mirror(world, ledger_id)
    if died is not None:
        raise died


def take_in(world: World, one: Received) -> None:
    """The poller stores a mail of the mailbox, here and at the twin's."""
    world.unmirrored[_store(world.desk, one.ours, world)] = one
    if world.twin is not None:
        _store(world.twin, one.theirs, world)


def automatic_reply(place: Place, ledger_id: int) -> sqlite3.Row | None:
    """What a desk answered of itself to a mail."""
    found = place.rows("SELECT * FROM outbox WHERE dedupe_key = ?", f"automatic:{ledger_id}")
    return found[0] if found else None


def _arrive(world: World, one: Received, *, waits: bool = False) -> None:
    world.received.append(one)
    take_in(world, one)
    if not waits:
        settle(world)


def _settle_page(letters: Mapping[int, mails.Letter], world: World) -> None:
    """As ``service.intake`` does it, without reading each mail anew."""
    roll, rules = desk().roll, desk().rules
    weighed = {
        ledger_id: weigh(letter.message, letter.understanding, roll, rules) for ledger_id, letter in letters.items()
    }
    with transaction() as session:
        entries = intake.lock(session, list(letters))
        for run in strangers.together(session, weighed, entries, rules.approvals.limits):
            triaged = desk().triage_all([weighed[ledger_id] for ledger_id in run], roll, rules, world.now)
            page = [Arriving(entry=entries[number], triaged=one) for number, one in zip(run, triaged, strict=True)]
            intake.settle_all(session, page, house=desk().house(rules, world.now), now=world.now)


def _mirror(world: World, ledger_id: int) -> None:
    """The twin gives the same mail its place at the same moment."""
    one = world.unmirrored.pop(ledger_id)
    if world.twin is None:
        return
    with world.surviving(), world.twin.app.app_context():
        rules, letter = desk().rules, one.theirs
        triaged = desk().triage(letter.message, letter.understanding, rules, world.now)
        intake.settle(ledger_id, triaged, house=desk().house(rules, world.now), now=world.now)
    world.mirrored.append(ledger_id)
    ours, theirs = (automatic_reply(place, ledger_id) for place in world.places())
    if ours is not None and theirs is not None:
        world.pairs.append((ours["message_id"], theirs["message_id"]))


def _store(place: Place, letter: mails.Letter, world: World) -> int:
    """Commit a mail to the ledger as the next of the mailbox; returns its ledger id."""
    with place.app.app_context(), world.surviving():  # the poller's own deaths are tried with real mailboxes
        cursor = place.cursor or ledger.open_mailbox("desk", 1, now=world.now)
        mail = ledger.Fetched(uid=cursor.last_uid + 1, raw=letter.raw)
        place.cursor = ledger.store_batch(cursor, [mail], now=world.now)
    return place.number("SELECT max(id) FROM ledger")
