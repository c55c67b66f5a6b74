"""Which messages of a page have nothing to do with each other.

They are settled together: what they ask of the database is asked for all of them in one statement, and what they
write is written in another. A message that shares something with one before it (filer, content, Message-ID) waits
until that one is written, so that it sees it. So does whatever changes tickets that are there already: an answer, a
bounce, and what comes from a sender who asks for more than is usual.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from helpdesk.policy.approvals import Limits
from helpdesk.store.cases import asking, limits
from helpdesk.store.cases.arriving import Entry, arrived_at
from helpdesk.store.incoming import copies, threads
from helpdesk.triage import Weighed


def together(
    session: Session, page: Mapping[int, Weighed], entries: Mapping[int, Entry], usual: Limits
) -> Iterator[list[int]]:
    """The messages of a page, by their numbers in the ledger and in their order, cut into runs of strangers."""
    answering = threads.answers(session, [mail.message for mail in page.values()])
    answers = {number for number, answers in zip(page, answering, strict=True) if answers}
    busy = _busy_senders(session, page, entries, answers, usual)
    run: list[int] = []
    known: set[str] = set()
    for number, mail in page.items():
        traits = _traits(mail, busy)
        changes_tickets = number in answers or mail.message.returned is not None
        if run and (changes_tickets or not known.isdisjoint(traits)):
            yield run
            run, known = [], set()
        run.append(number)
        known |= traits
        if changes_tickets:
            yield run
            run, known = [], set()
    if run:
        yield run


def _traits(mail: Weighed, busy: set[str]) -> set[str]:
    """What another message may not have in common with this one."""
    message, sender = mail.message, asking.asker_of(mail.message).sender
    traits = {f"content {message.content_key}", f"id {copies.id_of(message)}", *(f"filer {top}" for top in mail.tops)}
    return traits | {f"sender {sender}"} if sender in busy else traits


def _busy_senders(
    session: Session, page: Mapping[int, Weighed], entries: Mapping[int, Entry], answers: set[int], usual: Limits
) -> set[str]:
    """Those who may exceed the limit of a sender with what they ask for on this page. An answer may complete one
    request."""
    mails = defaultdict(list)
    for number, mail in page.items():
        mails[asking.asker_of(mail.message).sender].append(number)
    several = {sender: numbers for sender, numbers in mails.items() if sender and len(numbers) > 1}
    first = {
        sender: min(arrived_at(page[number].message, entries[number]) for number in numbers)
        for sender, numbers in several.items()
    }
    before = limits.asked_before(session, first, limits=usual)
    return {
        sender
        for sender, numbers in several.items()
        if before[sender] + sum(len(page[one].understanding.claims) + (one in answers) for one in numbers)
        > usual.sender_day
    }
