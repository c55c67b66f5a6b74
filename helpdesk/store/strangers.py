"""Which messages of a page have nothing to do with each other.

They are settled together: what they ask of the database is asked for all of them in one statement, and what they
write is written in another. A message that shares something with one before it (sender, filer, content, Message-ID)
waits until that one is written, so that it sees it. So does whatever changes a ticket that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from helpdesk.store import asking, copies, threads
from helpdesk.triage import Weighed

_T = TypeVar("_T")


def together(session: Session, page: Sequence[_T], weighed: Callable[[_T], Weighed]) -> Iterator[list[_T]]:
    """A page in its order, cut into runs of strangers."""
    mails = [weighed(one) for one in page]
    answering = threads.answers(session, [mail.message for mail in mails])
    run: list[_T] = []
    known: set[str] = set()
    for one, mail, answers in zip(page, mails, answering, strict=True):
        traits = _traits(mail)
        changes_tickets = answers or mail.message.returned is not None
        if run and (changes_tickets or not known.isdisjoint(traits)):
            yield run
            run, known = [], set()
        run.append(one)
        known |= traits
        if changes_tickets:
            yield run
            run, known = [], set()
    if run:
        yield run


def _traits(mail: Weighed) -> set[str]:
    """What another message may not have in common with this one."""
    message, sender = mail.message, asking.asker_of(mail.message).sender
    traits = {f"content {message.content_key}", f"id {copies.id_of(message)}", *(f"filer {top}" for top in mail.tops)}
    return traits | {f"sender {sender}"} if sender else traits
