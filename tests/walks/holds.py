"""What must hold after every step, and once everything has come to rest."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from helpdesk.desk import desk
from helpdesk.store import audit, ledger, reset_views
from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, OutboxRow, Reset, ResetLink, Ticket
from helpdesk.vocabulary import Filer, OutboxKind, OutboxState, ResetState, TicketState
from tests.walks.mails import sender_addresses
from tests.walks.wire import Taken
from tests.walks.world import World, automatic_reply

_TAG = re.compile(r"\[ECF (\d+)-[0-9a-f]{8}\]")
_ON_ITS_WAY = {
    state.value
    for state in (
        OutboxState.QUEUED,
        OutboxState.SENDING,
        OutboxState.DEFERRED,
        OutboxState.FAILED,
        OutboxState.UNCERTAIN,
    )
}
_LONG = (timedelta(minutes=11), timedelta(hours=5), timedelta(hours=30), timedelta(days=3), timedelta(days=6))


# Only the columns that are looked at: this is asked after every step.
_RESETS = select(
    Reset.id, Reset.state, Reset.needs_second, Reset.approved_by, Reset.second_by, Ticket.state.label("ticket_state")
).join(Ticket, Ticket.id == Reset.ticket_id)
_MAIL = select(
    OutboxRow.id,
    OutboxRow.kind,
    OutboxRow.reset_id,
    OutboxRow.state,
    OutboxRow.automatic,
    OutboxRow.to_address,
    OutboxRow.queued_at,
)


def after_step(world: World) -> None:
    """Nothing went to a wrong address, twice or astray, and the twin answered alike."""
    with world.app.app_context():
        for taken in world.server.taken:
            _went_to_the_right_one(world, taken)
        world.server.taken.clear()
        resets = db.session.execute(_RESETS).all()
        mail = db.session.execute(_MAIL).all()
        for reset in resets:
            its_mail = [row for row in mail if row.reset_id == reset.id and row.kind == OutboxKind.RESET.value]
            _is_accounted_for(world, reset, its_mail)
        if any(reset.state == ResetState.TO_DO.value for reset in resets):
            shown = {view.id for view in reset_views.to_do(desk().rules.court)}
            assert {reset.id for reset in resets if reset.state == ResetState.TO_DO.value} == shown, "not all to do"
        _links_are_single(world)
        _replies_are_rare(mail)
        missing = world.acknowledged - {reset.id for reset in resets}
        assert not missing, f"approvals {missing} are gone"
        db.session.remove()
    for ledger_id in world.mirrored:
        _twin_answered_alike(world, ledger_id)
    world.mirrored.clear()


def at_rest(world: World) -> None:
    """The server is well and time passes: nothing is on its way any more, and nothing is missing."""
    world.dies_at = ""
    assert world.step(world.settle)
    for pause in _LONG:
        world.now += pause
        world.step(lambda: world.work(()))
        after_step(world)
    with world.app.app_context():
        states = {
            row.state: row.count
            for row in db.session.execute(
                select(OutboxRow.state, func.count().label("count")).group_by(OutboxRow.state)
            )
        }
        assert not set(states) & {"queued", "sending", "deferred"}, states
        told = Counter(
            event.details.get("reset") for event in audit.events(limit=100_000) if event.kind == "reset_approved"
        )
        for reset in db.session.execute(select(Reset)).scalars():
            assert told[reset.id] == 1, f"the record tells {told[reset.id]} approvals of reset {reset.id}"
        found = audit.verify()
        assert found.ok, found.problem
        accounting = ledger.accounting()
        assert sum(accounting.counts.values()) == world.mails, accounting
        db.session.remove()


def _went_to_the_right_one(world: World, taken: Taken) -> None:
    message_id = taken.letter["Message-ID"]
    row = db.session.execute(select(OutboxRow).where(OutboxRow.message_id == message_id)).scalar_one()
    to = [address.addr_spec for address in taken.letter["To"].addresses]
    assert not any(taken.letter[name] for name in ("Cc", "Bcc", "Resent-To")), "nobody else may get it"
    assert taken.letter["Auto-Submitted"] in ("auto-replied", "auto-generated")
    text = str(taken.letter["Subject"]) + taken.letter.get_content()
    if row.kind == OutboxKind.REPLY.value:
        (address,) = to
        assert address == row.to_address
        assert address in sender_addresses(desk().rules.court), f"a reply went to {address}"
        assert "/password-reset/" not in text, "a reply carried a link"
        assert not any(_tells_of(filer, text) for filer in world.roll.values()), "a reply told of a record"
    else:
        reset = db.session.get_one(Reset, row.reset_id)
        record = db.session.get_one(FilerRow, reset.filer_id)
        (address,) = to
        assert address == record.primary_email, f"a {row.kind} went to {address}, not to {record.primary_email}"
        assert address == world.primaries[reset.id], "the address changed after the approval"
        assert row.kind != OutboxKind.RESET.value or _may_be_reset(record), "this record may not be reset"
        _was_approved(reset)
    assert taken.recipients == (f"TO:<{address}>",), taken.recipients
    world.takes[row.id] += 1
    again = world.retried.count(row.id)
    assert row.kind == OutboxKind.REPLY.value or world.takes[row.id] <= 1 + again, "it went out twice by itself"


def _tells_of(filer: Filer, text: str) -> bool:
    told = (filer.primary_email, filer.login, filer.firm, filer.bar_id)
    return any(word and word in text for word in told)


def _may_be_reset(record: FilerRow) -> bool:
    return record.on_roll and record.status == "active" and not record.pacer_linked


def _was_approved(reset: Any) -> None:
    assert reset.approved_by, "nobody approved it"
    if reset.needs_second:
        assert reset.second_by is not None, "only one person approved what two must"
        assert reset.second_by != reset.approved_by, "somebody approved their own second step"


def _is_accounted_for(world: World, reset: Any, mail: list[Any]) -> None:
    """An approval is on its way, done, or back before staff; never nowhere."""
    state = reset.state
    assert len(mail) <= 1, f"reset {reset.id} has {len(mail)} mails"
    states = [row.state for row in mail]
    if state == ResetState.PROPOSED.value:
        assert reset.ticket_state == TicketState.APPROVED.value, "nobody sees that a second person must agree"
        assert not states, "it went on before the second person agreed"
    elif state == ResetState.OPEN.value:
        assert states, f"reset {reset.id} is approved, and nothing is queued"
        assert states[0] in _ON_ITS_WAY, f"reset {reset.id} is approved, and its mail is {states[0]}"
        _was_approved(reset)
    elif state in (ResetState.SENT.value, ResetState.TO_DO.value):
        assert states == [OutboxState.SENT.value], f"reset {reset.id} counts as sent; its mail: {states}"
        assert world.takes[mail[0].id], "it counts as sent, and no server ever took it"
    elif state in (ResetState.RETURNED.value, ResetState.CANCELLED.value):
        assert not set(states) & {"queued", "deferred"}, "it was taken back, and its mail is still on its way"


def _links_are_single(world: World) -> None:
    live = Counter(
        db.session.execute(
            select(ResetLink.filer_id).where(
                ResetLink.used_at.is_(None), ResetLink.voided_at.is_(None), ResetLink.expires_at > world.now
            )
        ).scalars()
    )
    assert all(count == 1 for count in live.values()), f"two links of one filer work: {live}"
    used = Counter(db.session.execute(select(ResetLink.reset_id).where(ResetLink.used_at.is_not(None))).scalars())
    assert all(count == 1 for count in used.values()), f"a reset was carried out twice: {used}"
    assert len(world.set_passwords) <= sum(used.values()), "a password was set without a link being used"


def _replies_are_rare(mail: Any) -> None:
    """One automatic reply a sender a day, whatever the clock did."""
    times: dict[str, list[Any]] = {}
    for row in mail:
        if row.automatic:
            times.setdefault(row.to_address, []).append(row.queued_at)
    for address, sent in times.items():
        sent.sort()
        gaps = [later - earlier for earlier, later in pairwise(sent)]
        assert all(gap >= timedelta(days=1) for gap in gaps), f"{address} got two automatic replies within a day"


def _twin_answered_alike(world: World, ledger_id: int) -> None:
    ours, theirs = automatic_reply(world.app, ledger_id), automatic_reply(world.twin, ledger_id)
    assert (ours is None) == (theirs is None), f"mail {ledger_id} was answered with one roll and not with the other"
    if ours is not None and theirs is not None:
        assert _visible(ours) == _visible(theirs), f"mail {ledger_id} was answered differently with another roll"


def _visible(row: OutboxRow) -> tuple[object, ...]:
    """What its receiver sees of a reply, and when."""
    subject = _TAG.sub(r"[ECF \1]", row.subject or "")
    return (
        row.to_address,
        subject,
        row.body,
        row.template,
        row.in_reply_to,
        row.references,
        row.queued_at,
        row.due_at,
    )
