"""What looks like a slip and is not, and how often chance alone brings up a number."""

from __future__ import annotations

import pytest

from helpdesk.match import Roll
from helpdesk.vocabulary import Candidate, Filer, Level
from tests.core.matching_roll import CROWD, NAMESAKES, ask, filer


def about(
    person: Filer, name: str, bar_id: str = "", email: str = "", *, others: tuple[Filer, ...] = CROWD
) -> Candidate:
    """What a claim weighs for one person on a roll with others."""
    ranking = ask(name, bar_id, email, of=Roll.build((person, *others, *NAMESAKES), "x"))
    return next(found for found in ranking.candidates if found.filer == person)


def test_a_domain_that_others_have_is_theirs_and_no_slip_of_the_recorded_one() -> None:
    person = filer(1, "Rhea", "Somber", primary_email="rhea.somber@jeislaw.example")
    firm = filer(2, "Otto", "Jien", primary_email="otto@jienlaw.example")
    claim = ("Rhea Somber", "", "rhea.somber@jienlaw.example")
    slipped, theirs = about(person, *claim), about(person, *claim, others=(firm, *CROWD))
    assert slipped.evidence[2].level is Level.CLOSE
    assert theirs.evidence[2].level is Level.PARTIAL
    assert theirs.evidence[2].bits < 0 < slipped.evidence[2].bits


@pytest.mark.parametrize(
    ("recorded", "claimed", "is_slip"),
    [
        ("rsomber", "rsomebr", True),
        ("rsomber", "rsomber2", False),  # taken already: a namesake at the firm
        ("7rsomber", "rsomber", False),
        ("rsomber87", "rsomber78", True),
        ("rsomber87", "rsomber8", True),
    ],
)
def test_a_digit_that_one_address_has_and_the_other_lacks_is_a_namesakes(
    recorded: str, claimed: str, is_slip: bool
) -> None:
    person = filer(1, "Rhea", "Somber", primary_email=f"{recorded}@somberlaw.example")
    level = about(person, "Rhea Somber", "", f"{claimed}@somberlaw.example").evidence[2].level
    assert level is (Level.CLOSE if is_slip else Level.DOMAIN)


@pytest.mark.parametrize("local", ["jli", "lij", "joli", "li.jo"])
def test_an_address_made_of_a_short_name_is_made_of_the_name(local: str) -> None:
    person = filer(1, "Jo", "Li", primary_email=f"{local}@lilaw.example")
    assert about(person, "Jo Li", "", f"{local}@elsewhere.example").evidence[2].bits < 0


def test_a_name_that_nobody_has_is_rather_a_strangers_surname_than_a_middle_name() -> None:
    person = filer(1, "Kenneth", "Ryan", bar_id="353151")
    turned = about(person, "Ryan K. Mrozinski", "353121")
    assert turned.evidence[0].level is Level.CLOSE
    assert turned.evidence[0].bits < 6


def test_a_number_weighs_more_where_the_rolls_numbers_are_drawn_from_more() -> None:
    def numbered(recorded: int, claimed: int, step: int) -> Candidate:
        others = tuple(filer(n, "Hugo", f"Else{n}", bar_id=str(recorded + n * step)) for n in range(2, 300))
        return about(filer(1, "Rhea", "Somber", bar_id=str(recorded)), "Rhea Somber", str(claimed), others=others)

    six_digits, eight_digits = numbered(300_145, 300_146, 101), numbered(24_000_145, 24_000_146, 9973)
    assert six_digits.evidence[1].level is eight_digits.evidence[1].level is Level.CLOSE
    assert eight_digits.evidence[1].bits > six_digits.evidence[1].bits + 4
