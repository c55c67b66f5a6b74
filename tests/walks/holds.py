"""What must hold after every step, and once everything has come to rest. Read past the product, from its database."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from helpdesk.desk import desk
from helpdesk.store import audit
from helpdesk.store.approving import reset_views
from helpdesk.store.incoming import tally
from helpdesk.vocabulary import Filer, OutboxKind, OutboxState, ResetState, TicketState
from tests.walks import caseworkers, machines, senders
from tests.walks.mails import sender_addresses
from tests.walks.place import as_written, moment
from tests.walks.senders import automatic_reply
from tests.walks.wire import Taken
from tests.walks.world import World

_TAG = re.compile(r"\[ECF (\d+)-[0-9a-f]{8}\]")
_ON_ITS_WAY = ("queued", "sending", "deferred", "failed", "uncertain")
_LONG = (timedelta(minutes=11), timedelta(hours=5), timedelta(hours=30), timedelta(days=3), timedelta(days=6))
_RESETS = (
    "SELECT reset.id, reset.state, needs_second, approved_by, second_by, ticket.state AS ticket_state"
    " FROM reset JOIN ticket ON ticket.id = ticket_id"
)
_MAIL = "SELECT id, kind, reset_id, state, automatic, to_address, queued_at, message_id FROM outbox"
_LIVE_LINKS = (
    "SELECT count(*) FROM reset_link WHERE used_at IS NULL AND voided_at IS NULL AND expires_at > ?"
    " GROUP BY filer_id HAVING count(*) > 1"
)


def after_step(world: World) -> None:
    """Nothing went to a wrong address, twice or astray, and the twin answered alike."""
    for taken in world.server.taken:
        _went_to_the_right_one(world, taken)
    world.server.taken.clear()
    if world.changed:
        resets, mail = world.desk.rows(_RESETS), world.desk.rows(_MAIL)
        for reset in resets:
            its_mail = [row for row in mail if row["reset_id"] == reset["id"] and row["kind"] == OutboxKind.RESET]
            _is_accounted_for(world, reset, its_mail)
        _links_are_single(world)
        _replies_are_rare(mail)
        missing = world.acknowledged - {reset["id"] for reset in resets}
        assert not missing, f"approvals {missing} are gone"
        world.changed = False
    for ledger_id in world.mirrored:
        _twin_answered_alike(world, ledger_id)
    world.mirrored.clear()


def at_rest(world: World) -> None:
    """The server is well and time passes: nothing is on its way any more, and nothing is missing."""
    world.dies_at = ""
    world.rules.become(0)
    world.step(senders.settle)
    world.step(lambda world: caseworkers.resume(world, 0, True))
    for pause in _LONG:
        world.now += pause
        world.step(lambda world: machines.work(world, ()))
        after_step(world)
    waiting = world.desk.rows("SELECT id, state FROM outbox WHERE state IN ('queued', 'sending', 'deferred')")
    assert not waiting, [tuple(row) for row in waiting]
    _every_approval_is_told_once(world)
    stored = world.desk.number("SELECT count(*) FROM ledger WHERE state = 'stored'")
    assert not stored, f"{stored} mails have no place"
    with world.desk.app.app_context():
        found = audit.verify()
        assert found.ok, found.problem
        accounting = tally.accounting()
        assert accounting.total == len(world.received), accounting
        to_do = {row["id"] for row in world.desk.rows("SELECT id FROM reset WHERE state = 'to_do'")}
        assert {view.id for view in reset_views.to_do(desk().rules.court)} == to_do, "not all is shown to be done"


def _went_to_the_right_one(world: World, taken: Taken) -> None:
    (row,) = world.desk.rows("SELECT * FROM outbox WHERE message_id = ?", taken.letter["Message-ID"])
    (address,) = (address.addr_spec for address in taken.letter["To"].addresses)
    assert not any(taken.letter[name] for name in ("Cc", "Bcc", "Resent-To")), "nobody else may get it"
    assert taken.letter["Auto-Submitted"] in ("auto-replied", "auto-generated")
    text = str(taken.letter["Subject"]) + taken.letter.get_content()
    if row["kind"] == OutboxKind.REPLY:
        with world.desk.app.app_context():
            known = sender_addresses(desk().rules.court)
        assert address == row["to_address"]
        assert address in known, f"a reply went to {address}"
        assert "/password-reset/" not in text, "a reply carried a link"
        assert not any(_tells_of(filer, text) for filer in world.roll.values()), "a reply told of a record"
    else:
        _is_of_its_record(world, row, address)
    assert taken.recipients == (f"TO:<{address}>",), taken.recipients
    world.takes[row["message_id"]] += 1
    again = world.retried.count(row["message_id"])
    twice = world.takes[row["message_id"]] > 1 + again
    assert row["kind"] == OutboxKind.REPLY or not twice, "it went out twice by itself"


def _is_of_its_record(world: World, row: sqlite3.Row, address: str) -> None:
    """A message that carries a reset, or tells of one, and the record it is about."""
    (reset,) = world.desk.rows("SELECT * FROM reset WHERE id = ?", row["reset_id"])
    (record,) = world.desk.rows("SELECT * FROM filer WHERE id = ?", reset["filer_id"])
    primary = record["primary_email"]
    assert address == primary, f"a {row['kind']} went to {address}, not to {primary}"
    assert address == world.primaries[reset["id"]], "the address changed after the approval"
    if row["kind"] == OutboxKind.RESET:
        resettable = record["on_roll"] and record["status"] == "active" and not record["pacer_linked"]
        assert resettable, "this record may not be reset"
    _was_approved(reset)


def _tells_of(filer: Filer, text: str) -> bool:
    told = (filer.primary_email, filer.login, filer.firm, filer.bar_id)
    return any(word and word in text for word in told)


def _was_approved(reset: sqlite3.Row) -> None:
    assert reset["approved_by"], "nobody approved it"
    if reset["needs_second"]:
        assert reset["second_by"] is not None, "only one person approved what two must"
        assert reset["second_by"] != reset["approved_by"], "somebody approved their own second step"


def _is_accounted_for(world: World, reset: sqlite3.Row, mail: list[sqlite3.Row]) -> None:
    """An approval is on its way, done, or back before staff; never nowhere."""
    state, number = reset["state"], reset["id"]
    assert len(mail) <= 1, f"reset {number} has {len(mail)} mails"
    states = [row["state"] for row in mail]
    if state == ResetState.PROPOSED:
        assert reset["ticket_state"] == TicketState.APPROVED, "nobody sees that a second person must agree"
        assert not states, "it went on before the second person agreed"
    elif state == ResetState.OPEN:
        assert states, f"reset {number} is approved, and nothing is queued"
        assert states[0] in _ON_ITS_WAY, f"reset {number} is approved, and its mail is {states[0]}"
        assert reset["ticket_state"] in (TicketState.HELD, TicketState.QUEUED), "its ticket does not tell"
        _was_approved(reset)
    elif state in (ResetState.SENT, ResetState.TO_DO):
        assert states == [OutboxState.SENT] or _came_back(world, mail), f"reset {number} was sent; its mail: {states}"
        assert world.takes[mail[0]["message_id"]], "it counts as sent, and no server ever took it"
    elif state in (ResetState.RETURNED, ResetState.CANCELLED):
        assert not set(states) & {"queued", "deferred"}, "it was taken back, and its mail is still on its way"


def _came_back(world: World, mail: list[sqlite3.Row]) -> bool:
    """A letter that left and was returned counts as failed."""
    return bool(world.desk.rows("SELECT id FROM returned WHERE outbox_id = ?", mail[0]["id"]))


def _links_are_single(world: World) -> None:
    assert not world.desk.rows(_LIVE_LINKS, as_written(world.now)), "two links of one filer work"
    used = world.desk.rows("SELECT reset_id, count(*) AS times FROM reset_link WHERE used_at NOT NULL GROUP BY 1")
    assert all(row["times"] == 1 for row in used), "a reset was carried out twice"
    assert len(world.set_passwords) <= len(used), "a password was set without a link being used"
    assert all(times == 1 for times in world.worked.values()), "a link worked twice"


def _replies_are_rare(mail: list[sqlite3.Row]) -> None:
    """One automatic reply a sender a day, whatever the clock did."""
    times: dict[str, list[str]] = {}
    for row in mail:
        if row["automatic"]:
            times.setdefault(row["to_address"], []).append(row["queued_at"])
    for address, sent in times.items():
        gaps = [moment(after) - moment(before) for before, after in pairwise(sorted(sent))]
        assert all(gap >= timedelta(days=1) for gap in gaps), f"{address} got two automatic replies within a day"


def _twin_answered_alike(world: World, ledger_id: int) -> None:
    ours, theirs = (automatic_reply(place, ledger_id) for place in world.places())
    world.happened["compared: silence" if ours is None else "compared: reply"] += 1
    assert (ours is None) == (theirs is None), f"mail {ledger_id} was answered with one roll and not with the other"
    if ours is not None and theirs is not None:
        assert _visible(ours) == _visible(theirs), f"mail {ledger_id} was answered differently with another roll"


def _visible(row: sqlite3.Row) -> tuple[object, ...]:
    """What its receiver sees of a reply, and when; the ticket's number left out."""
    number = re.compile(rf"(?<![\d:-]){row['ticket_id']}(?![\d:-])")  # not the hours, nor a telephone number
    subject, body = (number.sub("N", _TAG.sub("[ECF N]", row[part]), count=1) for part in ("subject", "body"))
    same = (row[name] for name in ("to_address", "template", "in_reply_to", "references", "queued_at", "due_at"))
    return (subject, body, *same)


def _every_approval_is_told_once(world: World) -> None:
    details = world.desk.rows("SELECT details FROM event WHERE kind = 'reset_approved'")
    told = Counter(json.loads(row["details"])["reset"] for row in details)
    for row in world.desk.rows("SELECT id FROM reset"):
        assert told[row["id"]] == 1, f"the record tells {told[row['id']]} approvals of reset {row['id']}"
