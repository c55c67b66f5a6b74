"""Mail is kept here as long as the rules say, and all that accounts for it for good: on both databases."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern

from helpdesk import policy
from helpdesk.errors import NotFoundError
from helpdesk.store import audit
from helpdesk.store.database import db
from helpdesk.store.desk import handling, search, tickets
from helpdesk.store.incoming import ledger, quarantine, retention, tally
from helpdesk.store.incoming.retention import Forgotten
from helpdesk.store.models import LedgerEntry
from helpdesk.vocabulary import Delivery, StaffMember, TicketState
from tests import cast
from tests.cast import NOW
from tests.commands import flask
from tests.conftest import config_for
from tests.desk_work import receive, store
from tests.edges import mailroom
from tests.edges.casework import merge, reply_to_the_last_letter, state, ticket, version
from tests.edges.conftest import running

KEEP = policy.Keep(original_days=30, text_days=90)
WITH_LETTER = (
    "Name: Grace Hopkinson\nBar ID: 301122\nThe Zanzibar matter; my letter is attached. Please reset my password.\n"
)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def with_a_letter() -> bytes:
    """Grace's request with an attachment."""
    mail = message_from_bytes(
        cast.mail(WITH_LETTER, sender=f"Grace Hopkinson <{cast.GRACE.primary_email}>", message_id="<g@x.example>"),
        policy=modern,
    )
    mail.add_attachment(b"%PDF-1.4 letter", maintype="application", subtype="pdf", filename="letter.pdf")
    return mail.as_bytes()


def close(ticket_id: int, clerk: StaffMember) -> None:
    handling.finish(ticket_id, TicketState.CLOSED, version=version(ticket_id), actor=clerk, now=NOW)


def has_original(ledger_id: int) -> bool:
    try:
        return bool(ledger.raw_bytes(ledger_id))
    except NotFoundError:
        return False


def mail_of(ticket_id: int) -> int:
    """The ledger's number of its mail."""
    return tickets.view(ticket_id).decision.ledger_id


def test_originals_go_first_then_texts_and_only_where_the_case_is_over(clerk: StaffMember) -> None:
    finished = receive(with_a_letter()).ticket_id or 0
    still_open, part, whole = ticket(1), ticket(2), ticket(3)
    close(finished, clerk)
    merge(part, whole, clerk)
    machine = receive(cast.mail(headers={"Auto-Submitted": "auto-replied"}, message_id="<auto@x.example>"))
    assert machine.delivery is Delivery.IGNORED
    poison = store(b"poison")
    quarantine.set_aside(poison, "It cannot be read.", now=NOW)
    ignored = poison - 1
    accounts, hashes = tally.accounting(), db.session.query(LedgerEntry.id, LedgerEntry.sha256).all()

    assert retention.forget(KEEP, now=NOW + days(29)) == Forgotten()
    assert retention.forget(None, now=NOW + days(9999)) == Forgotten(), "rules that do not speak of it keep all"
    assert retention.due(KEEP, now=NOW + days(31)) == Forgotten(originals=2)
    assert retention.forget(KEEP, now=NOW + days(31)) == Forgotten(originals=2)
    assert retention.forget(KEEP, now=NOW + days(31)) == Forgotten()
    originals = {number: has_original(number) for number, _hash in hashes}
    assert originals == dict.fromkeys(originals, True) | {mail_of(finished): False, ignored: False}
    assert "Zanzibar" in tickets.view(finished).messages[0].text

    assert retention.forget(KEEP, now=NOW + days(91)) == Forgotten(texts=1)
    shown = tickets.view(finished)
    assert (shown.messages[0].text, shown.messages[0].attachments[0].file_name) == ("", "letter.pdf")
    assert shown.decision.requests[0].claim.bar_id is not None, "what was decided, and why, stays"
    assert search.search("Zanzibar").rows == ()
    assert [row.id for row in search.search("Hopkinson").rows] == [finished]
    assert all(tickets.view(number).messages[0].text for number in (still_open, part, whole))

    assert tally.accounting() == accounts
    assert db.session.query(LedgerEntry.id, LedgerEntry.sha256).all() == hashes
    assert audit.verify().ok
    told = {event.kind: event.details for event in audit.events(limit=2)}
    assert told == {"texts_forgotten": {"messages": 1}, "originals_forgotten": {"messages": 2}}
    quarantine.requeue(poison, actor=clerk, now=NOW + days(92))
    assert [mail.raw for mail in ledger.pending(limit=9, again=True)] == [b"poison"], (
        "it can be read anew at any time"
    )


def test_forgotten_mail_that_comes_again_is_read_and_known_as_a_copy(clerk: StaffMember) -> None:
    raw = with_a_letter()
    finished = receive(raw).ticket_id or 0
    close(finished, clerk)
    retention.forget(KEEP, now=NOW + days(91))
    again = store(raw, now=NOW + days(92), mailbox="renumbered")
    assert ledger.raw_bytes(again) == raw
    assert receive(raw, now=NOW + days(92), mailbox="renumbered").delivery is Delivery.IGNORED


def test_a_case_that_goes_on_keeps_all_its_mail(clerk: StaffMember) -> None:
    one = ticket(1)
    close(one, clerk)
    handling.reopen(one, version=version(one), actor=clerk, now=NOW + days(89))
    assert retention.forget(KEEP, now=NOW + days(100)) == Forgotten()
    assert reply_to_the_last_letter("ada@filerquill.example") == one
    assert state(one) is not TicketState.CLOSED
    assert retention.forget(KEEP, now=NOW + days(300)) == Forgotten()


def test_the_command_says_what_it_would_delete_and_what_it_deleted(sqlite_url: str) -> None:
    env = mailroom.environment(sqlite_url)
    with running(config_for(sqlite_url)) as app, app.app_context():
        receive(cast.mail(headers={"Auto-Submitted": "auto-replied"}))  # years ago
        would = flask("forget", "--dry-run", env=env)
        assert (would.returncode, would.stdout) == (0, "1 original and 0 texts would be deleted.\n")
        assert flask("forget", env=env).stdout == "1 original and 0 texts deleted.\n"
        assert flask("forget", env=env).stdout == "0 originals and 0 texts deleted.\n"


def test_a_backlog_is_forgotten_bit_by_bit(inside: object) -> None:
    for number in range(5):
        marks = {"Auto-Submitted": "auto-replied", "X-Number": str(number)}
        receive(cast.mail(message_id=f"<auto{number}@x.example>", headers=marks))
    now = NOW + days(31)
    assert [retention.forget(KEEP, now=now, most=2).originals for _ in range(4)] == [2, 2, 1, 0]
