"""What colleagues see of one another: drafts, mentions and who has a ticket open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.errors import NotFoundError
from helpdesk.store import audit
from helpdesk.store.desk import drafts, handling, mentions, tickets
from helpdesk.store.people import presence, staff
from helpdesk.vocabulary import StaffMember
from tests import cast
from tests.cast import NOW
from tests.edges.casework import merge, ticket, version


def test_a_draft_is_ones_own_and_survives_owner_and_merge(people: dict[str, StaffMember]) -> None:
    one, two = ticket(1), ticket(2)
    clerk, other = people["clerk"], people["otherclerk"]
    drafts.keep(two, "Half a thou", actor=clerk, now=NOW)
    drafts.keep(two, "Half a thought", actor=clerk, now=NOW)
    handling.assign(two, other.id, version=version(two), actor=other, now=NOW)
    assert (drafts.kept(two, clerk), drafts.kept(two, other)) == ("Half a thought", "")
    merge(two, one, other)
    assert drafts.kept(one, clerk) == "Half a thought"
    handling.note(one, "Half a thought, now whole.", actor=clerk, now=NOW)
    assert drafts.kept(one, clerk) == drafts.kept(two, clerk) == ""
    drafts.keep(one, "   ", actor=clerk, now=NOW)
    assert drafts.kept(one, clerk) == ""
    with pytest.raises(NotFoundError):
        drafts.keep(999, "x", actor=clerk, now=NOW)


def test_who_is_named_in_a_note_finds_it_until_they_have_seen_it(people: dict[str, StaffMember]) -> None:
    clerk, other = people["clerk"], people["otherclerk"]
    number = ticket()
    handling.note(number, "@OtherClerk. please call; @clerk @nobody a@otherclerk.example", actor=clerk, now=NOW)
    (found,) = mentions.unseen(other)
    assert (found.ticket_id, found.author, mentions.count(other), mentions.count(clerk)) == (number, "Clerk", 1, 0)
    assert tickets.view(number).notes[0].unseen_by == {other.id}
    assert audit.events(ticket_id=number)[0].details["mentioned"] == ["otherclerk"]
    with pytest.raises(NotFoundError):
        mentions.seen(found.note_id, actor=clerk, now=NOW)
    assert mentions.seen(found.note_id, actor=other, now=NOW) == number
    assert (mentions.unseen(other), mentions.count(other)) == ((), 0)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("@ann", ("ann",)),
        ("ask @Ann-Marie, or @bob.", ("ann-marie", "bob")),
        ("ann@court.example", ()),
        ("(@ann) @ann @@bob", ("ann",)),
        ("@", ()),
        (" ".join(f"@x{n}" for n in range(50)), tuple(f"x{n}" for n in range(20))),
    ],
)
def test_mentions_are_read_from_what_is_written(written: str, named: tuple[str, ...]) -> None:
    assert mentions.named_in(written) == named


def test_others_see_who_has_a_ticket_open_until_that_fades(people: dict[str, StaffMember]) -> None:
    one, two = ticket(1), ticket(2)
    clerk, other = people["clerk"], people["otherclerk"]
    token = staff.sign_in("clerk", cast.PASSWORD, network="test", now=NOW) or ""
    presence.look(token, one, now=NOW)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {one: ("Clerk",)}
    assert presence.lookers([one, two], besides=clerk.id, now=NOW) == {}
    presence.look(token, two, now=NOW)
    presence.leave(token, one)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {two: ("Clerk",)}
    assert presence.lookers([one, two], besides=other.id, now=NOW + timedelta(minutes=2)) == {}
    presence.leave(token, two)
    assert presence.lookers([one, two], besides=other.id, now=NOW) == {}
    presence.look("no such session", one, now=NOW)
