"""A mail's way into the desk, for tests that begin after the mailbox: the real core and the real store."""

from __future__ import annotations

from datetime import datetime

from helpdesk.desk import desk
from helpdesk.read import read_message
from helpdesk.store.approving import resets
from helpdesk.store.approving.approvals import Press
from helpdesk.store.desk import tickets
from helpdesk.store.incoming import intake, ledger
from helpdesk.store.outgoing.dispatch import Dispatch
from helpdesk.understand import understand
from helpdesk.vocabulary import Message, StaffMember, Understanding
from tests.cast import NOW


def store(raw: bytes, *, now: datetime = NOW, mailbox: str = "desk") -> int:
    """Commit a message to the ledger as the next one of the mailbox; returns its ledger id."""
    cursor = ledger.open_mailbox(mailbox, 1, now=now)
    ledger.store_batch(cursor, [ledger.Fetched(uid=cursor.last_uid + 1, raw=raw)], now=now)
    return ledger.pending(limit=1000)[-1].ledger_id


def read(raw: bytes) -> tuple[Message, Understanding]:
    """What a message says, before anything looks at the roll."""
    rules = desk().rules
    message = read_message(raw, court=rules.court)
    return message, understand(message, rules)


def receive(
    raw: bytes,
    *,
    now: datetime = NOW,
    mailbox: str = "desk",
    understood: tuple[Message, Understanding] | None = None,
) -> intake.Settled:
    """Store a message, triage it and give it its place. understood: where it was read already."""
    ledger_id = store(raw, now=now, mailbox=mailbox)
    rules = desk().rules
    message, understanding = understood or read(raw)
    triaged = desk().triage(message, understanding, rules, now)
    return intake.settle(ledger_id, triaged, house=desk().house(rules, now), now=now)


def approve(
    ticket_id: int, actor: StaffMember, *, confirmed: bool = False, why: str = "", now: datetime = NOW
) -> int:
    """Approve what the ticket page shows now."""
    shown = tickets.view(ticket_id)
    assert shown.chosen is not None
    press = Press(filer=shown.chosen.ecf_user_id, version=shown.version, confirmed=confirmed, why=why)
    return resets.approve(ticket_id, press, actor=actor, policy=desk().approving(), now=now)


def agree(ticket_id: int, actor: StaffMember, *, now: datetime = NOW) -> None:
    """Agree, as the second person, to what the ticket page shows now."""
    version = tickets.view(ticket_id).version
    resets.agree(ticket_id, version=version, actor=actor, policy=desk().approving(), now=now)


def dispatch() -> Dispatch:
    """What sending needs, from the application's settings and rules."""
    rules, letters = desk().rules, desk().letters
    return Dispatch(
        court=rules.court,
        limits=rules.mail,
        connector=desk().config.connector,
        base_url=desk().config.base_url,
        approval_hours=rules.approvals.approval_hours,
        write=lambda name, language, number, login, link: letters.to_primary(
            name, language, number=number, login=login, link=link, rules=rules
        ),
    )
