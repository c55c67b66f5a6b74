"""Search finds tickets and filers by words, on both databases alike, and is always in step with what it finds."""

from __future__ import annotations

from dataclasses import replace

import flask_migrate
import pytest
from sqlalchemy import text

from helpdesk.store import search_index
from helpdesk.store.database import db, transaction
from helpdesk.store.desk import handling, newest_first, search, search_terms, tickets
from helpdesk.store.incoming import splitting
from helpdesk.vocabulary import StaffMember
from tests.cast import ADA, CLERK, GRACE, NAMESAKE, NOW, mail
from tests.conftest import add_staff, put_on_roll
from tests.desk_work import receive

pytestmark = pytest.mark.usefixtures("inside")

BODY = "Please reset my CM/ECF password; the case is 3:19-cv-01234-BAS.\n\nName: Zoë Müller\nBar ID: 277123\n"


def ids(asked: str, **how: object) -> list[int]:
    return [row.id for row in search.search(asked, **how).rows]  # type: ignore[arg-type]


@pytest.fixture
def clerk(inside: object) -> StaffMember:
    return add_staff(CLERK)["clerk"]


def opened(body: str = BODY, *, number: int = 1, sender: str = "Zoë Müller <zoe@harborlaw.example>") -> int:
    return receive(mail(body, sender=sender, message_id=f"<{number}@x.example>")).ticket_id or 0


def somebody(number: int, says: str) -> int:
    return opened(f"{BODY}\n{says}\n", number=number, sender=f"Zoë Müller <zoe{number}@harborlaw.example>")


def test_a_ticket_is_found_by_its_words_without_regard_to_case_and_accents() -> None:
    put_on_roll(ADA, NAMESAKE, GRACE)
    ada, zoe = receive(mail()).ticket_id, opened()
    for asked in (
        "muller",
        "MÜLLER",
        "Mu\u0308ller",
        "zoe muller",
        "3:19-cv-01234",
        "zoe@harborlaw.example",
        "277123",
    ):
        assert ids(asked) == [zoe], asked
    for asked in ("filer", "234561", "ada@filerquill.example", "Quill Filer"):
        assert ids(asked) == [ada], asked
    assert ids("password reset") == [zoe, ada]
    assert ids("zoe filer") == []


def test_what_is_written_together_must_stand_together() -> None:
    zoe = opened()
    assert ids("harborlaw.example") == [zoe]
    assert ids("example.harborlaw") == []
    assert ids("example harborlaw") == [zoe]


def test_beginnings_count_where_whole_words_find_nothing_or_when_asked_for() -> None:
    first = opened()
    second = opened(BODY.replace("Müller", "Mull"), number=2, sender="Zoe Mull <mull@harborlaw.example>")
    whole = search.search("mull")
    assert ([row.id for row in whole.rows], whole.beginnings) == ([second], False)
    assert ids("mull", beginnings=True) == [second, first]
    begun = search.search("harbo")
    assert ([row.id for row in begun.rows], begun.beginnings) == ([second, first], True)


def test_a_number_alone_puts_that_ticket_first() -> None:
    first, second = opened(), opened(BODY + "\nAs in ticket 1.\n", number=2)
    assert ids(str(first)) == [first, second]
    assert search.number_in("#12") == 12
    assert search.number_in("²") is None


def test_stretches_follow_one_another_without_gap_or_repetition() -> None:
    made = [opened(f"{BODY}\nLetter {number}.\n", number=number) for number in range(7)]
    found, before = [], None
    while True:
        stretch = search.search("password", before=before, limit=3)
        found += [row.id for row in stretch.rows]
        before = stretch.before
        if before is None:
            break
    assert found == made[::-1]


HOSTILE = (
    *("", "   ", "'", '"', "*", "NEAR(", "words:x", "') --", "&|!<->", "\\", "%", "\0x", "-", "🙈", "x" * 200),
    *("AND", "NOT", "a OR", '" *', "a:*b", "'; DROP TABLE ticket; --"),
)


def test_no_way_of_asking_breaks_the_search() -> None:
    for asked in HOSTILE:
        assert ids(asked) == [], asked
        assert search.people(asked) == (), asked


def test_what_changes_is_found_by_what_it_says_now(clerk: StaffMember) -> None:
    put_on_roll(ADA, GRACE)
    ticket_id = opened()
    handling.note(ticket_id, "Called the paralegal Ms Quibble.", actor=clerk, now=NOW)
    assert ids("quibble") == [ticket_id]
    handling.choose(ticket_id, GRACE.ecf_user_id, version=tickets.view(ticket_id).version, actor=clerk, now=NOW)
    assert ids("hopkinson 301122") == [ticket_id]
    with transaction() as session:
        session.execute(text("UPDATE read_mail SET text = 'Masked.'"))
    assert ids("01234") == []
    assert ids("masked quibble") == [ticket_id]


def test_a_split_ticket_is_found_by_its_own_filer(clerk: StaffMember) -> None:
    put_on_roll(ADA, GRACE)
    both = "Please reset the CM/ECF passwords of two attorneys.\n\n" + "\n".join(
        f"Name: {who.full_name}\nBar ID: {who.bar_id}\n" for who in (ADA, GRACE)
    )
    whole = opened(both)
    _, other = splitting.split(whole, version=tickets.view(whole).version, actor=clerk, now=NOW)
    assert ids("hopkinson 301122") == [other, whole]


def test_filers_are_found_by_names_numbers_firm_and_addresses_as_the_newest_roster_has_them() -> None:
    put_on_roll(ADA, NAMESAKE, GRACE)
    assert search.people("hopk") == (GRACE,)
    assert search.people("grace@harborlaw.example") == (GRACE,)
    assert search.people("docket@filerquill") == (ADA,)
    assert search.people("198733") == (NAMESAKE,)
    assert search.people("ada filer") == (ADA, NAMESAKE)
    assert search.people("harbor law")[0] == GRACE
    put_on_roll(replace(ADA, last_name="Moved", primary_email="ada@moved.example"), GRACE)
    assert [filer.last_name for filer in search.people("moved")] == ["Moved"]
    assert search.people("198733") == ()


def test_tickets_of_a_filer_are_a_search_of_their_own() -> None:
    put_on_roll(ADA, GRACE)
    ticket_id = receive(mail()).ticket_id
    opened()
    assert [row.id for row in search.of_filer(ADA.ecf_user_id).rows] == [ticket_id]
    assert search.of_filer(GRACE.ecf_user_id).rows == ()


def test_an_upgrade_installs_anew_what_keeps_the_search_in_step() -> None:
    opened()
    sqlite = db.engine.dialect.name == "sqlite"
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER search_note_insert" + ("" if sqlite else " ON note")))
    flask_migrate.upgrade()
    clerk = add_staff(CLERK)["clerk"]
    handling.note(1, "Quibble.", actor=clerk, now=NOW)
    assert ids("quibble") == [1]


@pytest.fixture
def short_stretches(inside: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk where four tickets are many and two words in the same mail are frequent."""
    figures = {"STEPS": (1, 1), "STEPS_SIDE_BY_SIDE": (1,), "FEW_PLACES": 0, "FEW_ROWS": -1}
    monkeypatch.setattr(search_index, "STRETCH", 2)
    for name, figure in figures.items():
        monkeypatch.setattr(newest_first, name, figure)
    db.session.rollback()
    with db.engine.begin() as connection:
        search_index.keep_in_step(connection)


@pytest.mark.usefixtures("short_stretches")
def test_frequent_words_are_looked_for_in_the_newest_tickets_and_further_back_only_when_one_goes_on() -> None:
    for number in range(1, 10):  # counter: 1 3 5 7 9, telephone: 2 4 6 8
        somebody(number, ("telephone", "counter")[number % 2])

    def looked(asked: str, before: int | None = None, limit: int = 50) -> tuple[list[int], int | None, int | None]:
        found = search.search(asked, before=before, limit=limit)
        return [row.id for row in found.rows], found.before, found.down_to

    assert looked("counter telephone") == ([], 6, 6)
    assert looked("counter telephone", 6) == ([], 2, 2)
    assert looked("counter telephone", 2) == ([], None, None)
    assert looked("counter password") == ([9, 7], 6, 6)
    assert looked("counter password", 6) == ([5, 3], 2, 2)
    assert looked("counter password", 2) == ([1], None, None)
    assert looked("counter", limit=1) == ([9], 9, None), "a full page ends where it is full"
    assert looked("password-counter") == ([], 8, 8), "what must stand side by side is looked for in fewer"
    assert looked("cm/ecf") == ([9, 8], 8, 8)


@pytest.mark.usefixtures("short_stretches")
def test_nothing_that_a_mail_holds_passes_for_the_mark_of_other_tickets() -> None:
    marks = " ".join(map(search_index.mark_of, range(9)))
    for number in range(1, 10):
        somebody(number, marks)
    assert ids("password", before=6) == [5, 4, 3, 2]
    assert search_terms.terms(search_index.mark_of(1)) == [["1"]], "nobody can ask for a mark"


@pytest.mark.usefixtures("short_stretches")
def test_beginnings_of_too_many_words_are_refused_and_it_is_said() -> None:
    opened()
    for found in (search.search("passw"), search.search("passw", beginnings=True)):
        assert (found.rows, found.beginnings, found.too_many) == ((), False, True)
    assert [row.id for row in search.search("password", beginnings=True).rows] == [1], "whole words still count"


def test_rare_words_and_beginnings_are_told_from_frequent_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 8):
        somebody(number, "Quibble" if number == 3 else "counter")
    monkeypatch.setattr(newest_first, "FEW_PLACES", 3)
    monkeypatch.setattr(newest_first, "FEW_ROWS", 3)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE ticket_search"))
    assert search.search("quibb").beginnings
    assert search.search("count").too_many
    assert not search.search("nothing").too_many
